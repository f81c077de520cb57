"""The commands. Each returns what it found as plain data, the same in words, and its exit status."""

from __future__ import annotations

import json
import os
from argparse import Namespace
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from strategy.command_line.arguments import AS_READ
from strategy.command_line.named import fields_of, meant, resolve_row, settings_meant
from strategy.command_line.printing import listing, table
from strategy.errors import InvalidValue
from strategy.language import Language, msg, say
from strategy.method import Column, Worksheet
from strategy.method.models import STRUCTURED
from strategy.thread.wording import value_in_words
from strategy.workbook import Delete, Put, Receipt, Row, Snapshot, Workbook
from strategy.workbook.history import field_changes


@dataclass(frozen=True)
class Outcome:
    """What a command found: for ``--format json``, for a reader, and the exit status."""

    data: Any
    text: str
    status: int = 0


def _elsewhere(cursor: Any, record: Mapping[str, Any]) -> Any:
    """Where a workbook's customer data are a table of a database: by the addresses in the environment."""
    from strategy.customers import from_environment, reader

    return reader(from_environment)(cursor, record)


def open_plan(options: Namespace) -> Workbook:
    workbook = Workbook.open(Path(options.plan))
    workbook.elsewhere = _elsewhere
    return workbook


def new(options: Namespace, language: Language) -> Outcome:
    from strategy.samples import build

    path = Path(options.plan)
    name = options.name or path.stem
    workbook = (
        build(options.sample, path, name, options.author, language)
        if options.sample
        else Workbook.create(path, name, author=options.author)
    )
    with workbook:
        data = {
            "path": str(path),
            "name": workbook.name,
            "workbook_id": workbook.id,
            "sample": options.sample,
            "revisions": workbook.seq,
        }
    return Outcome(
        data, say(msg("Made {path} with {count:# revision|# revisions}.", path=str(path), count=data["revisions"]), language)
    )


def file_of(name: str) -> Path:
    """The file of that name. Raises :class:`InvalidValue` where there is none, or none that may be read."""
    path = Path(name)
    if not path.is_file():
        raise InvalidValue(msg("There is no such file"), str(path), msg("Check the name."))
    if not os.access(path, os.R_OK):
        raise InvalidValue(msg("The file may not be read"), str(path), msg("Allow reading it, or ask its owner to."))
    return path


def chosen(options: Namespace, roles: Iterable[str]) -> dict[str, Any]:
    """What was said of a file's columns, ``roles``, and of how it is read: the fields of a mapping."""
    return {name: getattr(options, name) for name in (*roles, *AS_READ)}


def segment(options: Namespace, language: Language) -> Outcome:
    from strategy.customers import rule_in_words
    from strategy.customers.clusters import DEFAULT_FEATURES
    from strategy.customers.finding import find_segments
    from strategy.errors import NoData
    from strategy.spine import adopt

    features = tuple(part.strip() for part in options.features.split(",")) if options.features else DEFAULT_FEATURES
    rules = _rules(file_of(options.rules)) if options.rules else None
    with open_plan(options) as workbook:
        if not workbook.snapshot().data_version:
            raise NoData(msg("The workbook has no customer data"), options.plan, msg("Import purchases first."))
        method = "mixture" if options.mixture else "kmeans"
        found = find_segments(workbook.cursor(), options.by, features=features, k=options.k, method=method, rules=rules)
        if options.adopt:
            adopt(workbook, found, options.author, language)
    data = [
        {
            "id": s.id,
            "name": say(s.name, language),
            "rule": say(rule_in_words(s.rule), language),
            "customers": s.customers,
            "revenue": round(float(s.revenue), 2),
            "definition": s.rule,
        }
        for s in found
    ]
    return Outcome(data, table(data, ("name", "customers", "revenue", "rule")))


def _rules(path: Path) -> list[dict[str, Any]]:
    """Rules over attributes from a JSON file: a list of ``{"segment": ..., "title": ..., "all": [...]}``."""
    try:
        given = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        raise InvalidValue(
            msg("The file is not JSON"), str(path), msg("Correct it: {problem}", problem=str(error)[:120])
        ) from error
    if not isinstance(given, list) or not all(isinstance(rule, dict) for rule in given):
        raise InvalidValue(msg("The rules must be a list of objects"), str(path), msg("Give each rule segment and all."))
    return given


def row_data(row: Row, columns: Iterable[str]) -> dict[str, Any]:
    """A row as the JSON shapes have it: id and version, then every column of the worksheet, empty ones as null."""
    return {"row_id": row.id, "version": row.version, **{name: row[name] for name in columns}}


def show(options: Namespace, language: Language) -> Outcome:
    with open_plan(options) as workbook:
        snapshot = workbook.snapshot()
        sheet = snapshot.method.worksheet(options.worksheet)
        data = [row_data(row, sheet.by_id) for row in snapshot.rows(sheet.id)]
        words = [
            {"row_id": row.id}
            | {
                column.id: _in_words(snapshot, sheet, row, column, language)
                for column in sheet.fields
                if row[column.id] is not None
            }
            for row in snapshot.rows(sheet.id)
        ]
    return Outcome(data, listing(words))


def _in_words(snapshot: Snapshot, sheet: Worksheet, row: Row, column: Column, language: Language) -> str:
    if column.type in STRUCTURED:  # a rule as its sentence, evidence by its titles
        return value_in_words(snapshot, sheet, column, row[column.id], language)
    return snapshot.text(sheet, row, column.id, language)


