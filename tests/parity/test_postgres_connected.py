"""A workbook connected to PostgreSQL: rights, time zones, a database that fails, and that only summaries come back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import psycopg
import pytest

from strategy.customers import (
    Connected,
    ConnectedSource,
    abc_grades,
    concentration,
    connections,
    lifecycle_stages,
    measure,
    reader,
    rfm_segments,
    risk_bands,
    tables,
)
from strategy.customers.connections import ask, close_all, try_again
from strategy.errors import ConnectionProblem, ImportRefused, UnknownName
from strategy.spine import connect_customers
from strategy.workbook import Workbook
from tests.parity.postgres import Server
from tests.parity.questions import CUTS, ODD_IDS, ids_read, odd_ids_read

NOON = dt.datetime(2026, 7, 1, 12, tzinfo=dt.timezone.utc)
MILLIONS = 2_000_000
MONEY = sum(n % 97 + 0.5 for n in range(1, MILLIONS + 1))

COMPANY = f"""
CREATE SCHEMA crm;
CREATE TABLE crm.sales (client INTEGER, bought_at TIMESTAMPTZ, total NUMERIC, "Receipt" TEXT);
INSERT INTO crm.sales VALUES
    (7, '2026-01-01 10:00+00', 10, 'a'), (7, '2026-01-01 18:00+00', 5.5, 'a'), (8, '2026-02-01 10:00+00', 7.25, 'b'),
    (8, 'infinity', 1, 'c'), (8, '-infinity', 1, 'c'), (8, '2026-02-02 10:00+00', 'NaN', 'd'), (8, '2026-02-02', 'Infinity', 'd'),
    (NULL, '2026-02-01 10:00+00', 3, 'e'), (8, '2026-02-01 10:00+00', -4, 'f'), (9, '2026-03-01 10:00+00', 1e17, 'g');
CREATE TABLE crm.salaries (person TEXT, paid DATE, amount NUMERIC);
INSERT INTO crm.salaries VALUES ('boss', '2026-01-01', 100000);
CREATE VIEW public.many AS
    SELECT 'c' || (n::BIGINT * 7919 % 20000) AS client, DATE '2025-01-01' + (n % 500) AS day, (n % 97 + 0.5)::NUMERIC AS total
    FROM generate_series(1, {MILLIONS}) AS n;
