"""Files of attributes: kinds decided by whole columns, ids kept, customers described once, segments assigned anew."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as parquet
import pytest

from strategy.customers import AttributeFile, Mapping, read_here, understand
from strategy.customers.attribute_files import Attributes
from strategy.customers.attributes import attribute_names
from strategy.errors import ImportRefused
from strategy.spine import import_attributes, import_customers
from strategy.workbook import Put, Workbook

TEXT = "id;region;age;since;code\n007;North;31;31.01.2020;01\n008;South;44;15.02.2021;02\n009;;52;;03\n;West;1;;04\n"
HEADINGS = ("region", "age", "since", "code")
SALES = "id,date,amount\n007,2024-01-05,50\n008,2024-01-20,30\n010,2024-02-01,10\n"


@pytest.fixture
def workbook(tmp_path: Path, file: Callable[..., Path]) -> Workbook:
    made = Workbook.create(tmp_path / "plan.duckdb", "Plan")
    import_customers(made, understand(file(SALES), "sales.csv", Mapping("id", "date", "amount")), "Ann")
    return made


def _read(workbook: Workbook, path: Path, columns: tuple[str, ...] = HEADINGS) -> Attributes:
    return read_here(AttributeFile(path, path.name, "id", columns), workbook.cursor())[0]


def test_columns_are_text_numbers_or_days(workbook: Workbook, file: Callable[..., Path]) -> None:
    found = _read(workbook, file(TEXT, "customers.csv"))
    assert [(each.name, each.kind, each.filled) for each in found.attributes] == [
        ("region", "text", 2),
        ("age", "number", 3),
        ("since", "day", 2),
        ("code", "text", 3),
    ]
    assert (found.customers, found.known, found.buyers, found.blank, found.rows_read) == (3, 2, 3, 1, 4)


def test_a_row_of_totals_is_said(workbook: Workbook, file: Callable[..., Path]) -> None:
    """Under the list stands what it comes to; nobody is called Total."""
    told = _read(workbook, file("id;age\n007;31\n008;44\nTotal:;75\n", "customers.csv"), ("age",)).notes
    assert ["“Total:” may be a sum" in str(note) for note in told] == [True]
    assert _read(workbook, file("id;age\n007;31\nTotality;44\n", "customers.csv"), ("age",)).notes == ()


def test_they_are_stored_and_segments_by_them_assigned_anew(workbook: Workbook, file: Callable[..., Path]) -> None:
    rule = {"by": "attribute", "segment": "north", "all": [{"name": "region", "in": ["North"]}]}
    workbook.commit([Put("segment", "north", {"name": "North", "rule": rule, "customers": 0, "revenue": 0})], "Ann")
    found = _read(workbook, file(TEXT, "customers.csv"))
    import_attributes(workbook, found, "Ben")
    row = workbook.snapshot().row("segment", "north")
    assert row is not None
    assert (row["customers"], row["revenue"]) == (1, 50.0)
    assert attribute_names(workbook.cursor())["name"].tolist() == ["age", "code", "region", "since"]
    assert workbook.dataset_record["file_name"] == "sales.csv"


def test_attributes_are_replaced_and_not_mixed(workbook: Workbook, file: Callable[..., Path]) -> None:
    for text, headings in ((TEXT, HEADINGS), ("id,tier\n007,gold\n", ("tier",))):
        import_attributes(workbook, _read(workbook, file(text, "c.csv"), headings), "Ben")
    assert attribute_names(workbook.cursor())["name"].tolist() == ["tier"]


@pytest.mark.parametrize(
    ("text", "headings", "said"),
    [
        ("id,region\n007,North\n007,South\n", ("region",), "described twice"),
        ("id,region\n,North\n", ("region",), "empty in every row"),
        ("id,region\n007,North\n", ("tier",), "no column tier"),
        ("id,region\n007,North\n", (), "No column with an attribute"),
    ],
)
def test_what_is_wrong_is_said(
    workbook: Workbook, file: Callable[..., Path], text: str, headings: tuple[str, ...], said: str
) -> None:
    with pytest.raises(ImportRefused, match=said):
        _read(workbook, file(text, "c.csv"), headings)


def test_a_column_of_names_is_noticed(workbook: Workbook, file: Callable[..., Path]) -> None:
    text = "id,name,region\n" + "".join(f"{at},Person {at},{'NS'[at % 2]}\n" for at in range(1, 60))
    found = _read(workbook, file(text, "c.csv"), ("name", "region"))
    assert [each.singles_out for each in found.attributes] == [True, False]


def test_a_column_of_salaries_holds_no_dates(workbook: Workbook, file: Callable[..., Path]) -> None:
    found = _read(workbook, file("id,salary\n007,45000\n008,31250\n", "c.csv"), ("salary",))
    assert [each.kind for each in found.attributes] == ["number"]
    assert found.rows["number"].to_pylist() == [45000.0, 31250.0]


def test_what_programs_write_for_nothing_is_nothing(workbook: Workbook, file: Callable[..., Path]) -> None:
    text = "id,age,tier\n007,31,none\n008,NaN,gold\n009,#N/A,null\n"
    found = _read(workbook, file(text, "c.csv"), ("age", "tier"))
    assert [(each.kind, each.filled, each.samples) for each in found.attributes] == [
        ("number", 1, ("31",)),
        ("text", 2, ("none", "gold")),
    ]


def test_rows_that_say_the_same_again_count_once_and_blank_rows_not_at_all(workbook: Workbook, file: Callable[..., Path]) -> None:
    found = _read(workbook, file("id,region\n008,South\n007, North\n,\n007,North \n", "c.csv"), ("region",))
    assert (found.customers, found.rows_read, found.blank) == (2, 3, 0)
    assert found.rows.select(["customer", "text"]).to_pylist() == [
        {"customer": "008", "text": "South"},
        {"customer": "007", "text": "North"},
    ]
    with pytest.raises(ImportRefused, match="rows 3, 6"):
        _read(workbook, file("id,region\n008,South\n007,North\n,\n008,South\n007,\n", "c.csv"), ("region",))


def test_types_of_a_parquet_file_are_kept(workbook: Workbook, tmp_path: Path) -> None:
    path = tmp_path / "c.parquet"
    columns = {
        "id": ["007", "008", "009"],
        "age": pa.array([31.5, float("nan"), 52.0]),
        "since": pa.array([dt.date(2020, 1, 31), None, dt.date(2021, 2, 15)]),
        "seen": pa.array([dt.datetime(2024, 1, 1, 10), dt.datetime(2024, 1, 2), None]),
        "member": [True, False, None],
        "tags": pa.array([["a"], None, ["b", "c"]]),
        "points": pa.array([Decimal("1.234"), Decimal("2"), None]),
    }
    parquet.write_table(pa.table(columns), path)
    found = _read(workbook, path, tuple(columns)[1:])
    assert [(each.name, each.kind, each.filled) for each in found.attributes] == [
        ("age", "number", 2),
        ("since", "day", 2),
        ("seen", "day", 2),
        ("member", "text", 2),
        ("tags", "text", 2),
        ("points", "number", 2),
    ]
    assert found.rows.filter(pc.equal(found.rows["name"], "points"))["number"].to_pylist() == [1.234, 2.0]


def test_a_moment_is_the_day_it_falls_on(workbook: Workbook, file: Callable[..., Path]) -> None:
    found = _read(workbook, file("id,seen\n007,2024-01-31 23:59\n008,2024-02-01T08:00:00+08:00\n", "c.csv"), ("seen",))
    assert found.rows["day"].to_pylist() == [dt.date(2024, 1, 31), dt.date(2024, 2, 1)]
