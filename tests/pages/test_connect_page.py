"""Data that stays where it is, as a visitor connects it: nothing is recorded before it is confirmed, and no address is shown."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from pages.ui import state
from strategy.customers.connections import close_all, try_again
from strategy.workbook import Library
from tests.pages.conftest import OpenPage

PAGE = "workspace/data.py"


@pytest.fixture
def company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    path = tmp_path / "company.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "CREATE TABLE sales AS SELECT 'c' || n % 40 AS client, DATE '2025-01-01' + (n * 3 % 400)::INT AS day, "
            "CASE WHEN n % 50 = 0 THEN -4.0 ELSE n % 23 + 1.5 END AS total FROM range(1, 1001) AS r(n)"
        )
    monkeypatch.setenv("NINEFOLD_CONNECTION_SHOP", f"duckdb://{path}?read_only=true")
    try_again()
    yield path
    close_all()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_connect_a_table_and_read_it_again(company: Path, library: Library, open_page: OpenPage, lang: str) -> None:
    plan = library.create("Plan")
    at = open_page(PAGE, plan=plan, lang=lang, view="import")
    at.selectbox(key="connect.name").select("shop").run()
    at.selectbox(key="connect.table.shop").select("sales").run()
    for role, column in (("customer", "client"), ("date", "day"), ("amount", "total")):
        at.selectbox(key=f"connect.{role}.shop.sales").select(column).run()
    at.toggle(key="connect.net_refunds").set_value(False).run()
    at.button(key="connect.check").click().run()
    assert not at.exception
    assert [metric.value for metric in at.metric] == ["1,000", "980", "40", at.metric[3].value]
    assert state.library().open(plan).snapshot().data_version == 0
    assert len(at.warning) == 1  # refunds are left out, not netted
    at.toggle(key="connect.net_refunds").set_value(True).run()
    at.button(key="connect.check").click().run()
    assert [("80.00" in each.value, "8.00" in each.value) for each in at.warning] == [(False, True)]  # without an earlier purchase
    assert [metric.value for metric in at.metric][::2] == ["1,000", "40"]
    assert any("80.00" in element.value for element in at.markdown)  # what was netted
    at.button(key="connect.use").click().run()
    assert not at.exception
    snapshot = library.open(plan).snapshot()
    assert snapshot.data_version == 1
    assert company.name not in json.dumps([element.value for element in (*at.markdown, *at.caption)], default=str)

    at = open_page(PAGE, plan=plan, lang=lang, view="segments")
    at.button(key="adopt").click().run()
    assert not at.exception
    assert sum(row["customers"] for row in library.open(plan).snapshot().rows("segment")) == 40

    at = open_page(PAGE, plan=plan, lang=lang, view="import")
    assert any("80.00" in element.value for element in at.markdown)  # on the quality card too
    at.button(key="refresh_data").click().run()
    assert not at.exception
    assert library.open(plan).snapshot().data_version == 2


def test_a_table_that_takes_the_place_of_a_file_says_what_goes(company: Path, shop: str, open_page: OpenPage) -> None:
    at = open_page(PAGE, plan=shop, lang="en", view="import")
    at.selectbox(key="connect.name").select("shop").run()
    at.selectbox(key="connect.table.shop").select("sales").run()
    for role, column in (("customer", "client"), ("date", "day"), ("amount", "total")):
        at.selectbox(key=f"connect.{role}.shop.sales").select(column).run()
    at.button(key="connect.check").click().run()
    (warned,) = [warning for warning in at.warning if "Replaced" in warning.proto.title]
    assert "leave the workbook" in warned.value
    assert "download the workbook first" in warned.value


def test_pages_stay_usable_without_the_database(company: Path, library: Library, open_page: OpenPage) -> None:
    from strategy.customers import Connected, from_environment, measure
    from strategy.spine import connect_customers

    plan = library.create("Plan")
    workbook = library.open(plan)
    connect_customers(
        workbook, measure(Connected("shop", "sales", "client", "day", "total"), from_environment()), from_environment(), "Ada"
    )
    close_all()
    company.rename(company.with_suffix(".away"))
    at = open_page(PAGE, plan=plan, lang="en", view="segments")
    assert any("is not there" in f"{error.proto.title} {error.value}" for error in at.error)
    open_page("steps/step_1_targets.py", plan=plan, lang="en")
    open_page(PAGE, plan=plan, lang="en", view="import")


def test_without_a_connection_the_page_says_who_can_add_one(library: Library, open_page: OpenPage) -> None:
    at = open_page(PAGE, plan=library.create("Plan"), lang="en", view="import")
    assert any("No connection is set up" in info.value for info in at.info)
