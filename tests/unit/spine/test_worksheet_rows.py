"""Tables and templates into worksheet rows: what is understood, what is refused, and that nothing is stored by halves."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter

from strategy.command_line import main
from strategy.customers.plain_table import read_table
from strategy.errors import Conflict, ImportRefused
from strategy.reports.template import template
from strategy.spine import worksheet_rows
from strategy.spine.worksheet_rows import RowsRead, import_rows, read_rows
from strategy.workbook import Put, Workbook


def whats(read: RowsRead) -> list[str]:
    return [f"{problem.row}: {problem.what}" for problem in read.problems]


def test_headings_in_either_language_and_labels_become_rows(reads, newsstand: Workbook) -> None:  # type: ignore[no-untyped-def]
    head = "Need / 需要,细分市场,Kind,Explicit or latent,IMPORTANCE,Performance today (1-9),Evidence from\n"
    read = reads("need", head + "Warm hands,regulars,Functional,隐性需求,8,3,Interview\n")
    assert read.problems == ()
    assert read.unmatched == ()
    receipt = import_rows(newsstand, read, "Ada")
    assert receipt is not None
    row = newsstand.snapshot().rows("need")[-1]
    assert (row["need"], row["segment"], row["awareness"], row["importance"]) == ("Warm hands", "regulars", "latent", 8)


def test_all_problems_are_named_and_nothing_is_stored(reads, newsstand: Workbook) -> None:  # type: ignore[no-untyped-def]
    head = "Need,Segment,Kind,Explicit or latent,Importance,Performance today,Evidence from\n"
    text = head + "Good,Regulars,Social,latent,5,5,survey\nBad,nobody,foo,latent,12,x,survey\n,Regulars,Social,latent,5,5,survey\n"
    read = reads("need", text)
    said = "\n".join(whats(read))
    for part in (
        "3: There is no row called nobody",
        "3: foo is not one",
        "3: 12 is out of range",
        "3: x is not a number",
        "4: Need is empty",
    ):
        assert part in said
    before = newsstand.seq
    with pytest.raises(ImportRefused) as refused:
        import_rows(newsstand, read, "Ada")
    assert "4 more problems" in refused.value.in_("en")
    assert newsstand.seq == before
    assert "另有" in refused.value.in_("zh")
    import_rows(newsstand, read, "Ada", skip_problems=True)
    assert [row["need"] for row in newsstand.snapshot().rows("need")][-1] == "Good"


def test_rows_that_are_there_are_skipped_and_an_id_updates(reads, newsstand: Workbook) -> None:  # type: ignore[no-untyped-def]
    first = reads(
        "best_worst", "Need,Segment,Times shown,Chosen as most important,Chosen as least important\nkept,Regulars,30,17,3\n"
    )
    assert (first.added, first.identical) == (0, 1)
    again = reads("need", "id,Importance\nkept,9\nknown,7\n")
    assert (again.added, again.updated, again.identical) == (0, 1, 1)
    import_rows(newsstand, again, "Ada")
    kept = newsstand.snapshot().row("need", "kept")
    assert kept is not None
    assert kept["importance"] == 9
    assert kept["performance"] == 5


def test_the_command_says_what_it_did(newsstand: Workbook, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "actuals.csv"
    file.write_text("KPI,Period ending,Actual\nRegulars,2027-01-31,144\n", encoding="utf-8")
    path = str(newsstand.path)
    newsstand.close()
    for more, said in (
        (["--dry-run"], "1 row would be added, none changed; none is there already."),
        ([], "1 row was added, none changed; none was there already."),
    ):
        assert main(["rows", path, "kpi_actual", str(file), "--lang", "en", *more]) == 0
        assert said in capsys.readouterr().out


def test_ambiguous_dates_and_numbers_are_asked_about(reads) -> None:  # type: ignore[no-untyped-def]
    text = 'respondent,too_cheap,cheap,expensive,too_expensive\nA,"1,234","2,345","3,456","4,567"\n'
    read = reads("price_answer", text)
    assert read.fatal
    assert "two ways" in whats(read)[0]
    with pytest.raises(ImportRefused):
        import_rows(None, read, "Ada", skip_problems=True)  # type: ignore[arg-type]
    settled = reads("price_answer", text, decimal=",")
    assert settled.puts[0].values["cheap"] == pytest.approx(2.345)


def test_missing_required_columns_and_unknown_headings(reads) -> None:  # type: ignore[no-untyped-def]
    read = reads("need", "Need,Colour\nX,red\n")
    assert read.fatal
    assert read.unmatched == ("Colour",)
    assert any("There is no column for Segment" in what for what in whats(read))
    with pytest.raises(ImportRefused) as refused:
        reads("need", "a,b\n1,2\n")
    assert "None of the headings" in refused.value.in_("en")


def test_fixed_rows_cannot_be_added(reads, newsstand: Workbook) -> None:  # type: ignore[no-untyped-def]
    fixed = next(sheet for sheet in newsstand.snapshot().method.worksheets if sheet.rows == "fixed")
    column = fixed.column(fixed.label)
    other = next(c for c in fixed.fields if c.id != column.id)
    read = reads(fixed.id, f"{column.title.en},{other.title.en}\nSomething new,\n")
    assert any("given by the method" in what for what in whats(read))


def test_too_many_rows_are_refused(reads, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(worksheet_rows, "MOST_ROWS", 2)
    with pytest.raises(ImportRefused) as refused:
        reads("need", "Need,Segment\n" + "x,Regulars\n" * 3)
    assert "at most 2" in refused.value.in_("en")


def test_a_file_of_too_many_lines_and_one_without_rows(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("a,b\n" + "1,2\n" * 5, encoding="utf-8")
    with pytest.raises(ImportRefused) as refused:
        read_table(path, "x.csv", most=4)
    assert "more than 4 rows" in refused.value.in_("en")
    path.write_text("a,b\n", encoding="utf-8")
    with pytest.raises(ImportRefused) as refused:
        read_table(path, "x.csv")
    assert "Fill in rows" in refused.value.in_("en")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_template_comes_back_unchanged(newsstand: Workbook, tmp_path: Path, language: str) -> None:
    snapshot = newsstand.snapshot()
    path = tmp_path / "template.xlsx"
    for sheet in snapshot.method.worksheets:
        path.write_bytes(template(snapshot, sheet, language))  # type: ignore[arg-type]
        read = read_rows(snapshot, sheet, read_table(path, path.name))
        assert (read.puts, read.problems, read.identical) == ((), (), len(snapshot.rows(sheet.id))), sheet.id


def test_a_template_filled_in_after_somebody_else_changed_the_row(newsstand: Workbook, tmp_path: Path) -> None:
    snapshot = newsstand.snapshot()
    sheet = snapshot.method.worksheet("need")
    path = tmp_path / "template.xlsx"
    path.write_bytes(template(snapshot, sheet, "en"))
    old = newsstand.snapshot().row("need", "kept")
    newsstand.commit([Put("need", "kept", {"importance": 3})], "Bea")
    # The old template says nothing about importance that is new: Bea's score stays.
    untouched = read_rows(newsstand.snapshot(), sheet, read_table(path, path.name))
    assert untouched.puts == ()
    book = xlsxwriter.Workbook(str(path))
    page = book.add_worksheet()
    for column, (heading, value) in enumerate({"row_id": "kept", "version": old.version if old else 1, "Importance": 9}.items()):
        page.write(0, column, heading)
        page.write(1, column, value)
    book.close()
    read = read_rows(newsstand.snapshot(), sheet, read_table(path, path.name))
    with pytest.raises(Conflict):
        import_rows(newsstand, read, "Ada")


def test_formulas_and_long_labels_stay_text(newsstand: Workbook, tmp_path: Path) -> None:
    newsstand.commit([Put("need", "evil", {"need": "=1+1; or; " + "x" * 300, "segment": "regulars"})], "Ada")
    newsstand.commit([Put("rival_performance", "evil", {"need": "evil", "rival": "kiosk", "performance": 4})], "Ada")
    snapshot = newsstand.snapshot()
    path = tmp_path / "template.xlsx"
    for sheet_id in ("need", "rival_performance"):
        sheet = snapshot.method.worksheet(sheet_id)
        path.write_bytes(template(snapshot, sheet, "en"))
        read = read_rows(snapshot, sheet, read_table(path, path.name))
        assert (read.puts, read.problems) == ((), ()), sheet_id


def test_an_actual_has_one_value_a_period(reads, newsstand: Workbook) -> None:  # type: ignore[no-untyped-def]
    head = "kpi,period,value\n"
    read = reads("kpi_actual", head + "Regulars,2027-03-31,160\nRegulars,2027-03-31,170\nRegulars,2027-06-30,45%\n")
    assert whats(read) == ["3: Row 2 says something else of the same KPI and Period ending", "4: 45% is not a number"]
    assert read.problems[0].column == "Regulars"
    there = next(row for row in newsstand.snapshot().rows("kpi_actual") if row["kpi"] == "k_regulars")
    other = reads("kpi_actual", head + f"Regulars,{there['period']},1\n")
    assert whats(other) == [f"2: {there.id} is there already and says something else of the same KPI and Period ending"]
    assert reads("kpi_actual", f"id,value\n{there.id},1\n").updated == 1


@pytest.mark.parametrize(
    ("shares", "asks"),
    [(("0.6", "0.4"), True), (("60%", "40%"), False), (("60", "40"), False), (("0", "1"), False), (("0.6%", "0.4%"), False)],
)
def test_shares_of_one_in_a_column_of_percentages_are_said(reads, shares: tuple[str, str], asks: bool) -> None:  # type: ignore[no-untyped-def]
    rows = "".join(f"S{at},primary,{share}\n" for at, share in enumerate(shares))
    read = reads("segment", f"Name,Role,Share of resources\n{rows}")
    said = " ".join(sentence.in_("en") for sentence in read.sentences())
    assert ("“Share of resources” holds nothing above 1 and is read as percent: 0.6 is 0.6%, not 60%." in said) is asks


def test_one_row_needs_a_column(reads) -> None:  # type: ignore[no-untyped-def]
    read = reads("segment", "Name\tRevenue\nNew\t5\n")
    assert "which 1 new row needs" in " ".join(problem.what.in_("en") for problem in read.problems)


def test_a_refused_file_says_whose_row_it_is(newsstand: Workbook, reads) -> None:  # type: ignore[no-untyped-def]
    read = reads("need_answer", "Need,Respondent,Importance\nkept,A,3\nkept,A,9\n")
    with pytest.raises(ImportRefused) as refused:
        import_rows(newsstand, read, "Ada")
    assert "(answers.csv, row 3 (A))" in refused.value.in_("en")
    with pytest.raises(ImportRefused, match="column Importance"):
        import_rows(newsstand, reads("need_answer", "Need,Respondent,Importance\nkept,A,x\n"), "Ada")
