"""What the values of an Excel workbook's cells do not tell: what their formats show, a currency or a percentage, and whether formulas were
ever calculated."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

from defusedxml import ElementTree

from strategy.customers.currencies import known_currency

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_BLOCK = 1 << 20
#: A cell that holds something, with the attributes of its opening tag.
_CELL = re.compile(rb"<(?:\w+:)?c ([^>]*[^/>])>")
#: Column and result of a cell with a formula.
_FORMULA = re.compile(rb'<c [^>]*?r="([A-Z]{1,3})\d+"[^>]*><f[ >][^<]*</f>(?:<v>([^<]*)</v>)?')
#: Place and text of a cell whose formula came to an error, such as #DIV/0!
_ERROR = re.compile(
    rb'<(?:\w+:)?c (?=[^>]*\bt="e")[^>]*?\br="([A-Z]{1,3})(\d{1,9})"[^>]*>(?:(?!</(?:\w+:)?c>).)*?<(?:\w+:)?v>([^<]{1,30})',
    re.DOTALL,
)
_FROM_1904 = re.compile(rb'<(?:\w+:)?workbookPr [^>]*\bdate1904="(?:1|true|on)"')
_COLUMN = re.compile(rb'\br="([A-Z]{1,3})')
_PLACE = re.compile(rb'\br="([A-Z]{1,3})(\d{1,9})"')
_STYLE = re.compile(rb'\bs="(\d+)"')
_NO_NUMBER = re.compile(rb'\bt="(?!n")')
#: In a format: [$€-407], [$USD], "EUR", or a bare sign.
_SHOWN = re.compile(r'\[\$([^\]-]+)[^\]]*\]|"([^"]*)"|([€£$¥₩₹])')
#: Parts of a format that are shown as they stand, and those in brackets, none of which change the number.
_AS_THEY_STAND = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
#: The formats 0% and 0.00%, which a workbook does not spell out.
_PERCENT_FORMATS = frozenset({"9", "10"})


def cell_currencies(path: Path, sheet: str) -> dict[str, frozenset[str]]:
    """The currencies that the formats of a worksheet's cells show, by the letters of the column; "" where a number shows none.
    Empty where no cell of a column shows any.

    ``path`` is a workbook that has been guarded and read already.
    """
    used: set[tuple[bytes, bytes]] = set()
    with _styled(path, sheet) as (root, stream):
        styles = _currency_styles(root) if root is not None else {}
        for text in _whole_tags(stream) if styles else ():
            used.update(_used(text))
    found: dict[str, set[str]] = {}
    for column, style in used:
        found.setdefault(column.decode(), set()).add(styles.get(int(style), ""))
    return {column: frozenset(currencies) for column, currencies in found.items() if currencies != {""}}


def percent_cells(path: Path, sheet: str) -> frozenset[tuple[int, str]]:
    """Row and letters of the column of the cells that are shown as a percentage: 0.45 that everybody reads as 45%.

    ``path`` is a workbook that has been guarded and read already.
    """
    found: set[tuple[int, str]] = set()
    with _styled(path, sheet) as (root, stream):
        styles = _percent_styles(root) if root is not None else frozenset()
        for text in _whole_tags(stream) if styles else ():
            for attributes in _CELL.findall(text):
                place, style = _PLACE.search(attributes), _STYLE.search(attributes)
                if place and style and int(style[1]) in styles:
                    found.add((int(place[2]), place[1].decode()))
    return frozenset(found)


@contextmanager
def _styled(path: Path, sheet: str) -> Iterator[tuple[Element | None, IO[bytes]]]:
    """The styles of a workbook, None in another writing of the format such as xlsb, and its worksheet to read."""
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
        told = {"xl/styles.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names
        part = _part(archive, sheet) if told else ""
        if part not in names:
            yield None, io.BytesIO()
            return
        with archive.open(part) as stream:
            yield ElementTree.fromstring(archive.read("xl/styles.xml")), stream


def uncalculated(path: Path, sheet: str) -> frozenset[str]:
    """Letters of the columns with formulas of which none has a result but 0, in a workbook that asks to be calculated when it is opened.

    Programs that write formulas without working them out leave a 0 there, which is no amount.
    """
    with zipfile.ZipFile(path) as archive:
        if "xl/workbook.xml" not in archive.namelist() or b"fullCalcOnLoad" not in archive.read("xl/workbook.xml"):
            return frozenset()
        if (part := _part(archive, sheet)) not in archive.namelist():
            return frozenset()
        nothing: set[bytes] = set()
        something: set[bytes] = set()
        with archive.open(part) as stream:
            for text in _whole_cells(stream):
                for column, result in _FORMULA.findall(text):
                    (something if result not in (b"", b"0") else nothing).add(column)
    return frozenset(column.decode() for column in nothing - something)


def error_cells(path: Path, sheet: str) -> tuple[tuple[int, str, str], ...]:
    """Row, letters of the column and text of the cells that hold an error such as #DIV/0!, from the top.

    ``path`` is a workbook that has been guarded and read already.
    """
    found: list[tuple[int, str, str]] = []
    with _styled(path, sheet) as (root, stream):
        for text in _whole_cells(stream) if root is not None else ():
            if b't="e"' in text:
                found += [(int(row), letters.decode(), said.decode()) for letters, row, said in _ERROR.findall(text)]
    return tuple(found)


def counts_from_1904(path: Path) -> bool:
    """Whether a workbook counts its days from 1904, as Excel on a Mac long did: its numbers of days stand for dates 1,462 days later.

    ``path`` is a workbook that has been guarded and read already.
    """
    with zipfile.ZipFile(path) as archive:
        return "xl/workbook.xml" in archive.namelist() and bool(_FROM_1904.search(archive.read("xl/workbook.xml")))


def _whole_tags(stream: IO[bytes]) -> Iterator[bytes]:
    """A worksheet in stretches that end with a tag."""
    rest = b""
    while block := stream.read(_BLOCK):
        text = rest + block
        end = text.rfind(b">") + 1
        yield text[:end]
        rest = text[end:]


def _whole_cells(stream: IO[bytes]) -> Iterator[bytes]:
    """A worksheet in stretches that end with a cell."""
    rest = b""
    while block := stream.read(_BLOCK):
        text = rest + block
        end = text.rfind(b"</c>") + len(b"</c>") if b"</c>" in text else 0
        yield text[:end]
        rest = text[end:]
    yield rest


def _used(text: bytes) -> set[tuple[bytes, bytes]]:
    """Columns and styles of the cells of a stretch of a worksheet that hold numbers, those without a style in style 0."""
    pairs = set()
    for attributes in set(_CELL.findall(re.sub(rb'(\br="[A-Z]{1,3})\d+', rb"\1", text))):
        column, style = _COLUMN.search(attributes), _STYLE.search(attributes)
        if column and not _NO_NUMBER.search(attributes):
            pairs.add((column[1], style[1] if style else b"0"))
    return pairs


def _currency_styles(root: Element) -> dict[int, str]:
    """Style number of a cell -> the currency it is shown with."""
    shown = {}
    for form in root.iterfind("{*}numFmts/{*}numFmt"):
        words = [word for match in _SHOWN.findall(form.get("formatCode", "")) for word in match if word]
        currency = next((code for word in words if (code := known_currency(word))), None)
        if currency:
            shown[form.get("numFmtId")] = currency
    styles = enumerate(root.iterfind("{*}cellXfs/{*}xf"))
    return {at: shown[kind] for at, style in styles if (kind := style.get("numFmtId")) in shown}


def _percent_styles(root: Element) -> frozenset[int]:
    """Style numbers of cells that are shown as a percentage."""
    percent = {
        form.get("numFmtId")
        for form in root.iterfind("{*}numFmts/{*}numFmt")
        if "%" in _AS_THEY_STAND.sub("", form.get("formatCode", ""))
    }
    styles = enumerate(root.iterfind("{*}cellXfs/{*}xf"))
    return frozenset(at for at, style in styles if style.get("numFmtId") in percent | _PERCENT_FORMATS)


def _part(archive: zipfile.ZipFile, sheet: str) -> str:
    """Which part of the archive holds the worksheet; empty where none does."""
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    link = next((each for each in book.iterfind("{*}sheets/{*}sheet") if each.get("name") == sheet), None)
    ids = {value for key, value in link.attrib.items() if key.endswith("}id")} if link is not None else set()
    for relation in ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels")):
        if relation.get("Id") in ids:
            target = relation.get("Target", "")
            return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
    return ""
