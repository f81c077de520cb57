"""Exports as shops really make them: what would be a wrong number in silence is refused, or said before anything is stored."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from strategy.customers import FileToRead, Mapping, PurchaseFiles, Rules, Understanding, preview, propose, store, understand
from strategy.errors import ImportRefused
from strategy.spine import other_currency
from strategy.workbook import Put, Workbook

MAPPING = Mapping("id", "date", "amount")


def _read(file: Callable[..., Path], text: str, mapping: Mapping = MAPPING, rules: Rules = Rules()) -> Understanding:  # noqa: B008
    return understand(file(text), None, mapping, rules)


def _said(understood: Understanding) -> str:
    return " ".join(warning.in_("en") for warning in understood.warnings)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "id,date,amount,Financial Status\n1,2024-01-31,5,paid\n2,2024-02-01,6,voided\n1,2024-02-02,6,Refunded\n",
            "says of 2 rows",
        ),
        ("id,date,amount,订单状态\n1,2024-01-31,5,交易成功\n2,2024-02-01,6,交易关闭\n1,2024-02-02,6,已退款\n", "says of 2 rows"),
        ("id,date,amount,Type\n1,2024-01-31,5,Sale\n2,2024-02-01,6,Credit note\n", "Credit note (1)"),
        ("id,date,amount,Refunded Amount\n1,2024-01-31,5,0.00\n2,2024-02-01,6,$4.00\n", "other than zero in 1 row"),
        ("id,date,amount\n1,2024-01-31,5\nACME Total,2024-01-31,5\n", "1 row worth 5.00 looks like a sum"),
        ("id,date,amount\n1,2024-01-31,5\nBeta 小计,2024-01-31,5\n", "looks like a sum"),
        ('id,date,amount\n"=""00123""",2024-01-31,5\n00123,2024-01-31,5\n', 'there (="00123")'),
        ("id,date,amount\n12\u200b,2024-01-31,5\n12,2024-01-31,5\n", "there (12·)"),
        ("id,date,amount\n1.23457e+11,2024-01-31,5\n2,2024-01-31,5\n", "shortened (1.23457e+11)"),
        ("id,date,amount\n1,2024-01-31 23:45:00 PST,5\n2,2024-02-01 10:00:00 PST,6\n", "name of a time zone"),
        ("id,date,amount\n1,2024-01-31 23:45:00+00,5\n2,2024-02-01 10:00:00+00,6\n", "distance from UTC"),
        ("id,date,amount\n1,2024-03-04,5\n2,13/04/2024,6\n", "several ways: 2024-03-04, 13/04/2024"),
    ],
)
def test_what_nobody_chose_is_said(file, text: str, said: str) -> None:
    assert said in _said(_read(file, text))


@pytest.mark.parametrize(
    "text",
    [
        "id,date,amount,Status\n1,2024-01-31,5,paid\n2,2024-02-01,6,shipped\n",
        "id,date,amount,Refunded Amount\n1,2024-01-31,5,0.00\n2,2024-02-01,6,\n",
        "id,date,amount,Refund date\n1,2024-01-31,5,\n2,2024-02-01,6,2024-02-05\n",
        "id,date,amount\nTotality,2024-01-31,5\nNottotal,2024-01-31,5\n",
    ],
)
def test_nothing_is_said_of_what_is_right(file, text: str) -> None:
    said = _said(_read(file, text))
    assert "was not looked at" not in said
    assert "sums" not in said


def test_an_order_total_on_every_line_is_said(file) -> None:
    lines = "".join(f"{n % 3},2024-01-{n + 1:02d},{100 + n},{n}\n" * 2 for n in range(6))
    understood = _read(file, "id,date,amount,order\n" + lines, Mapping("id", "date", "amount", "order"))
    assert "In 6 of 6 orders with several lines every line has the same amount" in _said(understood)


def test_totals_rows_of_other_languages_are_left_out(file) -> None:
    understood = _read(file, "id,date,amount\n1,2024-01-31,5\nSumme,2024-01-31,5\nTotal general,2024-01-31,5\n")
    assert (understood.revenue, [entry.reason for entry in understood.dropped]) == (5.0, ["totals_row"])


@pytest.mark.parametrize(
    ("written", "day"),
    [("2024-01-31 23:30:00+00", 1), ("2024-01-31 23:30 UTC", 1), ("2024-01-31T23:30:00Z", 1), ("2024-01-31 10:30:00+00", 31)],
)
def test_short_distances_from_utc_are_read(file, written: str, day: int) -> None:
    understood = _read(file, f"id,date,amount\n1,{written},5\n", Mapping("id", "date", "amount", time_zone="Asia/Shanghai"))
    assert understood.first_day.day == day


