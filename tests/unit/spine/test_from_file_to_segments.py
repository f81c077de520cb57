"""From a file to adopted segments: the same purchases written in Chinese, or spoilt on the way, give the same segments."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from strategy.customers import Rules, default_cuts, preview, propose, purchases_at_hand, rfm_segments, understand
from strategy.spine import adopt, import_customers
from strategy.thread import find, said_of_outside
from strategy.workbook import Workbook

CDNOW = Path(__file__).parents[3] / "data" / "samples" / "cdnow" / "cdnow_master.csv.gz"
Purchase = tuple[str, dt.date, str]


@pytest.fixture(scope="module")
def purchases() -> list[Purchase]:
    """The purchases of the first two thousand customers; ids keep their leading zeros."""
    with gzip.open(CDNOW, "rt", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    found = [
        (row["customer_id"], dt.date.fromisoformat(row["date"]), row["dollar_value"])
        for row in rows
        if row["customer_id"] <= "02000"
    ]
    assert found[0][0] == "00001"
    return found


def _plain(purchases: list[Purchase]) -> bytes:
    lines = [f"{who},{day},{amount}" for who, day, amount in purchases]
    return "\n".join(["customer_id,date,amount", *lines, ""]).encode()


def _chinese(purchases: list[Purchase]) -> bytes:
    lines = [f"{who}\t{day.year}年{day.month}月{day.day}日\t￥{amount}" for who, day, amount in purchases]
    return "\r\n".join(["会员编号\t购买日期\t消费金额", *lines, ""]).encode("gb18030")


def _spoilt(purchases: list[Purchase]) -> bytes:
    """Decimal commas, days first, quotes and stray spaces, a row of totals in the middle, nobody's purchase, a price in brackets taken back."""
    lines = [f'" {who} ";{day:%d.%m.%Y} 14:05;"{amount.replace(".", ",")} €"' for who, day, amount in purchases]
    lines[1000:1000] = ["Total;;1.234.567,89 €"]
    lines[1500:1500] = [";05.05.1998 10:00;12,00 €", "99999;05.05.1998 10:00;500,00 €", "99999;06.05.1998 10:00;(500,00 €)"]
    return "\n".join(["Customer;Date;Amount", *lines, ""]).encode("cp1252")


def _segments(file: Path, home: Path) -> dict[str, tuple[int, float]]:
    with Workbook.create(home / f"{file.stem}.duckdb", "Plan") as workbook:
        import_customers(workbook, understand(file, file.name, propose(preview(file)), Rules(today=dt.date(2020, 1, 1))), "Ann")
        cursor = workbook.cursor()
        adopt(workbook, rfm_segments(cursor, default_cuts(cursor)), "Ann", "en")
        return {row.id: (row["customers"], row["revenue"]) for row in workbook.snapshot().rows("segment")}


@pytest.mark.parametrize("written", [_chinese, _spoilt])
def test_the_same_purchases_give_the_same_segments(
    written: Callable[[list[Purchase]], bytes], purchases: list[Purchase], tmp_path: Path
) -> None:
    plain, other = tmp_path / "plain.csv", tmp_path / "other.csv"
    plain.write_bytes(_plain(purchases))
    other.write_bytes(written(purchases))
    expected = _segments(plain, tmp_path)
    assert sum(customers for customers, _ in expected.values()) == len({who for who, _, amount in purchases})
    assert _segments(other, tmp_path) == expected


def test_a_plain_file_is_read_as_a_quoted_one_is(purchases: list[Purchase], tmp_path: Path) -> None:
    """The short way for plainly written files and the general way agree, row by row and in what was left out."""
    plain, general = tmp_path / "plain.csv", tmp_path / "general.csv"
    rows = [
        *purchases,
        ("", dt.date(1998, 1, 1), "5.00"),
        ("00001", dt.date(2199, 1, 1), "7.00"),
        ("00001", dt.date(1998, 2, 1), "-11.77"),
    ]
    plain.write_bytes(_plain(rows))
    general.write_bytes(_plain(rows).replace(b",1998-01-01,", b",1 Jan 1998,"))
    one, other = (understand(path, "sales.csv", propose(preview(path))) for path in (plain, general))
    ordered = [sorted(tuple(row.values()) for row in read.purchases.to_pylist()) for read in (one, other)]
    assert len(ordered[0]) == one.rows_kept
    assert ordered[0] == ordered[1]
    assert [(each.reason, each.rows, each.money) for each in one.dropped] == [
        (each.reason, each.rows, each.money) for each in other.dropped
    ]
    assert (one.rows_read, one.revenue, one.customers, one.orders, one.facts) == (
        other.rows_read, other.revenue, other.customers, other.orders, other.facts
    )  # fmt: skip
    assert one.numbers.decimal == other.numbers.decimal == "."


def test_customers_whom_no_segment_holds_are_said(purchases: list[Purchase], tmp_path: Path) -> None:
    """Nobody of CDNOW began lately, so that the segment of new customers is empty, and adopted by nobody, until such come in."""
    first, later = tmp_path / "first.csv", tmp_path / "later.csv"
    first.write_bytes(_plain(purchases))
    later.write_bytes(_plain([(f"n{n}", dt.date(1998, 6, 30), "20.00") for n in range(100)]))
    with Workbook.create(tmp_path / "plan.duckdb", "Plan") as workbook:
        import_customers(workbook, understand(first, None, propose(preview(first))), "Ann")
        cursor = workbook.cursor()
        adopt(workbook, rfm_segments(cursor, default_cuts(cursor)), "Ann", "en")
        assert said_of_outside(workbook.snapshot()) is None
        added = understand(later, None, propose(preview(later)), at_hand=purchases_at_hand(cursor))
        import_customers(workbook, added, "Ann", "append")
        said = said_of_outside(workbook.snapshot())
        assert said is not None
        assert said.in_("en").startswith("100 customers (4.8% of all, worth 2,000.00) are in no segment of the plan.")
        assert "targets.outside" in {finding.check.id for finding in find(workbook.snapshot())}
        adopt(workbook, rfm_segments(cursor, default_cuts(cursor)), "Ann", "en")
        assert said_of_outside(workbook.snapshot()) is None
