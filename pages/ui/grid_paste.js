// What is pasted into a grid, read as it was meant. See grid_keys.py.

/** A text that no column of numbers, days or choices takes: the cell stays as it is. */
const NOTHING = "\u2716";
const TOLD = 20;

/** What the columns of a grid take, and what it is about; both empty for a grid nobody described. */
function described(canvas) {
  for (const [name, grid] of Object.entries(page.component?.data?.grids ?? {})) {
    if (canvas.closest(`.${CSS.escape(name)}`)) return grid;
  }
  return { about: null, columns: {} };
}

const nameOf = (column) => /^_column-(.*)-\d+$/s.exec(column?.id ?? "")?.[1];

// Each reader returns the text for the grid, or {why}: the cell is left as it is.

function readNumber(text, takes) {
  let digits = text.normalize("NFKC").replace(/[\s\u00a0\u202f]+$|^[\s\u00a0\u202f]+/g, "").replace(/^[\u2212\u2013]/, "-");
  if (digits.endsWith("%")) {
    if (!takes.percent) return { why: "percent" };
    digits = digits.slice(0, -1).trim();
  }
  const commas = /^([+-]?)(\d+),(\d+)$/.exec(digits);
  if (/^[+-]?\d{1,3}(,\d{3})+\.\d+$|^[+-]?\d{1,3}(,\d{3}){2,}$/.test(digits)) digits = digits.replaceAll(",", "");
  else if (commas && (commas[3].length !== 3 || commas[2] === "0" || commas[2].length > 3)) digits = digits.replace(",", ".");
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i.test(digits)) return { why: /\d.*[.,].*\d/.test(digits) ? "two" : "number" };
  const number = Number(digits);
  if (/e|Infinity/.test(String(number))) return { why: "number" }; // too large or small to be written out
  if ((takes.low ?? -Infinity) > number || (takes.high ?? Infinity) < number) return { why: "range", low: takes.low, high: takes.high };
  if (takes.whole && !Number.isInteger(number)) return { why: "whole" };
  return String(number);
}

function readDate(text) {
  const parts = /^(\d{4})([-/.年])(\d{1,2})([-/.月])(\d{1,2})日?(?:[T ]\d{2}:\d{2}.*)?$/.exec(text.normalize("NFKC").trim());
  const [year, month, day] = parts ? [parts[1], parts[3].padStart(2, "0"), parts[5].padStart(2, "0")] : [];
  const iso = `${year}-${month}-${day}`;
  const found = parts ? new Date(`${iso}T00:00:00Z`) : null;
  return found && !Number.isNaN(found.getTime()) && found.toISOString().startsWith(iso) ? iso : { why: "date" };
}

function readBoolean(text) {
  const word = text.normalize("NFKC").trim().toLowerCase();
  if (["true", "yes", "y", "1", "是", "✓"].includes(word)) return "true";
  return ["false", "no", "n", "0", "否"].includes(word) ? "false" : { why: "boolean" };
}

/** A copied list has its commas taken out, and people write capitals and blanks as they like. */
const rough = (text) => text.replace(/[\s,]+/g, " ").trim().toLowerCase();

function fromList(text, labels) {
  const exact = text.replace(/\s+/g, " ").trim();
  if (labels.includes(exact)) return exact;
  const like = labels.filter((label) => rough(label) === rough(text));
  return like.length === 1 ? like[0] : null;
}

function readSeveral(text, labels) {
  for (const split of [/[;；\n]/, null, /[,，、]/]) {
    const items = (split ? text.split(split) : [text]).filter((item) => item.trim());
    const found = items.map((item) => fromList(item, labels));
    if (!found.includes(null)) return JSON.stringify([...new Set(found)]);
  }
  return { why: "list" };
}

function read(text, takes) {
  if (!takes || takes.kind === "text" || !text.trim()) return text;
  if (takes.kind === "number") return readNumber(text, takes);
  if (takes.kind === "date") return readDate(text);
  if (takes.kind === "boolean") return readBoolean(text);
  if (takes.kind === "several") return readSeveral(text, takes.labels);
  return fromList(text, takes.labels) ?? { why: "list" };
}

