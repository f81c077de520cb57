"""One typed, commented view for each worksheet, so that the file explains itself to any tool that reads DuckDB."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from strategy.method import Column, Method, Worksheet

_SQL_TYPES = {
    "text": "VARCHAR",
    "long_text": "VARCHAR",
    "integer": "BIGINT",
    "number": "DOUBLE",
    "money": "DOUBLE",
    "percent": "DOUBLE",
    "score": "DOUBLE",
    "date": "DATE",
    "boolean": "BOOLEAN",
    "choice": "VARCHAR",
    "choices": "VARCHAR[]",
    "reference": "VARCHAR",
    "references": "VARCHAR[]",
    "rule": "JSON",
    "evidence": "JSON",
}


#: Views that are of the file itself, not of a worksheet.
_OF_THE_FILE = ("current_row", "customer_purchases", "rejected_row")


def sql_type(column: Column) -> str:
    return _SQL_TYPES[column.type]


def _expression(column: Column) -> str:
    kind = sql_type(column)
    if kind == "JSON":
        return f"json_extract(body, '$.{column.id}')"
    if kind.endswith("[]"):
        return f"TRY_CAST(json_extract(body, '$.{column.id}') AS {kind})"
    text = f"json_extract_string(body, '$.{column.id}')"
    return text if kind == "VARCHAR" else f"TRY_CAST({text} AS {kind})"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _comment(column: Column) -> str:
    parts = [f"{column.title.en} / {column.title.zh}"]
    if column.unit:
        parts.append(f"unit: {column.unit.en}")
    if column.is_reference:
        parts.append(f"refers to {', '.join(column.to)}")
    if column.choices:
        parts.append("one of " + ", ".join(choice.id for choice in column.choices))
    if column.help:
        parts.append(column.help.en)
    return "; ".join(parts)


def view_sql(worksheet: Worksheet) -> str:
    """The statements that lay out one worksheet's view and its comments."""
    fields = ",\n  ".join(f'{_expression(column)} AS "{column.id}"' for column in worksheet.fields)
    name = f'"{worksheet.id}"'
    view = (
        f"CREATE OR REPLACE VIEW {name} AS SELECT row_id, cycle, version,\n  {fields},\n  author, made_at\n"
        f"FROM current_row WHERE worksheet = {_quoted(worksheet.id)}"
    )
    return ";\n".join([view, *_comments(name, worksheet)])


def _comments(name: str, worksheet: Worksheet) -> Iterator[str]:
    yield f"COMMENT ON VIEW {name} IS {_quoted(f'{worksheet.title.en} / {worksheet.title.zh}. {worksheet.why.en}')}"
    for column in worksheet.fields:
        yield f'COMMENT ON COLUMN {name}."{column.id}" IS {_quoted(_comment(column))}'


def rebuild(connection: duckdb.DuckDBPyConnection, method: Method) -> None:
    """Make the views anew for ``method``; views of worksheets it no longer has are dropped, their rows stay in the journal."""
    wanted = {worksheet.id for worksheet in method.worksheets}
    present = connection.execute(
        f"SELECT view_name FROM duckdb_views() WHERE NOT internal AND schema_name = 'main' AND view_name NOT IN {_OF_THE_FILE}"
    ).fetchall()
    drops = [f'DROP VIEW "{name}"' for (name,) in present if name not in wanted]
    connection.execute(";\n".join([*drops, *(view_sql(worksheet) for worksheet in method.worksheets)]))