def set_(options: Namespace, language: Language) -> Outcome:
    from strategy.spine import with_names_kept
    from strategy.workbook.drafting import new_row_id

    with open_plan(options) as workbook:
        snapshot = workbook.snapshot()
        sheet = snapshot.method.worksheet(options.worksheet)
        row_id = new_row_id(sheet.id) if options.row == "new" else resolve_row(snapshot, sheet.id, options.row)
        put = Put(sheet.id, row_id, meant(snapshot, sheet, fields_of(options.fields)), options.base)
        receipt = workbook.commit(with_names_kept(snapshot, [put]), options.author, options.command_id)
        row = workbook.snapshot().row(sheet.id, row_id)
        data = _receipt(receipt) | {"row": row_data(row, sheet.by_id) if row else None}
    done = data["operation"] or "unchanged"
    return Outcome(data, f"{sheet.id}/{row_id}: {done}, revision {data['revision']}")


def _receipt(receipt: Receipt) -> dict[str, Any]:
    first = receipt.revisions[0] if receipt.revisions else None
    return {
        "revision": receipt.seq,
        "operation": first.operation if first else None,
        "repeated": receipt.repeated,
        "changed": [f"{revision.worksheet}/{revision.row_id}" for revision in receipt.revisions],
    }


def delete(options: Namespace, language: Language) -> Outcome:
    from strategy.spine import what_stays

    with open_plan(options) as workbook:
        before = workbook.snapshot()
        change = Delete(options.worksheet, resolve_row(before, options.worksheet, options.row))
        data = _receipt(workbook.commit([change], options.author))
    done = f"{change.worksheet}/{change.row_id}: delete, revision {data['revision']}"
    return Outcome(data, "\n".join([done, *(say(said, language) for said in what_stays(before, [change]))]))


def evidence(options: Namespace, language: Language) -> Outcome:
    from strategy.exhibits import present

    with open_plan(options) as workbook:
        snapshot = workbook.snapshot()
        shown = present(options.exhibit, snapshot, workbook.cursor, settings_meant(snapshot, fields_of(options.settings)))
        words = shown.table(language)
        words = words.apply(lambda column: column.where(column.notna(), "") if column.dtype == object else column)
        data: dict[str, Any] = {
            "exhibit": shown.id,
            "title": say(shown.title, language),
            "reading": [say(line, language) for line in shown.reading],
            "texts": [{"heading": say(heading, language), "text": say(text, language)} for heading, text in shown.texts],
            "settings": dict(shown.settings),
            "figures": dict(shown.figures),
            "data": _records(shown.frame, language),
        }
    text = "\n".join([data["title"], *data["reading"], "", words.to_string(index=False, max_rows=40, na_rep="")])
    return Outcome(data, text)


def _records(frame: Any, language: Language) -> list[dict[str, Any]]:
    """A tidy frame as JSON rows: names in words, missing numbers as null."""
    spoken = frame.copy()
    for name in spoken.columns:
        if spoken[name].dtype == object:
            spoken[name] = [say(value, language) if hasattr(value, "in_") else value for value in spoken[name]]
    return list(json.loads(spoken.to_json(orient="records", date_format="iso", force_ascii=False, default_handler=str)))


def check(options: Namespace, language: Language) -> Outcome:
    from strategy.exhibits import figure_source
    from strategy.thread import find

    with open_plan(options) as workbook:
        snapshot = workbook.snapshot()
        findings = find(snapshot, figure_source(snapshot, workbook.cursor))
        data = [
            {
                "id": finding.check.id,
                "group": finding.check.group,
                "severity": finding.severity,
                "step": finding.step,
                "worksheet": finding.worksheet,
                "row_id": finding.row_id,
                "column": finding.column,
                "message": say(finding.message, language),
            }
            for finding in findings
        ]
    blockers = any(item["severity"] == "blocker" for item in data)
    lines = [f"{item['severity']:8}{item['step']:9}{item['message']}" for item in data]
    return Outcome(data, "\n".join(lines) or say(msg("No check is open."), language), 1 if blockers else 0)


def history(options: Namespace, language: Language) -> Outcome:
    with open_plan(options) as workbook:
        revisions = list(workbook.journal.up_to(workbook.seq))
        if options.limit is not None:
            revisions = revisions[-options.limit :]
        data: list[dict[str, Any]] = [
            {
                "seq": r.seq,
                "made_at": r.made_at.isoformat(timespec="milliseconds") + "Z",
                "author": r.author,
                "operation": r.operation,
                "origin": r.origin,
                "command_id": r.command_id,
                "cycle": r.cycle,
                "worksheet": r.worksheet,
                "row_id": r.row_id,
                "version": r.version,
                "changes": {c.column: {"before": c.before, "after": c.after} for c in field_changes(workbook, r)}
                if r.operation != "import"
                else dict(r.body),
            }
            for r in revisions
        ]
    lines = [
        f"{d['seq']:>6}  {d['made_at'][:19]}  {d['author']:<16}{d['operation']:<8}{d['worksheet']}/{d['row_id']}  {', '.join(d['changes'])}"
        for d in data
    ]
    return Outcome(data, "\n".join(lines))


def undo_(options: Namespace, language: Language) -> Outcome:
    from strategy.spine import undo

    with open_plan(options) as workbook:
        data = _receipt(undo(workbook, options.author))
    return Outcome(data, f"undone: {', '.join(data['changed'])}")


def restore_(options: Namespace, language: Language) -> Outcome:
    from strategy.spine import restore

    with open_plan(options) as workbook:
        data = _receipt(restore(workbook, options.revision, options.author))
    return Outcome(data, f"restored {options.revision}: {len(data['changed'])} rows, revision {data['revision']}")


COMMANDS: dict[str, Callable[[Namespace, Language], Outcome]] = {
    "new": new,
    "segment": segment,
    "show": show,
    "set": set_,
    "delete": delete,
    "evidence": evidence,
    "check": check,
    "history": history,
    "undo": undo_,
    "restore": restore_,
}
