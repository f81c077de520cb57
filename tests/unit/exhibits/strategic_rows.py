"""Rows of the opening and steps 2 to 4 for the tests of their exhibits: a small invented newsstand."""

from __future__ import annotations

import base64
import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from strategy.exhibits import Exhibit, present
from strategy.exhibits.label_leaders import text_size
from strategy.workbook import Put, Snapshot, Workbook

Rows = Mapping[tuple[str, str], Mapping[str, Any]]

BASE: Rows = {
    ("plan_frame", "plan"): {"name": "Newsstand", "currency": "CNY", "budget_total": 12000, "margin": 20},
    ("segment", "wait"): {"name": "People waiting", "short_name": "Waiting", "role": "primary", "revenue": 30000},
    ("segment", "reg"): {"name": "Regulars", "role": "secondary", "revenue": 20000, "margin": 30},
    ("segment", "off"): {"name": "Offices", "role": "not_now"},
    ("rival", "north"): {"name": "North kiosk", "kind": "direct", "strengths": "range", "weaknesses": "distance"},
    ("rival", "phone"): {"name": "News on the phone", "kind": "substitute", "strengths": "free", "weaknesses": "small"},
    ("need", "news"): {
        "need": "Know the news", "segment": "wait", "kind": "functional", "awareness": "latent", "importance": 8,
        "performance": 4, "evidence_kind": "behaviour", "kano": "attractive",
    },
    ("need", "queue"): {
        "need": "Stay in the queue", "segment": "wait", "kind": "functional", "awareness": "explicit", "importance": 9,
        "performance": 7, "evidence_kind": "interview", "kano": "one_dimensional",
    },
    ("need", "change"): {
        "need": "Exact change", "segment": "reg", "kind": "economic", "awareness": "explicit", "importance": 3,
        "performance": 6, "evidence_kind": "assumption", "kano": "must_be",
    },
}  # fmt: skip


def snapshot_of(folder: Path, *parts: Rows) -> Snapshot:
    """A new workbook holding ``parts``, as it stands."""
    with Workbook.create(folder / "x.duckdb", "X") as workbook:
        changes = [Put(sheet, row, values) for part in parts for (sheet, row), values in part.items()]
        if changes:
            workbook.commit(changes, "Lead")
        return workbook.snapshot()


def shown(exhibit_id: str, snapshot: Snapshot, **settings: Any) -> Exhibit:
    return present(exhibit_id, snapshot, None, settings)


def titles(exhibit: Exhibit) -> tuple[str, str]:
    return exhibit.title.in_("en"), exhibit.title.in_("zh")


def said(exhibit: Exhibit) -> str:
    return " ".join(line.in_("en") for line in exhibit.reading)


def numbered(sheet: str, rows: Iterable[Mapping[str, Any]]) -> Rows:
    return {(sheet, f"{sheet.replace('_', '-')[:20]}-{number}"): row for number, row in enumerate(rows)}


def drawn(exhibit: Exhibit) -> dict[str, Any]:
    """Draw in both languages and check what every chart owes its reader; returns the English figure as plain data."""
    for language in ("en", "zh"):
        figure = exhibit.draw(language)
        assert figure.data, exhibit.id
        assert 260 <= figure.layout.height <= 480
        assert not figure.layout.title.text
        assert sum(len(trace.x) if getattr(trace, "x", None) is not None else 0 for trace in figure.data) <= 1000
        assert not exhibit.table(language).empty
        assert exhibit.alt.in_(language)
        assert all(line.in_(language) for line in exhibit.reading)
    assert exhibit.title.in_("en") != exhibit.title.in_("zh")
    assert exhibit.figures
    decoded: dict[str, Any] = decode(exhibit.draw("en").to_plotly_json())
    return decoded


def decode(part: Any) -> Any:
    """Plotly packs arrays of numbers into base64; as lists they can be compared. Gaps become ``None``."""
    if isinstance(part, dict) and "bdata" in part:
        numbers = np.frombuffer(base64.b64decode(part["bdata"]), dtype=part["dtype"])
        shape = [int(size) for size in str(part.get("shape", len(numbers))).split(",")]
        return decode(numbers.reshape(shape))
    if isinstance(part, np.ndarray):
        return [decode(item) for item in part.tolist()]
    if isinstance(part, dict):
        return {name: decode(item) for name, item in part.items()}
    if isinstance(part, (list, tuple)):
        return [decode(item) for item in part]
    return None if isinstance(part, float) and math.isnan(part) else part


def values(figure: Mapping[str, Any], axis: str = "x") -> list[float]:
    """All numbers on an axis of a figure, text and gaps left out."""
    return [
        float(value)
        for trace in figure["data"]
        if trace.get(axis) is not None
        for value in trace[axis]
        if isinstance(value, (int, float))
    ]


def offset_of(note: Any) -> tuple[float, float]:
    """Where the middle of a name stands from its mark, in pixels, y upwards. Beside a mark a note is anchored at its edge."""
    across, up = (note.ax, -note.ay) if note.showarrow else (note.xshift, note.yshift)
    return across + {"left": 1, "right": -1}.get(note.xanchor, 0) * text_size(note.text)[0] / 2, up
