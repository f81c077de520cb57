"""Every expression that customer analytics ask, with arguments to ask it with, and purchases that are awkward on purpose.

Whatever is given to ``cached_sql`` is asked by itself; an expression that needs arguments takes a line in ``GIVEN``.
"""

from __future__ import annotations

import datetime as dt
import importlib
import inspect
import pkgutil
import random
from decimal import Decimal
from typing import Any

import duckdb
import ibis
import ibis.expr.types as ir
import pandas as pd
import pyarrow as pa

import strategy.customers
from strategy.customers import (
    Connected,
    Cuts,
    LifecycleRules,
    RiskThresholds,
    create_tables,
    grade_rule,
    rfm_rule,
    silence_rule,
    stage_rule,
)
from strategy.customers.clusters import Model
from strategy.customers.connected import has_odd_ids, marked
from strategy.customers.expressions import BUILDERS, interactions, purchases
from strategy.customers.finding import partition
from strategy.customers.netting_expression import netted, refunds_found
from strategy.customers.rules import members_of
from strategy.customers.source import _fitted, over

CUTS = Cuts((30, 90, 200, 400), (1, 2, 4, 8), (20, 60, 150, 400))
LOYAL = members_of(rfm_rule("loyal", CUTS))

MODEL = Model(("revenue", "recency_days"), (4.0, 0.5), (1.0, 0.4), ((-0.5, 0.1), (0.8, -0.2)))
SPREAD = Model(("revenue",), (4.0,), (1.0,), ((-0.5,), (0.8,)), (0.4, 0.6), ((0.5,), (0.7,)))

#: Name of an expression -> the arguments to ask it with, once for each tuple.
GIVEN: dict[str, list[tuple[Any, ...]]] = {
    "clusters._profiles": [(MODEL,), (SPREAD,)],
    "clusters._sampled": [(("revenue", "purchase_days"), 50)],
    "complaints._group": [
        (members_of({"by": "everyone"}), dt.date(2023, 1, 1), dt.date(2024, 12, 31)),
        (LOYAL, dt.date(2023, 6, 1), dt.date(2023, 12, 31)),
    ],
    "complaints._landmark": [(dt.date(2023, 8, 31), 180, 90), (dt.date(2024, 1, 31), 60, 30)],
    "complaints._silent": [(RiskThresholds(),), (RiskThresholds(1.2, 2.0, 4.0, 3),)],
    "complaints._strangers": [(dt.date(2023, 1, 1), dt.date(2024, 12, 31))],
    "complaints._topics": [(dt.date(2023, 3, 1), dt.date(2023, 12, 31))],
    "explaining._days": [("00007",)],
    "explaining._ids": [("0", 5)],
    "explaining._risk": [("00007", RiskThresholds())],
    "explaining._scores": [("00007", CUTS)],
    "explaining._stage": [("00007", LifecycleRules())],
    "finding._crossed": [
        (partition("rfm", CUTS), partition("grade", (0.5, 0.8))),
        (partition("stage", LifecycleRules()), partition("cluster", MODEL)),
    ],
    "finding._double": [(partition("silence", RiskThresholds()),)],
    "purchase_counts.lifetimes": [(90,)],
    "purchase_counts._numbers": [(), (dt.date(2023, 9, 30),)],
    "purchase_counts.events_by_day": [(), (dt.date(2023, 9, 30),)],
    "purchase_counts._by_segment": [(CUTS,)],
    "cohorts.cohort_table": [("week",), ("month",), ("quarter",)],
    "movement.movement_table": [(CUTS, dt.date(2024, 1, 31)), (LifecycleRules(), dt.date(2024, 1, 31))],
    "lifecycle._listed": [(LifecycleRules(),), (LifecycleRules(window_days=90, exploring_orders=1),)],
    "lifecycle._stages": [(LifecycleRules(),)],
    "rfm._grid": [(CUTS,)],
    "rfm._listed": [(CUTS,)],
    "rfm._segments": [(CUTS,)],
    "risk._bands": [(RiskThresholds(),), (RiskThresholds(1.2, 2.0, 4.0, 3), LOYAL)],
    "risk._listed": [(RiskThresholds(), ("at_risk", "lost"), LOYAL, 10_000), (RiskThresholds(), ("no_habit",), None, 10_000)],
    "rules._of": [(LOYAL,), (members_of(grade_rule("A")),), (members_of(stage_rule("stability")),)],
    "rules._listed": [(members_of(silence_rule("lost")),)],
    "rules._counted": [(members_of({"by": "everyone"}),), (members_of(grade_rule("C")),)],
    "usability._growth": [
        ((("loyal", LOYAL),), dt.date(2023, 6, 30), dt.date(2024, 1, 31)),
        ((("loyal", LOYAL), ("a", members_of(grade_rule("A")))), dt.date(2023, 1, 1), dt.date(2023, 9, 1)),
    ],
    "value._grades": [((0.5, 0.8, 0.95),)],
    "value._listed": [(0.35,)],
}


