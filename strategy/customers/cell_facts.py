"""What the values of an Excel workbook's cells do not tell: the currency their formats show, and whether formulas were ever calculated."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
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
_COLUMN = re.compile(rb'\br="([A-Z]{1,3})')
_STYLE = re.compile(rb'\bs="(\d+)"')
#: In a format: [$€-407], [$USD], "EUR", or a bare sign.
_SHOWN = re.compile(r'\[\$([^\]-]+)[^\]]*\]|"([^"]*)"|([€£$¥₩₹])')


def cell_currencies(path: Path, sheet: str) -> dict[str, frozenset[str]]:
    """The currencies that the formats of a worksheet's cells show, by the letters of the column. Empty where none does.

    ``path`` is a workbook that has been guarded and read already.
    """
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
        if not {"xl/styles.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
            return {}  # another writing of the format, such as xlsb
        styles = _currency_styles(ElementTree.fromstring(archive.read("xl/styles.xml")))
        part = _part(archive, sheet)
        if not styles or part not in names:
            return {}
        used: set[tuple[bytes, bytes]] = set()
        with archive.open(part) as stream:
            rest = b""
            while block := stream.read(_BLOCK):
                text = rest + block
                end = text.rfind(b">") + 1
                used.update(_used(text[:end]))
                rest = text[end:]
    found: dict[str, set[str]] = {}
    for column, style in used:
        if currency := styles.get(int(style)):
            found.setdefault(column.decode(), set()).add(currency)
    return {column: frozenset(currencies) for column, currencies in found.items()}


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
    """Columns and styles of the cells of a stretch of a worksheet."""
    pairs = set()
    for attributes in set(_CELL.findall(re.sub(rb'(\br="[A-Z]{1,3})\d+', rb"\1", text))):
        column, style = _COLUMN.search(attributes), _STYLE.search(attributes)
        if column and style:
            pairs.add((column[1], style[1]))
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
