"""From a file's columns to judged interactions: every row gets its customer, its day, what it was, or the reason why it is left out.

The columns are staged and their dates and numbers read by what reads purchases; only what makes a row an interaction is decided here.
"""

from __future__ import annotations

import datetime as dt

from strategy.customers.date_format import DateFormat, DayText, read_days
from strategy.customers.interaction_mapping import STAGED, InteractionMapping
from strategy.customers.limits import FIRST_YEAR, LAST_YEAR
from strategy.customers.number_format import NumberText, find_format, parse_number
from strategy.customers.reading import OpenTable
from strategy.customers.schema import one_row
from strategy.customers.staging import is_number, staged_sql
from strategy.customers.time_zones import written_time_sql
from strategy.errors import ImportRefused
from strategy.language import msg

TOPIC_LENGTH = 500
#: What tells one interaction from another: the status and the score may have come later.
TELLING = "customer, day, moment, kind, channel, topic"
#: Those of them that a file may lack.
_OPTIONAL = ("moment", "kind", "channel", "topic")
_MOST_WRITINGS = 200_000
_BLANK = "('nan', 'null', 'n/a', '#n/a', 'nat', '<na>', '-', '–')"


def stage(table: OpenTable, mapping: InteractionMapping) -> DateFormat:
    """Make the table ``staged``, one row per row of the file, and say how its dates are written.

    Columns: line, customer, read_at (TIMESTAMP), day, moment (read_at where a time of day is written), date_text, kind, channel,
    status, score, score_text, topic.

    Raises:
        ImportRefused: dates or numbers that can be read in more than one way, a column of an unsuitable type.
    """
    as_purchases = mapping.staged()
    types = {role: table.type_of(heading) for role, heading in as_purchases.columns().items()}
    native = types["date"] == "DATE" or types["date"].startswith("TIMESTAMP")
    _check_types(table, mapping, types, native)
    table.connection.execute(f"CREATE TEMP TABLE raw AS {staged_sql(table, as_purchases, types, native)}")
    source, dates = "raw", DateFormat("native")
    if native:
        read_at, timed = "moment_given", "moment_given <> moment_given::DATE"
    else:
        dates = _look_up_days(table, mapping)
        source += " LEFT JOIN days USING (day_text)"
        read_at, timed = written_time_sql("day", "date_text", as_purchases), "contains(date_text, ':')"
    score, score_text = "NULL::DOUBLE", "NULL::VARCHAR"
    if mapping.score and types["price"] == "VARCHAR":
        _look_up_scores(table, mapping)
        source += " LEFT JOIN scores ON scores.written = price_text"
        score, score_text = "scores.value", "price_text"
    elif mapping.score:
        score, score_text = "CASE WHEN isfinite(price_number) THEN price_number END", "price_number::VARCHAR"
    texts = {role: f"CASE WHEN lower({column}) NOT IN {_BLANK} THEN {column} END" for role, column in STAGED.items()}
    if not mapping.kind:
        # A word somebody typed never becomes part of a statement.
        table.connection.execute("CREATE TEMP TABLE every_row AS SELECT ?::VARCHAR AS kind", [(mapping.every_kind or "").strip()])
        texts["kind"] = "(SELECT kind FROM every_row)"
    table.connection.execute(f"""
        CREATE TEMP TABLE staged AS
        SELECT line, customer, read_at, read_at::DATE AS day, CASE WHEN timed THEN read_at END AS moment, date_text, kind, channel,
               status, score, score_text, topic
        FROM (SELECT line, customer, {read_at} AS read_at, coalesce({timed}, false) AS timed, date_text, {texts["kind"]} AS kind,
                     {texts["channel"]} AS channel, {texts["status"]} AS status, {score} AS score, {score_text} AS score_text,
                     left({texts["topic"]}, {TOPIC_LENGTH}) AS topic
              FROM {source}) AS read""")
    table.connection.execute("DROP TABLE raw")
    return dates


def _check_types(table: OpenTable, mapping: InteractionMapping, types: dict[str, str], native: bool) -> None:
    wrong = [mapping.date] if not native and types["date"] != "VARCHAR" and not is_number(types["date"]) else []
    if mapping.score and types["price"] != "VARCHAR" and not is_number(types["price"]):
        wrong.append(mapping.score)
    if wrong:
        raise ImportRefused(
            msg("The column is of type {kind} and cannot serve here", kind=table.type_of(wrong[0])),
            msg("{file}, column {column}", file=table.preview.name, column=wrong[0]),
            msg("Choose another column, or export this one as text or numbers."),
        )


