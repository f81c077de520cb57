"""Write docs/reference.md from the method, the exhibit registry and the samples: ``python -m tests.architecture.reference``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from pages.registry import PLAN, STEP_PAGES, WORKSPACE
from strategy.exhibits.evidence import registry
from strategy.exhibits.model import Setting, Spec
from strategy.language import say
from strategy.method import Column, Method, Step, Worksheet, load_method
from strategy.samples import SAMPLES
from strategy.workbook.views import sql_type

ROOT = Path(__file__).resolve().parents[2]
TARGET = ROOT / "docs" / "reference.md"

#: Environment variable -> what it does. A test holds this list against the source.
VARIABLES: dict[str, str] = {
    "NINEFOLD_HOME": "Folder of the workbooks. Without it, the platform's folder for user data.",
    "NINEFOLD_METHOD": "Folder of a method of your own. Without it, the shipped one in `data/method`.",
    "NINEFOLD_AUTHOR": "Name the command line writes on changes. Without it, your user name.",
    "NINEFOLD_INBOX": "Folder whose files can be chosen on the customer data page, for large ones. Without it, `inbox` in NINEFOLD_HOME.",
    "NINEFOLD_IMPORT_MINUTES": "How long reading a file may take before it is stopped; 30 unless set.",
    "NINEFOLD_IMPORT_GB": "How much memory reading a file may take before it is stopped; 6 unless set.",
    "NINEFOLD_CONNECTION_NAME": "Address of the database connection `name`; see [where the data live](where-data-live.md).",
    "NINEFOLD_POSTGRES": "Folder of the PostgreSQL programs the tests start. Without it, the one found on the machine.",
    "NINEFOLD_MEMORY_LIMIT": "Memory the database of a workbook may take, such as `300MB`; what does not fit goes to disk. Without it, most of the machine's.",
    "NINEFOLD_CHROMIUM": "Chromium the browser tests start. Without it, the one found on the machine.",
    "OPENBLAS_NUM_THREADS": "Threads of the linear algebra library; set to 1 at the start unless you set it yourself.",
}

#: Step id -> its page of the guide.
GUIDE: dict[str, str] = {
    "opening": "opening.md",
    "step_1": "step-1-targets.md",
    "step_2": "step-2-needs.md",
    "step_3": "step-3-positioning.md",
    "step_4": "step-4-mix.md",
    "step_5": "step-5-acquisition.md",
    "step_6": "step-6-retention.md",
    "step_7": "step-7-win-back.md",
    "step_8": "step-8-system.md",
    "step_9": "step-9-circle.md",
}

HEAD = """# Reference

