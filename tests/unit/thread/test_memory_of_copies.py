"""Two copies of one workbook go their own ways: nothing that was worked out for one is shown for the other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from strategy.customers import Mapping, understand
from strategy.exhibits import present
from strategy.spine import import_customers
from strategy.thread.memory import per_data, per_snapshot
from strategy.workbook import Library, Put, Workbook


def _pair(folder: Path) -> tuple[Workbook, Workbook]:
    library = Library(folder)
    first = library.create("Plan")
    library.open(first).commit([Put("segment", "a", {"name": "Alike"})], "Ann")
    return library.open(first), library.open(library.duplicate(first, "Plan B"))


def test_an_edit_of_one_copy_is_not_seen_in_the_other(tmp_path: Path) -> None:
    one, other = _pair(tmp_path)
    one.commit([Put("segment", "a", {"name": "Here"})], "Ann")
    other.commit([Put("segment", "a", {"name": "There"})], "Ben")
    assert one.seq == other.seq
    names = [per_snapshot("name", book.snapshot(), lambda seen: seen.row("segment", "a")["name"]) for book in (one, other)]
    assert names == ["Here", "There"]


def test_data_of_one_copy_are_not_those_of_the_other(tmp_path: Path) -> None:
    one, other = _pair(tmp_path)
    for book, amount in ((one, 5), (other, 7)):
        path = tmp_path / f"{amount}.csv"
        path.write_text(f"id,date,amount\na,2024-01-31,{amount}\nb,2024-02-01,{amount}\na,2024-03-01,1\n", encoding="utf-8")
        import_customers(book, understand(path, None, Mapping("id", "date", "amount")), "Ann")

    def total(book: Workbook) -> Any:
        return per_data("sum", book.snapshot(), lambda: book.cursor().execute("SELECT sum(amount) FROM purchase").fetchone())

    sums = [total(book) for book in (one, other)]
    assert [float(row[0]) for row in sums] == [11.0, 15.0]
    revenues = [present("lorenz", book.snapshot(), book.cursor).frame.to_numpy().tolist() for book in (one, other)]
    assert revenues[0] != revenues[1]
