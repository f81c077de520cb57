"""What is understood of dates, numbers, text and refunds, on small files whose answers can be worked out by hand."""

from __future__ import annotations

import datetime as dt
import gzip
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
import xlsxwriter

from strategy.customers import Mapping, preview, propose, understand
from strategy.errors import ImportRefused

HEAD = "id,date,amount\n"


def kept(understanding) -> list[tuple]:
    return sorted((row["customer"], row["day"].isoformat(), float(row["amount"])) for row in understanding.purchases.to_pylist())


@pytest.mark.parametrize(
    ("first", "second", "order", "days"),
    [
        ("2024-01-31", "2024/2/1", "iso", ("2024-01-31", "2024-02-01")),
        ("20240131", "2024年2月1日", "iso", ("2024-01-31", "2024-02-01")),
        ("31/01/2024", "01/02/2024", "dmy", ("2024-01-31", "2024-02-01")),
        ("01/31/2024", "02/01/2024", "mdy", ("2024-01-31", "2024-02-01")),
        ("31.1.24", "1.2.24", "dmy", ("2024-01-31", "2024-02-01")),
        ("31 Jan 2024", "Feb 1 2024", "named", ("2024-01-31", "2024-02-01")),
        ("2024-01-31T23:59:59+08:00", "2024-02-01 00:00", "iso", ("2024-01-31", "2024-02-01")),
        ("03/03/2024", "04/04/2024", "dmy", ("2024-03-03", "2024-04-04")),
    ],
)
def test_dates(read, first: str, second: str, order: str, days: tuple[str, str]) -> None:
    found = read(f"{HEAD}1,{first},2\n2,{second},3\n")
    assert found.dates.order == order
    assert [day for _, day, _ in kept(found)] == list(days)


def test_ambiguous_dates_are_asked_about(read) -> None:
    text = f"{HEAD}1,03/04/2024,2\n2,05/06/2024,3\n"
    with pytest.raises(ImportRefused, match=r"03/04/2024.*row 2, column date.*dmy, mdy"):
        read(text)
    assert kept(read(text, Mapping("id", "date", "amount", date_order="mdy")))[0][1] == "2024-03-04"
    assert kept(read(text, Mapping("id", "date", "amount", date_order="dmy")))[0][1] == "2024-04-03"


def test_dates_in_two_orders(read) -> None:
    with pytest.raises(ImportRefused, match=r"more than one order: 31/01/2024, 02/28/2024.*rows 2, 3"):
        read(f"{HEAD}1,31/01/2024,2\n2,02/28/2024,3\n")


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ('"1,234.56"', 1234.56),
        ('"1.234,56"', 1234.56),
        ("1234.5", 1234.5),
        ('"1 234,50"', 1234.5),
        ("¥1234.50", 1234.5),
        ("1234.50元", 1234.5),
        ("￥1,234.50".join('""'), 1234.5),
        ("1.2345E+3", 1234.5),
        ("１２３４.５", 1234.5),
        ('"12,34,567.00"', 1234567.0),
        ("0.125", 0.125),
    ],
)
def test_amounts(read, text: str, amount: float) -> None:
    assert kept(read(f"{HEAD}1,2024-01-31,{text}\n")) == [("1", "2024-01-31", amount)]


def test_ambiguous_amounts_are_asked_about(read) -> None:
    text = f'{HEAD}1,2024-01-31,"1,234"\n2,2024-02-01,"5,678"\n'
    with pytest.raises(ImportRefused, match=r"1,234 is 1234 or 1.234.*row 2, column amount"):
        read(text)
    assert kept(read(text, Mapping("id", "date", "amount", decimal=".")))[0][2] == 1234
    assert kept(read(text, Mapping("id", "date", "amount", decimal=",")))[0][2] == 1.234


def test_one_amount_settles_the_mark_for_all(read) -> None:
    assert kept(read(f'{HEAD}1,2024-01-31,"1,234"\n2,2024-02-01,5.5\n'))[0][2] == 1234


def test_two_decimal_marks(read) -> None:
    with pytest.raises(ImportRefused, match="both a point and a comma"):
        read(f'{HEAD}1,2024-01-31,1.5\n2,2024-02-01,"2,5"\n')


def test_parentheses_are_negative(read) -> None:
    found = read(f"{HEAD}1,2024-01-01,800.00\n1,2024-01-31,(500.00)\n")
    assert found.numbers.parentheses
    assert kept(found) == [("1", "2024-01-01", 300.0)]


