"""Somebody whose name is corrected on the list of participants stays one person: scores and answers go along."""

from __future__ import annotations

from pathlib import Path

from strategy.command_line import main
from strategy.customers.plain_table import read_table
from strategy.spine import undo, what_stays, with_names_kept
from strategy.spine.worksheet_rows import import_rows, read_rows
from strategy.thread.unseen import round_of
from strategy.workbook import Delete, Put, Workbook


def _room(workbook: Workbook) -> None:
    answer = {"round": "opening", "answer": "Those who wait", "taken_on": "2026-01-05"}
    workbook.commit(
        [
            Put("participant", "one", {"name": "Neighbour"}),
            Put("participant", "two", {"name": "Seller"}),
            Put("segment", "s", {"name": "Regulars"}),
            Put("criterion", "c", {"name": "Growth", "axis": "attractiveness", "weight": 100}),
            Put("segment_evaluation", "e", {"segment": "s", "criterion": "c", "participant": "Neighbour", "score": 7}),
            Put("thirty_second", "a", answer | {"participant": "Neighbour"}),
            Put("thirty_second", "b", answer | {"participant": "Seller"}),
        ],
        "Ada",
    )


def _rename(workbook: Workbook, row_id: str, name: str) -> None:
    workbook.commit(with_names_kept(workbook.snapshot(), [Put("participant", row_id, {"name": name})]), "Ada")


def _scored_by(workbook: Workbook) -> set[str]:
    return {str(row["participant"]) for row in workbook.snapshot().rows("segment_evaluation")}


def test_scores_and_answers_go_along_with_a_new_name(workbook: Workbook) -> None:
    _room(workbook)
    _rename(workbook, "one", "Mr Li")
    assert _scored_by(workbook) == {"Mr Li"}
    assert round_of(workbook.snapshot(), "opening").open, "answers everybody has seen are not hidden again"


def test_undo_gives_the_old_name_back_everywhere(workbook: Workbook) -> None:
    _room(workbook)
    _rename(workbook, "one", "Mr Li")
    undo(workbook, "Ada")
    assert _scored_by(workbook) == {"Neighbour"}
    assert workbook.snapshot().label("participant", "one", "en") == "Neighbour"


def test_two_people_of_one_name_and_people_who_scored_already_are_not_mixed_up(workbook: Workbook) -> None:
    _room(workbook)
    _rename(workbook, "two", "Neighbour")
    _rename(workbook, "one", "Mr Li")
    assert _scored_by(workbook) == {"Neighbour"}, "it may be the other's"
    other = {"segment": "s", "criterion": "c", "participant": "Bo", "score": 3}
    workbook.commit([Put("participant", "three", {"name": "Coach"}), Put("segment_evaluation", "f", other)], "Ada")
    _rename(workbook, "three", "Bo")
    assert _scored_by(workbook) == {"Neighbour", "Bo"}


def test_a_name_emptied_takes_nobody_along(workbook: Workbook) -> None:
    _room(workbook)
    _rename(workbook, "one", "")
    assert _scored_by(workbook) == {"Neighbour"}


def test_the_command_line_keeps_them_together_too(tmp_path: Path) -> None:
    path = tmp_path / "plan.duckdb"
    assert main(["new", str(path)]) == 0
    with Workbook.open(path) as workbook:
        _room(workbook)
    assert main(["set", str(path), "participant", "one", "name=Mr Li"]) == 0
    with Workbook.open(path) as workbook:
        assert _scored_by(workbook) == {"Mr Li"}


def test_a_list_brought_in_from_a_file_keeps_them_together_too(tmp_path: Path, workbook: Workbook) -> None:
    _room(workbook)
    table = tmp_path / "people.csv"
    table.write_text("id,name\none,Mr Li\n", encoding="utf-8")
    snapshot = workbook.snapshot()
    import_rows(workbook, read_rows(snapshot, snapshot.method.worksheet("participant"), read_table(table, table.name)), "Ada")
    assert _scored_by(workbook) == {"Mr Li"}


def test_who_is_taken_off_the_list_leaves_scores_that_still_count(workbook: Workbook) -> None:
    _room(workbook)
    before = workbook.snapshot()
    told = [str(said) for said in what_stays(before, [Delete("participant", "one"), Delete("segment", "s")])]
    assert told == [
        "What Neighbour scored or answered (2 rows) stays in the plan and in its means. "
        "Delete these rows in their worksheets if they are not to count."
    ]
    workbook.commit([Delete("participant", "one")], "Ada")
    assert _scored_by(workbook) == {"Neighbour"}
    workbook.commit([Put("participant", "three", {"name": "Newcomer"})], "Ada")
    assert not list(what_stays(workbook.snapshot(), [Delete("participant", "three"), Put("participant", "two", {"name": "Buyer"})]))
