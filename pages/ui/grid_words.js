// Words of the tools above a table and of lists, in the language of the page. See words.py.

/** What a tool is called for those who cannot see it: "Search: Customer needs". */
const LABELLED = "[data-testid=stElementToolbar] button, .gdg-search-bar button, [data-testid=stDataFrameColumnMenu] [aria-label]";
/** Where words of tools are written. People's own words stand in options and columns, which are left alone. */
const WRITTEN = [
  "[role=tooltip] [data-testid=stTooltipContent]",
  ".gdg-search-status",
  "[data-testid=stDataFrameColumnMenu] [role=menuitem]",
  "[data-testid=stDataFrameColumnVisibilityMenu] > div > label",
  "[data-testid=stMultiSelectDropdown]",
  "[data-testid=stSelectboxVirtualDropdown]",
  "#portal .click-outside-ignore",
  "[data-testid=stDialog]",
  "[data-testid=stToast] button",
].join(", ");

/** "Search: Customer needs" with the tool in our word. */
function named(label, words) {
  const [tool, ...about] = label.split(": ");
  return [Object.hasOwn(words, tool) ? words[tool] : tool, ...about].join(": ");
}

function inOurWords(words) {
  for (const element of document.querySelectorAll(LABELLED)) {
    const label = element.getAttribute("aria-label") ?? "";
    if (named(label, words) !== label) element.setAttribute("aria-label", named(label, words));
  }
  for (const element of document.querySelectorAll(WRITTEN)) {
    const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const text = texts.currentNode;
      const option = text.parentElement.closest("[role=option]");
      // Somebody's own words to be taken as they are: "Add: Ada".
      const own = option?.dataset.key === "__creatable__" ? named(text.nodeValue, words) : text.nodeValue;
      if (own !== text.nodeValue) text.nodeValue = own;
      // What chooses all of a list is an option too, and so is what says that there is none: it has no key.
      if (option && (option.closest("#portal") || !["__select_all__", undefined].includes(option.dataset.key))) continue;
      if (Object.hasOwn(words, text.nodeValue)) text.nodeValue = words[text.nodeValue];
    }
  }
}

export default function (mounted) {
  const first = page.component === null;
  page.component = mounted;
  if (first) {
    listenToKeys();
    listenToPastes();
    listenToPlaces();
    const look = () => {
      inOurWords(page.component.data?.words ?? {});
      if (isTakenAway() && document.activeElement === document.body) hold(backToPlace);
    };
    const changes = { childList: true, subtree: true, characterData: true, attributes: true, attributeFilter: ["aria-label"] };
    new MutationObserver(look).observe(document.body, changes);
  }
  renewPlace();
  inOurWords(mounted.data?.words ?? {});
}
