"""What the words of a command stand for: a row by its name, fields by name=value."""

from __future__ import annotations

from collections.abc import Iterable

from strategy.errors import InvalidValue
from strategy.language import msg
from strategy.workbook import Snapshot


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