Written by `python -m tests.architecture.reference` from `data/method`, the exhibit registry and the samples. Do not edit it by
hand; a test compares it with what the program says. The [guide](guide/opening.md) explains how to use it all.
"""


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _row(*cells: str) -> str:
    return "| " + " | ".join(_cell(cell) for cell in cells) + " |"


def _table(headings: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    return "\n".join([_row(*headings), "|" + " --- |" * len(headings), *(_row(*row) for row in rows)])


def _span(column: Column) -> str:
    low, high = column.bounds
    if low is None and high is None:
        return ""
    if low is None:
        return f"up to {high:g}"
    return f"{low:g} to {high:g}" if high is not None else f"{low:g} or more"


def _notes(column: Column) -> str:
    parts = []
    if column.to:
        parts.append("refers to " + ", ".join(f"`{name}`" for name in column.to))
    if column.choices:
        parts.append("one of " + ", ".join(f"`{choice.id}`" for choice in column.choices))
    if column.ranged:
        parts.append(f"with `{column.id}_low` and `{column.id}_high`")
    if column.computed:
        parts.append("written by the program")
    return "; ".join(parts)


def _column(column: Column) -> tuple[str, ...]:
    return (
        f"`{column.id}`",
        column.type,
        sql_type(column),
        column.title.en,
        column.title.zh,
        column.unit.en if column.unit else "",
        _span(column),
        "yes" if column.required else "",
        _notes(column),
    )


def _worksheet(sheet: Worksheet) -> Iterator[str]:
    traits = [
        f"row name: `{sheet.label}`",
        *(["optional"] if sheet.optional else []),
        *(["scored by each participant"] if sheet.scored else []),
        *(["rows given by the method: " + ", ".join(f"`{row.id}`" for row in sheet.seed)] if sheet.rows == "fixed" else []),
    ]
    if sheet.seed and sheet.rows == "open":
        traits.append("starts with " + ", ".join(f"`{row.id}`" for row in sheet.seed))
    yield f"#### `{sheet.id}`: {sheet.title.en} / {sheet.title.zh}"
    yield "; ".join(traits) + "."
    headings = ("Column", "Type", "In DuckDB", "English", "Chinese", "Unit", "Range", "Required", "Notes")
    yield _table(headings, [_column(column) for column in sheet.columns])


def _setting(setting: Setting) -> str:
    if setting.choices:
        takes = " or ".join(f"`{name}`" for name, _ in setting.choices)
    elif isinstance(setting.default, (int, float)):
        takes = f"{setting.low:g} to {setting.high:g}" if setting.low is not None and setting.high is not None else "a number"
    else:
        takes = "text"
    return f"`{setting.name}` ({takes}; default `{setting.default!s}`)" if setting.default != "" else f"`{setting.name}` ({takes})"


def _exhibit(spec: Spec) -> tuple[str, ...]:
    return (
        f"`{spec.id}`",
        say(spec.name, "en"),
        say(spec.name, "zh"),
        spec.reads,
        "; ".join(_setting(setting) for setting in spec.settings),
    )


def _step(method: Method, step: Step) -> Iterator[str]:
    number = f"Step {step.number}. " if step.number else ""
    yield f"## {number}{step.title.en} / {step.title.zh}"
    layer = method.layer(step.layer).title
    page = f"`/{STEP_PAGES[step.id][1]}`" if step.id in STEP_PAGES else "none"
    guide = f"; guide: [{GUIDE[step.id]}](guide/{GUIDE[step.id]})" if step.id in GUIDE else ""
    yield f"Id `{step.id}`; layer {layer.en} / {layer.zh}; page {page}{guide}."
    known = registry()
    yield "### " + f"Exhibits of {step.id}"
    yield _table(("Exhibit", "English", "Chinese", "Reads", "Settings"), [_exhibit(known[name]) for name in step.exhibits])
    yield "### " + f"Worksheets of {step.id}"
    for sheet in step.worksheets:
        yield from _worksheet(sheet)
    yield "### " + f"Checks of {step.id}"
    checks = [check for check in method.checks if check.step == step.id]
    rows = [(f"`{c.id}`", str(c.group), c.severity, c.rule.kind, _of_several(c.message.en)) for c in checks]
    yield _table(("Check", "Group", "Severity", "Rule", "Message"), rows) if rows else "None of its own."


def _of_several(template: str) -> str:
    """A template as it is said of several: ``{actual} needs`` for ``{actual:# need|# needs}``."""
    return re.sub(r"\{(\w+):[^{}]*\|([^{}|]*)\}", lambda place: place[2].replace("#", f"{{{place[1]}}}"), template)


def render() -> str:
    """The whole page as Markdown."""
    method = load_method(ROOT / "data" / "method")
    parts: list[str] = [HEAD.strip(), f"Method `{method.id}`, version {method.version}: {method.title.en} / {method.title.zh}."]
    for step in method.steps:
        parts += _step(method, step)
    parts.append("## Worksheets of every step")
    for sheet in method.shared:
        parts += _worksheet(sheet)
    parts.append("## Other pages")
    places = {"/": PLAN, **{f"/{page.path}": page for page in WORKSPACE}}
    pages = [(f"`{at}`", say(page.title, "en"), say(page.title, "zh"), say(page.help, "en")) for at, page in places.items()]
    parts.append(_table(("Address", "English", "Chinese", "What it is for"), pages))
    parts.append("## Samples")
    samples = [(f"`{one.id}`", say(one.title, "en"), say(one.title, "zh"), say(one.about, "en")) for one in SAMPLES.values()]
    parts.append(_table(("Sample", "English", "Chinese", "What it shows"), samples))
    parts.append("## Environment variables")
    parts.append(_table(("Variable", "What it does"), [(f"`{name}`", text) for name, text in VARIABLES.items()]))
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    TARGET.write_text(render(), encoding="utf-8")
    print(TARGET.relative_to(ROOT))
