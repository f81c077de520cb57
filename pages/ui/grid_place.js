// Where somebody is in a grid that is drawn anew under their hands: in the same row and column again. See grid_keys.py.

/** How long the grid that takes the place of another may take to be there, in milliseconds. */
const DRAWN = 10000;
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

/** Note which cell is selected, where nothing has been typed that is not in it yet. */
function notePlace() {
  const at = known(canvas);
  const cell = at?.grid.current?.cell;
  place = null;
  if (!cell) return;
  const row = at.rows[cell[1]] ?? (at.grid.grows ? NEW : undefined);
  if (row === undefined) return;
  const column = at.grid.columns[cell[0]].id;
  const shown = row === NEW ? null : at.grid.cellAt(cell).copyData;
  place = { canvas, about: at.about, row, line: cell[1], column, shown, page: location.href, text: null };
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

/**
 * Go to the place in the grid that took the other's place, and open the cell there where `key` opens it or something had been typed
 * in it; or null. What had been typed is not written over what somebody else put there meanwhile.
 */
async function backToPlace(key = null) {
  if (!isTakenAway()) return null;
  const was = place;
  const anew = await until(() => canvasAnew(was), DRAWN);
  const at = known(anew);
  if (!at || place !== was || (was.row === NEW && !at.grid.grows)) return null;
  const cell = [at.grid.columns.findIndex(({ id }) => id === was.column), was.row === NEW ? at.grid.rows : at.rows.indexOf(was.row)];
  if (cell.includes(-1)) return null;
  canvas = anew;
  at.grid.select(cell);
  // First the cell, then the focus: a grid that gets it without a cell chooses its first one.
  await until(() => gridOf(canvas)?.current?.cell.join() === cell.join(), CLOSED);
  canvas.focus({ preventScroll: true });
  notePlace();
  const text = place?.shown === was.shown ? was.text : null;
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
  const onUse = ({ target, isTrusted }) => {
    if (isTrusted && !gridAt(target) && !inEditor(target) && target !== document.body) place = null;
  };
  document.addEventListener("pointerdown", onUse, true);
  document.addEventListener("focusin", onUse, true);
  const onMoved = ({ target }) => gridAt(target) && notePlace();
  document.addEventListener("pointerup", onMoved, true);
  document.addEventListener("keyup", onMoved, true);
  document.addEventListener("input", ({ target }) => place && inEditor(target) && (place.text = target.value), true);
}