def test_morning_and_afternoon_are_told_apart_without_a_time_zone(file) -> None:
    text = "id,date,amount\n1,2024-01-31 9:00 AM,100\n1,2024-01-31 1:30 PM,-100\n2,2024-01-31 1:00 PM,7\n"
    understood = _read(file, text)
    assert (understood.revenue, understood.refunds.unmatched_rows) == (7.0, 0)


def test_a_very_large_amount_is_read(file) -> None:
    understood = _read(file, "id,date,amount\n1,2024-01-31,150000000000\n2,2024-01-30,5\n2,2024-01-29,5\n")
    assert understood.revenue == 150_000_000_010
    assert understood.last_day == dt.date(2024, 1, 31)


@pytest.mark.parametrize("heading", ["Order Currency", "Curr.", "Transaction Currency", "结算币种", "Währung"])
def test_several_currencies_in_a_column_are_refused(file, heading: str) -> None:
    with pytest.raises(ImportRefused, match=r"more than one currency: [$], €"):
        _read(file, f"id,date,amount,{heading}\n1,2024-01-31,5,EUR\n2,2024-02-01,6,USD\n")
    assert _read(file, f"id,date,amount,{heading}\n1,2024-01-31,5,EUR\n2,2024-02-01,6,€\n").numbers.currency == "€"


def test_a_file_in_another_currency_is_not_added(
    cursor: Any, file: Callable[..., Path], read: Callable[..., Understanding]
) -> None:
    euros, dollars = file("id,date,amount\n1,2024-01-31,€5.00\n", "a.csv"), file("id,date,amount\n1,2024-02-01,$6.00\n", "b.csv")
    with pytest.raises(ImportRefused, match=r"in [$], those it is added to in €"):
        PurchaseFiles((FileToRead(euros, "a.csv", MAPPING), FileToRead(dollars, "b.csv", MAPPING))).read({})
    store(cursor, understand(euros, "a.csv", MAPPING), "Ann")
    task = PurchaseFiles((FileToRead(dollars, "b.csv", MAPPING),), append=True)
    with pytest.raises(ImportRefused, match=r"in [$], those it is added to in €"):
        store(cursor, task.read(task.beside(cursor)), "Ann", "append")


@pytest.mark.parametrize("day", ["05-Jan-24", "Jan 5, 2024", "5 January 2024", "2024年1月5日", "05.01.2024"])
def test_columns_are_proposed_whatever_the_date_looks_like(file, day: str) -> None:
    path = file(f'Email,Date,Total\na@shop,"{day}",5\nb@shop,"{day}",6\n')
    assert propose(preview(path)).columns() == {"customer": "Email", "date": "Date", "amount": "Total"}


def test_long_numbers_of_a_spreadsheet_are_no_safe_ids(tmp_path: Path) -> None:
    path = tmp_path / "ids.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    for at, row in enumerate(
        [["id", "date", "amount"], [110101199003070011, "2024-01-31", 5], [110101199003070012, "2024-02-01", 6]]
    ):
        sheet.write_row(at, 0, row)
    book.close()
    assert "numbers a spreadsheet has shortened" in _said(understand(path, None, MAPPING))


def test_a_currency_other_than_the_plan_s_is_said(file, tmp_path: Path) -> None:
    with Workbook.create(tmp_path / "plan.duckdb", "Plan") as plan:
        euros = _read(file, "id,date,amount\n1,2024-01-31,€5.00\n")
        assert other_currency(plan.snapshot(), [euros]) is None, "the plan has not said which"
        plan.commit([Put("plan_frame", next(row.id for row in plan.snapshot().rows("plan_frame")), {"currency": "CNY"})], "Ann")
        said = other_currency(plan.snapshot(), [euros])
        assert said is not None
        assert said.in_("en") == "The amounts brought in are in €, those of the plan in CNY. Nothing is converted."
        assert other_currency(plan.snapshot(), [_read(file, "id,date,amount\n1,2024-01-31,¥5.00\n")]) is None
        assert other_currency(plan.snapshot(), [_read(file, "id,date,amount\n1,2024-01-31,5.00\n")]) is None


