"""Refunds of a table that stays where it is: the same purchases as when its rows are imported as a file."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb
import ibis
import pyarrow as pa
import pyarrow.parquet
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from strategy.customers import Connected, Mapping, Rules, Understanding, current_dataset, measure, reader, understand
from strategy.customers.connected import canonical
from strategy.customers.connecting import ConnectedFigures
from strategy.customers.connections import close_all, try_again
from strategy.errors import ImportRefused
from strategy.exhibits import present
from strategy.language import say
from strategy.spine import connect_customers, import_customers, refresh
from strategy.workbook import Workbook

NOON = dt.datetime(2024, 7, 1, 12, tzinfo=dt.timezone.utc)
SCHEMA = pa.schema(
    {
        "client": pa.string(),
        "day": pa.timestamp("us"),
        "total": pa.float64(),
        "receipt": pa.string(),
        "pieces": pa.float64(),
        "unit": pa.float64(),
        "earned": pa.float64(),
        "article": pa.string(),
    }
)
MORE = (("quantity", "pieces"), ("price", "unit"), ("margin", "earned"), ("product", "article"))
FULL = Connected("shop", "sales", "client", "day", "total", "receipt", MORE, as_of="2024-07-01")
MAPPING = Mapping("client", "day", "total", "receipt", "pieces", "unit", "earned", "article")


def _row(client: str, day: int, total: float, receipt: str | None = None, hour: int = 0, **more: Any) -> dict[str, Any]:
    moment = dt.datetime(2024, 1, 1) + dt.timedelta(days=day, hours=hour)
    return dict.fromkeys(SCHEMA.names) | {"client": client, "day": moment, "total": float(total), "receipt": receipt} | more


def _in_order_of_ties(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Lines as a file would have to have them for ties to be decided as in a table without lines."""

    def key(row: dict[str, Any]) -> tuple[Any, ...]:
        others = (row[name] for name in ("article", "pieces", "unit", "earned"))
        return (row["receipt"] or f"{row['day']:%Y-%m-%d}", row["day"], *((value is not None, value or 0) for value in others))

    return sorted(rows, key=key)


def _imported(rows: list[dict[str, Any]], folder: Path, mapping: Mapping = MAPPING) -> Understanding:
    file = folder / "rows.parquet"
    pyarrow.parquet.write_table(pa.Table.from_pylist(rows, schema=SCHEMA), file)
    return understand(file, "rows.parquet", mapping, Rules())


@lru_cache(maxsize=4)
def _sql(connected: Connected) -> str:
    """Compiled once: that takes longer than the question."""
    backend = ibis.duckdb.connect()
    backend.create_table("sales", schema=ibis.Schema.from_pyarrow(SCHEMA))
    return str(ibis.to_sql(canonical(backend, connected), dialect="duckdb"))


def _netted(rows: list[dict[str, Any]], connected: Connected = FULL) -> pa.Table:
    with duckdb.connect() as connection:
        connection.register("sales", pa.Table.from_pylist(rows, schema=SCHEMA))
        return connection.execute(_sql(connected).replace('"memory"."main".', "")).to_arrow_table()


def _lines(table: pa.Table) -> Counter[tuple[Any, ...]]:
    """The purchases, whatever their order."""

    def plain(value: Any) -> Any:
        if isinstance(value, float):
            return None if value != value else round(value, 6)
        return value.date() if isinstance(value, dt.datetime) else value

    names = ("customer", "day", "amount", "order_id", "quantity", "price", "margin", "product")
    return Counter(tuple(plain(row.get(name)) for name in names) for row in table.to_pylist())


def _revenue(table: pa.Table) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for row in table.to_pylist():
        found[row["customer"]] = found.get(row["customer"], 0) + row["amount"]
    return found


_ROWS = st.lists(
    st.builds(
        _row,
        st.sampled_from(["a", "b"]),
        st.integers(0, 3),
        st.sampled_from([10, 5, 5, 3, 2, 1, 0, -1, -2, -3, -5, -5, -10, -14]),
        st.sampled_from([None, None, "x", "y", "z"]),
        st.sampled_from([0, 0, 9]),
        pieces=st.sampled_from([None, 1.0, 2.0]),
        unit=st.sampled_from([None, None, 1.0]),
        earned=st.sampled_from([None, 4.0]),
        article=st.sampled_from([None, "p", "q"]),
    ),
    min_size=2,
    max_size=14,
).filter(lambda rows: any(row["total"] > 0 for row in rows))


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_ROWS)
def test_a_table_gives_the_purchases_a_file_of_its_rows_gives(tmp_path: Path, rows: list[dict[str, Any]]) -> None:
    found = _netted(rows)
    try:
        imported = _imported(_in_order_of_ties(rows), tmp_path)
    except ImportRefused:  # nothing is left
        assert not any(row["amount"] > 0 for row in found.to_pylist())
        return
    assert _lines(found) == _lines(imported.purchases)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_ROWS)
