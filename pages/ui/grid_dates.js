// Days typed into a cell as the tables show them, 2026-03-15. See grid_keys.py.

/** What was typed into the cell since it was opened, with the key that opened it. The field itself may be drawn anew meanwhile. */
let spelt = "";

/**
 * Note a key typed into a date field, and give the field the day once the keys spell one. The browser's field takes digits in the order
 * of the browser's language: with the month in front, 2026-03-15 becomes a day of the year 60315. Whether the field needs the key no more.
 */
function spellsDay(at, key) {
  if (key.length !== 1) {
    spelt = ""; // an arrow or a deletion: now the parts of the field are edited
    return false;
  }
  spelt = spelt.length < 10 ? spelt + key : key;
  const day = /^\d{4}\D/.test(spelt) ? readDate(spelt) : null;
  if (typeof day !== "string") return false;
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(at, day);
  at.dispatchEvent(new InputEvent("input", { bubbles: true }));
  return true;
}

const isDay = (at) => at instanceof HTMLInputElement && at.type === "date";