CREATE VIEW public.slow AS SELECT s.client, s.bought_at, s.total FROM crm.sales AS s, pg_sleep(30);
CREATE ROLE reader LOGIN PASSWORD 'p@ss';
GRANT USAGE ON SCHEMA crm TO reader;
GRANT SELECT ON crm.sales, public.many, public.slow TO reader;
"""


@pytest.fixture(scope="module")
def company(postgres: Server) -> Iterator[Server]:
    with psycopg.connect(postgres.url(), autocommit=True) as boss:
        boss.execute("CREATE DATABASE company")
    with psycopg.connect(postgres.url(database="company"), autocommit=True) as boss:
        boss.execute(COMPANY)
    yield postgres
    close_all()


@pytest.fixture
def urls(company: Server) -> dict[str, str]:
    try_again()
    return {"crm": company.url("reader", "p%40ss", "company")}


def _sales(**change: Any) -> Connected:
    return Connected(
        **({"connection": "crm", "table": "crm.sales", "customer": "client", "date": "bought_at", "amount": "total"} | change)
    )


def test_awkward_values_of_postgres_are_counted_and_left_out(urls: dict[str, str]) -> None:
    found = measure(_sales(order="receipt"), urls, lambda: NOON)
    assert {entry.reason: (entry.rows, entry.money) for entry in found.left_out} == {
        "no_customer": (1, 3.0),
        "bad_date": (1, 1.0),
        "future_date": (1, 1.0),
        "bad_amount": (3, 0.0),
        "refund_netted": (1, -4.0),
    }
    assert (found.rows_kept, found.customers, found.orders, found.revenue, found.kind) == (3, 2, 2, 18.75, "postgres")
    apart = measure(_sales(order="receipt", net_refunds=False), urls, lambda: NOON)
    assert (apart.revenue, apart.left_out[-1].reason) == (22.75, "zero_or_negative_amount")


def test_days_are_cut_in_the_time_zone_said(urls: dict[str, str]) -> None:
    assert measure(_sales(), urls, lambda: NOON).orders == 2
    assert measure(_sales(time_zone="Asia/Shanghai"), urls, lambda: NOON).orders == 3
    assert measure(_sales(), urls, lambda: NOON).orders == 2


def test_two_million_rows_stay_where_they_are(urls: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    brought: list[int] = []
    fetchall = psycopg.Cursor.fetchall

    def counting(cursor: Any) -> list[Any]:
        rows = fetchall(cursor)
        brought.append(len(rows))
        return rows

    monkeypatch.setattr(psycopg.Cursor, "fetchall", counting)
    source: Any = ConnectedSource(None, _sales(table="many", date="day", as_of="2026-07-01", has_refunds=False), lambda: urls)
    segments = rfm_segments(source, CUTS)
    assert sum(segment.customers for segment in segments) == 20_000
    assert sum(segment.revenue for segment in segments) == MONEY
    assert 0 < source.fetched < 20
    # What the driver handed over, names of tables and columns included.
    assert 0 < sum(brought) < 100


def test_a_workbook_connected_to_postgres_holds_no_purchase(urls: dict[str, str], workbook: Workbook) -> None:
    workbook.elsewhere = reader(lambda: urls)
    connect_customers(workbook, measure(_sales(), urls, lambda: NOON), urls, "Ada")
    assert concentration(workbook.cursor()).customers == 2
    with workbook.writing() as cursor:
        assert cursor.execute("SELECT count(*) FROM purchase").fetchone() == (0,)
    workbook.close()
    content = workbook.path.read_bytes()
    assert not [secret for secret in (b"p@ss", b"p%40ss", b"postgresql://", b"127.0.0.1") if secret in content]


def test_the_other_questions_of_the_pages_are_answered_too(urls: dict[str, str]) -> None:
    source: Any = ConnectedSource(None, measure(_sales(), urls, lambda: NOON).connected, lambda: urls)
    assert source.dialect == "postgres"
    assert lifecycle_stages(source)["customers"].sum() == 2
    assert risk_bands(source)["customers"].sum() == 2
    assert sum(grade.customers for grade in abc_grades(source)) == 2


def test_what_the_role_may_not_read_stays_unread(urls: dict[str, str]) -> None:
    with pytest.raises(ConnectionProblem, match="may not read this"):
        measure(_sales(table="crm.salaries", customer="person", date="paid", amount="amount"), urls)


def test_nothing_can_be_written_over_a_connection(company: Server) -> None:
    def work(backend: Any) -> None:
        backend.con.execute("CREATE TABLE public.mine (a INTEGER)")

    with pytest.raises(ConnectionProblem, match="read-only transaction"):
        ask("boss", company.url(database="company"), "UTC", work)


def test_a_question_that_takes_too_long_is_stopped(urls: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    close_all()
    monkeypatch.setattr(connections, "QUERY_SECONDS", 1)
    with pytest.raises(ConnectionProblem, match="longer than 1 second"):
        measure(_sales(table="slow"), urls)
    close_all()


def test_a_wrong_password_is_said_without_telling_it(company: Server) -> None:
    try_again()
    with pytest.raises(ConnectionProblem, match="refuses the name or the password") as raised:
        tables("crm", {"crm": company.url("reader", "not-it-at-all", "company")})
    assert "not-it" not in str(raised.value)


@pytest.mark.parametrize(
    ("host", "database", "says"),
    [("127.0.0.1:{port}", "no_such_one", "no database of the name"), ("127.0.0.1:1", "company", "No database listens at the host and port"),
     ("no-such-host.invalid:5432", "company", "host of the connection is not known"),
     ("127.0.0.1:{port}", "company?sslmode=require", "do not agree on encryption")],
)  # fmt: skip
def test_each_reason_for_no_connection_has_its_own_name_and_nothing_of_the_address(
    company: Server, host: str, database: str, says: str
) -> None:
    try_again()
    url = f"postgresql://boss:s3cret%2Fword@{host.format(port=company.port)}/{database}"
    with pytest.raises(ConnectionProblem, match=says) as raised:
        tables("crm", {"crm": url})
    assert not [part for part in ("no_such_one", "no-such-host", "127.0.0.1", str(company.port)) if part in str(raised.value)]


def test_a_schema_that_is_not_there_is_said(urls: dict[str, str]) -> None:
    with pytest.raises(UnknownName, match="no schema crn"):
        measure(_sales(table="crn.sales"), urls)


def test_jsonb_and_arrays_are_no_customers(company: Server, urls: dict[str, str]) -> None:
    with psycopg.connect(company.url(database="company"), autocommit=True) as boss:
        boss.execute("CREATE TABLE crm.nested (who JSONB, tags TEXT[], raw BYTEA, client TEXT, day DATE, total NUMERIC)")
        boss.execute("GRANT SELECT ON crm.nested TO reader")
    for column in ("who", "tags", "raw"):
        with pytest.raises(ImportRefused, match=f"column {column} for the customer is of type"):
            measure(_sales(table="crm.nested", customer=column, date="day"), urls)


def test_a_connection_that_broke_is_made_anew(company: Server, urls: dict[str, str]) -> None:
    assert "many" in tables("crm", urls)
    company.stop()
    with pytest.raises(ConnectionProblem, match="No database listens"):
        tables("crm", urls)
    company.start()
    assert "many" in tables("crm", urls)
    with psycopg.connect(company.url(database="company"), autocommit=True) as boss:
        boss.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'reader'")
    assert "many" in tables("crm", urls)  # cut off in between, and not even noticed


def test_odd_ids_are_read_as_those_of_a_file(company: Server, urls: dict[str, str]) -> None:
    with psycopg.connect(company.url(database="company"), autocommit=True) as boss:
        boss.execute("CREATE TABLE crm.odd (client TEXT, day DATE, total NUMERIC); GRANT SELECT ON crm.odd TO reader")
        for at, (written, _) in enumerate(ODD_IDS, 1):
            boss.execute("INSERT INTO crm.odd VALUES (%s, '2025-01-01', %s)", (written, at))
        boss.execute("CREATE TABLE crm.priced (client NUMERIC(10,2), day DATE, total MONEY, paid FLOAT8, code FLOAT8)")
        boss.execute("INSERT INTO crm.priced VALUES (17850, '2025-01-01', 5, 5, 1e16), (17850.5, '2025-01-01', 5, 6, 'NaN')")
        boss.execute("GRANT SELECT ON crm.priced TO reader")
    read, odd = ask("crm", urls["crm"], "UTC", lambda backend: odd_ids_read(backend, "crm.odd"))
    assert (read, odd) == ([id for _, id in ODD_IDS], True)
    priced = _sales(table="crm.priced", date="day", amount="paid", as_of="2026-01-01")
    asked = ask("crm", urls["crm"], "UTC", lambda backend: ids_read(backend, priced))
    assert asked == ["17850", "17850.50"]
    codes = replace(priced, customer="code")
    asked = ask("crm", urls["crm"], "UTC", lambda backend: ids_read(backend, codes))
    assert asked == ["10000000000000000", None]
    with pytest.raises(ConnectionProblem, match="cannot be computed with"):
        measure(replace(priced, amount="total"), urls, lambda: NOON)


def test_currencies_and_what_became_of_orders_are_looked_at(company: Server, urls: dict[str, str]) -> None:
    with psycopg.connect(company.url(database="company"), autocommit=True) as boss:
        boss.execute("CREATE TABLE crm.paid (client TEXT, day DATE, total NUMERIC, ccy TEXT, status TEXT, refunded NUMERIC)")
        boss.execute(
            "INSERT INTO crm.paid VALUES ('a', '2025-01-01', 5, 'EUR', 'paid', 0), ('b', '2025-01-02', 5, '€', 'Cancelled', 2)"
        )
        boss.execute("GRANT SELECT ON crm.paid TO reader")
    found = measure(_sales(table="crm.paid", date="day"), urls, lambda: NOON)
    assert found.currency == "€"
    assert ["Cancelled (1)" in str(found.oddities[0]), "other than zero in 1 row" in str(found.oddities[1])] == [True, True]
    with psycopg.connect(company.url(database="company"), autocommit=True) as boss:
        boss.execute("INSERT INTO crm.paid VALUES ('c', '2025-01-03', 900, 'JPY', 'paid', 0)")
    with pytest.raises(ImportRefused, match="more than one currency: JPY, €"):
        measure(_sales(table="crm.paid", date="day"), urls, lambda: NOON)


def test_a_materialised_view_is_among_the_tables(company: Server, urls: dict[str, str]) -> None:
    with psycopg.connect(company.url(database="company"), autocommit=True) as boss:
        boss.execute("CREATE MATERIALIZED VIEW netted AS SELECT 1 AS client, DATE '2026-01-01' AS day, 5::NUMERIC AS total")
        boss.execute("GRANT SELECT ON netted TO reader")
    try:
        assert "netted" in tables("crm", urls)
        assert measure(Connected("crm", "netted", "client", "day", "total"), urls, lambda: NOON).revenue == 5
        with pytest.raises(UnknownName, match="netted"):
            measure(Connected("crm", "neted", "client", "day", "total"), urls, lambda: NOON)
    finally:
        with psycopg.connect(company.url(database="company"), autocommit=True) as boss:
            boss.execute("DROP MATERIALIZED VIEW netted")