def _name(build: Any) -> str:
    return f"{build.__module__.rpartition('.')[2]}.{build.__qualname__}"


def _needs_arguments(build: Any) -> bool:
    return any(p.default is inspect.Parameter.empty for p in inspect.signature(build).parameters.values())


def without_arguments() -> list[str]:
    """Expressions that need arguments and have none here."""
    return [_name(build) for build in _builders() if _needs_arguments(build) and _name(build) not in GIVEN]


def _builders() -> list[Any]:
    for module in pkgutil.iter_modules(strategy.customers.__path__):
        importlib.import_module(f"strategy.customers.{module.name}")
    return sorted({_name(build): build for build in BUILDERS}.values(), key=_name)


def every_question() -> list[tuple[str, Any, tuple[Any, ...]]]:
    """Name, what builds the expression, and the arguments to build it with."""
    asked: list[tuple[str, Any, tuple[Any, ...]]] = []
    for build in _builders():
        name = _name(build)
        if name in GIVEN:
            asked += [(f"{name}-{at}", build, arguments) for at, arguments in enumerate(GIVEN[name])]
        elif not _needs_arguments(build):
            asked.append((name, build, ()))
    return asked


def questions() -> dict[str, ir.Table]:
    """Name -> expression over the purchase table."""
    return {name: build(*arguments) for name, build, arguments in every_question()}


def awkward_purchases() -> pa.Table:
    """Some 3,000 purchases: equal revenues, several on one day, decimals, refunds, ids with zeros in front and in any script."""
    chance = random.Random(20261122)
    names = ["0007", "007", "7", "客户-12", "Ünal & Söhne", "o'Neil", "A", "a", "ß", " spaced", "%x%", "Ω"]
    names += [f"{number:05d}" for number in range(388)]
    rows: list[dict[str, Any]] = []
    for at, customer in enumerate(names):
        day = dt.date(2023, 1, 1) + dt.timedelta(days=chance.randrange(300))
        for number in range(1 + (0 if at % 3 == 0 else chance.randrange(14))):
            # Every fifth customer spends the same, so that there are ties wherever customers are ranked.
            amount = Decimal("19.9900") if at % 5 == 0 else Decimal(chance.randrange(1, 400_000)) / 10_000
            rows.append({"customer": customer, "day": day, "amount": amount, "order_id": f"{at}-{number // 2}"})
            if chance.random() < 0.15:
                rows.append(
                    {"customer": customer, "day": day, "amount": -(amount / 2).quantize(Decimal("0.0001")), "order_id": None}
                )
            day += dt.timedelta(days=chance.choice([0, 1, 7, 30, 31, 90]))
    rows += [{"customer": "only refunds", "day": dt.date(2024, 2, 29), "amount": Decimal("-5.5000"), "order_id": None}]
    for row in rows:
        row |= {name: _anything(name, kind, chance) for name, kind in purchases().schema().items() if name not in row}
    return pa.Table.from_pylist(rows, schema=purchases().schema().to_pyarrow())


def purchases_and_refunds() -> pa.Table:
    """Some 1,200 rows at few moments and of few amounts, so that refunds of every kind come and ties are many; with ``moment``."""
    chance = random.Random(20261124)
    rows = []
    for _ in range(1_200):
        moment = dt.datetime(2024, 1, 1) + dt.timedelta(days=chance.randrange(9), hours=chance.choice([0, 0, 9]))
        amount = Decimal(chance.choice([20, 10, 5, 5, 3, 1, 0, -1, -3, -5, -5, -10])) / chance.choice([1, 1, 3])
        row: dict[str, Any] = {"customer": f"{chance.randrange(60):03d}", "day": moment.date(), "moment": moment}
        row |= {"amount": amount.quantize(Decimal("0.0001")), "order_id": chance.choice([None, "x", "y", "Z", "客"])}
        row |= {"price": chance.choice([None, None, 1.0]), "product": chance.choice([None, "a", "B", "ß"])}
        rows.append(
            row | {name: chance.choice([None, 1.0, 2.0]) for name in ("quantity", "margin")} | {"channel": None, "region": None}
        )
    rows += [row | {"customer": "nothing sent back", "amount": abs(row["amount"])} for row in rows[:20]]
    schema = purchases().schema().to_pyarrow().append(pa.field("moment", pa.timestamp("us")))
    return pa.Table.from_pylist(rows, schema=schema)


