"""The command for files of interactions: calls, visits, complaints."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from strategy.command_line.commands import Outcome, chosen, file_of, open_plan
from strategy.language import Language, msg, say

if TYPE_CHECKING:
    from strategy.customers.interaction_files import Interactions
    from strategy.customers.interaction_sets import InteractionSet


def interactions(options: Namespace, language: Language) -> Outcome:
    from strategy.customers import InteractionFile, read_here
    from strategy.customers.file_kind import refuse_sheet
    from strategy.customers.interaction_mapping import INTERACTION_ROLES, InteractionMapping
    from strategy.customers.interaction_sets import proposed_choices
    from strategy.spine import import_interactions

    file = file_of(options.file)
    refuse_sheet([file], options.sheet)
    mapping = InteractionMapping(**chosen(options, (*INTERACTION_ROLES, "every_kind")))
    task = InteractionFile(
        file, file.name, mapping, options.append, options.skip_unreadable, options.drop_duplicates, not options.keep_future
    )
    with open_plan(options) as workbook:
        cursor = workbook.cursor()
        (found,) = read_here(task, cursor)
        complaints, still_open = proposed_choices(cursor, found)
        complaints = tuple(options.complaint) if options.complaint else complaints
        still_open = tuple(options.open) if options.open else still_open
        stored, fresh = (None, False)
        if not options.dry_run:
            stored, fresh = import_interactions(workbook, found, complaints, still_open, options.author)
    return Outcome(*_said(found, complaints, still_open, stored, fresh, language))


def _said(
    found: Interactions, complaints: tuple[str, ...], still_open: tuple[str, ...], stored: InteractionSet | None, fresh: bool,
    language: Language,
) -> tuple[dict[str, Any], str]:  # fmt: skip
    data: dict[str, Any] = {
        "version": stored.version if stored else None,
        "new": fresh,
        "file": found.file_name,
        "sha256": found.sha256,
        "rows_read": found.rows_read,
        "rows_kept": found.rows_kept,
        "customers": found.customers,
        "customers_with_purchases": found.known,
        "first_day": found.first_day.isoformat() if found.first_day else None,
        "last_day": found.last_day.isoformat() if found.last_day else None,
        "kinds": {kind.name: kind.rows for kind in found.kinds},
        "complaints": list(complaints),
        "statuses": {status.name: status.rows for status in found.statuses},
        "open": list(still_open),
        "left_out": [
            {
                "reason": entry.reason,
                "rows": entry.rows,
                "first": {"row": entry.first.row, "column": entry.first.column, "value": entry.first.value},
            }
            for entry in found.left_out
        ],
        "understood": [say(sentence, language) for sentence in found.sentences()],
        "warnings": [say(warning, language) for warning in found.warnings()],
        "stored": None
        if stored is None
        else {"interactions": stored.interactions, "complaints": stored.complaints, "open": stored.unsettled},
    }  # fmt: skip
    separator = "、" if language == "zh" else ", "
    lines = [*data["understood"], *(f"! {warning}" for warning in data["warnings"])]
    lines.append(say(msg("Counted as complaints: {names}.", names=separator.join(complaints) or "–"), language))
    if found.statuses:
        lines.append(say(msg("Counted as still open: {names}.", names=separator.join(still_open) or "–"), language))
    lines += [f"- {say(entry.title, language)}: {entry.rows:,}" for entry in found.left_out]
    return data, "\n".join(lines)


COMMANDS: dict[str, Callable[[Namespace, Language], Outcome]] = {"interactions": interactions}
