"""What the values chosen say against the roles they were chosen for: ids that stand for nobody, prices taken for amounts, days that
stand for none, a heading that is a purchase.

Nothing of it is decided here, as in :mod:`strategy.customers.odd_columns`.
"""

from __future__ import annotations

import datetime as dt

from strategy.customers.cleaning import NAMELESS
from strategy.customers.cleaning_rules import Rules
from strategy.customers.mapping import Mapping, date_like, number_like, propose
from strategy.customers.number_format import parse_number
from strategy.customers.reading import OpenTable
from strategy.customers.schema import one_row
from strategy.customers.staging import one_of
from strategy.language import Message, msg

#: Ids under which shops book purchases of people they do not know. One of them can outweigh all true customers.
_NOBODY = (
    "0", "00", "000", "0000", "00000", "000000", "-1", "-", "--", ".", "?", "x", "xxx", "n.n.", "n. n.", "na", "unknown", "unknown customer", "not known",
    "unbekannt", "inconnu", "desconocido", "anonymous", "anonym", "anon", "guest", "guest user", "guest checkout", "gast", "walk-in", "walk in",
    "walkin", "walk-in customer", "cash", "cash sale", "cash sales", "cash customer", "barverkauf", "laufkunde", "laufkundschaft", "counter sale",
    "misc", "miscellaneous", "divers", "diverse", "various", "other", "others", "dummy", "default", "no name", "no customer", "test", "散客", "匿名",
    "匿名用户", "未知", "未知客户", "游客", "零散客户", "临时客户", "现金", "现金客户", "其他", "其它", "无", "无名", "非会员",
)  # fmt: skip
#: Lines of a file that show how its amounts are made, and how far an amount may be off by rounding.
_LOOKED_AT, _ROUNDED = 100_000, 0.01
_MOST_SHOWN = 4
#: Days that programs write where none is known: the first that Excel (also on a Mac), SQL Server, Unix or a cash register can count. They are
#: taken for that where the purchases begin more than ``_LONG_BEFORE`` days later.
_NO_DAYS = tuple(
    dt.date.fromisoformat(day)
    for day in ("1900-01-01", "1900-01-02", "1901-01-01", "1904-01-01", "1970-01-01", "1970-01-02", "1980-01-01", "2000-01-01")
)
_LONG_BEFORE = 365


def odd_values(table: OpenTable, mapping: Mapping, rules: Rules) -> list[Message]:
    """What a person should hear of the columns that were chosen. Works on ``checked``, ``kept`` and ``totals``."""
    return [
        *_heading_is_data(mapping),
        *_no_days(table),
        *_nobody(table, rules),
        *_price_for_amount(table, mapping),
        *_amount_not_chosen(table, mapping),
        *_other_amounts(table, mapping),
    ]


def _heading_is_data(mapping: Mapping) -> list[Message]:
    if not date_like(mapping.date) and not (mapping.amount and number_like(mapping.amount)):
        return []
    shown = mapping.date if date_like(mapping.date) else mapping.amount
    return [
        msg("The heading {value} looks like the data of a row. If the file has no headings, its first row is not counted: write headings above "
            "it and choose the file again.", value=shown)
    ]  # fmt: skip


def _no_days(table: OpenTable) -> list[Message]:
    """Purchases on a day that stands for none, long before all others: tenure, gaps and stages of their customers are wrong by decades."""
    listed = ", ".join(f"DATE '{day}'" for day in _NO_DAYS)
    if one_row(table.connection, f"SELECT min(first_day) NOT IN ({listed}) FROM totals")[0]:
        return []
    begun = one_row(table.connection, f"SELECT min(day) FROM kept WHERE day NOT IN ({listed})")[0]
    if begun is None:
        return []
    early = f"day IN ({listed}) AND day < DATE '{begun - dt.timedelta(days=_LONG_BEFORE)}'"
    found = table.connection.execute(
        f"SELECT day, count(*), sum(amount)::DOUBLE FROM kept WHERE {early} GROUP BY day ORDER BY day"
    ).fetchall()
    return [
        msg("{count:# purchase line is|# purchase lines are} dated {day}, a day that programs write where none is known; purchases begin on "
            "{begun}. They are worth {money} and count from that day on, in every figure about time. Correct their dates, or empty them and "
            "leave these rows out.",
            count=f"{count:,}", day=str(day), begun=str(begun), money=f"{money:,.2f}")
        for day, count, money in found
    ]  # fmt: skip


