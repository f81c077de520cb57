"""Refunds, set against the purchases they cancel.

A refund never counts as a purchase. It is matched in this order:

0. a refund that carries the order number of purchases lowers that order;
1. a refund of exactly a purchase's amount (same customer, and the same unit price where there is one) cancels the latest earlier one,
   each purchase at most once;
2. any other refund lowers the customer's latest earlier order;
3. a refund with no earlier order stays unmatched and changes nothing.

An order whose refunds reach its amount is no purchase. What a refund leaves over lowers the order's largest lines first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from strategy.customers.cleaning import CODE

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Refunds:
    """Rows and money of refunds, money as positive amounts.

    Attributes:
        exact_rows: cancelled a purchase of exactly their amount. ``order_rows``: lowered an order.
        deducted: money taken off purchases that stay. ``excess``: refunded beyond what the matched order was worth.
    """

    rows: int = 0
    money: float = 0.0
    exact_rows: int = 0
    order_rows: int = 0
    matched_money: float = 0.0
    unmatched_rows: int = 0
    unmatched_money: float = 0.0
    deducted: float = 0.0
    excess: float = 0.0


_ORDER = "coalesce(order_id, moment::DATE::VARCHAR)"

_STATEMENTS = f"""
CREATE TEMP TABLE refund AS
    SELECT line, customer, moment, order_id, -amount AS amount, coalesce(price, 0) AS price FROM checked WHERE reason = 0 AND amount < 0;

CREATE TEMP TABLE refunded_line AS
    SELECT line, customer, moment, amount, coalesce(price, 0) AS price, order_id, {_ORDER} AS order_key
    FROM checked SEMI JOIN refund USING (customer) WHERE reason = 0 AND amount >= 0;

CREATE TEMP TABLE own_order AS
    SELECT line, customer, order_id AS order_key, amount FROM refund
    SEMI JOIN (SELECT customer, order_id FROM refunded_line WHERE order_id IS NOT NULL) AS purchase USING (customer, order_id);

-- Purchases and refunds of one amount form a row of opening and closing brackets: a refund closes the latest open purchase.
CREATE TEMP TABLE exact AS
    WITH event AS (
        SELECT line, customer, amount, price, moment, 1 AS step FROM refunded_line
        SEMI JOIN (SELECT customer, amount, price FROM refund) AS same USING (customer, amount, price)
        UNION ALL
        SELECT line, customer, amount, price, moment, -1 FROM refund ANTI JOIN own_order USING (line)),
    running AS (
        SELECT *, sum(step) OVER (PARTITION BY customer, amount, price ORDER BY moment, step DESC, line) AS height FROM event),
    levelled AS (
        SELECT *, height - least(0, min(height) OVER (PARTITION BY customer, amount, price ORDER BY moment, step DESC, line))
                  + CASE WHEN step = 1 THEN 0 ELSE 1 END AS level FROM running),
    paired AS (
        SELECT line, step, lead(line) OVER pair AS next_line, lead(step) OVER pair AS next_step FROM levelled
        WINDOW pair AS (PARTITION BY customer, amount, price, level ORDER BY moment, step DESC, line))
    SELECT line AS purchase_line, next_line AS refund_line FROM paired WHERE step = 1 AND next_step = -1;

CREATE TEMP TABLE open_refund AS
    SELECT line, customer, moment, amount FROM refund ANTI JOIN own_order USING (line)
    ANTI JOIN (SELECT refund_line AS line FROM exact) AS answered USING (line);

CREATE TEMP TABLE assigned AS
    WITH open_order AS (
        SELECT customer, order_key, min(moment) AS moment FROM refunded_line
        SEMI JOIN open_refund USING (customer) ANTI JOIN (SELECT purchase_line AS line FROM exact) AS cancelled USING (line)
        GROUP BY customer, order_key HAVING sum(amount) > 0),
    last_order AS (SELECT customer, moment, max(order_key) AS order_key FROM open_order GROUP BY customer, moment)
    SELECT refund.line, refund.customer, last_order.order_key, refund.amount
    FROM open_refund AS refund
    ASOF JOIN last_order ON refund.customer = last_order.customer AND refund.moment >= last_order.moment
    UNION ALL SELECT line, customer, order_key, amount FROM own_order;

