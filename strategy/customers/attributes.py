"""Segments by rules over attributes of customers and their purchase summaries: "region is North, age 30 to 45, revenue from 500".

A rule is conditions that must all hold. In a set of rules the order decides: each takes the customers no earlier one took, and
"everyone else" the rest, so that every customer is in exactly one.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from strategy.customers.expressions import attributes
from strategy.customers.summary import customer_summary
from strategy.errors import InvalidValue
from strategy.language import Language, Message, msg

if TYPE_CHECKING:
    import duckdb
    import ibis.expr.types as ir
    import pandas as pd

#: Columns of the purchase summary a condition may be about, written ``{"column": ...}``.
COLUMNS: dict[str, Message] = {
    "revenue": msg("Revenue"),
    "purchase_days": msg("Days with a purchase"),
    "recency_days": msg("Days since last purchase"),
    "gap_ratio": msg("Times the usual gap"),
}
REST_NAME = msg("Everyone else")
_MOST_CONDITIONS, _MOST_VALUES, _MOST_RULES = 20, 500, 40

Rule = dict[str, Any]


@dataclass(frozen=True)
class Condition:
    """One condition: an attribute (``name``) or a column of the summary is among ``values``, or between ``low`` and ``high``.

    Both ends are included; an open end is None. Bounds are numbers or days.
    """

    name: str
    is_column: bool = False
    values: tuple[str | float, ...] = ()
    low: float | dt.date | None = None
    high: float | dt.date | None = None

    def in_(self, language: Language) -> str:
        name = COLUMNS[self.name].in_(language) if self.is_column else self.name
        low, high = (_written(bound) for bound in (self.low, self.high))
        if self.values:
            message = msg("{name} is {values}", name=name, values=" / ".join(_written(value) for value in self.values))
        elif self.low is not None and self.high is not None:
            message = msg("{name} from {low} to {high}", name=name, low=low, high=high)
        elif self.low is not None:
            message = msg("{name} from {low}", name=name, low=low)
        else:
            message = msg("{name} up to {high}", name=name, high=high)
        return message.in_(language)


@dataclass(frozen=True)
class Conditions:
    """Conditions that must all hold, said as one sentence; none of them holds for everybody."""

    items: tuple[Condition, ...]

    def in_(self, language: Language) -> str:
        return ("，且" if language == "zh" else " and ").join(item.in_(language) for item in self.items)


def _written(value: Any) -> str:
    """A bound in full, as it was given: a rule is checked by reading it."""
    if not isinstance(value, float):
        return str(value)
    text = f"{Decimal(repr(value)):,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _bad(problem: Message, where: str) -> InvalidValue:
    return InvalidValue(
        problem, where, msg('Write for example {example}.', example='{"name": "region", "in": ["North"]}')
    )  # fmt: skip


def _bound(value: Any, where: str) -> float | dt.date | None:
    if value is None or value == "":
        return None
    if isinstance(value, dt.date):
        return value
    if isinstance(value, bool):
        raise _bad(msg("A bound of the condition is neither a number nor a day"), where)
    try:
        number = float(value)
    except (TypeError, ValueError):
        try:
            return dt.date.fromisoformat(str(value))
        except ValueError:
            raise _bad(msg("A bound of the condition is neither a number nor a day"), where) from None
    if not math.isfinite(number):
        raise _bad(msg("A bound of the condition is not a finite number"), where)
    return number


def read_condition(given: Mapping[str, Any]) -> Condition:
    """A condition from plain data: ``{"name" | "column": ..., "in": [...]}`` or with ``"from"`` and ``"to"``.

    Raises:
        InvalidValue: it says nothing, or what it says cannot be.
    """
    if not isinstance(given, Mapping):
        raise _bad(msg("A condition must name an attribute and what it must be"), str(given)[:60])
    column = given.get("column")
    name = str(column if column is not None else given.get("name") or "").strip()
    unknown = set(given) - {"name", "column", "in", "from", "to"}
    if not name or unknown or ("name" in given and column is not None):
        raise _bad(msg("A condition must name an attribute and what it must be"), ", ".join(sorted(unknown)) or name or "?")
    if column is not None and name not in COLUMNS:
        raise InvalidValue(
            msg("There is no {name} among {names}", name=name, names=", ".join(COLUMNS)), None, msg("Use name for an attribute.")
        )
    values = given.get("in") or ()
    if isinstance(values, str) or not isinstance(values, Sequence) or len(values) > _MOST_VALUES:
        raise _bad(msg("The values of a condition must be a list of at most {most}", most=_MOST_VALUES), name)
    if any(v is None or isinstance(v, (list, dict)) for v in values):
        raise _bad(msg("The values of a condition must be texts or numbers"), name)
    chosen = tuple(float(v) if isinstance(v, (int, float)) and not isinstance(v, bool) else str(v) for v in values)
    low, high = _bound(given.get("from"), name), _bound(given.get("to"), name)
    if bool(chosen) == (low is not None or high is not None):
        raise _bad(msg("A condition needs either a list of values, or a lower or upper bound"), name)
    if low is not None and high is not None and (type(low) is not type(high) or low > high):  # type: ignore[operator]
        raise _bad(msg("The lower bound lies above the upper one, or is of another kind"), name)
    if column is not None and any(isinstance(v, (str, dt.date)) for v in (*chosen, low, high) if v is not None):
        raise _bad(msg("The purchase summary holds numbers only"), name)
    return Condition(name, column is not None, chosen, low, high)


def read_conditions(given: Any) -> tuple[Condition, ...]:
    if not isinstance(given, Sequence) or isinstance(given, str) or len(given) > _MOST_CONDITIONS:
        raise _bad(msg("The conditions must be a list of at most {most}", most=_MOST_CONDITIONS), str(given)[:60])
    return tuple(read_condition(item) for item in given)


def parts(rule: Mapping[str, Any]) -> tuple[tuple[Condition, ...], tuple[tuple[Condition, ...], ...]]:
    """What must hold, and the earlier rules whose customers are left out.

    Raises:
        InvalidValue: a rule without a list ``all``, or with conditions that cannot be read.
    """
    if "all" not in rule:
        raise InvalidValue(
            msg("The rule has no conditions"), str(rule.get("segment") or "rule"), msg("Give them as a list named all.")
        )
    earlier = rule.get("except") or ()
    if isinstance(earlier, str) or not isinstance(earlier, Sequence) or len(earlier) > _MOST_RULES:
        raise InvalidValue(msg("There are more than {most} rules", most=_MOST_RULES), None, msg("Use fewer rules."))
    return read_conditions(rule["all"]), tuple(read_conditions(items) for items in earlier)


def _met(condition: Condition, summary: ir.Table) -> ir.Table:
    """The customers who meet a condition."""
    table = attributes()
    if condition.is_column:
        found, column = summary, summary[condition.name]
    else:
        found = table.filter(table.name == condition.name)
        sample = next(v for v in (*condition.values, condition.low, condition.high) if v is not None)
        column = found.day if isinstance(sample, dt.date) else found.number if isinstance(sample, float) else found.text
    if condition.values:
        kinds = [[v for v in condition.values if isinstance(v, kind)] for kind in (str, float)]
        if condition.is_column or not (kinds[0] and kinds[1]):
            test = column.isin(list(condition.values))
        else:
            test = found.text.isin(kinds[0]) | found.number.isin(kinds[1])
    else:
        test = column.notnull()
        if condition.low is not None:
            test = test & (column >= condition.low)
        if condition.high is not None:
            test = test & (column <= condition.high)
    return found.filter(test).select("customer").distinct()


def attribute_members(wanted: tuple[Condition, ...], earlier: tuple[tuple[Condition, ...], ...] = ()) -> ir.Table:
    """Customers with purchases who meet all of ``wanted`` and none of the ``earlier`` sets whole: customer, revenue."""
    summary = customer_summary()
    found = summary.select("customer", "revenue")
    for condition in wanted:
        found = found.semi_join(_met(condition, summary), "customer")
    for conditions in earlier:
        taken = summary.select("customer")
        for condition in conditions:
            taken = taken.semi_join(_met(condition, summary), "customer")
        found = found.anti_join(taken, "customer")
    return found


def partition(rules: Sequence[Mapping[str, Any]], rest: str = "everyone_else") -> list[Rule]:
    """Rules in order, each without the customers of those before it, and the rest last: every customer in exactly one.

    ``rules``: ``{"segment": id, "title": what to call it, "all": [...]}``.

    Raises:
        InvalidValue: no rule, too many, two of one id, a rule without conditions.
    """
    if not 1 <= len(rules) <= _MOST_RULES:
        raise InvalidValue(msg("There must be 1 to {most} rules", most=_MOST_RULES), None, msg("Add a rule, or use fewer."))
    made: list[Rule] = []
    earlier: list[Any] = []
    for rule in rules:
        name = str(rule.get("segment") or "").strip()
        if not name or name == rest or any(name == done["segment"] for done in made):
            raise InvalidValue(msg("Each rule needs a name of its own"), name or "?", msg("Give every rule a different name."))
        if not rule.get("all"):
            raise InvalidValue(msg("The rule has no conditions"), name, msg("Give them as a list named all."))
        complete = {
            "by": "attribute",
            "segment": name,
            "title": str(rule.get("title") or name)[:120],
            "all": list(rule["all"]),
            "except": list(earlier),
        }
        parts(complete)
        made.append(complete)
        earlier.append(complete["all"])
    return [*made, {"by": "attribute", "segment": rest, "all": [], "except": list(earlier)}]


def split_values(text: str) -> list[str]:
    """Values written in one cell, between semicolons of either width."""
    return [value.strip() for value in text.replace("；", ";").split(";") if value.strip()]


def attribute_names(cursor: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """What attributes there are: name, kind (text, number, day), customers, values (how many different), samples (up to 30)."""
    return cursor.execute(
        """SELECT name, CASE WHEN count(number) > 0 THEN 'number' WHEN count(day) > 0 THEN 'day' ELSE 'text' END AS kind,
                  count(DISTINCT customer) AS customers, count(DISTINCT coalesce(text, number::VARCHAR, day::VARCHAR)) AS "values",
                  list_sort(list(DISTINCT text) FILTER (text IS NOT NULL))[:30] AS samples,
                  min(number) AS low, max(number) AS high
           FROM customer_attribute GROUP BY name ORDER BY name"""
    ).df()