def test_without_ties_the_order_of_the_lines_does_not_matter(tmp_path: Path, rows: list[dict[str, Any]]) -> None:
    """Every row at a moment of its own, in any order of the file: the same money of every customer."""
    spread = [row | {"day": row["day"] + dt.timedelta(minutes=at)} for at, row in enumerate(rows)]
    # Amounts of one order are different too, so that nothing but the rules decides which line is lowered.
    spread = [row | {"total": row["total"] * (1 if row["total"] < 0 else 1 + at / 128)} for at, row in enumerate(spread)]
    found = _netted(spread)
    revenue = _revenue(found)
    try:
        imported = _imported(spread[::-1], tmp_path)
    except ImportRefused:
        assert not any(revenue.values())
        return
    assert revenue == _revenue(imported.purchases)


# -- what is understood, recorded and told --------------------------------------------------------------------------------------


class Shop:
    """The company's own database, written between readings."""

    def __init__(self, path: Path) -> None:
        self.path, self.urls = path, {"shop": f"duckdb://{path}?read_only=true"}

    def fill(self, rows: list[dict[str, Any]]) -> None:
        close_all()
        with duckdb.connect(str(self.path)) as connection:
            connection.register("given", pa.Table.from_pylist(rows, schema=SCHEMA))
            connection.execute("CREATE OR REPLACE TABLE sales AS SELECT * FROM given")

    def measure(self, connected: Connected = FULL) -> ConnectedFigures:
        return measure(connected, self.urls, lambda: NOON)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    try_again()
    made = Shop(tmp_path / "shop.duckdb")
    yield made
    close_all()


#: One refund for every rule, and lines of amount zero.
ROWS = [
    _row("a", 0, 40, "1", article="lamp", pieces=4.0, earned=8.0),
    _row("a", 0, 10, "1", article="shade", pieces=1.0, earned=2.0),
    _row("a", 5, -20, "1", article="lamp"),  # rule 0: half of the lamps
    _row("b", 1, 7, "2"),
    _row("b", 2, 7, "3"),
    _row("b", 3, -7),  # rule 1: the later of the two
    _row("c", 1, 9, "4"),
    _row("c", 2, 5, "5"),
    _row("c", 2, 0, "5"),
    _row("c", 4, -6),  # rule 2: more than order 5 was worth
    _row("d", 4, -3),  # rule 3
    _row("d", 5, 30, "6"),
    _row("e", 6, 11, "7"),
    _row("e", 6, 0, "8"),
]


def test_what_was_netted_is_told_as_for_a_file(shop: Shop, tmp_path: Path) -> None:
    shop.fill(ROWS)
    found, imported = shop.measure(), _imported(ROWS, tmp_path)
    assert found.refunds == imported.refunds
    assert (found.refunds.exact_rows, found.refunds.order_rows, found.refunds.unmatched_rows) == (1, 2, 1)
    assert {entry.reason: (entry.rows, entry.money) for entry in found.left_out} == {
        entry.reason: (entry.rows, entry.money) for entry in imported.dropped
    }
    for name in ("rows_kept", "rows_read", "money_read", "revenue", "customers", "orders", "first_day", "last_day"):
        assert getattr(found, name) == getattr(imported, name), name
    assert found.money_read == found.revenue + found.refunds.deducted + sum(entry.money for entry in found.left_out)
    said = [str(sentence) for sentence in found.sentences()]
    assert "Refunds: 4 rows worth 36.00; 1 of exactly a purchase's amount, 2 set against an order." in said
    assert "Set against purchases: 33.00. Taken off orders that stay: 20.00. More than the order was worth: 1.00." in said
    assert "1 refund worth 3.00 has no earlier purchase" in str(found.warnings[0])
    assert not [warning for warning in found.warnings if "left out, not set against" in str(warning)]
    assert all(say(text, "zh") != str(text) for text in (*found.sentences(), *found.warnings))