CREATE TEMP TABLE touched AS
    SELECT customer, order_key, sum(deduct) AS deduct FROM (
        SELECT customer, order_key, 0::DECIMAL(18,4) AS deduct FROM refunded_line JOIN exact ON line = purchase_line
        UNION ALL SELECT customer, order_key, amount FROM assigned)
    GROUP BY customer, order_key;

CREATE TEMP TABLE rest AS
    SELECT line, customer, order_key, amount, deduct,
           sum(amount) OVER (PARTITION BY customer, order_key) AS gross,
           coalesce(sum(amount) OVER (PARTITION BY customer, order_key ORDER BY amount DESC, line
                                      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS before
    FROM refunded_line JOIN touched USING (customer, order_key)
    ANTI JOIN (SELECT purchase_line AS line FROM exact) AS cancelled USING (line);

CREATE TEMP TABLE change AS
    WITH lowered AS (
        SELECT line, amount, CASE WHEN gross <= deduct THEN 0 ELSE amount - least(amount, greatest(0, deduct - before)) END AS left_over,
               gross <= deduct AS gone FROM rest)
    SELECT line, amount, CASE WHEN gone OR (left_over = 0 AND amount > 0) THEN NULL ELSE left_over::DECIMAL(18,4) END AS new_amount
    FROM lowered WHERE gone OR left_over <> amount
    UNION ALL SELECT line, amount, NULL FROM refunded_line JOIN exact ON line = purchase_line;

CREATE TEMP TABLE outcome AS
    SELECT line, {CODE["cancelled_by_refund"]}::UTINYINT AS reason FROM change WHERE new_amount IS NULL
    UNION ALL SELECT refund_line, {CODE["refund_netted"]} FROM exact
    UNION ALL SELECT line, {CODE["refund_netted"]} FROM assigned
    UNION ALL SELECT line, {CODE["refund_unmatched"]} FROM open_refund ANTI JOIN assigned USING (line);
"""


def net_refunds(connection: duckdb.DuckDBPyConnection) -> Refunds:
    """Create ``change(line, amount, new_amount)`` and ``outcome(line, reason)`` from ``checked``.

    ``change`` holds the purchase lines a refund lowers; ``new_amount`` is NULL where the line is gone. ``outcome`` holds the reason
    codes of every refund and every cancelled line. Without refunds both stay empty.
    """
    row = connection.execute("SELECT count(*), coalesce(-sum(amount), 0)::DOUBLE FROM checked WHERE reason = 0 AND amount < 0").fetchone()
    assert row is not None
    if not row[0]:
        connection.execute("CREATE TEMP TABLE change (line BIGINT, amount DECIMAL(18,4), new_amount DECIMAL(18,4))")
        connection.execute("CREATE TEMP TABLE outcome (line BIGINT, reason UTINYINT)")
        return Refunds()
    connection.execute(_STATEMENTS)
    found = connection.execute("""
        SELECT (SELECT count(*) FROM exact), (SELECT count(*) FROM assigned),
               (SELECT count(*) FROM outcome WHERE reason = 10),
               (SELECT coalesce(sum(amount), 0)::DOUBLE FROM open_refund ANTI JOIN assigned USING (line)),
               (SELECT coalesce(sum(amount - new_amount), 0)::DOUBLE FROM change WHERE new_amount IS NOT NULL),
               (SELECT coalesce(sum(amount), 0)::DOUBLE FROM change WHERE new_amount IS NULL)""").fetchone()
    assert found is not None
    exact, assigned, unmatched_rows, unmatched, deducted, gone = found
    matched = row[1] - unmatched
    return Refunds(
        rows=row[0],
        money=round(row[1], 2),
        exact_rows=exact,
        order_rows=assigned,
        matched_money=round(matched, 2),
        unmatched_rows=unmatched_rows,
        unmatched_money=round(unmatched, 2),
        deducted=round(deducted, 2),
        excess=round(matched - deducted - gone, 2),
    )
