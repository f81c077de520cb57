"""Customer data in a company's own database: what is understood, what is recorded, what goes wrong, and what never leaks."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from strategy.customers import (
    Connected,
    Cuts,
    Mapping,
    columns,
    concentration,
    current_dataset,
    days_covered,
    default_cuts,
    measure,
    reader,
    rfm_segments,
    tables,
    understand,
    value_per_year,
)
from strategy.customers import source as source_module
from strategy.customers.connections import CONNECT_SECONDS, ask, close_all, from_environment, in_words, try_again, without_secrets
from strategy.errors import (
    ConnectionProblem,
    ImportRefused,
    InvalidValue,
    NoData,
    Refused,
    StrategyError,
    UnknownName,
    WorkbookError,
)
from strategy.exhibits import evidence_of, figure_source, present
from strategy.spine import adopt, connect_customers, import_customers, other_currency, refresh
from strategy.thread.drift import drifted
from strategy.workbook import Put, Workbook
from tests.parity.questions import ODD_IDS, odd_ids_read

NOON = dt.datetime(2024, 7, 1, 12, tzinfo=dt.timezone.utc)
#: Refunds are left out here; tests/unit/customers/test_netting_expression.py has those that are netted.
SALES = Connected("shop", "sales", "client", "bought_at", "total", net_refunds=False)

#: client, time of purchase, total, receipt
ROWS = [
    ("0007", "2024-01-01 10:00:00+00", "10.00", "r1"),
    ("0007", "2024-01-01 18:00:00+00", "5.00", "r1"),  # the next day in Shanghai
    (" 7 ", "2024-01-05 10:00:00+00", "20.50", "r2"),
    ("客户", "2024-02-01 10:00:00+00", "7.25", "r3"),
    (None, "2024-01-02 10:00:00+00", "3.00", "r4"),
    ("   ", "2024-01-02 10:00:00+00", "4.00", "r4"),
    ("0007", None, "6.00", "r5"),
    ("0007", "1492-10-12 10:00:00+00", "1.00", "r5"),
    ("0007", "2024-01-03 10:00:00+00", None, "r6"),
    ("0007", "2024-01-03 10:00:00+00", "nan", "r6"),
    ("0007", "2024-01-03 10:00:00+00", "1e15", "r6"),
    ("0007", "2024-01-03 10:00:00+00", "-2.50", "r7"),
    ("0007", "2024-01-03 10:00:00+00", "0", "r7"),
    ("0007", "2024-07-02 10:00:00+00", "9.00", "r8"),  # after the reading
]


class Company:
    """The company's own database, written between readings."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.urls = {"shop": f"duckdb://{path}?read_only=true"}
        self.run("CREATE TABLE sales (client VARCHAR, bought_at TIMESTAMPTZ, total DOUBLE, receipt VARCHAR, note VARCHAR)")
        self.run("CREATE TABLE nothing AS SELECT * FROM sales")
        self.add(ROWS)

    def run(self, sql: str) -> None:
        close_all()
        with duckdb.connect(str(self.path)) as connection:
            connection.execute("SET TimeZone = 'UTC'")
            connection.execute(sql)

    def add(self, rows: list[tuple[str | None, ...]]) -> None:
        def cell(value: str | None) -> str:
            return "NULL" if value is None else "'" + value + "'"

        values = ", ".join(f"({cell(a)}, {cell(b)}, {cell(c)}::DOUBLE, {cell(d)}, NULL)" for a, b, c, d in rows)
        self.run(f"INSERT INTO sales VALUES {values}")


@pytest.fixture
def company(tmp_path: Path) -> Iterator[Company]:
    try_again()
    yield Company(tmp_path / "company.duckdb")
    close_all()


@pytest.fixture
def connected(workbook: Workbook, company: Company) -> Workbook:
    workbook.elsewhere = reader(lambda: company.urls)
    connect_customers(workbook, measure(SALES, company.urls, lambda: NOON), company.urls, "Ada")
    return workbook


# -- what is understood ---------------------------------------------------------------------------------------------------------


def test_rows_left_out_are_counted_with_their_money(company: Company) -> None:
    found = measure(SALES, company.urls, lambda: NOON)
    assert {entry.reason: (entry.rows, entry.money) for entry in found.left_out} == {
        "no_customer": (2, 7.0),
        "bad_date": (2, 7.0),
        "future_date": (1, 9.0),
        "bad_amount": (3, 0.0),
        "zero_or_negative_amount": (2, -2.5),
    }
    assert (found.rows_read, found.rows_kept, found.customers, found.orders, found.revenue) == (14, 4, 3, 3, 42.75)
    assert (found.first_day, found.last_day) == (dt.date(2024, 1, 1), dt.date(2024, 2, 1))
    assert found.money_read == found.revenue + sum(entry.money for entry in found.left_out)
    assert "2.50" in str(found.warnings[0])


