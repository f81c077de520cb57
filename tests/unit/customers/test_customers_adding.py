"""Rules that can be switched, files added to the data at hand, days in the shop's time zone, gaps in time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from strategy.customers import (
    Mapping,
    Rules,
    Understanding,
    current_dataset,
    preview,
    propose,
    purchases_at_hand,
    store,
    understand,
)
from strategy.errors import ImportRefused, InvalidValue

ORDERS = Mapping(customer="id", date="date", amount="amount", order="order")
JANUARY = "id,order,date,amount\nA,1,2024-01-05,50\nB,2,2024-01-20,30\n"
FEBRUARY = "id,order,date,amount\nA,3,2024-02-05,20\nA,4,2024-02-06,-50\nB,2,2024-01-20,30\n"


def _add(cursor, file: Callable[..., object], text: str, name: str, **rules: object) -> Understanding:
    return understand(file(text, name), name, ORDERS, Rules(**rules), purchases_at_hand(cursor))  # type: ignore[arg-type]


def _purchases(cursor) -> list[tuple[str, str, float]]:
    return cursor.execute("SELECT customer, day::VARCHAR, amount::DOUBLE FROM purchase ORDER BY ALL").fetchall()


def test_a_refund_in_a_later_file_takes_back_an_earlier_purchase(cursor, read, file) -> None:
    store(cursor, read(JANUARY, ORDERS), "Ann")
    added = _add(cursor, file, FEBRUARY, "february.csv")
    dataset = store(cursor, added, "Ann", "append")
    assert _purchases(cursor) == [("A", "2024-02-05", 20.0), ("B", "2024-01-20", 30.0)]
    assert (added.rows_at_hand, added.rows_added, dataset.rows_read, dataset.revenue) == (2, 1, 5, 50.0)
    assert [file["name"] for file in dataset.files] == ["sales.csv", "february.csv"]
    reasons = {entry["reason"]: entry["rows"] for entry in dataset.quality["dropped"]}
    assert reasons == {"refund_netted": 1, "cancelled_by_refund": 1, "already_there": 1}


def test_money_adds_up_over_the_files(cursor, read, file) -> None:
    store(cursor, read(JANUARY, ORDERS), "Ann")
    dataset = store(cursor, _add(cursor, file, FEBRUARY, "february.csv"), "Ann", "append")
    left_out = sum(entry["money"] for entry in dataset.quality["dropped"])
    assert dataset.quality["money_read"] == pytest.approx(dataset.revenue + dataset.quality["refunds"]["deducted"] + left_out)


def test_lines_at_hand_can_be_counted_again(cursor, read, file) -> None:
    store(cursor, read(JANUARY, ORDERS), "Ann")
    store(cursor, _add(cursor, file, FEBRUARY, "february.csv", drop_known=False), "Ann", "append")
    assert _purchases(cursor).count(("B", "2024-01-20", 30.0)) == 2


def test_the_same_file_is_not_added_twice(cursor, read, file) -> None:
    store(cursor, read(JANUARY, ORDERS), "Ann")
    first = store(cursor, _add(cursor, file, FEBRUARY, "february.csv"), "Ann", "append")
    assert store(cursor, _add(cursor, file, FEBRUARY, "again.csv"), "Ben", "append") == first
    assert current_dataset(cursor).version == 2


def test_data_that_changed_meanwhile_are_not_written_over(cursor, read, file) -> None:
    store(cursor, read(JANUARY, ORDERS), "Ann")
    added = _add(cursor, file, FEBRUARY, "february.csv")
    store(cursor, read("id,order,date,amount\nC,9,2024-03-01,5\n", ORDERS), "Ben")
    with pytest.raises(ImportRefused, match="have changed since"):
        store(cursor, added, "Ann", "append")


def test_several_files_at_once_each_see_those_before(cursor, read, file) -> None:
    first = read(JANUARY, ORDERS)
    second = understand(file(FEBRUARY, "february.csv"), "february.csv", ORDERS, Rules(), first.purchases)
    dataset = store(cursor, [first, second], "Ann")
    assert (dataset.version, dataset.file_name, dataset.rows_read) == (1, "sales.csv, february.csv", 5)
    assert _purchases(cursor) == [("A", "2024-02-05", 20.0), ("B", "2024-01-20", 30.0)]
    found = cursor.execute("SELECT file_name, row_number FROM rejected_row WHERE reason = 'already_there'").fetchall()
    assert found == [("february.csv", 4)]


DOUBTFUL = (
    "id,date,amount,q,p\nA,2024-01-05,50,1,50\nA,2024-01-06,-50,-1,50\n,2024-01-07,9,1,9\n"
    "B,2024-01-08,5,1,0\nB,2199-01-01,7,1,7\nC,2024-01-09,1,1,1\n"
)
PRICED = Mapping(customer="id", date="date", amount="amount", quantity="q", price="p")


@pytest.mark.parametrize(
    ("rule", "kept"),
    [
        ({"net_refunds": False, "drop_free": False}, [("A", 50.0), ("B", 5.0), ("C", 1.0)]),
        ({"drop_free": False}, [("B", 5.0), ("C", 1.0)]),
        ({"drop_future": False}, [("B", 7.0), ("C", 1.0)]),
        ({"drop_nameless": False}, [("-", 9.0), ("C", 1.0)]),
    ],
)
def test_every_rule_can_be_switched(read, rule: dict[str, bool], kept: list[tuple[str, float]]) -> None:
    found = read(DOUBTFUL, PRICED, **rule)
    assert sorted((row["customer"], float(row["amount"])) for row in found.purchases.to_pylist()) == kept


def test_purchases_without_a_customer_are_counted_with_a_warning(read) -> None:
    found = read(DOUBTFUL, PRICED, drop_nameless=False)
    assert any("nameless customer" in str(warning) for warning in found.warnings)


def _days(found: Understanding) -> list[str]:
    return [str(row["day"]) for row in found.purchases.to_pylist()]


@pytest.mark.parametrize(
    ("written", "zone", "times_in", "day"),
    [
        ("2024-01-31T23:30:00Z", "Asia/Shanghai", None, "2024-02-01"),
        ("2024-01-31 23:30:00+08:00", "Europe/London", None, "2024-01-31"),
        ("2024-02-01 00:30:00+0800", "Europe/London", None, "2024-01-31"),
        ("2024-01-31 23:30", "Asia/Shanghai", "UTC", "2024-02-01"),
        ("2024-01-31 23:30", "Asia/Shanghai", None, "2024-01-31"),
        ("2024-01-31 11:30 PM", "Asia/Shanghai", "UTC", "2024-02-01"),
        ("2024-01-31", "Asia/Shanghai", "UTC", "2024-01-31"),
        ("2024-07-01 23:30", "Europe/London", "UTC", "2024-07-02"),
    ],
)
def test_days_are_cut_in_the_shops_time_zone(read, written: str, zone: str, times_in: str | None, day: str) -> None:
    mapping = Mapping(customer="id", date="date", amount="amount", time_zone=zone, times_in=times_in)
    assert _days(read(f"id,date,amount\nA,{written},5\n", mapping)) == [day]


def test_offsets_without_a_zone_are_said(read) -> None:
    found = read("id,date,amount\nA,2024-01-31T23:30:00Z,5\n")
    assert _days(found) == ["2024-01-31"]
    assert any("distance from UTC" in str(warning) for warning in found.warnings)


def test_a_zone_that_does_not_exist_is_refused(read) -> None:
    with pytest.raises(InvalidValue, match="no time zone named Mars"):
        read("id,date,amount\nA,2024-01-31 10:00,5\n", Mapping("id", "date", "amount", time_zone="Mars"))


def test_ten_years_of_silence_are_said(read) -> None:
    days = "".join(f"A,{year}-01-{day:02d},5\n" for year in (2010, 2021) for day in range(1, 20))
    found = read("id,date,amount\n" + days)
    assert [(str(gap.first_day), str(gap.last_day)) for gap in found.gaps] == [("2010-01-20", "2020-12-31")]
    assert any("2010-01-20 to 2020-12-31" in str(warning) for warning in found.warnings)


def test_weekends_are_no_gap(read) -> None:
    import datetime as dt

    days = [dt.date(2024, 1, 1) + dt.timedelta(days=at) for at in range(200)]
    found = read("id,date,amount\n" + "".join(f"A,{day},5\n" for day in days if day.weekday() < 5))
    assert found.gaps == ()


def test_samples_show_rows_before_and_after(read) -> None:
    found = read(DOUBTFUL, PRICED)
    assert [(sample.row, sample.cells[2], sample.reason) for sample in found.samples[:3]] == [
        (2, "50", "cancelled_by_refund"),
        (3, "-50", "refund_netted"),
        (4, "9", "no_customer"),
    ]


def _understood(tmp_path: Path, rows: str) -> Understanding:
    path = tmp_path / "sales.csv"
    path.write_text("customer,date,amount\n" + rows, encoding="utf-8")
    return understand(path, None, propose(preview(path)))


def _said(understood: Understanding) -> str:
    return "\n".join(each.in_("en") for each in (*understood.sentences(), *understood.warnings))


def test_a_gap_of_ten_years_is_named_however_few_the_purchases(tmp_path: Path) -> None:
    found = _understood(tmp_path, "A,2010-01-01,5\nB,2010-01-03,5\nA,2010-02-01,5\nB,2021-01-01,5\nC,2021-02-01,7\n")
    assert [(str(gap.first_day), str(gap.last_day)) for gap in found.gaps] == [("2010-02-02", "2020-12-31")]
    assert _understood(tmp_path, "A,2010-01-01,5\nB,2021-01-03,5\n").gaps == ()


def test_ids_are_said_to_be_text_and_shortened_ones_are_named(tmp_path: Path) -> None:
    found = _understood(tmp_path, "00123,2024-01-01,5\n123,2024-01-02,5\n1E5,2024-01-03,5\n100000,2024-01-03,5\n123,2024-01-09,5\n")
    assert "kept as they are written: 00123, 123, 1E5." in _said(found)
    assert "shortened (1E5)" in _said(found)
    assert found.customers == 4
    assert "shortened" not in _said(_understood(tmp_path, "E5,2024-01-01,5\nTEE1,2024-01-02,5\n"))


def test_nobody_bought_twice_is_said(tmp_path: Path) -> None:
    once = "".join(f"C{day},2024-01-{day:02d},5\n" for day in range(1, 20))
    assert "Nobody bought a second time." in _said(_understood(tmp_path, once))
    assert "Nobody bought a second time." not in _said(_understood(tmp_path, once + "C1,2024-02-01,5\n"))


def test_a_file_of_many_rows_is_added(cursor, tmp_path: Path) -> None:
    """Large files are counted in another way, with room for their own rows."""
    for name, first, rows in (("first.csv", 0, 60_000), ("second.csv", 60_000, 120_000)):
        orders = range(first, first + rows)
        lines = (f"c{order % 5_000},{order},2024-{order % 12 + 1:02}-01,{order % 90 + 1}\n" for order in orders)
        (tmp_path / name).write_text("id,order,date,amount\n" + "".join(lines))
    store(cursor, understand(tmp_path / "first.csv", None, ORDERS), "Ann")
    added = understand(tmp_path / "second.csv", None, ORDERS, at_hand=purchases_at_hand(cursor))
    assert (added.rows_kept, added.facts.orders, added.facts.customers) == (180_000, 120_000, 5_000)
    assert store(cursor, added, "Ann", "append").orders == 180_000


def test_ids_written_otherwise_than_those_at_hand_are_said(cursor, read, file) -> None:
    store(cursor, read(JANUARY, ORDERS), "Ann")
    said = "None of the customers of this file is among those at hand"
    other = _add(cursor, file, "id,order,date,amount\n00A,5,2024-02-05,20\n00B,6,2024-02-06,50\n", "other.csv")
    assert [warning.in_("en")[: len(said)] for warning in other.warnings if said in str(warning)] == [said]
    known = _add(cursor, file, "id,order,date,amount\nA,5,2024-02-05,20\n00B,6,2024-02-06,50\n", "known.csv")
    assert said not in " ".join(map(str, known.warnings))
