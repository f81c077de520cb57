"""What stands beside purchases and would make some of them none: words such as cancelled, sums among the rows, an order's total a line.

Nothing of it is decided here. A person is told what was found and not looked at, because a wrong number in silence is the worst.
"""

from __future__ import annotations

import re

from strategy.customers.mapping import Mapping
from strategy.customers.reading import OpenTable
from strategy.customers.schema import one_row
from strategy.customers.staging import is_number, one_of
from strategy.customers.totals_rows import TOTALS
from strategy.language import Message, msg

#: Headings of columns that say what became of an order, or of what kind a row is.
STATE_HEADING = re.compile(
    r"status|state$|\bstage|\btype$|\bkind$|d/c|soll|haben|storn|cancel|refund|return|void|状态|類型|类型|退款|退货|取消",
    re.IGNORECASE,
)
MONEY_BACK_HEADING = re.compile(r"refund|return|credit|storn|rembours|退款|退货|退还", re.IGNORECASE)
#: What such a column says of a row that is no purchase, or no longer one.
NO_PURCHASE = (
    "cancel|refund|fail|void|declin|return|credit|reject|unpaid|expired|charge ?back|dispute|abandon|storn|annul|"
    "取消|关闭|退款|退货|失败|作废|未付款|待付款|拒付"
)
#: A sum that is named with something else: "ACME Total", "Grand Total 2024".
_SUMS = "(^|[^a-z])(sub-?total|totals?|totale|summe|gesamt|somme)([^a-z]|$)|小计|合计|总计|小計|合計|總計|итого|합계"
#: Among fewer lines one comes to the sum of the others by chance.
_LEAST_LINES = 5
MOST_SHOWN = 4
#: Lines that show what is written all over a file.
_LOOKED_AT = 100_000


def odd_columns(table: OpenTable, mapping: Mapping) -> list[Message]:
    """What a person should hear of columns nobody chose, and of rows and amounts that look like sums.

    Works on the file's relation, and on ``kept`` and ``totals`` of the purchases that count.
    """
    found: list[Message] = []
    chosen = set(mapping.columns().values())
    for heading in table.preview.columns:
        if heading not in chosen:
            found += _state(table, heading) + _money_back(table, heading)
    return found + (_sums(table, mapping) or _as_much_as_the_rest(table)) + _order_totals(table, mapping)


def _state(table: OpenTable, heading: str) -> list[Message]:
    if not STATE_HEADING.search(heading) or table.type_of(heading) != "VARCHAR":
        return []
    column = table.column(heading)
    rows = table.connection.execute(
        f"SELECT {column}, count(*) FROM {table.relation} WHERE regexp_matches(lower({column}), '{NO_PURCHASE}') "
        "GROUP BY 1 ORDER BY 2 DESC, 1"
    ).fetchall()
    if not rows:
        return []
    shown = ", ".join(f"{str(value)[:40]} ({count:,})" for value, count in rows[:MOST_SHOWN])
    return [
        msg("The column {column} was not looked at. It says of {count:# row|# rows} what may mean that they are no purchases: "
            "{values}. Leave such "
            "rows out of the export, or write them with negative amounts.",
            column=heading, count=f"{sum(count for _, count in rows):,}", values=shown)
    ]  # fmt: skip


def _money_back(table: OpenTable, heading: str) -> list[Message]:
    if not MONEY_BACK_HEADING.search(heading):
        return []
    column = table.column(heading)
    number = (
        column
        if is_number(table.type_of(heading))
        else f"try_cast(regexp_replace({column}::VARCHAR, '[^0-9.-]', '', 'g') AS DOUBLE)"
    )
    digits = (
        "" if is_number(table.type_of(heading)) else f" AND NOT regexp_matches({column}::VARCHAR, '[A-Za-z]{{4}}|[-/:]..[-/:]')"
    )
    count = one_row(table.connection, f"SELECT count(*) FROM {table.relation} WHERE {number} <> 0{digits}")[0]
    if not count:
        return []
    return [
        msg("The column {column} was not looked at. It holds something other than zero in {count:# row|# rows}; if that is money "
            "given back, the "
            "revenue is too high. Export what is left after refunds, or refunds as rows of their own.", column=heading, count=f"{count:,}")
    ]  # fmt: skip


def _sums(table: OpenTable, mapping: Mapping) -> list[Message]:
    count, money, value = one_row(
        table.connection,
        f"SELECT sum(purchase_lines), sum(revenue), min(customer) FROM totals WHERE regexp_matches(lower(customer), '{_SUMS}')",
    )
    if not count and mapping.product:
        count, money, value = one_row(
            table.connection,
            f"""SELECT count(*), sum(amount)::DOUBLE, min(product) FROM (SELECT product, amount FROM kept LIMIT {_LOOKED_AT})
                WHERE {one_of("lower(product)", TOTALS)}""",
        )
    if not count:
        return []
    return [
        msg("{count:# row|# rows} worth {money} {count:looks like a sum|look like sums} of other rows, such as “{value}”, and "
            "{count:counts as a purchase|count as purchases}. If they are sums, delete them "
            "and choose the file again.", count=f"{count:,}", money=f"{money:,.2f}", value=value[:60])
    ]  # fmt: skip


def _as_much_as_the_rest(table: OpenTable) -> list[Message]:
    """A line that comes to exactly what all others do: a sum, whatever it is called and in whichever language."""
    lines, twice = one_row(table.connection, "SELECT count(*) FILTER (amount > 0), 2 * max(amount) = sum(amount) FROM kept")
    if lines < _LEAST_LINES or not twice:
        return []
    customer, money = one_row(table.connection, "SELECT customer, amount::DOUBLE FROM kept ORDER BY amount DESC LIMIT 1")
    return [
        msg("A line of “{customer}”, worth {money}, is exactly as much as all others together. If it is their sum, delete it and choose "
            "the file again.", customer=customer[:60], money=f"{money:,.2f}")
    ]  # fmt: skip


def _order_totals(table: OpenTable, mapping: Mapping) -> list[Message]:
    """Orders of which every line has one amount: it may be the total of the order, written on each line."""
    if not (mapping.order and mapping.amount):
        return []
    several, alike, money = one_row(
        table.connection,
        f"""SELECT count(*), count(*) FILTER (low = high), coalesce(sum(high * (lines - 1)) FILTER (low = high), 0)::DOUBLE
           FROM (SELECT count(*) AS lines, min(amount) AS low, max(amount) AS high
                 FROM (SELECT customer, order_id, amount FROM kept LIMIT {_LOOKED_AT})
                 WHERE order_id IS NOT NULL AND amount > 0 GROUP BY customer, order_id HAVING count(*) > 1)""",
    )
    if not several or alike < 0.8 * several or (several < 5 and not re.search("total|总|合计", mapping.amount, re.IGNORECASE)):
        return []
    return [
        msg("In {alike} of {several} orders with several lines every line has the same amount. If {column} is the total of the order, it counts "
            "too often, by {money}; choose the amount of the line.",
            alike=f"{alike:,}", several=f"{several:,}", column=mapping.amount, money=f"{money:,.2f}")
    ]  # fmt: skip
