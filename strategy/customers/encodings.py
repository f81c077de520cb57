"""Which encoding a text file is in, decided by all of its bytes.

A byte order mark settles it; otherwise text that is valid UTF-8 is UTF-8, because other text hardly ever is. What remains is old
Chinese text (GB18030, which contains GBK and GB2312) or Western text (Latin-1, Windows-1252). Most Western text happens to be valid
GB18030 too, so validity does not decide: in Chinese text nearly every character is a common one of GB2312, while Western text
misread as Chinese shows rare characters glued to lower-case letters. Signs that take four bytes in GB18030, such as £, count for neither.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

CHUNK = 1 << 20

_BYTE_ORDER_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_BEYOND_ASCII = re.compile("[^\x00-\x7f]+")
_HANZI_RUN = re.compile("([a-zß-ÿ]?)([\u3400-\u9fff\uf900-\ufaff]+)")


def chunks(file: BinaryIO) -> Iterator[bytes]:
    while block := file.read(CHUNK):
        yield block


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as file:
            for block in chunks(file):
                if not block.isascii() or decoder.getstate()[0]:  # ASCII is the same in all encodings asked for here
                    decoder.decode(block)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _marked(head: bytes) -> str | None:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if head.startswith(mark):
            return encoding
    even, odd = head[0:4096:2], head[1:4096:2]
    # Digits, commas and line ends have a zero byte in UTF-16, so even Chinese text shows plenty of them, all on one side.
    if odd and odd.count(0) > len(odd) // 10 and not even.count(0):
        return "utf-16-le"
    if even and even.count(0) > len(even) // 10 and not odd.count(0):
        return "utf-16-be"
    return None


def _looks_chinese(path: Path) -> bool:
    """Whether the file, valid as GB18030, reads as Chinese rather than as misread Western text."""
    common = foreign = proven = glued = runs = 0
    with path.open("rb") as file:
        decoder = codecs.getincrementaldecoder("gb18030")()
        for block in chunks(file):
            text = decoder.decode(block)
            if text.isascii():
                continue
            beyond_ascii = "".join(_BEYOND_ASCII.findall(text))
            # Signs of four bytes, such as £, stand in no other old encoding. They are proof of this one, but no Chinese characters.
            long = (len(beyond_ascii.encode("gb18030")) - 2 * len(beyond_ascii)) // 2
            proven += long
            for letter, _ in _HANZI_RUN.findall(text):
                runs += 1
                glued += bool(letter)
            foreign += len(beyond_ascii) - long
            common += len(beyond_ascii.encode("gb2312", "ignore")) // 2
            if foreign > 50_000:
                break
    if not foreign:
        return proven > 0
    return common / foreign > 0.7 and glued / max(1, runs) < 0.5


def detect(path: Path) -> str:
    """The codec to read ``path`` with: ``utf-8``, ``utf-8-sig``, ``utf-16``..., ``gb18030``, ``cp1252`` or ``latin-1``."""
    with path.open("rb") as file:
        head = file.read(4096)
    if marked := _marked(head):
        return marked
    if _decodes(path, "utf-8"):
        return "utf-8"
    if _decodes(path, "gb18030") and _looks_chinese(path):
        return "gb18030"
    with path.open("rb") as file:
        typographic = any(any(0x80 <= byte <= 0x9F for byte in set(block)) for block in chunks(file))
    return "cp1252" if typographic and _decodes(path, "cp1252") else "latin-1"


#: Codec -> the name a reader knows it by.
SPOKEN = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "gb18030": "GB18030",
    "cp1252": "Windows-1252 (Latin-1)",
    "latin-1": "Latin-1",
    "big5": "Big5",
    "cp950": "Big5",
    "shift_jis": "Shift-JIS",
    "cp932": "Shift-JIS",
    "euc_jp": "EUC-JP",
    "euc_kr": "EUC-KR",
    "cp949": "EUC-KR",
    "cp1250": "Windows-1250",
    "cp1251": "Windows-1251",
    "mac_roman": "Mac Roman",
}


def spoken(codec: str) -> str:
    """The name a reader knows a codec by, under whichever of its names it was asked for (``shift-jis``, ``EUC-KR``, ``windows-1251``)."""
    return SPOKEN.get(codec) or SPOKEN.get(codecs.lookup(codec).name, codec)


#: Encodings offered where the one found is wrong.
OFFERED = (
    "utf-8", "utf-16", "gb18030", "cp950", "cp932", "euc_jp", "cp949", "latin-1", "cp1252", "cp1250", "cp1251", "mac_roman",
)  # fmt: skip
