// Asks the server every few seconds whether others did something, and tells when it was started anew. See live.py.
//
// Looks that get no answer, though the server answers, tell that it was started anew and knows nothing of this page: its texts may be
// shown and not stored. Then the page is loaded again, and what was typed since the last answer is passed on to it.

const UNANSWERED = 3, UNDERWAY = 1500, SENT = 150, KEPT = "ninefold_not_stored";
const isField = (at) => at && (at.tagName === "TEXTAREA" || (at.tagName === "INPUT" && !["checkbox", "radio"].includes(at.type)));
const state = () => document.querySelector("[data-testid=stApp]")?.dataset.testScriptState;
// The script may be loaded more than once in a visit; what was typed must be known to all of them.
const page = (window.ninefoldWatch ??= { typed: new Map(), asked: 0, used: -UNDERWAY, began: 0, listens: false });
const leave = () => { for (const text of page.typed.values()) text.left = Math.min(text.left, performance.now()); };
const use = ({ type, key, target }) => {
  page.used = performance.now();
  if (type === "pointerdown" ? !page.typed.has(target) : ["Enter", "Tab", "Escape"].includes(key)) leave();
};
const note = ({ target: at }) => {
  if (isField(at)) page.typed.set(at, { label: at.ariaLabel || "", sent: at.closest("#portal") ? SENT : 0, left: Infinity });
};
const begin = () => { if (state() === "running") page.began = performance.now(); };
if (!page.listens) {
  for (const kind of ["keydown", "pointerdown"]) document.addEventListener(kind, use, true);
  document.addEventListener("focusout", leave, true);
  document.addEventListener("input", note, true);
  const states = { subtree: true, attributes: true, attributeFilter: ["data-test-script-state"] };
  new MutationObserver(begin).observe(document.body, states);
  page.listens = true;
}
// A run hears of what was left before it began; a cell is sent a moment after.
const hear = () => { for (const [field, { left, sent }] of page.typed) if (left + sent < page.began) page.typed.delete(field); };
const alive = () => fetch("health", { cache: "no-store" }).then((answer) => answer.ok, () => false);
const loadAgain = async () => {
  // An answer may take longer than the time between two looks.
  if (page.leaving || !(await alive()) || page.leaving) return;
  page.leaving = true;
  // A server that is slow to begin may not have heard yet of what the page before this one passed on.
  const passedOn = JSON.parse(sessionStorage.getItem(KEPT))?.fields ?? [];
  const fields = [...passedOn, ...[...page.typed].map(([field, { label }]) => [label, field.value])];
  sessionStorage.setItem(KEPT, JSON.stringify({ number: Date.now(), fields }));
  location.reload();
};
export default function (component) {
  const { data, setTriggerValue } = component;
  // What a page that leaves passes on is for the one that comes: told here, it would be said to nobody.
  if (page.leaving) return;
  // Drawn by another server than the page was, as when a change made meanwhile is said to the new one: it may have kept nothing of it.
  page.server ??= data.server;
  const anew = data.server !== page.server;
  // Streamlit also draws when it loses the server and finds it again. Only an answer tells that what was typed has been heard.
  if (!anew && data.answer !== page.answered) {
    page.asked = 0;
    hear();
  }
  page.answered = data.answer;
  // Kept until the server has heard of it: what the browser says while a page is drawn anew may be overtaken.
  const kept = sessionStorage.getItem(KEPT);
  if (kept && JSON.parse(kept).number === data.heard) sessionStorage.removeItem(KEPT);
  else if (kept) setTriggerValue("lost", kept);
  const look = () => {
    if (page.leaving) return;
    if (sessionStorage.getItem(KEPT)) setTriggerValue("lost", sessionStorage.getItem(KEPT));
    const running = state() !== "notRunning";
    // A table sends a cell a moment after it was left: a page drawn anew in between would take the cell away.
    const underway = performance.now() - page.used < UNDERWAY;
    if (isField(document.activeElement) || document.hidden || running || underway) return;
    page.asked += 1;
    if (anew || page.asked > UNANSWERED) loadAgain();
    setTriggerValue("tick", Date.now());
  };
  clearInterval(page.timer);
  const timer = (page.timer = setInterval(look, data.seconds * 1000));
  return () => clearInterval(timer);
}
