"""What a file is, told from its first bytes and never from its name."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from strategy.errors import ImportRefused
from strategy.language import Message, msg

Kind = Literal["csv", "xlsx", "parquet"]
Container = Literal["text", "gzip", "zip", "parquet"]

_SAVE_AS = msg("Save the table as CSV, Excel (.xlsx) or Parquet and choose that file.")

#: First bytes -> what such a file is. None of these is a table we can read.
_FOREIGN: tuple[tuple[bytes, Message], ...] = (
    (b"%PDF", msg("a PDF document")),
    (b"\x89PNG", msg("an image")),
    (b"\xff\xd8\xff", msg("an image")),
    (b"GIF8", msg("an image")),
    (b"RIFF", msg("an image or a recording")),
    (b"\xd0\xcf\x11\xe0", msg("an old or password-protected Office file")),
    (b"7z\xbc\xaf\x27\x1c", msg("a packed archive")),
    (b"Rar!", msg("a packed archive")),
    (b"SQLite format 3", msg("a database file")),
    (b"\x7fELF", msg("a program")),
    (b"MZ\x90", msg("a program")),
)


def not_a_table(name: str, what: Message) -> ImportRefused:
    return ImportRefused(msg("The file is {what}, not a table", what=what), name, _SAVE_AS)


def container(path: Path, name: str) -> Container:
    """How to open the file.

    Raises:
        ImportRefused: it is empty, or something that is no table, named by what it is.
    """
    with path.open("rb") as file:
        head = file.read(4096)
    if not head:
        raise ImportRefused(msg("The file is empty"), name, msg("Export the purchases again and choose the new file."))
    if head.startswith(b"PK"):
        return "zip"
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"\x1f\x8b"):
        return "gzip"
    if len(head) > 261 and head[257:262] == b"ustar":
        raise not_a_table(name, msg("a packed archive"))
    for start, what in _FOREIGN:
        if head.startswith(start):
            raise not_a_table(name, what)
    if head[8:12] == b"DUCK":
        raise not_a_table(name, msg("a database file"))
    return "text"


def refuse_sheet(paths: Iterable[Path], sheet: str | None) -> None:
    """Refuse a worksheet that was named where no file has any: whoever named it meant another file.

    Raises:
        ImportRefused: as said; or a file is empty, or no table.
    """
    files = list(paths)
    if sheet and files and all(container(path, path.name) != "zip" for path in files):
        raise ImportRefused(
            msg("There is no worksheet {sheet}, because the file is no Excel file", sheet=sheet[:60]),
            ", ".join(path.name for path in files[:3]),
            msg("Leave the worksheet out, or choose the Excel file."),
        )


def refuse_markup(start: str, name: str) -> None:
    """Refuse text that is a web page, XML or JSON rather than a table. ``start`` is the decoded beginning of the file."""
    text = start.lstrip().lower()
    if text.startswith(("<!doctype html", "<html", "<head", "<body", "<table")) or (
        text.startswith("<") and "<html" in text[:2000]
    ):
        raise not_a_table(name, msg("a web page"))
    if text.startswith(("<?xml", "<")):
        raise not_a_table(name, msg("an XML document"))
    if text.startswith(("{", "[{", "[[")):
        raise not_a_table(name, msg("a JSON document"))


def extension_note(kind: Kind, name: str) -> Message | None:
    """A remark when the name promises another kind of file than the content is."""
    suffix = Path(name.lower().removesuffix(".gz")).suffix
    spoken = {"csv": "CSV", "xlsx": "Excel", "parquet": "Parquet"}[kind]
    expected = {"csv": {".csv", ".tsv", ".txt", ""}, "xlsx": {".xlsx", ".xlsm", ""}, "parquet": {".parquet", ".pq", ""}}[kind]
    if suffix in expected:
        return None
    return msg("The name ends in {suffix}, but the file is {kind}; it was read as {kind}.", suffix=suffix, kind=spoken)
