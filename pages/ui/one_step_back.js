// One entry in the browser's history for one page. See one_step_back.py.

/** What the frame writes into the address of a page that was reached without it. */
const FRAME = ["plan", "lang"];
/**
 * For how long, in milliseconds, a change of the query may turn out to be the first half of a way to another page even if the visitor
 * has done something since. Without anything done it may take as long as a busy server takes.
 */
const HALFWAY = 3000;

/** Whether the address only gains what the frame writes: then it is the same place, told in full. */
function completes(now, next) {
  const had = new URLSearchParams(now.search);
  const has = new URLSearchParams(next.search);
  const kept = [...had].every(([name, value]) => has.get(name) === value);
  const gained = [...has.keys()].filter((name) => !had.has(name));
  return kept && gained.length > 0 && gained.every((name) => FRAME.includes(name));
}

function listenToHistory() {
  const push = history.pushState.bind(history);
  /** The query last written into the address of this page, when, and after how many gestures: it may be the next page's, ahead of its path. */
  let halfway = null;
  /** How much the visitor has done so far, and how much when this page was reached. */
  let done = 0;
  let arrived = -1;
  for (const gesture of ["pointerdown", "keydown", "click"]) window.addEventListener(gesture, () => (done += 1), true);
  window.addEventListener("popstate", () => (arrived = done += 1), true);
  history.pushState = (state, title, url) => {
    const next = new URL(url ?? location.href, location.href);
    const samePage = next.pathname === location.pathname;
    // What changes without the visitor is the same place too: a view chosen just before the page was left comes along and is taken away.
    if (samePage && (arrived === done || completes(location, next))) return history.replaceState(state, title, url);
    if (samePage) {
      halfway = { search: next.search, at: performance.now(), done };
      return push(state, title, url);
    }
    const oneWay = halfway && (halfway.done === done || performance.now() - halfway.at < HALFWAY);
    const on = oneWay && halfway.search === next.search && location.search === next.search;
    halfway = null;
    arrived = done;
    // The entry of the first half becomes that of the page: were it kept, one step back would lead to the place before twice.
    return on ? history.replaceState(state, title, url) : push(state, title, url);
  };
}

export default function () {
  if (window.ninefoldHistory) return;
  window.ninefoldHistory = true;
  listenToHistory();
}
