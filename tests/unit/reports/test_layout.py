"""How worksheets stand on paper: nothing is left out, and what is scored by several people stands beside one another."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from markupsafe import escape

from strategy.reports.document import document
from strategy.reports.layout import beside_one_another, layout
from strategy.reports.plan import Table, plan_of, table_of
from strategy.samples import build
from strategy.workbook import Put, Workbook


@pytest.fixture(scope="module")
def newsstand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbook]:
    with build("newsstand", tmp_path_factory.mktemp("reports") / "n.duckdb", "Newsstand", "Ada", "en") as made:
        yield made


def _table(workbook: Workbook, sheet: str) -> Table:
    snapshot = workbook.snapshot()
    return table_of(snapshot, snapshot.method.worksheet(sheet), "en")


def test_scores_of_participants_stand_beside_one_another(newsstand: Workbook) -> None:
    table = _table(newsstand, "segment_evaluation")
    shown = beside_one_another(table, "en")
    people = list(dict.fromkeys(row[2] for row in table.rows))
    assert shown.headings == ("Segment", "Criterion", *people, "Note")
    assert len(shown.rows) * len(people) == len(table.rows)
    for segment, criterion, person, score, note in table.rows:
        (row,) = [one for one in shown.rows if one[:2] == (segment, criterion)]
        assert row[2 + people.index(person)] == score
        assert not note or f"{person}: {note}" in row[-1].split("\n")


def test_two_scores_share_a_cell_and_the_title_says_which(newsstand: Workbook) -> None:
    shown = beside_one_another(_table(newsstand, "crm_audit"), "en")
    assert shown.title.endswith(": Importance / Support today")
    assert all(cell.count(" / ") == 1 for row in shown.rows for cell in row[1:])


def test_a_score_without_a_name_stays_a_row(workbook: Workbook) -> None:
    scores = [{"orientation": "sales", "participant": who, "score": 5} for who in ("Ada", "")]
    workbook.commit([Put("orientation", f"o{at}", row) for at, row in enumerate(scores)], "Ada")
    table = _table(workbook, "orientation")
    assert beside_one_another(table, "en") is table


def test_every_worksheet_that_is_filled_is_in_the_document_whatever_its_layout(newsstand: Workbook) -> None:
    plan = plan_of(newsstand, "en")
    page = document(plan).decode().split("<main>")[1]
    kinds = set()
    for section in plan.sections:
        for table in section.tables:
            kinds.add(layout(beside_one_another(table, "en")))
            assert f"<h3>{escape(table.title)}" in page
    assert kinds >= {"wide", "two", ""}
    # A wide row is written out too, for paper: every value under its heading.
    segments = _table(newsstand, "segment")
    assert layout(segments) == "wide"
    first = page.split(f"<h5>{escape(segments.rows[0][0])}</h5>")[1].split("</div>")[0]
    for heading, cell in zip(segments.headings[1:], segments.rows[0][1:], strict=True):
        assert not cell or f"<i>{escape(heading)}: </i>{escape(cell)}" in first