def test_days_are_cut_in_the_time_zone_said(company: Company) -> None:
    shanghai = Connected("shop", "sales", "client", "bought_at", "total", time_zone="Asia/Shanghai", net_refunds=False)
    assert measure(shanghai, company.urls, lambda: NOON).orders == 4
    # In Auckland it is the second of July already at noon of the first in London.
    auckland = Connected("shop", "sales", "client", "bought_at", "total", time_zone="Pacific/Auckland", net_refunds=False)
    assert measure(auckland, company.urls, lambda: NOON).connected.as_of == "2024-07-02"


def test_orders_are_told_by_their_number_where_a_column_says(company: Company) -> None:
    by_receipt = Connected("shop", "sales", "client", "bought_at", "total", order="receipt", time_zone="Asia/Shanghai")
    assert measure(by_receipt, company.urls, lambda: NOON).orders == 3


def test_tables_and_columns_are_listed_for_choosing(company: Company) -> None:
    assert tables("shop", company.urls) == ["nothing", "sales"]
    assert columns("Shop", "sales", company.urls) == ["client", "bought_at", "total", "receipt", "note"]


# -- what is recorded -----------------------------------------------------------------------------------------------------------


def test_a_connected_workbook_holds_figures_and_no_purchase(connected: Workbook, company: Company) -> None:
    assert connected.snapshot().data_version == 1
    with connected.writing() as cursor:
        assert cursor.execute("SELECT count(*) FROM purchase").fetchone() == (0,)
        assert cursor.execute("SELECT count(*) FROM rejected_row").fetchone() == (0,)
    record = current_dataset(connected.cursor())
    assert record is not None
    assert (record.file_name, record.rows_kept, record.customers, record.revenue) == ("shop: sales", 4, 3, 42.75)
    assert record.mapping.columns() == {"customer": "client", "date": "bought_at", "amount": "total"}
    assert connected.dataset_record["connected"]["connection"] == "shop"


def test_the_address_is_nowhere_in_the_workbook(connected: Workbook, company: Company) -> None:
    connected.close()
    content = connected.path.read_bytes() + connected.path.with_name(connected.path.name + ".mark").read_bytes()
    assert b"duckdb://" not in content
    assert company.path.name.encode() not in content
    assert b"shop: sales" in content


def test_exhibits_and_segments_come_from_the_database(connected: Workbook, company: Company) -> None:
    shown = present("lorenz", connected.snapshot(), connected.cursor)
    assert shown.figures["customers"] == 3
    assert shown.figures["revenue"] == 42.75
    cursor = connected.cursor()
    cuts = default_cuts(cursor)
    segments = rfm_segments(cursor, cuts)
    assert sum(segment.customers for segment in segments) == 3
    assert all(isinstance(segment.first_day, dt.date) for segment in segments if segment.customers)
    assert days_covered(cursor) == (dt.date(2024, 1, 1), dt.date(2024, 2, 1))
    assert list(value_per_year(cursor)["customer"]) == ["7", "0007", "客户"]
    adopt(connected, segments, "Ada", "en")
    assert sum(row["customers"] for row in connected.snapshot().rows("segment")) == 3


def test_figures_stay_until_they_are_read_again(connected: Workbook, company: Company) -> None:
    cursor = connected.cursor()
    adopt(connected, rfm_segments(cursor, Cuts((1000,) * 4, (100,) * 4, (1, 2, 3, 4))), "Ada", "en")
    before = concentration(connected.cursor())
    company.add([("new", "2024-06-30 10:00:00+00", "100", "r9")])
    assert concentration(connected.cursor()) == before
    dataset, figures = refresh(connected, company.urls, "Ben")
    assert (dataset.version, dataset.customers) == (2, 4)
    assert figures.revenue == 151.75  # the purchase of July has happened by now
    assert connected.snapshot().data_version == 2
    assert concentration(connected.cursor()).customers == 4
    assert sum(row["customers"] for row in connected.snapshot().rows("segment")) == 4


def test_a_workbook_opened_again_knows_where_its_data_are(connected: Workbook, company: Company) -> None:
    path = connected.path
    connected.close()
    with Workbook.open(path) as again:
        with pytest.raises(WorkbookError, match="not connected here"):
            again.cursor()
        again.elsewhere = reader(lambda: company.urls)
        assert concentration(again.cursor()).customers == 3
        again.read_everything()


