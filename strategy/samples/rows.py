"""Worksheet rows of a sample, from YAML files: one file a step, each text in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from strategy.exhibits import evidence_of, present
from strategy.language import Language
from strategy.method.yaml_source import Source
from strategy.workbook import Change, Put, Workbook


def read_rows(folder: Path, workbook: Workbook, language: Language) -> Iterator[list[Change]]:
    """The changes of each file in order of name, to be committed one after the other.

    A file maps worksheet -> row id -> column -> value; ``{en: ..., zh: ...}`` is a text in both languages. The ``evidence`` of a
    decision is a list of exhibit ids, replaced by what those exhibits show now.
    """
    for path in sorted(folder.glob("*.yaml")):
        sheets: dict[str, dict[str, dict[str, Any]]] = Source(path).value or {}
        changes: list[Change] = []
        for worksheet, rows in sheets.items():
            for row_id, values in rows.items():
                spoken = {column: _in(value, language) for column, value in values.items()}
                if worksheet == "decision" and spoken.get("evidence"):
                    spoken["evidence"] = [_evidence(exhibit, workbook) for exhibit in spoken["evidence"]]
                changes.append(Put(worksheet, str(row_id), spoken))
        yield changes


def _in(value: Any, language: Language) -> Any:
    if isinstance(value, dict) and set(value) == {"en", "zh"}:
        return value[language]
    if isinstance(value, list):
        return [_in(item, language) for item in value]
    return value


def _evidence(exhibit_id: str, workbook: Workbook) -> dict[str, Any]:
    snapshot = workbook.snapshot()
    return evidence_of(present(exhibit_id, snapshot, workbook.cursor), snapshot)
