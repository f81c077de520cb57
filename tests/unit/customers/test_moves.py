"""Adoption of any kind of segment, and who moved when new data came in."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from strategy.command_line import main
from strategy.customers import (
    AttributeFile,
    Connected,
    Cuts,
    Mapping,
    default_cuts,
    measure,
    read_here,
    reader,
    rfm_segments,
    understand,
)
from strategy.customers.finding import KINDS, find_segments
from strategy.customers.moves import moved_customers, moves, record_moves, remember_members
from strategy.customers.purchase_table import keep_totals
from strategy.spine import adopt, connect_customers, import_attributes, import_customers, who_moved
from strategy.workbook import Delete, Workbook

MAPPING = Mapping(customer="id", date="date", amount="amount")
RULES = [{"segment": "big", "title": "Big", "all": [{"column": "revenue", "from": 100}]}]


def _import(workbook: Workbook, folder: Path, rows: list[tuple[str, int, float]]) -> None:
    path = folder / f"sales{len(rows)}-{abs(hash(tuple(rows))) % 999}.csv"
    day = dt.date(2024, 1, 1)
    lines = [f"{customer},{day + dt.timedelta(days=at)},{amount}" for customer, at, amount in rows]
    path.write_text("id,date,amount\n" + "\n".join(lines) + "\n", encoding="utf-8")
    import_customers(workbook, understand(path, path.name, MAPPING), "Ada")


BEFORE = [(f"c{n}", day, 4.0 + n) for n in range(20) for day in range(n, 200, 9 + 6 * n)]


@pytest.mark.parametrize("by", KINDS)
def test_every_kind_can_be_adopted_twice_without_doubling(workbook: Workbook, tmp_path: Path, by: str) -> None:
    _import(workbook, tmp_path, BEFORE)
    found = find_segments(workbook.cursor(), by, rules=RULES)
    adopt(workbook, found, "Ada", "en")
    first = {row.id: row["customers"] for row in workbook.snapshot().rows("segment")}
    assert sum(first.values()) == 20
    assert all(row["basis"] for row in workbook.snapshot().rows("segment"))
    adopt(workbook, found, "Ada", "zh")
    assert {row.id: row["customers"] for row in workbook.snapshot().rows("segment")} == first


def test_adopted_with_other_cut_points_everybody_is_in_one_segment_still(workbook: Workbook, tmp_path: Path) -> None:
    """A segment that nobody is in any more must not keep its former rule, by which it holds customers of the others."""
    _import(workbook, tmp_path, BEFORE)
    cuts = default_cuts(workbook.cursor())
    adopt(workbook, rfm_segments(workbook.cursor(), cuts), "Ada", "en")
    moved = replace(cuts, frequency=(0.0, 0.0, 0.0, 0.0))
    adopt(workbook, rfm_segments(workbook.cursor(), moved), "Ada", "en")
    rows = workbook.snapshot().rows("segment")
    assert sum(row["customers"] for row in rows) == 20
    assert 0 in {row["customers"] for row in rows}
    assert {Cuts.from_dict(row["rule"]["cuts"]) for row in rows} == {moved}


def test_clusters_of_another_run_do_not_take_the_rows_of_the_first(workbook: Workbook, tmp_path: Path) -> None:
    _import(workbook, tmp_path, BEFORE)
    adopt(workbook, find_segments(workbook.cursor(), "cluster", k=2), "Ada", "en")
    adopt(workbook, find_segments(workbook.cursor(), "cluster", k=3), "Ada", "en")
    rows = workbook.snapshot().rows("segment")
    assert len(rows) == len({row.id for row in rows}) == 5


def test_who_moved_is_told_after_an_import(workbook: Workbook, tmp_path: Path) -> None:
    _import(workbook, tmp_path, [("poor", 0, 10), ("rich", 0, 500), ("leaves", 3, 200), ("stays", 4, 1)])
    adopt(workbook, find_segments(workbook.cursor(), "attribute", rules=RULES), "Ada", "en")
    assert who_moved(workbook) == ()
    _import(workbook, tmp_path, [("poor", 0, 10), ("poor", 9, 300), ("rich", 0, 500), ("stays", 4, 1), ("fresh", 8, 2)])
    told = {moved.segment: (moved.joined, moved.left, moved.new, moved.gone) for moved in who_moved(workbook)}
    assert told == {"big": (1, 1, 0, 1), "everyone_else": (1, 1, 1, 0)}
    rows = moved_customers(workbook.cursor()).astype(object).where(lambda frame: frame.notna(), None)
    assert {row.customer: (row.segment_before, row.segment_after) for row in rows.itertuples()} == {
        "poor": ("everyone_else", "big"),
        "leaves": ("big", None),
        "fresh": (None, "everyone_else"),
    }
    before = {row.id: row["customers"] for row in workbook.snapshot().rows("segment")}
    assert before == {"big": 2, "everyone_else": 2}
    assert moves(workbook.cursor())["customers"].sum() == 3
    # Nobody moves with the next data, and those who did before are no longer told.
    _import(workbook, tmp_path, [("poor", 0, 10), ("poor", 9, 301), ("rich", 0, 500), ("stays", 4, 1), ("fresh", 8, 2)])
    assert who_moved(workbook) == ()


def _describe(workbook: Workbook, folder: Path, regions: dict[str, str]) -> None:
    path = folder / f"regions{abs(hash(tuple(regions.items())))}.csv"
    path.write_text("id,region\n" + "".join(f"{customer},{region}\n" for customer, region in regions.items()), encoding="utf-8")
    [found] = read_here(AttributeFile(path, path.name, "id", ("region",)), workbook.cursor())
    import_attributes(workbook, found, "Ada")


def test_who_moved_is_told_after_new_attributes(workbook: Workbook, tmp_path: Path) -> None:
    """Segments by attributes are assigned anew with them; who moved between other segments with the purchases is told still."""
    _import(workbook, tmp_path, [("ann", 0, 10), ("ben", 0, 500), ("cid", 3, 200)])
    _describe(workbook, tmp_path, {"ann": "North", "ben": "North", "cid": "South"})
    north = [{"segment": "north", "title": "North", "all": [{"name": "region", "in": ["North"]}]}]
    adopt(workbook, find_segments(workbook.cursor(), "attribute", rules=north), "Ada", "en")
    adopt(workbook, find_segments(workbook.cursor(), "grade"), "Ada", "en")
    _import(workbook, tmp_path, [("ann", 0, 9000), ("ben", 0, 500), ("cid", 3, 200)])
    grades = who_moved(workbook)
    assert {moved.segment for moved in grades} == {"grade_a", "grade_c"}
    _describe(workbook, tmp_path, {"ann": "North", "ben": "South", "cid": "North", "nobody": "North"})
    assert {moved.segment: (moved.joined, moved.left) for moved in who_moved(workbook, "attribute")} == {
        "north": (1, 1),
        "everyone_else": (1, 1),
    }
    assert who_moved(workbook, "grade") == grades
    rows = moved_customers(workbook.cursor())
    told = rows[rows["basis"] == "attribute"].itertuples()
    assert {row.customer: (row.segment_before, row.segment_after) for row in told} == {
        "ben": ("north", "everyone_else"),
        "cid": ("everyone_else", "north"),
    }
    # The latest attributes alone are told of.
    _describe(workbook, tmp_path, {"ann": "South", "ben": "South", "cid": "North"})
    assert set(moved_customers(workbook.cursor()).query("basis == 'attribute'")["customer"]) == {"ann"}


def test_who_moved_is_not_told_of_data_that_were_replaced_without_adopted_segments(workbook: Workbook, tmp_path: Path) -> None:
    _import(workbook, tmp_path, [("poor", 0, 10), ("rich", 0, 500)])
    adopt(workbook, find_segments(workbook.cursor(), "attribute", rules=RULES), "Ada", "en")
    _import(workbook, tmp_path, [("poor", 0, 300), ("rich", 0, 500)])
    assert who_moved(workbook)
    adopted = [row.id for row in workbook.snapshot().rows("segment") if row["rule"]]
    workbook.commit([Delete("segment", row_id) for row_id in adopted], "Ada")
    _import(workbook, tmp_path, [("other", 0, 300), ("rich", 0, 500), ("third", 0, 5)])
    adopt(workbook, find_segments(workbook.cursor(), "attribute", rules=RULES), "Ada", "en")
    assert who_moved(workbook) == ()
    assert moved_customers(workbook.cursor()).empty


def test_who_moved_between_files_is_forgotten_when_a_table_is_connected(workbook: Workbook, tmp_path: Path) -> None:
    """The workbook then names no customer, and nobody reads the moves of other data below the connected ones."""
    with duckdb.connect(str(tmp_path / "company.duckdb")) as company:
        company.execute("CREATE TABLE sales AS SELECT 'x' AS client, DATE '2024-01-01' AS day, 5.0 AS total")
    urls = {"shop": f"duckdb://{tmp_path / 'company.duckdb'}?read_only=true"}
    workbook.elsewhere = reader(lambda: urls)
    _import(workbook, tmp_path, [("poor", 0, 10), ("rich", 0, 500)])
    adopt(workbook, find_segments(workbook.cursor(), "attribute", rules=RULES), "Ada", "en")
    _import(workbook, tmp_path, [("poor", 0, 300), ("rich", 0, 500)])
    assert {moved.segment for moved in who_moved(workbook)} == {"big", "everyone_else"}
    connect_customers(workbook, measure(Connected("shop", "sales", "client", "day", "total"), urls), urls, "Ada")
    assert who_moved(workbook) == ()
    with workbook.writing() as cursor:
        assert cursor.execute("SELECT count(*) FROM segment_move").fetchone() == (0,)


def test_the_command_line_finds_and_adopts_every_kind(
    workbook: Workbook, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _import(workbook, tmp_path, BEFORE)
    path = str(workbook.path)
    workbook.close()
    rules = tmp_path / "rules.json"
    rules.write_text(json.dumps(RULES), encoding="utf-8")
    for more in (
        ["--by", "cluster", "--k", "3", "--features", "recency_days,revenue"],
        ["--by", "attribute", "--rules", str(rules)],
    ):
        assert main(["segment", path, *more, "--adopt", "--format", "json"]) == 0
        found = json.loads(capsys.readouterr().out)
        assert sum(item["customers"] for item in found) == 20
        assert set(found[0]) == {"id", "name", "rule", "customers", "revenue", "definition"}
    for wrong in (["--by", "attribute"], ["--by", "attribute", "--rules", "none.json"], ["--by", "cluster", "--features", "shoe"]):
        assert main(["segment", path, *wrong]) == 2
        assert len(capsys.readouterr().err.strip().splitlines()) == 1


def test_moves_among_more_segments_than_one_number_holds(workbook: Workbook, tmp_path: Path) -> None:
    """A hundred segments of one kind, which overlap: a customer's are all named, before and after."""
    rules = [{"segment": f"s{at:03}", "title": f"S{at}", "all": [{"column": "revenue", "from": at + 1}]} for at in range(100)]
    adopted = {
        "attribute": [(rule["segment"], {"by": "attribute", "segment": rule["segment"], "all": rule["all"]}) for rule in rules]
    }
    _import(workbook, tmp_path, [("up", 0, 2), ("down", 0, 100), ("still", 0, 50)])
    cursor = workbook.cursor()
    assert remember_members(cursor, adopted)
    cursor.execute("UPDATE purchase SET amount = CASE customer WHEN 'up' THEN 61 WHEN 'down' THEN 1 ELSE amount END")
    keep_totals(cursor)
    record_moves(cursor, adopted, 2)
    told = {row.customer: (row.segment_before, row.segment_after) for row in moved_customers(cursor).itertuples()}
    names = [rule["segment"] for rule in rules]
    assert told == {"up": (", ".join(names[:2]), ", ".join(names[:61])), "down": (", ".join(names), names[0])}