def test_a_file_imported_later_takes_the_place_of_the_connection(connected: Workbook, read: Callable, company: Company) -> None:
    import_customers(connected, read("id,date,amount\na,2024-01-01,5\nb,2024-01-02,6\n"), "Ada")
    assert "connected" not in connected.dataset_record
    assert concentration(connected.cursor()).customers == 2
    with pytest.raises(NoData, match="come from a file"):
        refresh(connected, company.urls, "Ada")
    connect_customers(connected, measure(SALES, company.urls, lambda: NOON), company.urls, "Ada")
    assert concentration(connected.cursor()).customers == 3
    with connected.writing() as cursor:
        assert cursor.execute("SELECT count(*) FROM purchase").fetchone() == (0,)


# -- only summaries, never a wrong number -----------------------------------------------------------------------------------------


def test_an_answer_that_is_no_summary_is_refused(connected: Workbook, company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source_module, "MOST_ROWS", 2)
    source = connected.cursor()
    with pytest.raises(ConnectionProblem, match="more than 2 rows"):
        value_per_year(source)
    assert source.fetched == 3  # one more than allowed, to know


def test_sql_over_the_empty_purchase_table_is_refused(connected: Workbook) -> None:
    with pytest.raises(Refused, match="where the data live"):
        connected.cursor().execute("SELECT count(*) FROM purchase")


def test_a_database_gone_is_said_and_the_workbook_still_opens(connected: Workbook, company: Company) -> None:
    close_all()
    company.path.rename(company.path.with_suffix(".away"))
    assert current_dataset(connected.cursor()) is not None
    with pytest.raises(ConnectionProblem, match="file of the database is not there"):
        concentration(connected.cursor())
    assert not company.path.exists(), "asking makes no database"


def test_a_database_that_does_not_answer_is_no_drift_of_the_evidence(connected: Workbook, company: Company) -> None:
    kept = evidence_of(present("lorenz", connected.snapshot(), connected.cursor), connected.snapshot())
    figures = figure_source(connected.snapshot(), connected.cursor)
    decision = {"statement": "Keep them", "step": "step_1", "evidence": [kept]}
    connected.commit([Put("decision", "one", decision)], "Ada")
    assert drifted(connected.snapshot(), figures) == []
    company.add([("new", "2024-06-30 10:00:00+00", "500", "r9")])
    refresh(connected, company.urls, "Ada")
    assert drifted(connected.snapshot(), figure_source(connected.snapshot(), connected.cursor))
    refresh(connected, company.urls, "Ada")  # a reading that nobody has asked anything of
    close_all()
    company.path.rename(company.path.with_suffix(".away"))
    assert drifted(connected.snapshot(), figure_source(connected.snapshot(), connected.cursor)) == []


# -- what goes wrong --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "kind", "says"),
    [
        ({"connection": "depot"}, UnknownName, "no connection named depot"),
        ({"table": "sale"}, UnknownName, "no table sale"),
        ({"customer": "cilent"}, UnknownName, "no column cilent"),
        ({"date": "receipt"}, ImportRefused, "for the date is of type string"),
        ({"amount": "receipt"}, ImportRefused, "for the amount is of type string"),
        ({"table": "nothing"}, ImportRefused, "has no rows"),
        ({"customer": "note"}, ImportRefused, "most often: No customer"),
    ],
)
def test_what_is_wrong_is_named(company: Company, change: dict[str, str], kind: type[StrategyError], says: str) -> None:
    settings = {"connection": "shop", "table": "sales", "customer": "client", "date": "bought_at", "amount": "total"} | change
    with pytest.raises(kind, match=says) as raised:
        measure(Connected(**settings), company.urls, lambda: NOON)
    assert raised.value.fix


def test_a_time_zone_has_to_exist() -> None:
    for zone in ("Mars/Olympus", "UTC'; DROP TABLE sales", "../etc/passwd", ""):
        with pytest.raises(InvalidValue, match="no time zone"):
            Connected("shop", "sales", "client", "bought_at", "total", time_zone=zone)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://ada:pa%2Fss%20word@127.0.0.1:1/shop?application_name=secretive",
        "postgresql://ada:pa/ss word@127.0.0.1:1/shop",
        "postgresql://ada:pa/ss word@127.0.0.1:port/shop",
        "nonsense://ada:pa/ss word@host",
        "ada:pa/ss word",
    ],
)
def test_no_error_tells_the_password(url: str) -> None:
    try_again()
    with pytest.raises(ConnectionProblem) as raised:
        tables("shop", {"shop": url})
    said = str(raised.value) + raised.value.in_("zh")
    assert "ss word" not in said
    assert "ss%20word" not in said
    # Nothing is attached that a log would print with it.
    assert raised.value.__cause__ is None
    assert raised.value.__context__ is None