def _priced(path: Path, formats: list[str]) -> Path:
    """A spreadsheet of one purchase for each number format."""
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("Café & Co")
    sheet.write_row(1, 1, ["id", "date", "amount", "points"])
    for at, form in enumerate(formats, 2):
        sheet.write_row(at, 1, [f"c{at % 2}", f"2024-01-{at:02}"])
        sheet.write_number(at, 3, 5 + at, book.add_format({"num_format": form}))
        sheet.write_number(at, 4, 5, book.add_format({"num_format": "[$USD] 0"}))
    book.close()
    return path


def test_a_currency_that_only_the_cells_formats_show_is_known(tmp_path: Path) -> None:
    euros = _priced(tmp_path / "euros.xlsx", ["[$€-407] #,##0.00", '#,##0.00 "EUR"', "0.00", "€ 0"])
    assert understand(euros, None, MAPPING).numbers.currency == "€", "the points' own format says nothing of the amounts"
    assert understand(_priced(tmp_path / "bare.xlsx", ["0.00", '0 "pcs"', "General"]), None, MAPPING).numbers.currency is None
    with pytest.raises(ImportRefused, match=r"more than one currency: £, €") as refused:
        understand(_priced(tmp_path / "both.xlsx", ["[$€-407] 0.00", '"£"0.00']), None, MAPPING)
    assert "column amount" in refused.value.where.in_("en")


@pytest.mark.parametrize(
    ("heading", "currency"), [("Amount (USD)", "$"), ("金额（元）", "¥"), ("Net EUR", "€"), ("£ paid", "£"), ("Amount", None)]
)
def test_a_currency_in_the_heading_is_known(file, heading: str, currency: str | None) -> None:
    assert _read(file, f"id,date,{heading}\n1,2024-01-31,5\n", Mapping("id", "date", heading)).numbers.currency == currency


@pytest.mark.parametrize(
    ("heading", "factor"),
    [
        ("Revenue (k EUR)", "1,000"), ("Umsatz T€", "1,000"), ("Sales in thousands", "1,000"), ("Sales ('000)", "1,000"), ("金额(千元)", "1,000"),
        ("金额（万元）", "10,000"), ("销售额(万)", "10,000"), ("Revenue EUR m", "1,000,000"), ("Umsatz Mio. EUR", "1,000,000"),
        ("销售额（百万元）", "1,000,000"), ("销售额（亿元）", "100,000,000"),
    ],
)  # fmt: skip
def test_headings_in_thousands_are_said(file, heading: str, factor: str) -> None:
    said = _said(_read(file, f"id,date,{heading}\n1,2024-01-31,5\n2,2024-02-01,6\n", Mapping("id", "date", heading)))
    assert f"stand for {factor} times as much" in said


@pytest.mark.parametrize(
    "heading", ["Amount", "Amount EUR", "Market price", "Book $", "Total (€)", "Team EUR", "金额(元)", "Item euros", "amount_usd"]
)
def test_headings_of_plain_money_are_not(file, heading: str) -> None:
    said = _said(_read(file, f"id,date,{heading}\n1,2024-01-31,5\n2,2024-02-01,6\n", Mapping("id", "date", heading)))
    assert "times as much" not in said


@pytest.mark.parametrize(
    "heading",
    [
        "amount_cents",
        "Amount (cents)",
        "Betrag in Cent",
        "paid in pence",
        "total minor units",
        "金额（分）",
        "金额(分)",
        "实付金额_分",
        "单价/分",
        "支付金额分",
    ],
)
def test_headings_in_cents_are_said(file, heading: str) -> None:
    said = _said(_read(file, f"id,date,{heading}\n1,2024-01-31,500\n2,2024-02-01,600\n", Mapping("id", "date", heading)))
    assert f"{heading} says that its figures are hundredths" in said
    assert "a hundred times too large" in said


@pytest.mark.parametrize(
    "heading", ["Recent amount", "Cost center amount", "per cent paid", "积分", "部分金额", "金额(元)", "分公司金额", "Innocent"]
)
def test_headings_that_only_look_like_cents_are_not(file, heading: str) -> None:
    said = _said(_read(file, f"id,date,{heading}\n1,2024-01-31,500\n2,2024-02-01,600\n", Mapping("id", "date", heading)))
    assert "hundredths" not in said


