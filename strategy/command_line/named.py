"""What the words of a command stand for: a row by its name, fields by name=value."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress

from strategy.errors import InvalidValue
from strategy.language import msg
from strategy.method import Column, Worksheet
from strategy.workbook import Snapshot

#: Settings of exhibits that name a row, and so are called like its worksheet.
_ROWS_SET = ("segment", "acquisition")


def resolve_row(snapshot: Snapshot, worksheet: str, name: str) -> str:
    """A row by its id, else by a label only one row has; an id not there yet stands for a row to be added.

    Raises:
        InvalidValue: several rows are called so, and none has it as its id.
    """
    if snapshot.row(worksheet, name):
        return name
    matching = [
        row.id
        for row in snapshot.rows(worksheet)
        if name.casefold() in {snapshot.label(worksheet, row.id, language).casefold() for language in ("en", "zh")}
    ]
    if len(matching) > 1:
        raise InvalidValue(
            msg("{count:# row is|# rows are} called {name}", count=len(matching), name=name[:60]),
            worksheet,
            msg("Give the id of the one you mean: {ids}.", ids=", ".join(matching)),
        )
    return matching[0] if matching else name


def fields_of(pairs: Iterable[str]) -> dict[str, str]:
    fields: dict[str, str] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name:
            raise InvalidValue(
                msg("{text} is not of the form field=value", text=pair[:60]),
                None,
                msg("Write name=value, with quotes around spaces."),
            )
        if name in fields:
            raise InvalidValue(msg("The field {name} is given twice", name=name[:60]), None, msg("Give each field once."))
        fields[name] = value
    return fields


def meant(snapshot: Snapshot, sheet: Worksheet, fields: Mapping[str, str]) -> dict[str, str]:
    """``fields`` with rows called by a name, in either language, put as their ids; a rule is tried before it is stored.

    Raises:
        InvalidValue: a name that several rows have, or a rule that finds nobody because it cannot be read.
        UnknownName: a column the worksheet does not have, or a rule of an unknown kind.
    """
    found = {}
    for name, value in fields.items():
        column = sheet.column(name)
        if column.type == "rule":
            _try_rule(value)
        found[name] = _rows_meant(snapshot, column, value) if column.is_reference else value
    return found


def settings_meant(snapshot: Snapshot, settings: Mapping[str, str]) -> dict[str, str]:
    """Settings of an exhibit with a segment or a way of winning customers put as its id, where it is called by its name.

    Raises:
        InvalidValue: a name that several rows have.
    """
    return {name: _row_set(snapshot, name, value) if name in _ROWS_SET and value else value for name, value in settings.items()}


def _row_set(snapshot: Snapshot, worksheet: str, name: str) -> str:
    row_id = resolve_row(snapshot, worksheet, name)
    if worksheet != "segment" or snapshot.row(worksheet, row_id):
        return row_id
    short = [row.id for row in snapshot.segments() if str(row["short_name"] or "").casefold() == name.casefold()]
    return short[0] if len(short) == 1 else row_id


def _rows_meant(snapshot: Snapshot, column: Column, value: str) -> str:
    """The ids of the rows a cell of references names. What is no row's name is left for the workbook to refuse."""
    from strategy.spine.cells import references
    from strategy.spine.headings import plain

    known = references(snapshot, column)
    called = [value] if column.type == "reference" or plain(value) in known else value.split(",")
    ids = []
    for name in (part.strip() for part in called):
        rows = known.get(plain(name), (name,))
        if len(rows) > 1:
            raise InvalidValue(
                msg("{value} may mean several rows: {rows}", value=name[:60], rows=", ".join(rows[:6])),
                column.id,
                msg("Write the id of the row that is meant."),
            )
        ids.append(rows[0])
    return ",".join(ids)


def _try_rule(value: str) -> None:
    """Raise what is wrong with a rule of a segment: stored, it would stop every import to come."""
    from strategy.customers import rule_in_words

    rule = None
    with suppress(ValueError):  # text that is no JSON is refused as such by the workbook
        rule = json.loads(value)
    if rule and isinstance(rule, dict):
        rule_in_words(rule)