def test_ids_are_text(read) -> None:
    found = read(f"{HEAD}00012,2024-01-31,2\n1E5,2024-01-31,2\n 12 ,2024-01-31,2\n")
    assert [row[0] for row in kept(found)] == ["00012", "12", "1E5"]


def test_dropped_rows_are_reported_by_reason(read) -> None:
    text = (
        "id,date,amount,price\n1,2024-01-31,2.5,1\n,2024-01-31,3,1\n1,2024-02-01,4,0\n1,2031-01-01,5,1\n合计,,14.5,\n,,,\n"
        "1,2024-01-31,2.5,1\n"
    )
    mapping = Mapping("id", "date", "amount", price="price")
    found = read(text, mapping, today=dt.date(2025, 1, 1))
    assert {drop.reason: (drop.rows, drop.money, drop.first.row) for drop in found.dropped} == {
        "no_customer": (1, 3.0, 3),
        "zero_or_negative_price": (1, 4.0, 4),
        "future_date": (1, 5.0, 5),
        "totals_row": (1, 14.5, 6),
        "blank_row": (1, 0.0, 7),
    }
    assert (found.rows_read, found.rows_kept, found.revenue, found.facts.duplicates) == (7, 2, 5.0, 1)
    assert found.money_read == pytest.approx(found.revenue + found.refunds.deducted + sum(drop.money for drop in found.dropped))
    once = read(text, mapping, today=dt.date(2025, 1, 1), drop_duplicates=True)
    assert (once.rows_kept, once.revenue) == (1, 2.5)


def test_blank_rows_are_no_copies_of_one_another(read) -> None:
    found = read(f"{HEAD}1,2024-01-31,5\n,,\n,,\n,,\n2,2024-02-01,7\n")
    assert (found.rows_read, found.rows_kept, found.facts.duplicates) == (5, 2, 0)
    assert not any("exact copies" in warning.in_("en") for warning in found.warnings)


def test_zero_amounts_stay_without_a_price(read) -> None:
    assert len(kept(read(f"{HEAD}1,2024-01-31,0\n2,2024-01-31,5\n"))) == 2


def test_warnings(read) -> None:
    said = " ".join(map(str, read(f"{HEAD}1,2024-01-31,5\n").warnings))
    assert "one customer" in said
    assert "one day" in said
    rows = "".join(f"{at},2024-01-{at % 28 + 1:02},10\n" for at in range(100))
    assert "1,000,000.00" in " ".join(map(str, read(f"{HEAD}{rows}7,2024-01-05,1000000\n").warnings))


# Refunds


def test_exact_refund_cancels_the_latest_earlier_purchase(read) -> None:
    found = read(f"{HEAD}1,2024-01-01,50\n1,2024-02-01,50\n1,2024-03-01,50\n1,2024-02-10,-50\n")
    assert kept(found) == [("1", "2024-01-01", 50.0), ("1", "2024-03-01", 50.0)]
    assert (found.refunds.exact_rows, found.refunds.unmatched_rows, found.refunds.matched_money) == (1, 0, 50.0)


def test_each_purchase_is_cancelled_once(read) -> None:
    found = read(f"{HEAD}1,2024-01-01,50\n1,2024-02-01,50\n1,2024-02-10,-50\n1,2024-02-11,-50\n1,2024-02-12,-50\n2,2024-01-01,9\n")
    assert kept(found) == [("2", "2024-01-01", 9.0)]
    assert (found.refunds.exact_rows, found.refunds.unmatched_rows, found.refunds.unmatched_money) == (2, 1, 50.0)


def test_partial_refund_lowers_the_latest_earlier_order(read) -> None:
    mapping = Mapping("id", "date", "amount", order="order")
    found = read("id,date,amount,order\n1,2024-01-01,70,A\n1,2024-02-01,40,B\n1,2024-02-01,60,B\n1,2024-02-05,-65,R\n", mapping)
    assert kept(found) == [("1", "2024-01-01", 70.0), ("1", "2024-02-01", 35.0)]
    assert (found.revenue, found.refunds.deducted, found.refunds.order_rows) == (105.0, 5.0, 1)
    assert found.money_read == pytest.approx(found.revenue + found.refunds.deducted + sum(drop.money for drop in found.dropped))