@pytest.mark.parametrize("day", ["1900-01-01", "1970-01-01", "2000-01-01"])
def test_days_that_stand_for_none_are_said(file, day: str) -> None:
    rows = "".join(f"{at % 9},2024-{1 + at % 12:02d}-{1 + at % 28:02d},5\n" for at in range(40))
    found = _read(file, f"id,date,amount\n{rows}3,{day},70\n4,{day},8\n", Mapping("id", "date", "amount"))
    assert f"2 purchase lines are dated {day}" in _said(found)
    assert "purchases begin on 2024-01-01" in _said(found)
    assert "78.00" in _said(found)
    assert found.rows_kept == 42


def test_a_shop_that_was_open_on_such_a_day_hears_nothing(file) -> None:
    rows = "".join(f"{at % 9},{2000 + at // 12}-{1 + at % 12:02d}-01,5\n" for at in range(40))
    assert "none is known" not in _said(_read(file, f"id,date,amount\n{rows}", Mapping("id", "date", "amount")))


def test_ids_that_differ_by_capitals_only_are_said(file) -> None:
    rows = "A17,2024-01-31,5\na17,2024-02-01,6\nB2,2024-02-01,6\nb2,2024-02-02,6\nc3,2024-02-01,6\n"
    assert "4 customer ids are the same as another but for capital letters, such as A17 and a17" in _said(
        _read(file, "id,date,amount\n" + rows)
    )
    assert "capital letters" not in _said(_read(file, "id,date,amount\nA17,2024-01-31,5\nB17,2024-02-01,6\n"))


@pytest.mark.parametrize(("one", "other"), [("Jose\u0301", "Jos\u00e9"), ("A17", "Ａ１７"), ("新华(上海)", "新华（上海）")])
def test_ids_that_only_look_the_same_are_said(file, one: str, other: str) -> None:
    rows = f"{one},2024-01-31,5\n{other},2024-02-01,6\nß,2024-02-01,6\n"
    said = _said(_read(file, "id,date,amount\n" + rows))
    assert "2 customer ids look the same as another but are made of other signs" in said
    assert f"such as {one} and {other}, and count as customers" in said
    assert "look the same" not in _said(_read(file, f"id,date,amount\n{other},2024-01-31,5\nß,2024-02-01,6\n"))


def test_formulas_that_were_never_calculated_are_no_amounts(tmp_path: Path) -> None:
    def written(name: str, result: float) -> Path:
        book = xlsxwriter.Workbook(str(tmp_path / name))
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["id", "date", "pieces", "amount"])
        for at in range(1, 4):
            sheet.write_row(at, 0, ["a", f"2024-01-0{at}", at])
            sheet.write_formula(at, 3, f"=C{at + 1}*5", value=result)
        book.close()
        return tmp_path / name

    assert understand(written("calculated.xlsx", 5), None, MAPPING).revenue == 15
    with pytest.raises(ImportRefused, match="never calculated") as refused:
        understand(written("never.xlsx", 0), None, MAPPING)
    assert "column amount" in refused.value.where.in_("en")


def test_prices_of_next_to_nothing_are_said(file) -> None:
    by_piece = Mapping("id", "date", quantity="pieces", price="price")
    tiny = "id,date,pieces,price\n" + "".join(f"{n},2024-01-31,7,0.00002\n" for n in range(20))
    assert "lines lose money when they are rounded" in _said(_read(file, tiny, by_piece))
    usual = "id,date,pieces,price\n" + "".join(f"{n},2024-01-31,7,0.35\n" for n in range(20))
    assert "rounded" not in _said(_read(file, usual, by_piece))


@pytest.mark.parametrize(
    ("margins", "said"),
    [(("30%", "25%"), "read in none of 2 rows"), (("0.3", "0.25"), "a share of the amount"), (("9", "12"), "")],
)
def test_margins_that_are_no_money_are_said(file, margins: tuple[str, str], said: str) -> None:
    lines = "".join(f"{n},2024-01-31,{30 + n},{margin}\n" for n, margin in enumerate(margins))
    found = _said(_read(file, "id,date,amount,margin\n" + lines, Mapping("id", "date", "amount", margin="margin")))
    assert said in found if said else "margin" not in found


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "id,date,amount\n1,2024-01-31,5\n2,2024-02-01,$6\n1,2024-03-01,7\n",
            "1 say their currency, such as $6 in row 3, and 2 do not",
        ),
        (
            "id,date,amount\n1,2024-01-31,5\n2,2024-02-01,6 EUR\n1,2024-03-01,n/a\n",
            "1 say their currency, such as 6 EUR in row 3, and 1 do",
        ),
        (
            "id,date,amount,currency\n1,2024-01-31,5,EUR\n2,2024-02-01,6,\n",
            "currency names no currency in 1 row, the first of them row 3",
        ),
    ],
)
def test_a_currency_that_only_some_amounts_say_is_heard_of(file, text: str, said: str) -> None:
    found = understand(file(text), None, MAPPING, Rules(skip_unreadable=True))
    assert said in _said(found)
    assert found.numbers.currency