def netted_here(rows: pa.Table) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What is left of the rows, and what became of the refunds, as DuckDB nets them."""
    backend = ibis.duckdb.connect()
    table = backend.create_table("rows", rows)
    return backend.execute(netted(table)), backend.execute(refunds_found(table))


def awkward_interactions() -> pa.Table:
    """Some 2,000 interactions of the same customers and of strangers: kinds, topics and statuses missing, several a day."""
    chance = random.Random(20261123)
    names = ["0007", "007", "客户-12", "o'Neil", "A", "a", " spaced", "stranger", "陌生人"] + [
        f"{number:05d}" for number in range(388)
    ]
    rows: list[dict[str, Any]] = []
    for customer in names:
        for _ in range(chance.choice([0, 1, 3, 9])):
            status = chance.choice([None, "open", "resolved"])
            rows.append(
                {
                    "customer": customer,
                    "day": dt.date(2023, 1, 1) + dt.timedelta(days=chance.randrange(700)),
                    "kind": chance.choice(["Complaint", "call", None]),
                    "status": status,
                    "still_open": None if status is None else status == "open",
                    "score": chance.choice([None, 1.0, 4.5]),
                    "topic": chance.choice([None, "late", "迟到", "Late", "o'clock", "%"]),
                }
            )
    for row in rows:
        row |= {"complaint": row["kind"] == "Complaint", "moment": None, "channel": None}
    return pa.Table.from_pylist(rows, schema=interactions().schema().to_pyarrow())


def _anything(name: str, kind: Any, chance: random.Random) -> Any:
    """A value for a column that these data do not care about; sometimes none."""
    if chance.random() < 0.1:
        return None
    if kind.is_string():
        return f"{name} {chance.randrange(4)}"
    if kind.is_decimal():
        return Decimal(chance.randrange(1, 90_000)) / 10_000
    return float(chance.randrange(1, 9)) if kind.is_floating() else None


def reference(expression: ir.Table, purchases_: pa.Table) -> pd.DataFrame:
    """The answer as a workbook gives it."""
    with duckdb.connect() as connection:
        create_tables(connection)
        connection.register("given", purchases_)
        columns = ", ".join(purchases_.column_names)
        connection.execute(f"INSERT INTO purchase ({columns}) SELECT {columns} FROM given")
        connection.register("said", awkward_interactions())
        connection.execute("INSERT INTO interaction BY NAME SELECT * FROM said")
        return connection.execute(str(ibis.to_sql(expression, dialect="duckdb"))).df()


def answer(expression: ir.Table, table: ir.Table) -> pd.DataFrame:
    """The answer of the database that ``table`` is in; interactions stand beside it there."""
    backend = table.get_backend()
    asked = over(expression, table)
    if "interaction" in str(ibis.to_sql(expression, dialect="duckdb")):
        replaced = asked.op().replace({interactions().op(): backend.table("interaction").op()})
        asked = replaced.to_expr()
    return _fitted(backend.execute(asked), asked)


def assert_same(found: pd.DataFrame, expected: pd.DataFrame) -> None:
    """Equal in any order of rows: texts, days and counts exactly, other numbers to nine digits."""
    assert list(found.columns) == list(expected.columns)
    pd.testing.assert_frame_equal(_in_order(found), _in_order(expected), check_dtype=False, rtol=1e-9, atol=1e-9)


def _in_order(frame: pd.DataFrame) -> pd.DataFrame:
    shown = frame.copy()
    for name in shown.columns:
        if shown[name].dtype.kind == "M":
            shown[name] = shown[name].astype("datetime64[us]")
        elif shown[name].dtype.kind in "iuf":
            shown[name] = shown[name].astype("float64")
        else:
            shown[name] = shown[name].astype("object")
    exact = [name for name in shown.columns if shown[name].dtype.kind != "f"]
    rounded = shown.assign(**{name: shown[name].round(6) for name in shown.columns if name not in exact})
    order = rounded.sort_values([*exact, *(name for name in shown.columns if name not in exact)]).index
    return shown.loc[order].reset_index(drop=True)


#: Ids as they stand in a company's table, and what each is read as; NULL: no customer.
ODD_IDS: tuple[tuple[str, str | None], ...] = (
    ("2", "2"),
    (" 2\t", "2"),
    ("\u00a02\u3000", "2"),
    ("\ufeff2", "2"),
    ("a\n\tb", "a b"),
    ("N/A", None),
    ("null", None),
    ("NaN", None),
    (" \u00a0", None),
    ("Nana", "Nana"),
)


def odd_ids_read(backend: Any, table: str) -> tuple[list[str | None], bool]:
    """The customers of a table with ``client`` as in :data:`ODD_IDS`, ``day`` and ``total``, in order of ``total``; whether some are odd."""
    connected = Connected("shop", table, "client", "day", "total", as_of="2026-01-01")
    return ids_read(backend, connected), has_odd_ids(backend, connected)


def ids_read(backend: Any, connected: Connected) -> list[str | None]:
    """The customers of a connected table, in order of the money."""
    found = backend.execute(marked(backend, connected).select("customer", "amount").order_by("amount"))["customer"]
    return [None if pd.isna(value) else str(value) for value in found]