/** Lines and cells of a copied table. Quotes hold a cell together only where they begin it. */
function parse(text) {
  const lines = [[]];
  const cell = /(?:"((?:[^"]|"")*)"(?=[\t\n]|$)|([^\t\n]*))(\t|\n|$)/y;
  const all = text.replace(/\r\n?/g, "\n").replace(/\n$/, "");
  for (let end = false; !end; ) {
    const [, quoted, bare, mark] = cell.exec(all);
    lines.at(-1).push(quoted === undefined ? bare : quoted.replaceAll('""', '"'));
    if (mark === "\n") lines.push([]);
    end = mark === "";
  }
  return lines;
}

/** What was copied: from a grid its own values, otherwise what is shown. */
function copied(data) {
  const html = data?.getData("text/html") ?? "";
  if (!html.includes("gdg-raw-value")) return parse(data?.getData("text/plain") ?? "");
  const rows = [...new DOMParser().parseFromString(html, "text/html").querySelectorAll("tr")];
  return rows.map((row) => [...row.cells].map((cell) => cell.getAttribute("gdg-raw-value") ?? cell.textContent ?? ""));
}

const quoted = (text) => (/[\t\n"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

function tell(about, refused) {
  if (refused.length) page.component?.setTriggerValue("refused", { about, count: refused.length, cells: refused.slice(0, TOLD) });
}

/** The clipboard as the grid is to read it. */
function forGrid(data, canvas) {
  const grid = gridOf(canvas);
  const { about, columns } = described(canvas);
  if (!grid?.current) return data?.getData("text/plain") ?? "";
  const { x, y } = grid.current.range;
  const refused = [];
  const lines = copied(data).map((line, down) =>
    line.map((text, across) => {
      const takes = columns[nameOf(grid.columns[x + across])];
      const value = read(text, takes);
      if (typeof value === "string") return value;
      refused.push({ ...value, row: y + down + 1, title: takes.title, text: text.slice(0, 80) });
      return NOTHING;
    }),
  );
  tell(about, refused);
  return lines.map((line) => line.map(quoted).join("\t")).join("\n");
}

/**
 * The grid asks the browser for the clipboard while it is told of a paste. It is answered from the paste itself, which needs no leave of
 * the visitor, and works where a browser has no clipboard to ask: on an address without https.
 */
function answerPastes() {
  const pasted = () => (window.event?.type === "paste" && canvasOf(document.activeElement) ? window.event.clipboardData : null);
  const answer = (data) => {
    const text = forGrid(data, canvasOf(document.activeElement));
    return [{ types: ["text/plain"], getType: async () => new Blob([text], { type: "text/plain" }) }];
  };
  const real = navigator.clipboard;
  if (!real) {
    const ours = { read: async () => answer(pasted()) };
    Object.defineProperty(navigator, "clipboard", { configurable: true, get: () => (pasted() ? ours : undefined) });
    return;
  }
  const ask = real.read?.bind(real);
  Object.defineProperty(real, "read", { configurable: true, value: async () => (pasted() ? answer(pasted()) : ask()) });
}

/** Into a number that is being typed: its field would leave out the marks it does not know. */
function onPaste(event) {
  const at = event.target;
  if (!inEditor(at) || at.tagName !== "INPUT" || at.getAttribute("role") === "combobox" || !canvas) return;
  const grid = gridOf(canvas);
  const { about, columns } = described(canvas);
  const takes = grid?.current && columns[nameOf(grid.columns[grid.current.cell[0]])];
  if (takes?.kind !== "number") return;
  const text = event.clipboardData?.getData("text/plain") ?? "";
  const value = read(text, takes);
  swallow(event);
  if (typeof value === "string") write(at, value);
  else tell(about, [{ ...value, row: grid.current.cell[1] + 1, title: takes.title, text: text.slice(0, 80) }]);
}

function listenToPastes() {
  answerPastes();
  document.addEventListener("paste", onPaste, true);
}
