"""What the grid behind `st.data_editor` cannot be told by Streamlit (1.67): every key is kept, and what is pasted is read as it was meant.

Keys
    The grid looks after every key, in a timer, whether the cell is to be closed. On a busy browser the timer of the last letter can come
    after the Enter that follows it, sees that the cell is closing, and closes it without the text. So the grid's cell editor is not
    told of keys that only type; the browser puts them into the field all the same. A field for numbers or days has to be told of the
    keys that edit it, so there the key that closes the cell waits until their timers are through. In another timer such a field
    selects all it holds when it opens, and what is typed next is written over what came before. The line at the foot takes no letters
    at all, and a cell that is opening or closing loses them: there they wait, and are typed as soon as a cell is open
    (``grid_keys.js``).

Days
    A cell for a day is the browser's date field, which takes digits in the order of the browser's language. A day typed as the tables
    show it became one of the year 70315. So such keys are read as a whole (``grid_dates.js``).

Places
    A table is drawn anew for what others changed, and the new one knows nothing of the cell selected in the one before: a key then did
    nothing. So the page goes to the same row and column again, and on with what was being typed there; where somebody else has changed
    that very cell, what was typed is said (``grid_place.js``).

Pasting
    The grid takes `40%` for 0.4 and `1,5` for 15, and passes over in silence what is not in a list. So the grid is told what each
    column takes, and is handed numbers, days and words it cannot misread; what may mean two things stays out and is said by name
    (``grid_paste.js``). The texts come from the visitor's own clipboard.

Words
    The tools of tables and the lists to choose from have words of their own, in English (``grid_words.js``).

Rejected: an empty last row of our own in place of the grid's foot, because the frame must not change while somebody edits, so the
second new row would have nowhere to go; columns of text in place of numbers, because they sort and align as text.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from pages.ui import state, words
from pages.ui.columns import Labels
from pages.ui.text import s, safe, t
from strategy.language import Message, msg
from strategy.method import Column
from strategy.workbook.values import span

#: How many refused cells are told one by one.
MOST = 8

_KINDS = {"date": "date", "boolean": "boolean", "choices": "several", "references": "several"}


SCRIPT = "\n".join(
    Path(__file__).with_name(name).read_text(encoding="utf-8")
    for name in ("grid_keys.js", "grid_place.js", "grid_dates.js", "grid_paste.js", "grid_words.js")
)
_component = st.components.v2.component("grid_keys", js=SCRIPT)


def of_column(column: Column, title: str, labels: Labels) -> dict[str, Any]:
    """What a worksheet's column takes, for :func:`takes`."""
    if column.is_numeric:
        low, high = column.bounds
        whole = column.type == "integer"
        return {"kind": "number", "title": title, "low": low, "high": high, "whole": whole, "percent": column.type == "percent"}
    kind = _KINDS.get(column.type, "one" if column.id in labels else "text")
    return {"kind": kind, "title": title, "labels": list(labels.get(column.id, {}).values())}


def takes(key: str, about: str, columns: Mapping[str, Mapping[str, Any]], rows: Sequence[str] = ()) -> None:
    """Say what the columns of the editor ``key`` take, as long as it is on the page.

    ``about``: for :func:`refused`, and what the table drawn in its place has in common with it. ``rows``: the ids of the rows as they
    are shown, empty for a row that is not stored yet; without them a table drawn anew is one where nobody is anywhere.
    """
    known: dict[str, Any] = state.memo("grids", dict)
    known[f"st-key-{key.replace('.', '-')}"] = {"about": about, "columns": dict(columns), "rows": list(rows)}


def keep() -> None:
    """Look after the tables on this page, at the end of its run. Draws nothing."""
    grids = state.get_memo("grids") or {}
    state.forget("grids")
    _component(data={"grids": grids, "words": words.of_tools()}, key="grid_keys", height=0, on_refused_change=_refused)


# -- what was pasted and refused ----------------------------------------------------------------------------------------------


def refused(about: str) -> None:
    """Below a table, until the next edit: the cells that a paste into it left as they were, or what was typed over by somebody else."""
    told: dict[str, Any] | None = state.get_memo("grids.refused")
    if told is None or told["about"] != about:
        return
    more = [t("and {count} more", count=told["count"] - MOST)] if told["count"] > MOST else []
    lines = [safe(s(line)) for line in told["lines"]] + more
    body = "  \n".join(lines)
    if told["typed"]:
        st.warning(body, title=t("Somebody else changed the cell while you were typing"), icon=":material/sync_problem:")
    else:
        title = t("Pasted cells left as they were: {count}", count=told["count"])
        st.warning(body, title=title, icon=":material/content_paste_off:")


def go_on() -> None:
    """After an edit: what was refused earlier has been read. The paste itself comes as an edit too, on a busy server seconds later."""
    told: dict[str, Any] | None = state.get_memo("grids.refused")
    if told is not None and time.monotonic() - told["at"] > 10:
        state.forget("grids.refused")


def _refused() -> None:
    value = state.widget_value("grid_keys")
    told = value.get("refused") if value else None
    if not isinstance(told, Mapping) or not isinstance(told.get("cells"), list):
        return
    cells = [cell for cell in told["cells"][:MOST] if isinstance(cell, Mapping)]
    count = max(len(cells), int(_number(told.get("count")) or 0))
    typed = any(cell.get("why") == "changed" for cell in cells)
    said = {"about": told.get("about"), "lines": [_line(cell) for cell in cells], "count": count, "typed": typed}
    state.put_memo("grids.refused", said | {"at": time.monotonic()})


def _line(cell: Mapping[str, Any]) -> Message:
    what, fix = _why(
        str(cell.get("why")), str(cell.get("text", "")).strip()[:60], _number(cell.get("low")), _number(cell.get("high"))
    )
    line = msg("Row {row}, {column}: {what}", row=str(cell.get("row"))[:8], column=str(cell.get("title", ""))[:80], what=what)
    return msg("{line}. {fix}", line=line, fix=fix)


def _number(value: Any) -> float | None:
    return value if isinstance(value, int | float) and math.isfinite(value) else None


def _why(why: str, text: str, low: float | None, high: float | None) -> tuple[Message, Message]:
    """What is wrong with a pasted text, and what to do, as where it is typed or comes from a file."""
    if why == "range":
        return msg("{value} is out of range", value=text), msg("The column takes {span}.", span=span(low, high))
    if why == "list":
        return msg("{value} is not in the list", value=text), msg("Write it as the list of the column does.")
    return {
        "two": (msg("{value} can be read in two ways", value=text), msg("Type digits, such as 1234.5.")),
        "percent": (
            msg("{value} is a percentage, and the column takes other numbers", value=text),
            msg("Type digits, such as 1234.5."),
        ),
        "whole": (msg("{value} is not a whole number", value=text), msg("Round it first.")),
        "date": (msg("{value} is not a date", value=text), msg("Write dates as 2026-03-15.")),
        "changed": (msg("“{value}” was not stored", value=text), msg("Type it again if it is to stand.")),
        "boolean": (msg("{value} is neither yes nor no", value=text), msg("Use true or false.")),
    }.get(why, (msg("{value} is not a number", value=text), msg("Type digits, such as 1234.5.")))
