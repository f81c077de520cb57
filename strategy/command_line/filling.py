"""The commands that bring files into worksheets, and that write the files to fill in."""

from __future__ import annotations

import re
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from typing import Any

from strategy.command_line.commands import Outcome, file_of, open_plan
from strategy.errors import InvalidValue
from strategy.language import Language, msg, say


def scale_of(text: str | None) -> tuple[float, float] | None:
    """``1-5`` as (1, 5). Raises :class:`InvalidValue` for anything but a lower and a higher number."""
    if not text:
        return None
    found = re.fullmatch(r"\s*(\d{1,3})\s*[-–]\s*(\d{1,3})\s*", text)
    if not found or int(found[1]) >= int(found[2]):
        raise InvalidValue(
            msg("{value} is no scale", value=text[:30]), "--scale", msg("Write the lowest and the highest answer, such as 1-5.")
        )
    return float(found[1]), float(found[2])


def rows(options: Namespace, language: Language) -> Outcome:
    from strategy.customers.file_kind import refuse_sheet
    from strategy.customers.plain_table import read_table
    from strategy.spine.survey_layout import Options
    from strategy.spine.worksheet_rows import import_rows, read_rows

    file = file_of(options.file)
    refuse_sheet([file], options.sheet)
    survey = Options(options.order, scale_of(options.scale))
    with open_plan(options) as workbook:
        snapshot = workbook.snapshot()
        sheet = snapshot.method.worksheet(options.worksheet)
        read = read_rows(snapshot, sheet, read_table(file, file.name, options.sheet), options.decimal, options.date_order, survey)
        receipt = None if options.dry_run else import_rows(workbook, read, options.author, options.skip_problems)
        seq = workbook.seq
    data: dict[str, Any] = {
        "worksheet": read.worksheet,
        "file": read.file,
        "stored": receipt is not None,
        "revision": receipt.seq if receipt else seq,
        "added": read.added,
        "updated": read.updated,
        "identical": read.identical,
        "left_out": read.left_out,
        "matched": dict(read.matched),
        "unmatched": list(read.unmatched),
        "understood": [say(sentence, language) for sentence in read.sentences(stored=receipt is not None)],
        "problems": [
            {
                "row": problem.row,
                "column": say(problem.column, language),
                "what": say(problem.what, language),
                "fix": say(problem.fix, language) if problem.fix else None,
            }
            for problem in read.problems
        ],
    }
    lines = [*data["understood"]]
    lines += [f"! {p['row'] or '-'}  {p['column']}: {p['what']}" for p in data["problems"][:50]]
    return Outcome(data, "\n".join(lines))


def template_(options: Namespace, language: Language) -> Outcome:
    from strategy.reports.template import template
    from strategy.reports.writing import write_whole

    target = Path(options.to)
    if target.suffix.lower() != ".xlsx":
        raise InvalidValue(msg("A template is an Excel file"), str(target), msg("Choose a name ending in .xlsx."))
    with open_plan(options) as workbook:
        snapshot = workbook.snapshot()
        content = template(snapshot, snapshot.method.worksheet(options.worksheet), language)
    write_whole(target, content)
    data = {"path": str(target), "worksheet": options.worksheet, "bytes": len(content), "lang": language}
    return Outcome(data, say(msg("Written to {path}.", path=str(target)), language))


COMMANDS: dict[str, Callable[[Namespace, Language], Outcome]] = {"rows": rows, "template": template_}
