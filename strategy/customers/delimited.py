"""CSV and its relatives: turned into plain UTF-8 first, then its heading and delimiter are found.

The whole file is looked through once (encoding, zero bytes, line length). What is UTF-8 already is parsed where it lies; from any other
encoding a copy is made on the way, and the copy is parsed.
"""

from __future__ import annotations

import codecs
import csv
import errno
import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from strategy.customers.blank_lines import has_blank_line, with_filled_lines
from strategy.customers.encodings import chunks, detect, spoken
from strategy.customers.file_kind import not_a_table, refuse_markup
from strategy.customers.heading_row import MOST_ABOVE, find_heading
from strategy.customers.limits import MAX_COLUMNS, MAX_LINE_BYTES, MAX_TEXT_BYTES
from strategy.customers.misread import doubts
from strategy.customers.progress import Progress, unheard
from strategy.customers.room import disk_full
from strategy.errors import ImportRefused
from strategy.language import Message, msg

#: What nearly all files are separated by. Any other character is found too, where every row has as many of it.
DELIMITERS = (",", ";", "\t", "|")
#: Written instead of a tab, which cannot be typed everywhere.
_TABS = ("\\t", "tab")
#: Characters that cells are made of, or that stand around them.
_NO_DELIMITERS = "\"'\r\n\0 .-/_%+()"
_SAMPLE = 1 << 18
#: White space outside ASCII as UTF-8: no-break, wide, zero-width.
_WIDE_SPACES = (b"\xc2\xa0", b"\xe3\x80\x80", b"\xef\xbb\xbf")
#: By character code: whether a space beside it stands at the edge of a cell.
_EDGES = [chr(code) in ' \t\r\n",;|' for code in range(256)]

#: White space that cells may begin or end with: none, plain spaces, or any, with control characters within.
Blanks = Literal["none", "spaces", "any"]


@dataclass(frozen=True)
class Delimited:
    """A checked delimited file in UTF-8, itself or a copy: where it is and how it is laid out.

    ``above``: lines before the heading; ``left_out``: those of them to be told of, none where all are blank. ``notes``: what to hear of its
    text.
    """

    path: Path
    encoding: str
    delimiter: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: int
    above: int
    left_out: int
    blanks: Blanks
    notes: tuple[Message, ...] = ()