def test_secrets_are_taken_out_of_a_drivers_words() -> None:
    url = "postgresql://ada:s%40cret@db.example.org:5432/shop?password=other"
    text = 'could not connect as "ada" with s@cret or s%40cret or other to db.example.org via postgresql://x:y@z/w'
    assert without_secrets(text, url) == 'could not connect as "***" with *** or *** or *** to *** via ***'


def test_a_missing_driver_says_which_file_to_install() -> None:
    problem = in_words(ImportError("No module named psycopg"), "shop", "postgresql://a:b@c/d", opening=True)
    assert "requirements-postgres.txt" in str(problem)
    assert "requirements-spark.txt" in str(in_words(ImportError("x"), "lake", "pyspark://", opening=True))


def test_a_silent_database_is_not_waited_for_again(monkeypatch: pytest.MonkeyPatch, company: Company) -> None:
    import ibis

    asked: list[str] = []

    def connect(url: str, **_: object) -> None:
        asked.append(url)
        raise OSError("timed out")

    monkeypatch.setattr(ibis, "connect", connect)
    source = reader(lambda: company.urls)(duckdb.connect(), {"connected": SALES.as_record() | {"as_of": "2024-07-01"}})
    for _ in range(3):
        with pytest.raises(ConnectionProblem, match="does not answer"):
            concentration(source)
    assert len(asked) == 1
    assert CONNECT_SECONDS <= 10
    with pytest.raises(ConnectionProblem):
        measure(SALES, company.urls)  # somebody asks on purpose
    assert len(asked) == 2


# -- command line -----------------------------------------------------------------------------------------------------------------


def test_the_command_line_connects_and_refreshes(
    tmp_path: Path, company: Company, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from strategy.command_line import main

    monkeypatch.setenv("NINEFOLD_CONNECTION_SHOP", company.urls["shop"])
    assert from_environment()["shop"] == company.urls["shop"]
    plan = str(tmp_path / "plan.duckdb")
    common = ["--lang", "en", "--format", "json"]
    assert main(["new", plan, *common]) == 0
    capsys.readouterr()
    named = ["--connection", "shop", "--table", "sales", "--customer", "client", "--date", "bought_at", "--amount", "total"]
    assert main(["connect", plan, *named, "--order", "receipt", *common]) == 0
    told = capsys.readouterr().out
    assert json.loads(told)["customers"] == 3
    assert company.path.name not in told
    assert main(["segment", plan, "--adopt", *common]) == 0
    assert main(["evidence", plan, "lorenz", *common]) == 0
    capsys.readouterr()
    assert main(["refresh", plan, *common]) == 0
    assert json.loads(capsys.readouterr().out)["version"] == 2
    monkeypatch.delenv("NINEFOLD_CONNECTION_SHOP")
    assert main(["refresh", plan, *common]) == 2
    assert "NINEFOLD_CONNECTION_SHOP" in capsys.readouterr().err


def test_odd_ids_are_read_as_those_of_a_file(company: Company, file: Callable) -> None:
    company.run("CREATE TABLE odd (client VARCHAR, day DATE, total DOUBLE)")
    for at, (written, _) in enumerate(ODD_IDS, 1):
        company.run(f"INSERT INTO odd VALUES ('{written}', '2024-01-01', {at})")
    read, odd = ask("shop", company.urls["shop"], "UTC", lambda backend: odd_ids_read(backend, "odd"))
    assert (read, odd) == ([id for _, id in ODD_IDS], True)
    lines = "".join(f'"{written}",2024-01-01,{at}\n' for at, (written, _) in enumerate(ODD_IDS, 1))
    understood = understand(file("id,date,amount\n" + lines), None, Mapping("id", "date", "amount"))
    found = measure(Connected("shop", "odd", "client", "day", "total"), company.urls, lambda: NOON)
    assert (found.customers, found.revenue) == (understood.customers, understood.revenue)
    assert not measure(SALES, company.urls, lambda: NOON).connected.odd_ids


def test_the_plan_hears_of_another_currency_in_a_table(company: Company, workbook: Workbook) -> None:
    company.run("CREATE TABLE paid AS SELECT *, 'USD' AS currency FROM sales")
    found = measure(replace(SALES, table="paid"), company.urls, lambda: NOON)
    workbook.commit([Put("plan_frame", workbook.snapshot().rows("plan_frame")[0].id, {"currency": "EUR"})], "Ada")
    said = other_currency(workbook.snapshot(), found)
    assert said is not None
    assert "in $, those of the plan in EUR" in str(said)
