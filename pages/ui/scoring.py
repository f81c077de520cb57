"""One participant's scores as a grid: what is scored down the side, the criteria across, a number in each cell.

The worksheet behind it keeps one row for each score; the grid finds the participant's row for a cell, or adds it.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import streamlit as st

from pages.ui import boundary, columns, focus, grid_keys, participants, state
from pages.ui.columns import reference_options
from pages.ui.options import segments
from pages.ui.text import s, t
from strategy.method import Column, Worksheet
from strategy.workbook import Change, Delete, Put, Row
from strategy.workbook.drafting import new_row_id

LABEL = "label"


@dataclass
class Grid:
    """The grid one visitor edits: its frame as given, and the edits committed so far."""

    key: str
    frame: pd.DataFrame
    lines: list[str]
    expected: tuple[Any, ...]
    edited: dict[int, dict[str, Any]] = field(default_factory=dict)


def dimensions(sheet: Worksheet) -> list[Column]:
    """What a score is about: the required references and choices of a scored worksheet."""
    return [column for column in sheet.columns if column.required and column.type in ("reference", "choice")]


def scores(sheet: Worksheet) -> list[Column]:
    return [column for column in sheet.columns if column.type == "score" and column.required]


def applies(sheet: Worksheet) -> bool:
    """Whether the worksheet's scores fit a grid: one thing with one or more scores, or two things crossed with one score."""
    if not sheet.scored or "participant" not in sheet.by_id:
        return False
    across, measured = dimensions(sheet), scores(sheet)
    return (len(across) == 1 and bool(measured)) or (len(across) == 2 and len(measured) == 1)


def _options(column: Column) -> dict[str, str]:
    if column.choices:
        return {choice.id: s(choice.title) for choice in column.choices}
    if column.to == ("segment",):  # as the charts call them: the grid has little room for names
        return segments(row.id for row in state.snapshot().rows("segment"))
    return reference_options(state.snapshot(), column)


def _of_segment(column: Column, options: dict[str, str], segment: str | None) -> dict[str, str]:
    """What there is to score for the segment in focus: of segments themselves only that one, which is one click from all."""
    if segment is None or len(column.to) != 1:
        return options
    if column.to == ("segment",):
        return {name: title for name, title in options.items() if name == segment}
    kept = {row.id for row in focus.within(column.to[0], state.snapshot().rows(column.to[0]), segment)}
    return {name: title for name, title in options.items() if name in kept}


def _mine(sheet: Worksheet, participant: str) -> dict[tuple[str, ...], Row]:
    """The participant's rows by what they score; of several for the same, the latest."""
    names = [column.id for column in dimensions(sheet)]
    rows = [row for row in state.snapshot().rows(sheet.id) if row["participant"] == participant]
    return {tuple(str(row[name]) for name in names): row for row in rows}


def edit(sheet: Worksheet) -> None:
    """The grid of one participant; the visitor's own unless a facilitator enters scores for somebody else."""
    participant = participants.choose(
        sheet, f"scorer.{sheet.id}", t("Scores of"), t("Type a name to enter scores for somebody else.")
    )
    segment = focus.of_sheet(sheet)
    first, *rest = dimensions(sheet)
    lines = _of_segment(first, _options(first), segment)
    across = _of_segment(rest[0], _options(rest[0]), segment) if rest else {column.id: s(column.title) for column in scores(sheet)}
    if not lines or not across or not participant:
        missing = first if not lines or not rest else rest[0]
        st.info(t("There is nothing to score yet. Fill in {name} first.", name=s(missing.title)))
        return
    grid = _current(sheet, str(participant), lines, across, segment)
    low, high = scores(sheet)[0].bounds
    number = {
        name: st.column_config.NumberColumn(title, width=columns.fitting((), title, 160, 80) if len(across) > 1 else "small")
        for name, title in across.items()
    }
    whole = columns.fitting(lines.values(), s(first.title), 2 * columns.PINNED, 120)
    # One column of scores is in reach without holding the names in place, and so they may be as wide as they are.
    pinned = len(across) > 1 or whole <= columns.PINNED
    width = min(whole, columns.PINNED) if pinned else whole
    st.data_editor(
        grid.frame,
        key=grid.key,
        hide_index=True,
        disabled=[LABEL],
        column_config={
            LABEL: st.column_config.TextColumn(s(first.title), pinned=pinned, width=width),
            **number,
        },
        on_change=_changed,
        args=(sheet.id, str(participant), segment, grid),
        placeholder="",
        alt=s(sheet.title),
    )
    takes = {name: {"kind": "number", "title": title, "low": low, "high": high} for name, title in across.items()}
    grid_keys.takes(grid.key, sheet.id, takes, grid.lines)
    grid_keys.refused(sheet.id)
    mine = _mine(sheet, str(participant))
    places = [(line, name) if rest else (line,) for line in lines for name in (across if rest else [""])]
    done = sum(mine[place][column.id] is not None for place in places if place in mine for column in scores(sheet))
    total = len(lines) * len(across)
    st.caption(
        t(
            "From {low} to {high}. Scored: {done} of {total}.",
            low=f"{low:g}",
            high=f"{high:g}",
            done=done,
            total=total,
        )
    )