def test_order_refunded_in_full_is_no_purchase(read) -> None:
    mapping = Mapping("id", "date", "amount", order="order")
    found = read("id,date,amount,order\n1,2024-01-01,70,A\n1,2024-02-01,40,B\n1,2024-02-01,60,B\n1,2024-02-05,-100,R\n", mapping)
    assert kept(found) == [("1", "2024-01-01", 70.0)]
    beyond = read("id,date,amount,order\n1,2024-01-01,70,A\n1,2024-02-01,40,B\n1,2024-02-05,-45,R\n", mapping)
    assert kept(beyond) == [("1", "2024-01-01", 70.0)]
    assert beyond.refunds.excess == 5.0


def test_refund_in_its_own_order_lowers_that_order(read) -> None:
    mapping = Mapping("id", "date", "amount", order="order")
    found = read("id,date,amount,order\n1,2024-01-01,70,A\n1,2024-01-01,-10,A\n1,2024-01-02,10,B\n", mapping)
    assert kept(found) == [("1", "2024-01-01", 60.0), ("1", "2024-01-02", 10.0)]


def test_refund_before_any_purchase_stays_unmatched(read) -> None:
    found = read(f"{HEAD}1,2024-01-05,-20\n1,2024-02-01,20\n2,2024-02-01,5\n2,2024-03-01,-5\n3,2024-02-01,1\n")
    assert kept(found) == [("1", "2024-02-01", 20.0), ("3", "2024-02-01", 1.0)]
    assert (found.refunds.unmatched_rows, found.refunds.unmatched_money) == (1, 20.0)
    assert [(drop.reason, drop.rows) for drop in found.dropped] == [
        ("refund_netted", 1),
        ("refund_unmatched", 1),
        ("cancelled_by_refund", 1),
    ]


def test_exact_match_needs_the_same_price(read) -> None:
    mapping = Mapping("id", "date", quantity="quantity", price="price")
    found = read("id,date,quantity,price\n1,2024-01-01,2,5\n1,2024-01-02,1,10\n1,2024-01-03,-2,5\n", mapping)
    assert kept(found) == [("1", "2024-01-02", 10.0)]


def test_refund_never_crosses_customers(read) -> None:
    found = read(f"{HEAD}1,2024-01-01,50\n2,2024-02-01,-50\n")
    assert kept(found) == [("1", "2024-01-01", 50.0)]


# Files


def test_gb18030_with_chinese_headings(file) -> None:
    path = file("会员卡号,消费日期,消费金额,订单号\n0088,2024年1月31日,12.50,甲1\n0089,2024年2月1日,8.00,乙2\n", encoding="gb18030")
    shown = preview(path)
    assert shown.encoding == "GB18030"
    mapping = propose(shown)
    assert mapping == Mapping("会员卡号", "消费日期", "消费金额", "订单号")
    assert kept(understand(path, None, mapping)) == [("0088", "2024-01-31", 12.5), ("0089", "2024-02-01", 8.0)]


def test_gb18030_of_an_english_shop_with_chinese_headings(file) -> None:
    """As the UK gift retailer's file comes out: the headings are all its Chinese, and £ takes four bytes."""
    lines = "".join(f"00{number},Gift voucher £{number}0.00,2024-01-31,5\n" for number in range(10, 99))
    shown = preview(file(f"客户编号,商品名称,购买日期,金额\n{lines}", encoding="gb18030"))
    assert shown.encoding == "GB18030"
    assert propose(shown) == Mapping("客户编号", "购买日期", "金额", product="商品名称")


@pytest.mark.parametrize(
    ("name", "encoding", "said"),
    [
        ("Müller", "utf-8", "UTF-8"),
        ("Müller", "utf-8-sig", "UTF-8"),
        ("Müller", "utf-16", "UTF-16"),
        ("王小明", "utf-16-le", "UTF-16"),
        ("王小明", "gb18030", "GB18030"),
        ("£ 5 & Söhne", "latin-1", "Latin-1"),
        ("Voucher £5", "gb18030", "GB18030"),
        ("Müller", "latin-1", "Latin-1"),
        ("Gemäß Straße Noël", "latin-1", "Latin-1"),
        ("Café “Zoë”", "cp1252", "Windows-1252 (Latin-1)"),
    ],
)
def test_encodings(file, name: str, encoding: str, said: str) -> None:
    path = file(f"id,date,amount\n{name},2024-01-31,5\n", encoding=encoding)
    assert preview(path).encoding == said
    assert kept(understand(path, None, Mapping("id", "date", "amount")))[0][0] == name


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters(file, delimiter: str) -> None:
    text = f"{HEAD}1,2024-01-31,5\n".replace(",", delimiter)
    shown = preview(file(text))
    assert (shown.delimiter, shown.columns) == (delimiter, ("id", "date", "amount"))