def _writings(table: OpenTable, column: str, heading: str) -> list[tuple[str, int, int]]:
    """Every way something is written in rows that name a customer: text, first row, rows."""
    found = table.connection.execute(
        f"SELECT {column}, min(line), count(*) FROM raw WHERE {column} IS NOT NULL AND customer IS NOT NULL "
        f"GROUP BY 1 LIMIT {_MOST_WRITINGS + 1}"
    ).fetchall()
    if len(found) > _MOST_WRITINGS:
        raise ImportRefused(
            msg("The column does not hold what it was chosen for: almost every value is written differently"),
            msg("{file}, column {column}", file=table.preview.name, column=heading),
            msg("Choose another column, or correct its values."),
        )
    return found


def _look_up_days(table: OpenTable, mapping: InteractionMapping) -> DateFormat:
    import pyarrow as pa

    texts = [DayText(*row) for row in _writings(table, "day_text", mapping.date)]
    dates, days = read_days(texts, table.preview.name, mapping.date, mapping.date_order)
    lookup = pa.table({"day_text": pa.array(days.keys(), pa.string()), "day": pa.array(days.values(), pa.date32())})
    table.connection.register("days", lookup)
    return dates


def _look_up_scores(table: OpenTable, mapping: InteractionMapping) -> None:
    import pyarrow as pa

    heading = mapping.score or ""
    found = _writings(table, "price_text", heading)
    # Scores that all are percentages are as good as any; among others, 45% is a slip.
    percent = all(text.endswith("%") for text, _, _ in found)
    bare = {text: text.rstrip("%") if percent else text for text, _, _ in found}
    texts = [NumberText(bare[text], heading, row, count) for text, row, count in found]
    numbers, _ = find_format(texts, table.preview.name, mapping.decimal)
    values = {text: float(value) for text, _, _ in found if (value := parse_number(bare[text], numbers.decimal or ".")) is not None}
    lookup = pa.table({"written": pa.array(values.keys(), pa.string()), "value": pa.array(values.values(), pa.float64())})
    table.connection.register("scores", lookup)


def _telling_both(table: OpenTable, mapping: InteractionMapping) -> str:
    """What tells interactions apart in the file as well as at hand: a topic that only one of the two has would make all of them new."""
    there = one_row(table.connection, f"SELECT {', '.join(f'count({name}) > 0' for name in _OPTIONAL)} FROM at_hand")
    timed = bool(one_row(table.connection, "SELECT count(moment) > 0 FROM staged")[0])
    given = {"moment": timed, "kind": True, "channel": bool(mapping.channel), "topic": bool(mapping.topic)}
    return ", ".join(["customer", "day", *(name for name, known in zip(_OPTIONAL, there, strict=True) if known and given[name])])


def judge(
    table: OpenTable, mapping: InteractionMapping, adding: bool, drop_copies: bool, drop_future: bool, today: dt.date
) -> None:
    """Make the table ``judged``: the staged rows with ``copy`` (says the same as an earlier row) and ``reason``, ``kept`` or why not.

    ``adding``: rows that stand in the relation ``at_hand`` are left out, told by what both the file and the relation have.
    """
    telling = _telling_both(table, mapping) if adding else ""
    unreadable = f"read_at IS NULL OR NOT isfinite(read_at) OR read_at < DATE '{FIRST_YEAR}-01-01' OR read_at >= DATE '{LAST_YEAR + 1}-01-01'"
    nothing = "customer IS NULL AND date_text IS NULL AND read_at IS NULL AND topic IS NULL AND status IS NULL"
    branches = [
        (nothing + (" AND kind IS NULL" if mapping.kind else ""), "blank_row"),
        ("customer IS NULL", "no_customer"),
        (unreadable, "bad_date"),
        (f"read_at >= DATE '{today + dt.timedelta(days=1)}'" if drop_future else "", "future_date"),
        (f"hash({telling}) IN (SELECT hash({telling}) FROM at_hand)" if adding else "", "already_there"),
        ("copy" if drop_copies else "", "duplicate"),
    ]
    reason = " ".join(f"WHEN {test} THEN '{name}'" for test, name in branches if test)
    table.connection.execute(f"""
        CREATE TEMP TABLE judged AS
        SELECT *, CASE {reason} ELSE 'kept' END AS reason
        FROM (SELECT *, row_number() OVER (PARTITION BY {TELLING}, status, score_text ORDER BY line) > 1 AS copy FROM staged) AS marked""")
    table.connection.execute("DROP TABLE staged")
