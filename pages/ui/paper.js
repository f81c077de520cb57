// What is printed of a page: charts and tables whole, and as wide as paper. See paper.py.

/** A sheet of A4 upright without its margins, in pixels of the page. */
const PAPER = 690;
const HOLDER = "[data-testid=stElementContainer]";

const narrowed = (element) => {
  element.style.zoom = Math.min(1, PAPER / element.offsetWidth);
};

/** A chart as it stands on the screen. Streamlit takes the chart itself off the page until it is drawn at its new width, and paper does not wait. */
function still(chart) {
  const drawn = chart.querySelector(".js-plotly-plot"); // the whole of it, because its styles are said of what stands in such an element
  if (!drawn) return;
  const copy = drawn.cloneNode(true);
  // What cuts a drawing to its frame is looked up by its id, and would be found in the chart that is hidden, where it cuts all away.
  copy.innerHTML = drawn.innerHTML.replace(/ id="([^"]+)"/g, ' id="$1-printed"').replace(/url\((['"]|&quot;)?#([^'")&]+)/g, "url($1#$2-printed");
  copy.classList.add("ninefold-printed");
  copy.style.width = `${drawn.offsetWidth}px`;
  copy.style.height = `${drawn.offsetHeight}px`;
  copy.style.zoom = Math.min(1, PAPER / drawn.offsetWidth);
  chart.closest(HOLDER).after(copy);
}

function before() {
  document.querySelectorAll("[data-testid=stPlotlyChart]").forEach(still);
  for (const table of document.querySelectorAll("[data-testid=stDataFrame]")) narrowed(table.closest(HOLDER));
}

function after() {
  document.querySelectorAll(".ninefold-printed").forEach((copy) => copy.remove());
  for (const table of document.querySelectorAll("[data-testid=stDataFrame]")) table.closest(HOLDER).style.zoom = "";
}

export default function () {
  if (window.ninefoldPaper) return;
  window.ninefoldPaper = true;
  window.addEventListener("beforeprint", before);
  window.addEventListener("afterprint", after);
}