def test_a_lowered_purchase_has_fewer_pieces_and_less_margin() -> None:
    lamp = next(row for row in _netted(ROWS).to_pylist() if row["product"] == "lamp")
    assert (lamp["amount"], lamp["quantity"], lamp["margin"]) == (20, 2.0, 4.0)


def test_refunds_of_a_day_come_after_its_purchases() -> None:
    at_noon = [_row("a", 0, -5, hour=9), _row("a", 0, 5, hour=18), _row("a", 1, 1)]
    assert sum(row["amount"] for row in _netted(at_noon).to_pylist()) == 6  # taken back before it was bought: something else
    by_day = [row | {"day": row["day"].replace(hour=0)} for row in at_noon]
    assert sum(row["amount"] for row in _netted(by_day).to_pylist()) == 1


def test_refunds_may_be_left_out_as_before(shop: Shop) -> None:
    shop.fill(ROWS)
    found = shop.measure(replace(FULL, net_refunds=False))
    assert found.refunds is None
    assert {entry.reason: (entry.rows, entry.money) for entry in found.left_out} == {"zero_or_negative_amount": (6, -36.0)}
    assert "36.00" in str(found.warnings[0])
    assert "left out, not set against" in str(found.warnings[0])
    assert found.revenue == 119


def test_a_table_without_refunds_pays_nothing_for_them(shop: Shop) -> None:
    shop.fill([row for row in ROWS if row["total"] >= 0])
    found = shop.measure()
    assert (found.connected.net_refunds, found.connected.has_refunds, found.refunds) == (True, False, None)
    assert (found.rows_kept, found.revenue, found.left_out) == (10, 119.0, ())
    backend = ibis.duckdb.connect()
    backend.create_table("sales", schema=ibis.Schema.from_pyarrow(SCHEMA))
    assert "OVER" not in ibis.to_sql(canonical(backend, found.connected), dialect="duckdb")
    shop.fill(ROWS)
    assert shop.measure(found.connected).connected.has_refunds


def test_the_setting_is_kept_when_the_figures_are_read_again(shop: Shop, workbook: Workbook) -> None:
    shop.fill([row for row in ROWS if row["total"] >= 0])
    workbook.elsewhere = reader(lambda: shop.urls)
    connect_customers(workbook, shop.measure(), shop.urls, "Ada")
    shop.fill(ROWS)
    dataset, figures = refresh(workbook, shop.urls, "Ada")
    assert (figures.connected.net_refunds, figures.connected.has_refunds, dataset.revenue) == (True, True, 87.0)
    assert dataset.quality["refunds"]["rows"] == 4
    assert present("lorenz", workbook.snapshot(), workbook.cursor).figures["revenue"] == 87.0
    connect_customers(workbook, shop.measure(replace(FULL, net_refunds=False)), shop.urls, "Ada")
    assert refresh(workbook, shop.urls, "Ada")[0].revenue == 119.0


def test_a_record_made_before_refunds_were_netted_leaves_them_out(shop: Shop, workbook: Workbook) -> None:
    shop.fill(ROWS)
    workbook.elsewhere = reader(lambda: shop.urls)
    figures = shop.measure(replace(FULL, net_refunds=False))
    old = {key: value for key, value in figures.connected.as_record().items() if key not in ("net_refunds", "has_refunds")}
    assert not Connected.from_record({"connected": old}).net_refunds
    assert Connected.from_record({"connected": figures.connected.as_record()}) == figures.connected


def test_charts_agree_with_those_of_the_file(shop: Shop, workbook: Workbook, tmp_path: Path) -> None:
    shop.fill(ROWS)
    import_customers(workbook, _imported(ROWS, tmp_path), "Ada")
    names = ("lorenz", "rfm_grid", "lifecycle", "abc_grades")
    before = {name: present(name, workbook.snapshot(), workbook.cursor) for name in names}
    workbook.elsewhere = reader(lambda: shop.urls)
    connect_customers(workbook, shop.measure(), shop.urls, "Ada")
    record = current_dataset(workbook.cursor())
    assert record is not None
    assert record.revenue == 87.0
    for name in names:
        assert present(name, workbook.snapshot(), workbook.cursor).figures == before[name].figures, name


def test_only_refunds_are_no_purchases(shop: Shop) -> None:
    shop.fill([_row("a", 0, -5), _row("a", 1, 0)])
    with pytest.raises(ImportRefused, match="No row of the table is a purchase"):
        shop.measure()
    shop.fill([_row("a", 1, 0)])
    with pytest.raises(ImportRefused, match="positive amount"):
        shop.measure()