def test_semicolons_and_decimal_commas(read) -> None:
    assert kept(read("id;date;amount\n1;31.01.2024;1.234,50\n")) == [("1", "2024-01-31", 1234.5)]


def test_gzip(file) -> None:
    assert preview(file(gzip.compress(f"{HEAD}1,2024-01-31,5\n".encode()), "sales.csv.gz")).row_count == 1


def test_quotation_marks_line_breaks_and_blank_ends(read) -> None:
    found = read('id,date,amount,note\n1,2024-01-31,5,"a, ""b""\nc"\n2,2024-02-01,6,\n\n', Mapping("id", "date", "amount"))
    assert found.rows_kept == 2


def test_excel(tmp_path: Path) -> None:
    path = tmp_path / "sales.xlsx"
    book = xlsxwriter.Workbook(str(path))
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet("Sales")
    sheet.write_row(2, 1, ["Customer ID", "Date", "Amount"])
    sheet.write(3, 1, "00012")
    sheet.write_datetime(3, 2, dt.datetime(2024, 1, 31, 18, 30), day)
    sheet.write(3, 3, 1.234)
    sheet.write(4, 1, 17850)
    sheet.write_datetime(4, 2, dt.datetime(2024, 2, 1), day)
    sheet.write(4, 3, 20)
    sheet.write(5, 1, "Total")
    sheet.write(5, 3, 21.234)
    book.close()
    shown = preview(path)
    assert (shown.kind, shown.sheet, shown.row_count, shown.first_row) == ("xlsx", "Sales", 3, 4)
    found = understand(path, None, propose(shown))
    assert kept(found) == [("00012", "2024-01-31", 1.234), ("17850", "2024-02-01", 20.0)]
    assert [(drop.reason, drop.first.row) for drop in found.dropped] == [("totals_row", 6)]


def test_parquet_with_float_ids_and_times(tmp_path: Path) -> None:
    path = tmp_path / "sales.parquet"
    moments = [dt.datetime(2024, 1, 31, 23, 59), dt.datetime(2024, 2, 1, 0, 0), dt.datetime(2024, 2, 1, 9, 0)]
    parquet.write_table(
        pa.table({"CustomerID": [17850.0, None, 9.0], "InvoiceDate": moments, "Amount": [1.5, 2.5, float("nan")]}), path
    )
    mapping = propose(preview(path))
    assert mapping == Mapping("CustomerID", "InvoiceDate", "Amount")
    with pytest.raises(ImportRefused, match=r"first is nan.*row 3, column Amount"):
        understand(path, None, mapping)


@pytest.mark.parametrize(
    ("columns", "mapping"),
    [
        (
            ("InvoiceNo", "StockCode", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID"),
            Mapping("CustomerID", "InvoiceDate", None, "InvoiceNo", "Quantity", "UnitPrice", product="StockCode"),
        ),
        (("客户编号", "订单编号", "下单时间", "数量", "单价"), Mapping("客户编号", "下单时间", None, "订单编号", "数量", "单价")),
        (("會員編號", "訂單編號", "訂單日期", "數量", "單價"), Mapping("會員編號", "訂單日期", None, "訂單編號", "數量", "單價")),
        (("顧客", "日期", "銷售額", "門店"), Mapping("顧客", "日期", "銷售額")),
        (("顾客", "日期", "销售额"), Mapping("顾客", "日期", "销售额")),
        (("when", "who", "what"), Mapping("", "when")),
    ],
)
def test_proposal(file, columns: tuple[str, ...], mapping: Mapping) -> None:
    sample = {"date": "2024-01-31", "number": "5"}
    dated = {mapping.date}
    row = ",".join(sample["date"] if column in dated else sample["number"] for column in columns)
    assert propose(preview(file(",".join(columns) + "\n" + row + "\n"))) == mapping


def test_formula_like_and_hostile_headings_are_only_text(file) -> None:
    path = file('id"); DROP TABLE x; --,date,amount\n=1+1,2024-01-31,5\n'.replace('"', "'"))
    shown = preview(path)
    found = understand(path, None, Mapping(shown.columns[0], "date", "amount"))
    assert kept(found)[0][0] == "=1+1"
