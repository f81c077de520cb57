"""Write a report by the ending of its name, whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from strategy.errors import InvalidValue, WorkbookError
from strategy.language import Language, msg
from strategy.reports.document import document
from strategy.reports.plan import Plan, plan_of
from strategy.reports.spreadsheet import spreadsheet
from strategy.workbook import Workbook

FORMATS: dict[str, Callable[[Plan], bytes]] = {".html": document, ".xlsx": spreadsheet}


def write_report(workbook: Workbook, target: Path, language: Language) -> None:
    """Write the plan to ``target``, an ``.html`` or ``.xlsx`` file. An earlier file of that name is replaced in one step."""
    make = FORMATS.get(target.suffix.lower())
    if make is None:
        raise InvalidValue(
            msg("A report cannot be written as {name}", name=target.suffix or target.name),
            str(target),
            msg("Choose a name ending in {endings}.", endings=" / ".join(FORMATS)),
        )
    content = make(plan_of(workbook, language))
    write_whole(target, content)


def write_whole(target: Path, content: bytes) -> None:
    """Write a file all or not at all, replacing an earlier one in one step. Raises :class:`WorkbookError`."""
    part = target.with_name(target.name + ".part")
    try:
        part.write_bytes(content)
        part.replace(target)
    except OSError as error:
        with suppress(OSError):  # the reason told is the one that stopped the writing
            part.unlink(missing_ok=True)
        raise WorkbookError(
            msg("The file could not be written: {reason}", reason=error.strerror or str(error)),
            str(target),
            msg("Choose another place."),
        ) from error
