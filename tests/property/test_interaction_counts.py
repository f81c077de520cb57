"""Whatever stands in a file of interactions, every row is counted once, and the parts add up to the whole."""

from __future__ import annotations

import csv
import datetime as dt
import tempfile
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from strategy.customers import InteractionFile, create_tables, read_here
from strategy.customers.complaints import complaint_topics, complaints_of_strangers, group_complaints
from strategy.customers.interaction_mapping import InteractionMapping
from strategy.customers.interaction_sets import store_interactions
from strategy.customers.rules import members_of
from strategy.customers.value import grade_rule
from strategy.errors import ImportRefused

FIRST, LAST = dt.date(2024, 1, 1), dt.date(2024, 12, 31)
MAPPING = InteractionMapping("who", "day", "what", status="state", score="mark", topic="why")

_days = st.dates(FIRST, LAST).map(str) | st.sampled_from(["", "soon", "2099-01-01"])
_rows = st.lists(
    st.tuples(
        st.sampled_from(["", "1", "01", "stranger", "c3", " c3 ", "客户"]), _days, st.sampled_from(["", "Complaint", "call", "投诉", "nan"]),
        st.sampled_from(["", "open", "closed"]), st.sampled_from(["", "3", "4.5", "good"]), st.sampled_from(["", "late", "o'clock", "迟到", '"x"']),
    ),
    max_size=40,
)  # fmt: skip


@pytest.fixture(scope="module")
def cursor() -> Iterator[duckdb.DuckDBPyConnection]:
    connection = duckdb.connect(":memory:")
    create_tables(connection)
    buyers = [("1", 900), ("01", 60), ("c3", 30), ("客户", 9), ("quiet", 1)]
    connection.executemany("INSERT INTO purchase (customer, day, amount) VALUES (?, DATE '2024-03-01', ?)", buyers)
    yield connection
    connection.close()


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=_rows, once=st.booleans())
def test_every_row_is_counted_once(cursor: duckdb.DuckDBPyConnection, rows: list[tuple[str, ...]], once: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "contacts.csv")
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(["who", "day", "what", "state", "mark", "why"])
            writer.writerows(rows)
        try:
            (found,) = read_here(InteractionFile(path, path.name, MAPPING, skip_unreadable=True, drop_copies=once), cursor)
        except ImportRefused:
            assert not any(who.strip() and day[:4] == "2024" for who, day, *_ in rows), (
                "only a file without any good row is refused"
            )
            return
    assert found.rows_kept + sum(entry.rows for entry in found.left_out) == found.rows_read
    assert sum(kind.rows for kind in found.kinds) + found.kindless == found.rows_kept == found.rows.num_rows
    assert sum(status.rows for status in found.statuses) <= found.rows_kept
    assert found.known <= min(found.customers, found.buyers)
    stored = store_interactions(cursor, found, found.proposed_complaints(), found.proposed_open(), "Ada")
    assert stored.interactions == found.rows_kept
    assert stored.complaints == sum(kind.rows for kind in found.kinds if kind.name in ("Complaint", "投诉"))
    everyone = group_complaints(cursor, members_of({"by": "everyone"}), FIRST, LAST)
    grades = [group_complaints(cursor, members_of(grade_rule(letter)), FIRST, LAST) for letter in "ABC"]
    for name in ("customers", "complaining", "complaints", "known", "unsettled"):
        assert sum(getattr(grade, name) for grade in grades) == getattr(everyone, name)
    assert sum(grade.revenue_complaining for grade in grades) == pytest.approx(everyone.revenue_complaining)
    assert everyone.complaints + complaints_of_strangers(cursor, FIRST, LAST) == stored.complaints
    topics = complaint_topics(cursor, FIRST, LAST)
    assert topics["complaints"].sum() == stored.complaints
    assert (topics["unsettled"] <= topics["known"]).all()
