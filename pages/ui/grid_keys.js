// What a grid knows of itself, and the keys that must not get lost. See grid_keys.py.

/** The script may be loaded more than once in a visit; what it listens with is there once. */
const page = (window.ninefoldPage ??= { component: null });

const CLOSING = ["Enter", "Tab", "Escape"];
const MOVING = ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "PageUp", "PageDown", "Home", "End", "Enter", "Tab", " "];
const CODES = { Backspace: 8, Tab: 9, Enter: 13, Escape: 27, PageUp: 33, PageDown: 34, End: 35, Home: 36 };
Object.assign(CODES, { ArrowLeft: 37, ArrowUp: 38, ArrowRight: 39, ArrowDown: 40, Delete: 46 });
/** How long a cell may take to open: the first one on a page waits for its code. How long it may take to close, in milliseconds. */
const OPENING = 5000;
const CLOSED = 1500;

/** Heights of a grid's heading and of its lines, in pixels. */
const HEADER = 36;
const LINE = 35;

const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

async function until(found, milliseconds) {
  const end = performance.now() + milliseconds;
  for (;;) {
    const value = found();
    if (value || performance.now() > end) return value;
    await pause(8);
  }
}

const canvasOf = (element) => (element instanceof Element && element.closest("[data-testid=stDataFrame] canvas")) || null;
const gridAt = (element) => (element instanceof Element && element.closest("[data-testid=stDataFrameResizable]")) || null;
const scrolledBy = (canvas) => canvas.closest("[data-testid=stDataFrame]")?.querySelector(".dvn-scroller")?.scrollTop ?? 0;
const inEditor = (element) => element instanceof Element && Boolean(element.closest("#portal .gdg-clip-region"));
const editorIsOpen = () => document.querySelector("#portal .gdg-clip-region") !== null;

/** The field of the open cell, once it takes keys. */
function field() {
  const at = document.activeElement;
  return inEditor(at) && at.matches("textarea, input") ? at : null;
}

/**
 * Rows, columns in the order shown, selection and cells of a grid, or null. The grid draws on a canvas and says nowhere in the page
 * whether its foot is selected, so its properties are read where React keeps them. Where a later React keeps them elsewhere,
 * everything here lets the grid do as it does by itself.
 */
function gridOf(canvas) {
  const own = canvas && Object.keys(canvas).find((name) => name.startsWith("__reactFiber$"));
  let top = own ? canvas[own] : null;
  while (top?.return) top = top.return;
  // From the root downwards, because only there all is as last drawn.
  const waiting = top?.stateNode?.current ? [[top.stateNode.current, null]] : [];
  while (waiting.length) {
    const place = waiting.pop();
    const [fiber, above] = place;
    if (fiber.stateNode === canvas) {
      for (let at = place; at; at = at[1]) {
        const known = at[0].memoizedProps;
        if (known?.gridSelection && known.getCellContent && Array.isArray(known.columns)) {
          const { rows, columns, gridSelection, getCellContent, onRowAppended, onGridSelectionChange } = known;
          const range = ([x, y]) => ({ x, y, width: 1, height: 1 });
          const select = (cell) => onGridSelectionChange?.({ ...gridSelection, current: { cell, range: range(cell), rangeStack: [] } });
          return { rows, columns, current: gridSelection.current, cellAt: getCellContent, grows: Boolean(onRowAppended), select };
        }
      }
      return null;
    }
    if (fiber.sibling) waiting.push([fiber.sibling, above]);
    if (fiber.child) waiting.push([fiber.child, place]);
  }
  return null;
}

/** "foot": a line that adds a row when it is chosen; "cell": a cell that can be written in; otherwise null. */
function selected(canvas) {
  const grid = gridOf(canvas);
  if (!grid?.current) return null;
  const [column, row] = grid.current.cell;
  if (row >= grid.rows) return grid.grows ? "foot" : null;
  const cell = grid.cellAt([column, row]);
  return cell?.allowOverlay && cell.readonly !== true ? "cell" : null;
}

/**
 * The foot, if it is selected: its place, as a text. A finger's second tap on a cell opens it, but the foot has nothing to open, so that
 * after the Enter that led there no tap would add a row.
 */
function footOf(canvas) {
  return canvas && selected(canvas) === "foot" ? gridOf(canvas).current.cell.join() : null;
}

/** Whether a place on the screen is in the line at the foot that adds a row. */
function isAtFoot(canvas, clientY) {
  const grid = gridOf(canvas);
  if (!grid?.grows) return false;
  return Math.floor((clientY - canvas.getBoundingClientRect().top + scrolledBy(canvas) - HEADER) / LINE) === grid.rows;
}

