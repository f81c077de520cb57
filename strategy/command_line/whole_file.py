"""The commands that take a workbook as a whole: is it intact, copy it, hand it over."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

from strategy.command_line.commands import Outcome, open_plan
from strategy.language import Language, msg, say


def verify(options: Namespace, language: Language) -> Outcome:
    from strategy.customers import is_connected
    from strategy.customers.still_there import check_purchases

    with open_plan(options) as workbook:
        workbook.read_everything()
        record = workbook.dataset_record
        if record and not is_connected(record):
            check_purchases(workbook.cursor(), record, options.plan)
        data = {
            "ok": True,
            "path": options.plan,
            "name": workbook.name,
            "revisions": workbook.seq,
            "hash": workbook.journal.last_hash,
        }
    return Outcome(
        data,
        say(
            msg("{path} is intact: {count:# revision|# revisions}, unbroken.", path=options.plan, count=data["revisions"]), language
        ),
    )


def backup(options: Namespace, language: Language) -> Outcome:
    with open_plan(options) as workbook:
        target = workbook.backup(Path(options.copy))
        data = {"path": str(target), "revisions": workbook.seq, "bytes": target.stat().st_size}
    return Outcome(data, say(msg("Copied to {path}.", path=str(target)), language))


def report(options: Namespace, language: Language) -> Outcome:
    from strategy.reports import write_report

    target = Path(options.to)
    with open_plan(options) as workbook:
        write_report(workbook, target, language)
    data = {"path": str(target), "bytes": target.stat().st_size, "lang": language}
    return Outcome(data, say(msg("Written to {path}.", path=str(target)), language))


COMMANDS: dict[str, Callable[[Namespace, Language], Outcome]] = {"verify": verify, "backup": backup, "report": report}
