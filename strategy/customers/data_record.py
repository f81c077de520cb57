"""The record of a data set: what its files held, what was kept and what was left out, added up over the files."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from strategy.customers.quality import Understanding

Record = dict[str, Any]

_SUMMED = ("rows_read", "money_read")


def quality_record(understandings: Sequence[Understanding], before: Record | None) -> Record:
    """The quality of a data set.

    Args:
        understandings: the files, in the order in which each was added to those before it.
        before: the record of the data set they are added to; None when they replace it.
    """
    parts = [json.loads(each.quality_json()) for each in understandings]
    for part, each in zip(parts, understandings, strict=True):
        part["files"] = [
            {"name": each.file_name, "sha256": each.sha256, "rows_read": each.rows_read, "rows_added": each.rows_added}
        ]
    if before is not None:
        parts.insert(0, before)
    record = parts[0]
    for part in parts[1:]:
        record = _added(record, part)
    return record


def _added(record: Record, part: Record) -> Record:
    """Two records as one: counts of rows and money add up, what describes the whole is the later one's."""
    joined = record | part
    for name in _SUMMED:
        joined[name] = record[name] + part[name]
    joined["money_read"] = round(joined["money_read"], 2)
    joined["dropped"] = _dropped([*record["dropped"], *part["dropped"]])
    for name in ("refunds", "facts"):
        joined[name] = {key: _sum(record[name].get(key), value) for key, value in part[name].items()}
    joined["warnings"] = list(dict.fromkeys([*record["warnings"], *part["warnings"]]))
    joined["files"] = [*record.get("files", []), *part["files"]]
    return joined


def _sum(one: float | None, other: float | None) -> float | None:
    return other if one is None or other is None else round(one + other, 2)


def _dropped(entries: list[Record]) -> list[Record]:
    by_reason: dict[str, Record] = {}
    for entry in entries:
        if there := by_reason.get(entry["reason"]):
            there["rows"] += entry["rows"]
            there["money"] = round(there["money"] + entry["money"], 2)
        else:
            by_reason[entry["reason"]] = dict(entry)
    return list(by_reason.values())


def fingerprint(files: Sequence[Record]) -> str:
    """The SHA-256 of one file, or of the fingerprints of several in their order."""
    if len(files) == 1:
        return str(files[0]["sha256"])
    return hashlib.sha256("".join(file["sha256"] for file in files).encode()).hexdigest()


def title(files: Sequence[Record]) -> str:
    """The names of the files; many are cut short."""
    names = [str(file["name"]) for file in files]
    return ", ".join(names) if len(names) <= 3 else f"{names[0]}, … {names[-1]} ({len(names)})"
