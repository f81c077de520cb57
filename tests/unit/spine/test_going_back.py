"""Rows go back, customer data do not: what a rule computed is computed anew, and a figure typed over it is a judgement."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from strategy.command_line import main
from strategy.customers import Mapping, understand
from strategy.customers.finding import find_segments
from strategy.spine import adopt, import_customers, restore, undo
from strategy.workbook import Delete, Put, Workbook

MAPPING = Mapping(customer="id", date="date", amount="amount")
RULES = [{"segment": "big", "title": "Big", "all": [{"column": "revenue", "from": 100}]}]


def _import(workbook: Workbook, folder: Path, rows: list[tuple[str, float]]) -> None:
    path = folder / f"sales{len(rows)}.csv"
    path.write_text("id,date,amount\n" + "".join(f"{who},2024-01-02,{amount}\n" for who, amount in rows), encoding="utf-8")
    import_customers(workbook, understand(path, path.name, MAPPING), "Ada")


def _big(workbook: Workbook) -> tuple[int, float, str]:
    row = workbook.snapshot().row("segment", "big")
    assert row is not None
    return row["customers"], row["revenue"], row["figures_from"]


@pytest.fixture
def adopted(workbook: Workbook, tmp_path: Path) -> Workbook:
    """Three big customers of 200 each, adopted."""
    _import(workbook, tmp_path, [("a", 200), ("b", 200), ("c", 200), ("d", 5)])
    adopt(workbook, find_segments(workbook.cursor(), "attribute", rules=RULES), "Ada", "en")
    assert _big(workbook) == (3, 600.0, "data")
    return workbook


def test_after_going_back_figures_are_of_the_data_at_hand(adopted: Workbook, tmp_path: Path) -> None:
    moment = adopted.seq
    adopted.commit([Put("segment", "big", {"name": "Best", "role": "primary"})], "Ada")
    _import(adopted, tmp_path, [("x", 150), ("y", 1)])
    restore(adopted, moment, "Ada")
    assert _big(adopted) == (1, 150.0, "data")
    row = adopted.snapshot().row("segment", "big")
    assert row is not None
    assert (row["name"], row["role"]) == ("Big", None)
    undo(adopted, "Ada")
    row = adopted.snapshot().row("segment", "big")
    assert row is not None
    assert (row["name"], row["role"]) == ("Best", "primary")
    assert _big(adopted) == (1, 150.0, "data")


def test_undo_of_an_adoption_counts_the_earlier_rule_on_the_data_at_hand(adopted: Workbook, tmp_path: Path) -> None:
    narrower = [{**RULES[0], "all": [{"column": "revenue", "from": 180}]}]
    adopt(adopted, find_segments(adopted.cursor(), "attribute", rules=narrower), "Bo", "en")
    _import(adopted, tmp_path, [("x", 150), ("y", 190), ("z", 1)])
    assert _big(adopted) == (1, 190.0, "data")
    undo(adopted, "Bo")
    assert _big(adopted) == (2, 340.0, "data")


def test_a_deleted_segment_comes_back_with_todays_figures(adopted: Workbook, tmp_path: Path) -> None:
    moment = adopted.seq
    adopted.commit([Delete("segment", "big")], "Bo")
    _import(adopted, tmp_path, [("x", 150), ("y", 1)])
    undo(adopted, "Bo")
    assert _big(adopted) == (1, 150.0, "data")
    adopted.commit([Delete("segment", "big")], "Bo")
    restore(adopted, moment, "Cy")
    assert _big(adopted) == (1, 150.0, "data")


def test_a_judgement_comes_back_as_it_was_given(adopted: Workbook, tmp_path: Path) -> None:
    adopted.commit([Put("segment", "big", {"customers": 50})], "Ada")
    moment = adopted.seq
    _import(adopted, tmp_path, [("x", 150), ("y", 1)])
    assert _big(adopted) == (1, 150.0, "data")
    restore(adopted, moment, "Ada")
    assert _big(adopted) == (50, 600.0, "judgement")


def test_a_figure_typed_over_a_computed_one_is_a_judgement(adopted: Workbook, capsys: pytest.CaptureFixture[str]) -> None:
    adopted.commit([Put("segment", "big", {"role": "primary", "margin": 20})], "Ada")
    assert _big(adopted)[2] == "data"
    adopted.commit([Put("segment", "big", {"customers": 3})], "Ada")
    assert _big(adopted)[2] == "data"
    path = str(adopted.path)
    adopted.close()
    assert main(["set", path, "segment", "big", "customers=99999", "revenue=1", "role=primary", "resource_share=100"]) == 0
    assert main(["evidence", path, "portfolio", "--lang", "en"]) == 0
    said = capsys.readouterr().out
    assert "judgement" in said
    assert "The figures come from customer data" not in said
    assert main(["undo", path]) == 0
    capsys.readouterr()
    assert main(["show", path, "segment", "--format", "json"]) == 0
    big = next(row for row in json.loads(capsys.readouterr().out) if row["row_id"] == "big")
    assert (big["customers"], big["revenue"], big["figures_from"]) == (3, 600, "data")


def test_restore_on_the_command_line_assigns_anew(adopted: Workbook, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    moment = adopted.seq
    _import(adopted, tmp_path, [("x", 150), ("y", 1)])
    path = str(adopted.path)
    adopted.close()
    assert main(["restore", path, str(moment)]) == 0
    assert main(["evidence", path, "value_treemap", "--lang", "en"]) == 0
    assert "150" in capsys.readouterr().out
