// Where somebody is in a grid that is drawn anew under their hands: in the same row and column again. See grid_keys.py.

/** How long the grid that takes the place of another may take to be there, in milliseconds. */
const DRAWN = 10000;
/** How long it may take to select a cell, in milliseconds. */
const SELECTED = 200;
/** The id of a row that is not stored yet: the line at the foot, or one added there in which nothing has been written. */
const NEW = "";

/** The cell last gone to, by what its grid is about and the ids of its row and column, and what had been typed there. */
let place = null;

/** The grid as it is shown, with what the page says of it, or null. A grid sorted by its reader shows its rows in another order. */
function known(canvas) {
  const grid = canvas?.isConnected ? gridOf(canvas) : null;
  const sorted = grid?.columns.some(({ title }) => /^[\u2191\u2193]/.test(title));
  return grid && !sorted ? { grid, about: null, rows: [], ...described(canvas) } : null;
}

/** What a cell shows, by whichever of the names that cells of different types have for it. */
const shownIn = ({ displayData, copyData, data }) => displayData ?? copyData ?? String(data ?? "");

/** Note which cell is selected, where nothing has been typed that is not in it yet. */
function notePlace() {
  const at = known(canvas);
  const cell = at?.grid.current?.cell;
  place = null;
  if (!cell) return;
  const row = at.rows[cell[1]] ?? (at.grid.grows ? NEW : undefined);
  if (row === undefined) return;
  const column = at.grid.columns[cell[0]].id;
  const shown = row === NEW ? null : shownIn(at.grid.cellAt(cell));
  place = { canvas, about: at.about, row, line: cell[1], column, shown, page: location.href, text: null };
}

/** The same for the cell that is open and not known yet, as long as its grid is there; one taken away is left where it was. */
function noteOpen() {
  if (place?.text == null && canvas?.isConnected && editorIsOpen()) notePlace();
}

/** What the page says of its grids is new: a row that was not stored may be by now. */
function renewPlace() {
  if (place?.row === NEW) place.row = known(place.canvas)?.rows[place.line] ?? NEW;
}

/** The canvas of the grid now there for what the place is in, once it can be asked. */
function canvasAnew({ about }) {
  for (const [name, grid] of Object.entries(page.component?.data?.grids ?? {})) {
    const found = grid.about === about ? document.querySelector(`.${CSS.escape(name)} [data-testid=data-grid-canvas]`) : null;
    if (found && gridOf(found)) return found;
  }
  return null;
}

const isTakenAway = () => place !== null && !place.canvas.isConnected && place.page === location.href;

/** The cell of a place in a grid as it is now, or null. */
function cellOf(was, { grid, rows }) {
  const cell = [grid.columns.findIndex(({ id }) => id === was.column), was.row === NEW && grid.grows ? grid.rows : rows.indexOf(was.row)];
  return cell.includes(-1) ? null : cell;
}

/** Select the cell of a place in the grid that is there now, and again: one just drawn may let go of what is selected in it. */
async function selectAnew(was) {
  const end = performance.now() + CLOSED;
  for (;;) {
    const anew = canvasAnew(was);
    const at = known(anew);
    const cell = at && place === was ? cellOf(was, at) : null;
    if (!cell) return null;
    if (at.grid.current?.cell.join() === cell.join()) return anew;
    if (performance.now() > end) return null;
    at.grid.select(cell);
    await until(() => gridOf(anew)?.current?.cell.join() === cell.join(), SELECTED);
  }
}

/** Say what had been typed in a cell that somebody else has changed meanwhile, or whose row they have deleted. */
function tellOfText({ about, line, column, text }) {
  const named = Object.values(page.component?.data?.grids ?? {}).find((grid) => grid.about === about)?.columns ?? {};
  const title = named[nameOf({ id: column })]?.title ?? "";
  if (text) tell(about, [{ why: "changed", row: line + 1, title, text: text.slice(0, 80) }]);
}

/**
 * Go to the place in the grid that took the other's place, and open the cell there where `key` opens it or something had been typed
 * in it; or null. What had been typed is not written over what somebody else put there meanwhile, but said.
 */
async function backToPlace(key = null) {
  if (!isTakenAway()) return null;
  const was = place;
  await until(() => canvasAnew(was), DRAWN);
  const anew = await selectAnew(was);
  if (!anew) {
    if (place !== was) return null;
    place = null;
    tellOfText(was);
    return null;
  }
  canvas = anew;
  // First the cell, then the focus: a grid that gets it without a cell chooses its first one.
  canvas.focus({ preventScroll: true });
  notePlace();
  const isAsItWas = place?.shown === was.shown;
  if (!isAsItWas && place?.shown !== was.text) tellOfText(was);
  const text = isAsItWas ? was.text : null;
  if (key === null && text === null) return canvas;
  press(canvas, { key: was.row === NEW ? "Enter" : (key ?? "Enter") });
  const open = await opened(OPENING);
  if (!open || text === null) return open;
  if (isDay(open)) for (const digit of text) spellsDay(open, digit);
  else {
    open.select();
    write(open, text);
  }
  return open;
}

function listenToPlaces() {
  const onUse = ({ target, isTrusted, type }) => {
    if (!isTrusted || inEditor(target) || target === document.body) return;
    // A press in a grid leads to another cell. Until that one is known, nobody is anywhere, least of all where they were before.
    if (!gridAt(target) || type === "pointerdown") place = null;
  };
  document.addEventListener("pointerdown", onUse, true);
  document.addEventListener("focusin", onUse, true);
  const onMoved = ({ target }) => gridAt(target) && notePlace();
  for (const type of ["pointerup", "pointercancel", "keyup"]) document.addEventListener(type, onMoved, true);
  // The foot opens a cell while the button is still down: the release and the click are then told to the cell, not to the grid.
  document.addEventListener("focusin", ({ target }) => inEditor(target) && setTimeout(noteOpen), true);
  const onInput = ({ target }) => {
    if (!inEditor(target)) return;
    noteOpen();
    if (place) place.text = target.value;
  };
  document.addEventListener("input", onInput, true);
}