/** The field of a cell that opens, once it takes keys and has set its selection: until then it selects what is typed meanwhile. */
async function opened(milliseconds) {
  await until(() => field() ?? isTakenAway(), milliseconds);
  const found = field();
  if (found) await pause(0);
  if (found) notePlace(); // a click at the foot opens another cell than the one selected before
  return found;
}

/** The same for a cell that `key` opens, also where its grid is drawn anew just then. */
async function openedBy(key) {
  const found = (await opened(OPENING)) ?? (await backToPlace(key));
  if (found && place && key.length === 1) place.text = key;
  return found;
}

function press(element, { key, shiftKey = false }) {
  const keyCode = CODES[key] ?? key.toUpperCase().charCodeAt(0);
  element.dispatchEvent(new KeyboardEvent("keydown", { key, keyCode, shiftKey, bubbles: true, cancelable: true }));
}

function write(element, text) {
  if (document.execCommand("insertText", false, text)) return;
  const kind = element instanceof HTMLTextAreaElement ? HTMLTextAreaElement : HTMLInputElement;
  Object.getOwnPropertyDescriptor(kind.prototype, "value").set.call(element, element.value + text);
  element.dispatchEvent(new InputEvent("input", { bubbles: true, data: text, inputType: "insertText" }));
}

function swallow(event) {
  event.preventDefault();
  event.stopImmediatePropagation();
}

/**
 * Streamlit's grid stays on its cell when the pointer has left it: what is typed next would be written over what was typed last.
 * So the pointer is said to be over the selected row before the selection moves.
 */
let pointerMoved = false;

async function comeBack() {
  if (!pointerMoved || !canvas?.isConnected) return;
  const box = canvas.getBoundingClientRect();
  const row = gridOf(canvas)?.current?.cell[1] ?? 0;
  const clientY = box.top + Math.min(Math.max(HEADER + LINE * (row + 0.5) - scrolledBy(canvas), HEADER + 4), box.height - 4);
  canvas.dispatchEvent(new PointerEvent("pointermove", { clientX: box.left + 8, clientY, bubbles: true, pointerType: "mouse" }));
  pointerMoved = false;
  await pause(20);
}

/** Whether a key moves the selection; the tab that leaves a grid is the browser's. */
function moves(event) {
  if (inEditor(event.target)) return event.key === "Tab" || (event.key === "Enter" && !event.shiftKey);
  if (!canvasOf(event.target) || !MOVING.includes(event.key)) return false;
  const grid = event.key === "Tab" ? gridOf(canvasOf(event.target)) : null;
  return !grid || grid.current?.cell[0] !== (event.shiftKey ? 0 : grid.columns.length - 1);
}

/** Keys typed while a cell opens or closes, in their order; null: nothing opens or closes. */
let waiting = null;
let holding = false;
/** The grid last used, and what in it had the focus last. */
let canvas = null;
let held = null;

/** Keep all keys until `ready`, and then type them; where nothing opens after all, they are of no use. */
async function hold(ready) {
  if (holding) return;
  holding = true;
  waiting ??= [];
  try {
    if ((await ready()) === null) return;
    while (waiting.length) await typeOn();
  } finally {
    holding = false;
    waiting = null;
    if (canvas?.isConnected && !editorIsOpen()) notePlace();
  }
}

async function typeOn() {
  const at = field();
  if (at) {
    let text = "";
    while (waiting[0]?.key.length === 1) text += waiting.shift().key;
    if (text && isDay(at)) for (const key of text) spellsDay(at, key);
    else if (text) write(at, text);
    else {
      const next = waiting.shift();
      const closes = CLOSING.includes(next.key);
      // The editor was told of arrows, Backspace or Shift, and looks after each of them before it may close.
      if (closes) await pause(0);
      if (next.key === "Backspace") document.execCommand("delete");
      else press(at, next);
      if (closes) await until(() => !editorIsOpen(), CLOSED);
    }
    await pause(0); // the grid takes note of the text before the next key comes
    return;
  }
  const next = waiting.shift();
  if (!canvas?.isConnected && (await backToPlace()) === null) return;
  const where = selected(canvas);
  const opens = where !== null && (next.key.length === 1 || next.key === "Enter");
  const adds = where === "foot" && opens;
  spelt = opens && !adds && next.key.length === 1 ? next.key : "";
  press(canvas, adds ? { key: "Enter" } : next);
  if (!opens) return pause(0);
  if (!(await openedBy(next.key))) waiting.length = 0;
  else if (adds && next.key.trim().length === 1) waiting.unshift(next);
}

