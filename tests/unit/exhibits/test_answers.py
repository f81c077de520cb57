"""Questions about the customers are asked once for the same data, and anew for others."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from strategy.customers import Mapping, understand
from strategy.customers.expressions import Query, frame, rows
from strategy.exhibits import present
from strategy.exhibits.answers import Answers
from strategy.spine import import_customers
from strategy.workbook import Put, Workbook

TEXT = "id,date,amount\na,2024-01-31,5\nb,2024-02-01,7\na,2024-03-01,1\n"


class _Counted:
    """A cursor that notes the questions it is asked."""

    def __init__(self, cursor: Any, asked: list[str]) -> None:
        self._cursor, self._asked = cursor, asked

    def execute(self, query: str, *parameters: Any) -> Any:
        if isinstance(query, Query):
            self._asked.append(str(query))
        return self._cursor.execute(query, *parameters)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cursor, name)


def _import(workbook: Workbook, folder: Path, text: str) -> None:
    path = folder / "sales.csv"
    path.write_text(text, encoding="utf-8")
    import_customers(workbook, understand(path, None, Mapping("id", "date", "amount")), "Ann")


def test_an_edit_of_the_plan_asks_no_question_again_and_new_data_do(tmp_path: Path) -> None:
    asked: list[str] = []
    with Workbook.create(tmp_path / "x.duckdb", "X") as workbook:
        _import(workbook, tmp_path, TEXT)

        def revenue() -> float:
            shown = present("lorenz", workbook.snapshot(), lambda: _Counted(workbook.cursor(), asked))  # type: ignore[arg-type, return-value]
            return float(sum(shown.figures.values()))

        first, before = revenue(), len(asked)
        assert before
        workbook.commit([Put("rival", "r", {"name": "Rival"})], "Ann")
        assert revenue() == first
        assert len(asked) == before
        _import(workbook, tmp_path, TEXT + "c,2024-03-02,100\n")
        revenue()
        assert len(asked) > before


def test_what_is_written_to_an_answer_stays_with_who_wrote_it(tmp_path: Path) -> None:
    with Workbook.create(tmp_path / "x.duckdb", "X") as workbook:
        _import(workbook, tmp_path, TEXT)
        cursor: Any = Answers(workbook.cursor(), workbook.snapshot())
        from strategy.customers.summary import summary_sql

        mine: pd.DataFrame = frame(cursor, summary_sql())
        untouched = mine.copy()
        mine.iloc[0, 0] = None
        mine["more"] = 1
        pd.testing.assert_frame_equal(frame(cursor, summary_sql()), untouched)
        first = rows(cursor, summary_sql())
        first.clear()
        assert rows(cursor, summary_sql())
