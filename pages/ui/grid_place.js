// Where somebody is in a grid that is drawn anew under their hands: in the same row and column again. See grid_keys.py.

/** How long the grid that takes the place of another may take to be there, in milliseconds. */
const DRAWN = 3000;

/** The cell last gone to, by what its grid is about and the ids of its row and column, and what had been typed there. */
let place = null;

/** The grid as it is shown, with what the page says of it, or null. A grid sorted by its reader shows its rows in another order. */
function known(canvas) {
  const grid = canvas?.isConnected ? gridOf(canvas) : null;
  const sorted = grid?.columns.some(({ title }) => /^[\u2191\u2193]/.test(title));
  return grid && !sorted ? { grid, about: null, rows: [], ...described(canvas) } : null;
}

/** Note which cell is selected. Nothing is open there yet, or nothing any more. */
function notePlace() {
  const at = known(canvas);
  const cell = at?.grid.current?.cell ?? [];
  const row = at?.rows[cell[1]];
  place = null;
  if (row === undefined) return;
  const column = at.grid.columns[cell[0]].id;
  place = { canvas, about: at.about, row, column, shown: at.grid.cellAt(cell).copyData, page: location.href, text: null };
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
  const cell = at && place === was ? [at.grid.columns.findIndex(({ id }) => id === was.column), at.rows.indexOf(was.row)] : [-1];
  if (cell.includes(-1)) return null;
  canvas = anew;
  at.grid.select(cell);
  // First the cell, then the focus: a grid that gets it without a cell chooses its first one.
  await until(() => gridOf(canvas)?.current?.cell.join() === cell.join(), CLOSED);
  canvas.focus({ preventScroll: true });
  notePlace();
  const text = place?.shown === was.shown ? was.text : null;
  if (key === null && text === null) return canvas;
  press(canvas, { key: key ?? "Enter" });
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