/** Whether a key only writes. The grid's cell editor is not told of it, or it may close the cell without its last letter. */
function onlyWrites(event) {
  const at = event.target;
  if (!inEditor(at)) return false;
  if (at.tagName === "TEXTAREA") return !CLOSING.includes(event.key);
  // A field for numbers or dates has keys of its own, such as the arrows; a list to choose from has more, and is left alone.
  return at.tagName === "INPUT" && at.getAttribute("role") !== "combobox" && event.key.length === 1;
}

/**
 * The grid gives the focus to a hidden cell, after an edit sometimes to that of an earlier one. When scrolling takes that cell out of the
 * page, nothing has the focus, and whatever is typed next would go nowhere.
 */
const isLost = (at) => at === document.body && held !== null && !held.isConnected && Boolean(canvas?.isConnected);

function onKey(event) {
  if (!event.isTrusted) return;
  const at = event.target;
  const plain = !(event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.keyCode === 229);
  if (waiting && plain && (at === document.body || inEditor(at) || canvasOf(at))) {
    if (event.key.length !== 1 && !(event.key in CODES)) return;
    swallow(event);
    waiting.push({ key: event.key, shiftKey: event.shiftKey });
    return;
  }
  if (plain && isDay(at) && inEditor(at) && !CLOSING.includes(event.key) && spellsDay(at, event.key)) {
    swallow(event);
    return;
  }
  if (onlyWrites(event)) {
    event.stopPropagation();
    return;
  }
  if (plain && at === document.body && isTakenAway() && (event.key.length === 1 || event.key in CODES)) {
    swallow(event);
    waiting = [{ key: event.key, shiftKey: event.shiftKey }];
    hold(async () => true);
    return;
  }
  const lost = isLost(at);
  if (lost) canvas.focus({ preventScroll: true });
  if (!plain) return;
  if (lost && (event.key.length === 1 || event.key in CODES)) {
    swallow(event);
    waiting = [{ key: event.key, shiftKey: event.shiftKey }];
    hold(comeBack);
    return;
  }
  if (pointerMoved && moves(event)) {
    swallow(event);
    canvas = canvasOf(at) ?? canvas;
    waiting = [{ key: event.key, shiftKey: event.shiftKey }];
    hold(comeBack);
    return;
  }
  if (inEditor(at)) {
    if (!CLOSING.includes(event.key) || (event.key === "Enter" && event.shiftKey)) return;
    if (at.tagName === "INPUT" && at.getAttribute("role") !== "combobox") {
      swallow(event);
      waiting = [{ key: event.key, shiftKey: event.shiftKey }];
      hold(async () => true);
    } else hold(() => until(() => !editorIsOpen(), CLOSED));
    return;
  }
  canvas = canvasOf(at) ?? canvas;
  if (!canvasOf(at) || (event.key.length !== 1 && event.key !== "Enter")) return;
  const where = selected(canvas);
  if (where === "foot" && event.key.trim().length === 1) {
    swallow(event);
    waiting = [{ key: event.key }];
    hold(comeBack);
  } else if (where) {
    spelt = event.key.length === 1 ? event.key : "";
    hold(() => openedBy(event.key));
  }
}

function listenToKeys() {
  document.addEventListener("keydown", onKey, true);
  const onMove = (event) => {
    if (!event.isTrusted) return;
    if (waiting?.length) event.stopImmediatePropagation();
    else pointerMoved = true;
  };
  window.addEventListener("pointermove", onMove, true);
  let tapped = null;
  let adding = false;
  const onUse = (event) => {
    const grid = gridAt(event.target);
    held = grid ? event.target : null;
    canvas = grid?.querySelector("[data-testid=data-grid-canvas]") ?? canvas;
    if (event.type !== "pointerdown") return;
    spelt = "";
    tapped = event.pointerType === "touch" && grid ? footOf(canvas) : null;
    adding = Boolean(grid && canvas) && isAtFoot(canvas, event.clientY); // when the click is told of, the line is there already
  };
  document.addEventListener("pointerdown", onUse, true);
  document.addEventListener("focusin", onUse, true);
  // A click at the foot adds a row and opens its cell a moment later.
  const onClick = ({ target }) => {
    if (!gridAt(target)) return;
    if (tapped && tapped === footOf(canvas) && target.closest("[data-testid=stDataFrame]")) press(canvas, { key: "Enter" });
    hold(() => opened(adding ? OPENING : 80).then(() => true));
  };
  document.addEventListener("click", onClick, true);
}
