"""What a user of a workbook counts on: nothing lost, nothing half done, nothing overwritten in silence."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from strategy.errors import Conflict, InvalidValue, Refused, UnknownName
from strategy.workbook import Delete, Put, Review, Workbook
from strategy.workbook.cycle import open_next_cycle
from strategy.workbook.history import compare, field_changes, restore, undo


def test_several_changes_are_one_command(workbook: Workbook) -> None:
    receipt = workbook.commit(
        [Put("segment", "a", {"name": "A"}), Put("need", "n", {"need": "Speed", "segment": "a", "importance": 8})], "Ada"
    )
    assert [(r.worksheet, r.row_id, r.operation, r.author) for r in receipt.revisions] == [
        ("segment", "a", "insert", "Ada"),
        ("need", "n", "insert", "Ada"),
    ]
    assert len({r.command_id for r in receipt.revisions}) == 1


def test_one_bad_change_undoes_the_whole_command(workbook: Workbook) -> None:
    before = workbook.seq
    with pytest.raises(InvalidValue):
        workbook.commit([Put("segment", "a", {"name": "A"}), Put("segment", "b", {"resource_share": 101})], "Ada")
    assert workbook.seq == before
    assert workbook.snapshot().row("segment", "a") is None


def test_a_command_sent_again_does_nothing_twice(workbook: Workbook) -> None:
    first = workbook.commit([Put("segment", "a", {"name": "A"})], "Ada", command_id="c-1")
    again = workbook.commit([Put("segment", "a", {"name": "changed"})], "Ada", command_id="c-1")
    assert again.repeated
    assert again.seq == first.seq
    assert workbook.snapshot().row("segment", "a")["name"] == "A"  # type: ignore[index]


def test_everything_is_there_after_reopening(tmp_path: Path) -> None:
    path = tmp_path / "plan.duckdb"
    with Workbook.create(path, "Plan 甲") as made:
        made.commit([Put("segment", "a", {"name": "老主顾", "resource_share": 40})], "Ada")
        made.commit([Put("segment", "a", {"resource_share": 45})], "Bo")
        seq = made.seq
    with Workbook.open(path) as opened:
        assert opened.name == "Plan 甲"
        assert opened.seq == seq
        row = opened.snapshot().row("segment", "a")
        assert row is not None
        assert dict(row.values) == {"name": "老主顾", "resource_share": 45.0}
        assert [r.author for r in opened.journal.of_row(1, "segment", "a")] == ["Ada", "Bo"]


def test_fields_that_do_not_collide_are_merged(workbook: Workbook) -> None:
    workbook.commit([Put("segment", "a", {"name": "A"})], "Ada")
    workbook.commit([Put("segment", "a", {"resource_share": 30}, base=1)], "Bo")
    workbook.commit([Put("segment", "a", {"reason": "They pay"}, base=1)], "Cy")
    assert dict(workbook.snapshot().row("segment", "a").values) == {  # type: ignore[union-attr]
        "name": "A",
        "resource_share": 30.0,
        "reason": "They pay",
    }


def test_a_form_that_sends_every_field_takes_back_nothing_another_has_changed(workbook: Workbook) -> None:
    workbook.commit([Put("segment", "a", {"name": "A", "resource_share": 10, "role": "primary"})], "Ada")
    workbook.commit([Put("segment", "a", {"name": "Renamed", "role": None}, base=1)], "Bo")
    workbook.commit([Put("segment", "a", {"name": "A", "resource_share": 20, "role": "primary"}, base=1)], "Ada")
    row = workbook.snapshot().row("segment", "a")
    assert row is not None
    assert (row["name"], row["resource_share"], row["role"]) == ("Renamed", 20.0, None)


def test_the_same_field_changed_by_two_is_a_conflict_with_all_three_values(workbook: Workbook) -> None:
    workbook.commit([Put("segment", "a", {"name": "A", "resource_share": 10})], "Ada")
    workbook.commit([Put("segment", "a", {"resource_share": 30}, base=1)], "Bo")
    with pytest.raises(Conflict) as caught:
        workbook.commit([Put("segment", "a", {"resource_share": 50}, base=1)], "Cy")
    collision = caught.value.collisions[0]
    assert (collision.field, collision.base, collision.theirs, collision.yours) == ("resource_share", 10.0, 30.0, 50.0)
    assert caught.value.author_name == "Bo"
    assert workbook.snapshot().row("segment", "a")["resource_share"] == 30.0  # type: ignore[index]


def test_two_people_writing_the_same_value_is_no_conflict(workbook: Workbook) -> None:
    workbook.commit([Put("segment", "a", {"name": "A"})], "Ada")
    workbook.commit([Put("segment", "a", {"role": "primary"}, base=1)], "Bo")
    workbook.commit([Put("segment", "a", {"role": "primary"}, base=1)], "Cy")


@pytest.mark.parametrize(
    ("worksheet", "values"),
    [
        ("segment", {"resource_share": 101}),
        ("segment", {"resource_share": -1}),
        ("segment", {"customers": 1.5}),
        ("segment", {"customers": "many"}),
        ("segment", {"revenue": math.inf}),
        ("segment", {"role": "king"}),
        ("segment_evaluation", {"score": 10}),
        ("segment_evaluation", {"score": 0}),
        ("kpi", {"due": "31/12/2026"}),
        ("kpi", {"due": "2026-12-311"}),
        ("segment", {"resource_share": "1,5"}),
        ("segment", {"reason": "x" * 20_001}),
        ("decision", {"builds_on": ["loyal"]}),
    ],
)
def test_a_value_that_does_not_fit_names_its_column(workbook: Workbook, worksheet: str, values: dict[str, object]) -> None:
    with pytest.raises(InvalidValue) as caught:
        workbook.commit([Put(worksheet, "a", values)], "Ada")
    assert f"{worksheet}.{next(iter(values))}" in str(caught.value)


def test_an_unknown_column_lists_those_there_are(workbook: Workbook) -> None:
    with pytest.raises(UnknownName, match="resource_share"):
        workbook.commit([Put("segment", "a", {"share": 1})], "Ada")


def test_values_typed_as_text_are_read(workbook: Workbook) -> None:
    workbook.commit([Put("segment", "a", {"name": "A", "customers": "1,200", "resource_share": "40%", "role": "主要目标"})], "Ada")
    row = workbook.snapshot().row("segment", "a")
    assert row is not None
    assert (row["customers"], row["resource_share"], row["role"]) == (1200, 40.0, "primary")


def test_text_is_cleaned_once(workbook: Workbook) -> None:
    workbook.commit([Put("segment", "a", {"name": " A\x00\x07\ud800B ", "reason": "one\r\ntwo"})], "Ada")
    row = workbook.snapshot().row("segment", "a")
    assert row is not None
    assert (row["name"], row["reason"]) == ("AB", "one\ntwo")


def test_a_reference_must_point_to_a_row(workbook: Workbook) -> None:
    with pytest.raises(Refused, match="segment/gone"):
        workbook.commit([Put("need", "n", {"need": "Speed", "segment": "gone"})], "Ada")
    workbook.commit([Put("segment", "a", {"name": "A"})], "Ada")
    workbook.commit([Delete("segment", "a")], "Ada")
    with pytest.raises(Refused, match="segment/a"):
        workbook.commit([Put("need", "n", {"need": "Speed", "segment": "a"})], "Ada")


def test_a_row_others_refer_to_cannot_be_deleted(workbook: Workbook) -> None:
    workbook.commit([Put("segment", "a", {"name": "A"}), Put("need", "n", {"need": "Speed", "segment": "a"})], "Ada")
    with pytest.raises(Refused, match="Segments “A” is still referred to by Needs “Speed”"):
        workbook.commit([Delete("segment", "a")], "Ada")
    workbook.commit([Delete("segment", "a"), Delete("need", "n")], "Ada")
    assert not workbook.snapshot().rows("segment")


def test_rows_given_by_the_method_are_neither_added_nor_deleted(workbook: Workbook) -> None:
    with pytest.raises(Refused):
        workbook.commit([Put("lifecycle_stage", "fifth", {"task": "x"})], "Ada")
    with pytest.raises(Refused):
        workbook.commit([Delete("lifecycle_stage", "stability")], "Ada")
    workbook.commit([Put("lifecycle_stage", "stability", {"task": "Hold it long"})], "Ada")


def test_a_segment_keeps_its_place_when_others_go(workbook: Workbook) -> None:
    workbook.commit([Put("segment", name, {"name": name}) for name in "abc"], "Ada")
    workbook.commit([Delete("segment", "a")], "Ada")
    assert [(row.id, row.ordinal) for row in workbook.snapshot().rows("segment")] == [("b", 1), ("c", 2)]


def test_undo_takes_back_ones_own_latest_command(workbook: Workbook) -> None:
    workbook.commit([Put("segment", "a", {"name": "A", "resource_share": 10})], "Ada")
    workbook.commit([Put("segment", "a", {"resource_share": 20})], "Ada")
    workbook.commit([Put("segment", "a", {"reason": "Bo's"})], "Bo")
    undo(workbook, "Ada")
    row = workbook.snapshot().row("segment", "a")
    assert row is not None
    assert (row["resource_share"], row["reason"]) == (10.0, "Bo's")
    undo(workbook, "Bo")
    undo(workbook, "Ada")
    assert workbook.snapshot().row("segment", "a") is None
    with pytest.raises(Refused):
        undo(workbook, "Cy")


@pytest.mark.parametrize("what", ["added", "changed"])
def test_undo_passes_over_a_row_that_somebody_else_has_deleted(workbook: Workbook, what: str) -> None:
    if what == "changed":
        workbook.commit([Put("segment", "b", {"name": "B"})], "Bo")
    workbook.commit([Put("segment", "a", {"name": "A"})], "Ada")
    workbook.commit([Put("segment", "a", {"name": "Regulars"})], "Ada")
    workbook.commit([Put("segment", "b", {"reason": "They come every day"})], "Ada")
    workbook.commit([Delete("segment", "b")], "Bo")
    assert [(r.row_id, r.operation) for r in undo(workbook, "Ada").revisions] == [("a", "update")]
    assert workbook.snapshot().row("segment", "a")["name"] == "A"  # type: ignore[index]
    assert workbook.snapshot().row("segment", "b") is None


def test_undo_takes_back_what_others_have_left_of_a_command(workbook: Workbook) -> None:
    workbook.commit([Put("segment", name, {"name": name}) for name in "abc"], "Ada")
    workbook.commit([Delete("segment", "b")], "Bo")
    undo(workbook, "Ada")
    assert not workbook.snapshot().rows("segment")
    undo(workbook, "Bo")  # with the row back, what Ada did to it can be taken back again
    assert [row.id for row in workbook.snapshot().rows("segment")] == ["b"]


def test_undo_of_a_deletion_leaves_a_row_that_somebody_else_has_added_again(workbook: Workbook) -> None:
    workbook.commit([Put("segment", "a", {"name": "A"})], "Ada")
    workbook.commit([Delete("segment", "a")], "Ada")
    workbook.commit([Put("segment", "a", {"name": "Bo's"})], "Bo")
    with pytest.raises(Refused, match="Bo has written"):
        undo(workbook, "Ada")
    assert workbook.snapshot().row("segment", "a")["name"] == "Bo's"  # type: ignore[index]


def test_undo_of_a_deletion_brings_the_row_back(workbook: Workbook) -> None:
    workbook.commit([Put("segment", "a", {"name": "A"})], "Ada")
    workbook.commit([Delete("segment", "a")], "Ada")
    undo(workbook, "Ada")
    assert workbook.snapshot().row("segment", "a")["name"] == "A"  # type: ignore[index]


def test_undo_never_overwrites_somebody_elses_later_change(workbook: Workbook) -> None:
    workbook.commit([Put("segment", "a", {"name": "A"})], "Ada")
    workbook.commit([Put("segment", "a", {"resource_share": 20})], "Ada")
    workbook.commit([Put("segment", "a", {"resource_share": 30})], "Bo")
    with pytest.raises(Conflict):
        undo(workbook, "Ada")


def test_restore_brings_back_a_moment_and_can_be_undone(workbook: Workbook) -> None:
    workbook.commit([Put("segment", "a", {"name": "A"})], "Ada")
    moment = workbook.seq
    workbook.commit([Put("segment", "a", {"name": "Z", "reason": "r"}), Put("segment", "b", {"name": "B"})], "Ada")
    later = {sheet: {key: dict(row.values) for key, row in rows.items()} for sheet, rows in workbook.snapshot().sheets.items()}
    restore(workbook, moment, "Ada")
    assert [row["name"] for row in workbook.snapshot().rows("segment")] == ["A"]
    undo(workbook, "Ada")
    now = {sheet: {key: dict(row.values) for key, row in rows.items()} for sheet, rows in workbook.snapshot().sheets.items()}
    assert now == later


def test_a_moment_that_never_stood_names_the_one_that_did(workbook: Workbook) -> None:
    before = workbook.seq
    workbook.commit([Put("need", "n", {"need": "News", "segment": "a"}), Put("segment", "a", {"name": "A"})], "Ada")
    workbook.commit([Delete("need", "n"), Delete("segment", "a")], "Ada")
    with pytest.raises(Refused, match=f"Revision {before + 1} lies within a change.* ended with revision {before + 2}") as refusal:
        restore(workbook, before + 1, "Ada")
    assert f"Restore revision {before + 2}" in str(refusal.value)
    assert not workbook.snapshot().rows("segment")
    restore(workbook, before + 2, "Ada")
    assert [row["segment"] for row in workbook.snapshot().rows("need")] == ["a"]


def test_two_moments_can_be_compared(workbook: Workbook) -> None:
    workbook.commit([Put("segment", "a", {"name": "A"})], "Ada")
    first = workbook.seq
    workbook.commit([Put("segment", "a", {"name": "B"})], "Ada")
    assert compare(workbook, first, workbook.seq) == {("segment", "a"): {"name": ("A", "B")}}


def test_history_says_what_a_revision_changed(workbook: Workbook) -> None:
    workbook.commit([Put("segment", "a", {"name": "A"})], "Ada")
    workbook.commit([Put("segment", "a", {"name": "B"})], "Bo")
    revision = next(iter(workbook.history()))
    assert [(c.column, c.before, c.after) for c in field_changes(workbook, revision)] == [("name", "A", "B")]


def test_a_review_is_kept_in_the_history(workbook: Workbook) -> None:
    workbook.commit([Put("segment", "a", {"name": "A"})], "Ada")
    workbook.commit([Review("segment", "a")], "Bo")
    assert next(iter(workbook.history())).operation == "review"


def test_there_is_no_going_back_before_the_cycle(workbook: Workbook) -> None:
    workbook.commit([Put("segment", "a", {"name": "A"}), Put("decision", "d", {"step": "step_1", "statement": "Go"})], "Ada")
    before = workbook.seq
    open_next_cycle(workbook, "Ada")
    opened = workbook.seq
    with pytest.raises(Refused, match=f"Cycle 2 begins with revision {opened}"):
        restore(workbook, before, "Ada")
    workbook.commit([Put("segment", "a", {"name": "B"})], "Ada")
    restore(workbook, opened, "Ada")
    assert [row["name"] for row in workbook.snapshot().rows("segment")] == ["A"]


@pytest.mark.parametrize("by_itself", ["seed", "sample", "import", "carry"])
def test_undo_takes_back_what_somebody_did_and_not_what_the_program_did_nor_a_review(workbook: Workbook, by_itself: str) -> None:
    workbook.commit([Put("segment", "a", {"name": "Regulars"})], "Ada")
    workbook.commit([Put("segment", "a", {"customers": 70})], "Ada")
    workbook.commit([Put("segment", "a", {"revenue": 700})], "Ada", origin=by_itself)
    workbook.commit([Review("segment", "a")], "Ada")
    undo(workbook, "Ada")
    row = workbook.snapshot().row("segment", "a")
    assert row is not None
    assert (row["customers"], row["revenue"]) == (None, 700)
