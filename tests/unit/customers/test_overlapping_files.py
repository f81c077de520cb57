"""Exports that overlap add up to what one export of the whole period says, refunds included; what cannot be told is warned of."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from strategy.customers import FileToRead, Mapping, PurchaseFiles, create_tables, read_here, store

MAPPING = Mapping("id", "date", "amount", "order")
Line = tuple[str, int, int, str]  # customer, day of January, amount, order


def _imported(*files: list[Line], apart: bool) -> tuple[list[tuple[Any, ...]], list[str]]:
    """The purchases and the last file's warnings, with the files read one after the other or ``apart``, each added later."""
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as connection:
        create_tables(connection)
        chosen = []
        for at, lines in enumerate(files):
            path = Path(folder) / f"{at}.csv"
            path.write_text("id,date,amount,order\n" + "".join(f"{c},2024-01-{d:02d},{a},{o}\n" for c, d, a, o in lines))
            chosen.append(FileToRead(path, path.name, MAPPING))
        groups = [(each,) for each in chosen] if apart else [tuple(chosen)]
        for at, group in enumerate(groups):
            found = read_here(PurchaseFiles(group, append=at > 0), connection)
            store(connection, found, "Ann", "append" if at else "replace")
        rows = connection.execute("SELECT customer, day, amount, order_id FROM purchase ORDER BY ALL").fetchall()
        return rows, [warning.in_("en") for warning in found[-1].warnings]


@pytest.mark.parametrize("apart", [True, False])
@pytest.mark.parametrize(
    ("first", "second", "kept"),
    [
        # A refund in both exports, and what it lowered.
        ([("A", 10, 100, "1"), ("A", 12, -30, "1")], [("A", 10, 100, "1"), ("A", 12, -30, "1"), ("B", 20, 20, "2")], 90),
        # A purchase taken back whole does not come back.
        ([("A", 10, 100, "1"), ("A", 12, -100, "1"), ("B", 9, 5, "0")], [("A", 10, 100, "1"), ("A", 12, -100, "1"), ("B", 20, 20, "2")], 25),
        # Two equal lines against one at hand: one is new.
        ([("A", 10, 7, "1")], [("A", 10, 7, "1"), ("A", 10, 7, "1")], 14),
        ([("A", 10, 7, "1"), ("A", 10, 7, "1")], [("A", 10, 7, "1")], 14),
        # A refund that is known and one that is not.
        ([("A", 10, 20, "1"), ("A", 11, -4, "1")], [("A", 11, -4, "1"), ("A", 12, -1, "1")], 15),
    ],
)  # fmt: skip
def test_a_line_counts_once_however_many_exports_hold_it(first: list[Line], second: list[Line], kept: int, apart: bool) -> None:
    rows, _ = _imported(first, second, apart=apart)
    assert sum(row[2] for row in rows) == kept


@st.composite
def _orders(draw: st.DrawFn) -> list[Line]:
    lines: list[Line] = []
    for order in range(draw(st.integers(1, 6))):
        customer, day = draw(st.sampled_from("AB")), draw(st.integers(1, 15))
        lines += [(customer, day, draw(st.sampled_from([5, 7, 20])), str(order)) for _ in range(draw(st.integers(1, 3)))]
        lines += [
            (customer, day + draw(st.integers(1, 9)), -draw(st.sampled_from([3, 5, 40])), str(order))
            for _ in range(draw(st.integers(0, 2)))
        ]
    return sorted(lines, key=lambda line: line[1])


@settings(deadline=None, max_examples=12, suppress_health_check=[HealthCheck.too_slow])
@given(lines=_orders(), until=st.integers(1, 25), since=st.integers(1, 25))
def test_exports_that_overlap_come_to_what_one_says(lines: list[Line], until: int, since: int) -> None:
    first = [line for line in lines if line[1] <= until]
    second = [line for line in lines if line[1] > min(since, until)]
    purchases = [day for _, day, amount, _ in lines if amount > 0]
    if not second or min(purchases) > until or not any(row[2] > 0 for row in first):
        return
    whole, _ = _imported(lines, apart=False) if _anything_left(lines) and _anything_left(first) else (None, None)
    if whole is not None:
        # Which of an order's lines a refund lowers may depend on when it was heard of; what is left of the order does not.
        assert _by_order(_imported(first, second, apart=True)[0]) == _by_order(whole)


def _by_order(rows: list[tuple[Any, ...]]) -> dict[tuple[Any, Any], Any]:
    found: dict[tuple[Any, Any], Any] = {}
    for customer, _, amount, order in rows:
        found[customer, order] = found.get((customer, order), 0) + amount
    return found


def _anything_left(lines: list[Line]) -> bool:
    orders = {order: 0 for *_, order in lines}
    for _, _, amount, order in lines:
        orders[order] += amount
    return any(left > 0 for left in orders.values())


def test_a_purchase_that_comes_after_its_refund_is_warned_of() -> None:
    rows, warnings = _imported([("B", 10, 5, "2"), ("A", 20, -5, "9")], [("A", 10, 30, "1")], apart=True)
    assert sum(row[2] for row in rows) == 35
    assert any("1 refund worth 5.00 in the data at hand" in warning for warning in warnings)


def _of_two_files(folder: Path, first: str, second: str) -> list[str]:
    with duckdb.connect() as connection:
        create_tables(connection)
        chosen = []
        for name, lines in (("first.csv", first), ("second.csv", second)):
            (folder / name).write_text("id,date,amount\n" + lines)
            chosen.append(FileToRead(folder / name, name, Mapping("id", "date", "amount")))
        return [str(said.in_("en")) for said in read_here(PurchaseFiles(tuple(chosen)), connection)[-1].warnings]


def test_lines_of_two_shops_that_are_alike_are_told_from_an_overlap(tmp_path: Path) -> None:
    one = "".join(f"{at % 4},2024-01-{1 + at // 4:02d},{3 if at % 4 == 0 else at}\n" for at in range(40))
    two = "".join(f"{at % 4},2024-01-{1 + at // 4:02d},{3 if at % 4 == 0 else at + 100}\n" for at in range(40))
    said = [text for text in _of_two_files(tmp_path, one, two) if "switch off" in text]
    assert said
    assert said[0].startswith("10 lines worth 30.00 have customer, day and amount in common")
    overlap = one + "1,2024-02-01,5\n"
    assert not [text for text in _of_two_files(tmp_path, one, overlap) if "switch off" in text]


def test_a_line_corrected_between_two_exports_is_warned_of() -> None:
    first = [("A", 10, 7, "1"), ("A", 10, 5, "1"), ("B", 11, 20, "2")]
    _, said = _imported(first, [("A", 10, 70, "1"), ("A", 10, 5, "1"), ("B", 11, 20, "2"), ("B", 20, 9, "3")], apart=True)
    assert any("1 order at hand, such as 1, is written otherwise in this file, with 1 line worth 70.00" in line for line in said)


@pytest.mark.parametrize(
    "second",
    [
        [("A", 10, 7, "1"), ("B", 20, 9, "3")],  # the same line again, and an order of its own
        [("A", 10, 7, "1"), ("A", 10, 3, "1")],  # the order whole, of which the first export had a part
        [("A", 11, -2, "1")],
    ],
)
def test_orders_that_only_go_on_are_not(second: list[Line]) -> None:
    _, said = _imported([("A", 10, 7, "1")], second, apart=True)
    assert not any("written otherwise" in line for line in said)
