"""Reading in a process of its own: the same result, limits, cancelling, errors with their parts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from strategy.customers import FileToRead, Limits, Mapping, ReadingJob, Rules, inbox_files, understand
from strategy.customers.wire import pack, unpack
from strategy.errors import ImportRefused

TEXT = "id,date,amount\n" + "".join(f"{at % 7},2024-01-{at % 28 + 1:02d},{at}.5\n" for at in range(1, 400))
MAPPING = Mapping("id", "date", "amount")


def test_a_job_understands_what_this_process_would(file: Callable[..., Path]) -> None:
    path = file(TEXT)
    job = ReadingJob([FileToRead(path, "sales.csv", MAPPING)], Rules())
    (found,) = job.result()
    here = understand(path, "sales.csv", MAPPING)
    assert found == here
    assert found.purchases.to_pylist() == here.purchases.to_pylist()
    assert found.warnings == here.warnings
    assert not job.running
    assert job.progress > 0


def test_a_refusal_comes_back_with_place_and_remedy(file: Callable[..., Path]) -> None:
    job = ReadingJob([FileToRead(file("id,date,amount\n1,soon,5\n"), "sales.csv", MAPPING)], Rules())
    with pytest.raises(ImportRefused, match="soon") as refusal:
        job.result()
    assert "row 2" in refusal.value.where.in_("en")
    assert refusal.value.in_("zh") != refusal.value.in_("en")


def test_a_job_can_be_cancelled(file: Callable[..., Path]) -> None:
    job = ReadingJob([FileToRead(file(TEXT), "sales.csv", MAPPING)], Rules())
    job.cancel()
    assert not job.running
    with pytest.raises(ImportRefused, match="cancelled"):
        job.result()


@pytest.mark.parametrize(("limits", "said"), [(Limits(seconds=0.05), "longer than"), (Limits(memory=1_000_000), "memory")])
def test_a_job_is_stopped_at_its_limits(file: Callable[..., Path], limits: Limits, said: str) -> None:
    job = ReadingJob([FileToRead(file(TEXT), "sales.csv", MAPPING)], Rules(), limits=limits)
    with pytest.raises(ImportRefused, match=said):
        job.result()


def test_a_reader_that_dies_is_an_error_and_no_crash(file: Callable[..., Path]) -> None:
    job = ReadingJob([FileToRead(file(TEXT), "sales.csv", MAPPING)], Rules())
    job._process.kill()
    with pytest.raises(ImportRefused, match="broke off"):
        job.result()


def test_what_travels_is_data_only(read: Callable[..., object]) -> None:
    found = read(TEXT).without_rows()
    assert unpack(pack(found)) == found
    with pytest.raises(KeyError):
        unpack({"kind": "Popen", "parts": {}})


def test_the_inbox_holds_tables_and_follows_no_links(tmp_path: Path) -> None:
    (tmp_path / "sales.csv").write_text("a,b\n")
    (tmp_path / "notes.docx").write_text("")
    (tmp_path / ".hidden.csv").write_text("a,b\n")
    (tmp_path / "link.csv").symlink_to(tmp_path / "sales.csv")
    assert [file.name for file in inbox_files(tmp_path)] == ["sales.csv"]
    assert inbox_files(tmp_path / "nowhere") == []


def test_a_parquet_preview_has_a_value_for_each_column() -> None:
    from strategy.customers import preview

    shown = preview(Path(__file__).parents[3] / "data" / "samples" / "uk_gifts" / "online_retail.parquet")
    assert {len(row) for row in shown.rows} == {len(shown.columns)}