class _LineGuard:
    """Counts line ends, refuses a line that is too long and notes what cells may have to be rid of, block by block."""

    def __init__(self, name: str) -> None:
        self.name, self.lines, self.carried, self.size = name, 0, 0, 0
        self.last = b"\n"
        self.blanks: Blanks = "none"
        self.tabs, self.quoted, self.gaps = False, False, False
        self.ends = {"\n": 0, "\r": 0, "\r\n": 0}

    def feed(self, block: bytes) -> None:
        import numpy as np

        codes = np.frombuffer(block, np.uint8)
        tabs, returns = (int(np.count_nonzero(codes == code)) for code in (9, 13))
        ends = np.flatnonzero(codes == 10)
        feeds = len(ends)
        # A pair may be cut in two by the end of a block.
        pairs = int(np.count_nonzero((codes[:-1] == 13) & (codes[1:] == 10))) if feeds and returns else 0
        if self.last == b"\r" and block[:1] == b"\n":
            pairs += 1
        for end, count in (("\n", feeds - pairs), ("\r", returns - pairs), ("\r\n", pairs)):
            self.ends[end] += count
        first = next((at for at in (block.find(b"\n"), block.find(b"\r")) if at >= 0), len(block))
        if self.carried + first > MAX_LINE_BYTES:
            raise ImportRefused(
                msg("A line is longer than {limit} characters", limit=f"{MAX_LINE_BYTES:,}"),
                msg("{file}, row {row}", file=self.name, row=self.lines + 1),
                msg("Check that the file is a table with one row per line, and that no quotation mark is left open."),
            )
        last = max(block.rfind(b"\n"), block.rfind(b"\r"))
        self.carried = len(block) - last - 1 if last >= 0 else self.carried + len(block)
        self.lines += feeds + returns - pairs
        if self.blanks != "any":
            controls = int(np.count_nonzero(codes < 32)) - feeds - returns - tabs
            if controls or b"\x7f" in block or _has_wide_space(block) or self._breaks_within_cells(block):
                self.blanks = "any"
            elif self.blanks == "none" and _has_space_at_edge(self.last, block):
                self.blanks = "spaces"
        self.tabs = self.tabs or tabs > 0
        self.gaps = self.gaps or has_blank_line(self.last, block, codes, ends if feeds else np.flatnonzero(codes == 13))
        self.size += len(block)
        self.last = block[-1:] or self.last
        if self.size > MAX_TEXT_BYTES:
            raise ImportRefused(
                msg("The file is larger than {limit} GB when unpacked", limit=MAX_TEXT_BYTES // 10**9),
                self.name,
                msg("Split it by period, or export fewer columns."),
            )

    def _breaks_within_cells(self, block: bytes) -> bool:
        """Whether a line break stands between quotation marks."""
        import numpy as np

        codes = np.frombuffer(block, np.uint8)
        marks, inside = np.flatnonzero(codes == 34), self.quoted
        self.quoted = (inside + len(marks)) % 2 == 1
        if len(marks) > len(block) // 256:
            before = np.searchsorted(marks, np.flatnonzero((codes == 10) | (codes == 13)))
            return bool(((before + inside) % 2).any())
        ends = [*([0] if inside else []), *marks.tolist(), len(block)]
        return any(
            block.find(b"\n", *pair) >= 0 or block.find(b"\r", *pair) >= 0 for pair in zip(ends[::2], ends[1::2], strict=False)
        )


def unpack(path: Path, target: Path, name: str) -> None:
    """Unpack a gzip file, stopping at the size limit."""
    size = 0
    try:
        with gzip.open(path) as source, target.open("wb") as out:
            while block := source.read(1 << 20):
                size += len(block)
                if size > MAX_TEXT_BYTES:
                    raise ImportRefused(
                        msg("The file is larger than {limit} GB when unpacked", limit=MAX_TEXT_BYTES // 10**9),
                        name,
                        msg("Split it by period, or export fewer columns."),
                    )
                out.write(block)
    except (OSError, EOFError, zlib.error) as error:
        if isinstance(error, OSError) and error.errno == errno.ENOSPC:
            raise disk_full(name) from error
        raise ImportRefused(
            msg("The packed file is damaged"), name, msg("Pack or download it again, or choose the unpacked CSV.")
        ) from error


def _decoded(path: Path, encoding: str, checked: bool) -> Iterator[bytes]:
    """The content as UTF-8 blocks without a byte order mark. ``checked``: the bytes are known to fit the encoding."""
    with path.open("rb") as file:
        if checked and encoding in ("utf-8", "utf-8-sig"):
            if encoding == "utf-8-sig":
                file.seek(3)
            yield from chunks(file)
            return
        decoder = codecs.getincrementaldecoder(encoding)()
        for block in chunks(file):
            yield decoder.decode(block).encode("utf-8")
        yield decoder.decode(b"", final=True).encode("utf-8")


def _has_wide_space(block: bytes) -> bool:
    if block.isascii():
        return False
    # One byte is found far faster than two or three.
    return any(space[:1] in block and space in block for space in _WIDE_SPACES)


def _has_space_at_edge(before: bytes, block: bytes) -> bool:
    """Whether a cell begins or ends with a space; ``before`` is the character before the block."""
    if b" " not in block and before != b" ":
        return False
    import numpy as np

    codes = np.frombuffer(before + block + b"\n", np.uint8)
    at, edges = np.flatnonzero(codes == 32), np.array(_EDGES)
    return bool((edges[codes[at - 1]] | edges[codes[at + 1]]).any())


def as_utf8(
    path: Path, target: Path, name: str, encoding: str | None, progress: Progress = unheard
) -> tuple[Path, str, _LineGuard]:
    """Text as UTF-8: ``path`` itself where it is that, else a copy of it at ``target``; with its encoding and what its lines are like.

    Raises:
        ImportRefused: binary content, a line or a file over the limit, or bytes that do not fit ``encoding``.
    """
    codec = encoding or detect(path)
    size = path.stat().st_size or 1
    guard = _LineGuard(name)
    there = encoding is None and codec == "utf-8"
    try:
        with nullcontext() if there else target.open("wb") as out:
            for block in _decoded(path, codec, checked=encoding is None):
                if b"\0" in block:
                    raise not_a_table(name, msg("binary data"))
                guard.feed(block)
                if out:
                    out.write(block)
                progress(min(1.0, guard.size / size))
    except (UnicodeError, LookupError) as error:
        raise ImportRefused(
            msg("The text cannot be read as {encoding}", encoding=spoken(codec)),
            name,
            msg("Save the file as UTF-8 and choose it again."),
        ) from error
    guard.lines += guard.last not in b"\r\n"
    found = path if there else target
    if sum(count > 0 for count in guard.ends.values()) > 1:
        # Files put together on different systems: the parser takes one kind of line end only.
        found = _with_one_line_end(found, target.with_name(target.name + "_lines"))
    return found, codec, guard


def _with_one_line_end(path: Path, target: Path) -> Path:
    """A copy whose lines all end with a line feed."""
    last = b""
    with path.open("rb") as file, target.open("wb") as out:
        for block in chunks(file):
            # The line feed of a pair that the end of the last block cut in two is there already.
            whole = block[1:] if last == b"\r" and block[:1] == b"\n" else block
            out.write(whole.replace(b"\r\n", b"\n").replace(b"\r", b"\n"))
            last = block[-1:]
    return target


def _numbered(text: str, delimiter: str) -> list[tuple[int, list[str]]]:
    """The records of a text that are not blank, each with the number of lines before it."""
    reader, found, before = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), [], 0
    try:
        for record in reader:
            if record:
                found.append((before, record))
            before = reader.line_num
    except csv.Error:
        return []
    return found


def _records(text: str, delimiter: str) -> list[list[str]]:
    return [record for _, record in _numbered(text, delimiter)]


def find_delimiter(text: str) -> str:
    """The delimiter that splits the heading into most columns and the rows into as many."""
    best, best_score = ",", 0.0
    for delimiter in DELIMITERS:
        records = _records(text, delimiter)[:200]
        records = records[find_heading(records) :]
        width = len(records[0]) if records else 1
        if width < 2:
            continue
        agree = sum(len(record) == width for record in records) / len(records)
        score = agree * agree * (1 + min(width, 50) / 50)
        if score > best_score:
            best, best_score = delimiter, score
    return best if best_score else _unusual_delimiter(text) or best


def _unusual_delimiter(text: str) -> str | None:
    """A character other than the usual ones that splits all rows alike, into three columns or more; a title may stand above them."""
    lines = [line for line in text.splitlines()[:200] if line.strip()]
    if len(lines) < 2:
        return None
    signs = [sign for sign in dict.fromkeys(lines[-1]) if not (sign.isalnum() or sign in _NO_DELIMITERS or sign.isspace())]
    found = {}
    for sign in signs:
        start = next(at for at, line in enumerate(lines) if sign in line)
        counts = {line.count(sign) for line in lines[start:]}
        if len(counts) == 1 and min(counts) > 1 and start <= min(MOST_ABOVE, len(lines) - 2):
            found[sign] = min(counts)
    return max(found, key=lambda sign: found[sign], default=None)


def one_delimiter(given: str, name: str) -> str:
    """The character somebody named as the delimiter.

    Raises:
        ImportRefused: it is none, or one that cells are made of.
    """
    sign = "\t" if given.casefold() in _TABS else given
    if len(sign) == 1 and not sign.isalnum() and (sign == " " or sign not in _NO_DELIMITERS):
        return sign
    raise ImportRefused(
        msg("Columns cannot be separated by {value}", value=given[:20] or "–"),
        name,
        msg("Name one character, such as a comma or a semicolon; a tab may be written as tab."),
    )


def _beginning(path: Path) -> str:
    """The first lines of a UTF-8 text, whole ones: a cut row would count as ragged."""
    with path.open("r", encoding="utf-8", newline="") as file:
        text = file.read(_SAMPLE)
    return text[: max(text.rfind("\n"), text.rfind("\r")) + 1] or text if len(text) == _SAMPLE else text


def read_delimited(
    path: Path, target: Path, name: str, encoding: str | None = None, delimiter: str | None = None, progress: Progress = unheard
) -> Delimited:
    """Check a text file, copy it to ``target`` unless it is UTF-8 already, and find its layout.

    Raises:
        ImportRefused: it is no table, has only a heading, too many columns or a line over the limit.
    """
    found, codec, guard = as_utf8(path, target, name, encoding, progress)
    text = _beginning(found)
    refuse_markup(text, name)
    if not text.strip():
        raise ImportRefused(msg("The file is empty"), name, msg("Export the purchases again and choose the new file."))
    first = text.lstrip("\r\n").splitlines()[0]
    for candidate in DELIMITERS:
        if first.count(candidate) >= MAX_COLUMNS:
            raise too_many_columns(name, first.count(candidate) + 1)
    chosen = one_delimiter(delimiter, name) if delimiter else find_delimiter(text)
    numbered = _numbered(text, chosen)
    if not numbered:
        raise not_a_table(name, msg("text without rows and columns"))
    at = find_heading([record for _, record in numbered[:200]])
    above, heading = numbered[at]
    body = numbered[at + 1 :]
    if guard.gaps and body:
        found = with_filled_lines(found, target.with_name(target.name + "_filled"), chosen, len(heading), above)
        body = [(before, record) for before, record in _numbered(_beginning(found), chosen) if before > above]
    return Delimited(
        found,
        codec,
        chosen,
        tuple(heading),
        tuple(tuple(record) for _, record in body[:20]),
        guard.lines,
        above,
        above if at else 0,
        # Spaces beside the usual delimiters only have been looked for.
        guard.blanks if chosen == "\t" or (chosen in DELIMITERS and not guard.tabs) else "any",
        () if encoding else doubts(found, codec),
    )


def too_many_columns(name: str, count: int) -> ImportRefused:
    return ImportRefused(
        msg("The table has {count} columns; at most {limit} can be read", count=f"{count:,}", limit=f"{MAX_COLUMNS:,}"),
        name,
        msg("Keep the columns for customer, date and amount, and leave out the rest."),
    )