@pytest.mark.parametrize(
    "text",
    [
        "id,date,amount\n1,2024-01-31,$5\n2,2024-02-01,USD 6\n",
        "id,date,amount\n1,2024-01-31,1E5\n2,2024-02-01,6\n",
        "id,date,amount,currency\n1,2024-01-31,5,EUR\n2,2024-02-01,6,Euro\n",
    ],
)
def test_a_currency_that_all_amounts_say_is_not(file, text: str) -> None:
    assert "currency" not in _said(_read(file, text))


def test_cells_shown_with_a_currency_beside_others_without_are_heard_of(tmp_path: Path) -> None:
    path = tmp_path / "sales.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet, dollars = book.add_worksheet(), book.add_format({"num_format": "[$$-409]#,##0.00"})
        sheet.write_row(0, 0, ["id", "date", "amount"])
        for row in range(1, 5):
            sheet.write_row(row, 0, [f"c{row}", f"2024-01-0{row}"])
            sheet.write_number(row, 2, row, dollars if row == 2 else None)
    found = understand(path, None, MAPPING)
    assert found.numbers.currency == "$"
    assert "Some cells of amount are shown with a currency and others without" in _said(found)


@pytest.mark.parametrize("nobody", ["Guest", "0", "UNKNOWN", "Walk-in", "散客", "Laufkunde"])
def test_an_id_that_stands_for_nobody_is_pointed_out_with_its_money(file, nobody: str) -> None:
    said = _said(_read(file, f"id,date,amount\n1,2024-01-31,5\n{nobody},2024-02-01,90\n1,2024-03-01,5\n{nobody},2024-03-01,100\n"))
    assert f"{nobody} may stand for customers nobody knows, and count as one customer each: 2 lines worth 190.00, 95%" in said


def test_lines_kept_without_a_customer_have_a_warning_of_their_own_only(file) -> None:
    understood = _read(file, "id,date,amount\n,2024-01-31,5\n1,2024-02-01,6\n2,2024-02-02,6\n", rules=Rules(drop_nameless=False))
    said = _said(understood)
    assert "1 row without a customer counts as purchases of one nameless customer" in said
    assert "may stand for customers" not in said


@pytest.mark.parametrize(
    ("text", "mapping", "said"),
    [
        (
            "id,date,unit price,qty\n1,2024-01-31,5,2\n1,2024-02-01,5,3\n",
            Mapping("id", "date", "unit price"),
            "qty was not looked at",
        ),
        (
            "id,date,amount,qty,price\n1,2024-01-31,10,2,5\n1,2024-02-01,12,2,5\n",
            Mapping("id", "date", "amount", quantity="qty", price="price"),
            "In 1 of 2 lines amount is not qty times price, as in row 3: 12 against 2 x 5",
        ),
        (
            "1,2024-01-31,5\n2,2024-02-01,6\n",
            Mapping("1", "2024-01-31", "5"),
            "The heading 2024-01-31 looks like the data of a row",
        ),
    ],
)
def test_a_column_that_is_not_what_it_was_chosen_for_is_pointed_out(file, text: str, mapping: Mapping, said: str) -> None:
    assert said in _said(_read(file, text, mapping))


def test_columns_that_are_what_they_were_chosen_for_are_not(file) -> None:
    text = "id,date,amount,qty,price\n1,2024-01-31,10,2,5\n1,2024-02-01,3.33,3,1.11\nOtherwise,2024-02-01,3.34,3,1.11\n"
    said = _said(_read(file, text, Mapping("id", "date", "amount", quantity="qty", price="price")))
    assert "times" not in said
    assert "nobody knows" not in said
    assert "looks like the data" not in said


@pytest.mark.parametrize("written", ["２０２４／０２／０１", "２０２４年２月１日", "２０２４－０２－０１", "１３．０２．２０２４"])
def test_dates_in_full_width_are_dates(file, written: str) -> None:
    found = _read(file, f"id,date,amount\n1,{written},5\n2,{written},6\n")
    assert found.first_day == (dt.date(2024, 2, 13) if written.startswith("１３") else dt.date(2024, 2, 1))
