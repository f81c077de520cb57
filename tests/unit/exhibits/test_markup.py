"""Names people typed stand on charts as typed; Chinese axes count without k and M."""

from __future__ import annotations

import json
from typing import Any

import pytest

from strategy.exhibits import present
from strategy.exhibits.drawing import canvas, in_own_figures
from strategy.exhibits.evidence import figure_of
from strategy.samples import build
from strategy.workbook import Put


def _texts(given: Any) -> list[str]:
    if isinstance(given, dict):
        return [text for name, value in given.items() if name != "meta" for text in _texts(value)]
    if isinstance(given, list):
        return [text for value in given for text in _texts(value)]
    return [given] if isinstance(given, str) else []


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The newsstand with mark-up in the names of its segments, needs, rivals and touchpoints."""
    with build("newsstand", tmp_path_factory.mktemp("markup") / "n.duckdb", "Newsstand", "Ada", "en") as made:
        snapshot = made.snapshot()
        for sheet in ("segment", "need", "rival", "contact", "insight", "touchpoint"):
            for row in snapshot.rows(sheet) if made.method.has_worksheet(sheet) else ():
                named = {c: f"<sup>{row[c]}" for c in ("name", "short_name", "need", "action", "insight") if row[c]}
                if named:
                    made.commit([Put(sheet, row.id, named)], "Ada", trusted=True)
        yield made


@pytest.mark.parametrize(
    "exhibit_id",
    ["value_treemap", "importance_performance", "need_gaps", "kano_split", "best_worst_ranking", "delivered_value", "ge_matrix"],
)
def test_mark_up_in_names_is_drawn_as_typed(marked: Any, exhibit_id: str) -> None:
    snapshot = marked.snapshot()
    figure = json.loads(figure_of(present(exhibit_id, snapshot, marked.cursor), snapshot, "en").to_json())
    texts = _texts({part: figure[part] for part in ("data", "layout")})
    assert any("&lt;sup&gt;" in text for text in texts)
    assert not any("<sup>" in text for text in texts)


def test_chinese_axes_have_their_numbers_in_full() -> None:
    chinese, english = (in_own_figures(canvas(300), language) for language in ("zh", "en"))
    assert (chinese.layout.xaxis.exponentformat, chinese.layout.yaxis.exponentformat) == ("none", "none")
    assert english.layout.yaxis.exponentformat is None
