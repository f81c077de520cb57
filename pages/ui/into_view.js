// What a link leads to, and what is chosen in a row of buttons, is brought into view. See into_view.py.

/** How long a row may take to be drawn, and how long what stands above it may still grow, in milliseconds. */
const DRAWING = 8000;
const SETTLING = 1200;
/** Whoever scrolls or types by hand is not moved any more. */
const BY_HAND = ["wheel", "touchstart", "pointerdown", "keydown"];

const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

function bring(row) {
  const room = document.querySelector("[data-testid=stMain]");
  if (!row) return room?.scrollTo({ top: 0 });
  row.style.scrollMarginTop = "4.5rem"; // the head of the page covers what stands above
  const { top, bottom } = row.getBoundingClientRect();
  const seen = top >= 60 && (bottom <= innerHeight || top < innerHeight / 2);
  if (!seen) row.scrollIntoView({ block: "start" });
}

async function arrive({ row }) {
  let free = true;
  const stop = () => (free = false);
  BY_HAND.forEach((name) => addEventListener(name, stop, { capture: true, passive: true }));
  const find = () => row && document.querySelector(`.${CSS.escape(`st-key-${row}`)}`);
  const late = performance.now() + DRAWING;
  while (free && row && !find() && performance.now() < late) await pause(50);
  const settled = performance.now() + SETTLING;
  while (free && performance.now() < settled && (!row || find())) {
    bring(find());
    await pause(100);
  }
  BY_HAND.forEach((name) => removeEventListener(name, stop, { capture: true }));
}

/** Rows of buttons that are pushed sideways show what is chosen first: back to the beginning with them. */
function listenToChoices() {
  const onClick = async ({ target }) => {
    const chosen = target instanceof Element && target.closest("[role=radiogroup] [role=radio]");
    if (!chosen) return;
    await pause(150);
    document.querySelectorAll("[data-testid=stMain] [role=radiogroup]").forEach((row) => row.scrollTo({ left: 0, behavior: "smooth" }));
  };
  document.addEventListener("click", onClick, true);
}

export default function ({ data }) {
  if (!window.ninefoldChoices) listenToChoices();
  window.ninefoldChoices = true;
  const { arrival } = data;
  if (!arrival?.number || window.ninefoldArrival === arrival.number) return;
  window.ninefoldArrival = arrival.number;
  arrive(arrival);
}