def _nobody(table: OpenTable, rules: Rules) -> list[Message]:
    # Lines without a customer that are to be kept have a name of ours, and a warning of their own.
    said = [name for name in _NOBODY if rules.drop_nameless or name != NAMELESS]
    found = table.connection.execute(
        f"SELECT customer, purchase_lines, revenue FROM totals WHERE {one_of('lower(customer)', said)} ORDER BY revenue DESC"
    ).fetchall()
    if not found:
        return []
    everything = one_row(table.connection, "SELECT sum(revenue) FROM totals")[0] or 1
    return [
        msg("{ids} may stand for customers nobody knows, and count as one customer each: {lines:# line|# lines} worth {money}, "
            "{share}% of the revenue. "
            "If so, empty these cells, and the lines are left out as those without a customer.",
            ids=", ".join(str(row[0]) for row in found[:_MOST_SHOWN]), lines=f"{sum(row[1] for row in found):,}",
            money=f"{sum(row[2] for row in found):,.2f}", share=f"{100 * sum(row[2] for row in found) / everything:.0f}")
    ]  # fmt: skip


def _price_for_amount(table: OpenTable, mapping: Mapping) -> list[Message]:
    """The price of a piece chosen as the amount, beside a number of pieces that nobody looked at."""
    if not mapping.amount or mapping.quantity or mapping.price:
        return []
    likely = propose(table.preview)
    if likely.price != mapping.amount or not likely.quantity:
        return []
    return [
        msg("{column} is named like the price of a piece and counts as the amount of the line; {quantity} was not looked at. Choose them as "
            "price and quantity if they are that.", column=mapping.amount, quantity=likely.quantity)
    ]  # fmt: skip


def _amount_not_chosen(table: OpenTable, mapping: Mapping) -> list[Message]:
    """A column of amounts beside quantity and price that nobody chose, and that says something else in the first rows."""
    if mapping.amount or not (mapping.quantity and mapping.price):
        return []
    shown = table.preview
    names = (propose(shown).amount, mapping.quantity, mapping.price)
    if len(set(names)) < len(names) or not all(name in shown.columns for name in names):
        return []
    places = [shown.columns.index(str(name)) for name in names]
    for number, cells in enumerate(shown.rows, start=shown.first_row):
        # Both sides are read alike, so a comma taken for the other mark puts the same power of ten on each.
        amount, quantity, price = (parse_number(str(cells[place] or ""), ".") for place in places)
        if amount is None or quantity is None or price is None or not amount:
            continue
        if abs(float(amount) - float(quantity) * float(price)) > 0.01 * abs(float(amount)):
            return [
                msg("{amount} was not chosen and says something else than {quantity} times {price}, which counts: {first} against {one} x {two} "
                    "in row {row}. Choose it as the amount if that is what the customer paid.",
                    amount=str(names[0]), quantity=mapping.quantity, price=mapping.price, row=number, first=f"{float(amount):g}",
                    one=f"{float(quantity):g}", two=f"{float(price):g}")
            ]  # fmt: skip
    return []


def _other_amounts(table: OpenTable, mapping: Mapping) -> list[Message]:
    """Amounts that are not what quantity and price come to: before a discount, with a tax, or another thing altogether."""
    if not (mapping.amount and mapping.quantity and mapping.price):
        return []
    off = f"abs(amount::DOUBLE - quantity * price) > {_ROUNDED} * greatest(abs(amount::DOUBLE), 1)"
    rows, others, first = one_row(
        table.connection,
        f"""SELECT count(*), count(*) FILTER ({off}),
                   arg_min({{line: line, amount: amount::DOUBLE, quantity: quantity, price: price}}, line) FILTER ({off})
            FROM (SELECT line, amount, quantity, price FROM checked WHERE line > 0 AND reason = 0 LIMIT {_LOOKED_AT})""",
    )
    if not others:
        return []
    return [
        msg("In {count} of {rows} lines {amount} is not {quantity} times {price}, as in row {row}: {first} against {one} x {two}. The amount "
            "counts; is it what the customer paid for the line?",
            count=f"{others:,}", rows=f"{rows:,}", amount=mapping.amount, quantity=mapping.quantity, price=mapping.price, row=first["line"],
            first=f"{first['amount']:g}", one=f"{first['quantity']:g}", two=f"{first['price']:g}")
    ]  # fmt: skip