def _current(sheet: Worksheet, participant: str, lines: dict[str, str], across: dict[str, str], segment: str | None) -> Grid:
    mine = _mine(sheet, participant)
    crossed = len(dimensions(sheet)) == 2
    column = scores(sheet)[0].id

    def value(line: str, name: str) -> Any:
        row = mine.get((line, name) if crossed else (line,))
        return row[column if crossed else name] if row else None

    expected = (tuple(lines.items()), tuple(across.items()), tuple(sorted((row.id, row.version) for row in mine.values())))
    memo = _memo(sheet, participant, segment)
    grid: Grid | None = state.get_memo(memo)
    if grid is not None and state.rendered(grid.key) and grid.expected == expected:
        return grid
    data: dict[str, Any] = {LABEL: list(lines.values())}
    data |= {name: pd.array([value(line, name) for line in lines], dtype="Float64") for name in across}
    fresh = Grid(f"scores.{sheet.id}.{uuid.uuid4().hex[:6]}", pd.DataFrame(data), list(lines), expected)
    state.put_memo(memo, fresh)
    return fresh


def _memo(sheet: Worksheet, participant: str, segment: str | None) -> str:
    return f"scores.{state.plan_key()}.{state.snapshot().cycle}.{sheet.id}.{participant}.{segment or ''}"


@state.callback
def _changed(sheet_id: str, participant: str, segment: str | None, drawn: Grid) -> None:
    def typed() -> str:
        return columns.new_words((state.widget_value(drawn.key) or {}).get("edited_rows", {}), drawn.edited)

    sheet = boundary.snapshot_for(typed).method.worksheet(sheet_id)
    memo = _memo(sheet, participant, segment)
    grid: Grid | None = state.get_memo(memo)
    if grid is None:
        return
    edits = (state.widget_value(grid.key) or {}).get("edited_rows", {})
    changes: dict[tuple[str, ...], Change] = {}
    for position, values in edits.items():
        for name, value in values.items():
            if grid.edited.get(position, {}).get(name) != value or name not in grid.edited.get(position, {}):
                _put(sheet, participant, grid.lines[int(position)], name, value, changes)
    if changes:
        grid_keys.go_on()
    if changes and state.commit(list(changes.values())) is None:
        state.forget(memo)
        return
    grid.edited = {position: dict(values) for position, values in edits.items()}
    rows = tuple(sorted((row.id, row.version) for row in _mine(sheet, participant).values()))
    grid.expected = (*grid.expected[:2], rows)


def _put(sheet: Worksheet, participant: str, line: str, name: str, value: Any, changes: dict[tuple[str, ...], Change]) -> None:
    """The change for one cell: the participant's row is changed, added, or deleted with its only score."""
    first, *rest = dimensions(sheet)
    place = (line, name) if rest else (line,)
    score = scores(sheet)[0].id if rest else name
    row = _mine(sheet, participant).get(place)
    if row is not None:
        alone = len(scores(sheet)) == 1 and value is None
        changes[place] = Delete(sheet.id, row.id) if alone else Put(sheet.id, row.id, {score: value})
        return
    about = {first.id: line} | ({rest[0].id: name} if rest else {}) | {"participant": participant, score: value}
    earlier = changes.get(place)
    changes[place] = Put(
        sheet.id,
        earlier.row_id if earlier else new_row_id(sheet.id),
        {**(earlier.values if isinstance(earlier, Put) else {}), **about},
    )
