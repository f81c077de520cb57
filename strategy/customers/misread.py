"""Whether text whose encoding had to be guessed reads as if it had been guessed wrongly.

Latin-1 fits any bytes, and GB18030 fits most Korean and Japanese ones: what comes out is letters, but no words. Two names that are one
customer, or the other way round, would go unnoticed; so the words are shown to a person, who sees at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from strategy.customers.encodings import SPOKEN
from strategy.language import Message, msg

_WORD = re.compile("[^\\s,;|\"'<>()/]*[^\x00-\x7f][^\\s,;|\"'<>()/]*")
_KANA = re.compile("[\u3041-\u30fe]")
_HAN = re.compile("[\u4e00-\u9fff]")
#: UTF-8 read byte by byte, as in MÃ¼ller.
_TWICE = re.compile("[ÃÂÐÑ][\x80-\xbf]|â€")
#: Control characters; four letters in a row that all bear an accent; a sign or a capital with an accent within a word of small letters;
#: two signs.
_NO_WORD = re.compile(
    "[\x80-\x9f]|[À-ÖØ-öø-ÿ]{4}|[A-Za-z][¡-¶¸-¿“”„†‡•…‰][A-Za-z]|\\b[¢£¤¥¦¨¬¯±²³´¶¸¹¼½¾][a-z]{2}|[A-Za-z][À-ÖØ-ÞŠŽŸ][a-zß-ÿ]"
    "|[¢-ª¬-º¼-¾].*[¢-ª¬-º¼-¾]"
)
#: Words looked at, and the share of odd ones from which the guess is doubted.
_MOST_WORDS, _DOUBTED = 2_000, 0.25
#: Kana to every Chinese character from which text is Japanese.
_JAPANESE = 0.1
#: Chinese characters from which Korean is told, and the first byte that theirs stay below.
_ENOUGH_HAN, _HANGUL_END = 12, 0xC9
#: The first byte of GB2312's second table, of rare characters, and the share of these from which fewer characters are enough to tell.
_RARE_FROM, _RARE_SHARE, _ENOUGH_RARE = 0xD8, 0.35, 6
#: Letters of Russian and Greek have bytes from here on in their old encodings, and so have both bytes of two of them taken for one.
_LETTERS_FROM, _LETTERS_SHARE = 0xC0, 0.95


def doubts(text: Path, encoding: str) -> tuple[Message, ...]:
    """What to say of text that was guessed to be in ``encoding``, decoded into the file ``text``; nothing where it reads like words."""
    if encoding not in ("gb18030", "latin-1", "cp1252"):
        return ()
    words = _words(text)
    odd = _not_chinese(words) if encoding == "gb18030" else [word for word in words if _TWICE.search(word)] or _no_words(words)
    if not odd:
        return ()
    return (
        msg("The text was taken for {encoding} and does not read like it: {words}. If that is not what was written, say in which encoding it "
            "was saved, such as Big5, Shift-JIS, EUC-KR or Windows-1251.",
            encoding=SPOKEN[encoding], words=", ".join(word[:30] for word in odd[:3])),
    )  # fmt: skip


def _words(text: Path) -> list[str]:
    """Different words that hold a character beyond ASCII, in their order."""
    found: dict[str, None] = {}
    with text.open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            if not line.isascii():
                found.update(dict.fromkeys(_WORD.findall(line)))
                if len(found) > _MOST_WORDS:
                    break
    return list(found)


def _no_words(words: Iterable[str]) -> list[str]:
    """Those that are no words of a Western language, where they are too many to be slips."""
    several = list(words)
    odd = [word for word in several if _NO_WORD.search(word)]
    return odd if len(odd) > _DOUBTED * len(several) else []


def _not_chinese(words: list[str]) -> list[str]:
    """All words, where they are Japanese by their kana, Korean by using the first half of the Chinese table only, or Russian or Greek by
    both bytes of nearly every character."""
    text = "".join(words)
    found = _HAN.findall(text)
    han, kana = set(found), set(_KANA.findall(text))
    korean = len(han) >= _ENOUGH_HAN and all(char.encode("gb18030")[0] < _HANGUL_END for char in han)
    return words if korean or _letters_in_pairs(found) or len(kana) > _JAPANESE * len(han) else []


def _letters_in_pairs(han: list[str]) -> bool:
    """Whether Chinese characters look like pairs of Russian or Greek letters."""
    codes = [code for char in han if len(code := char.encode("gb18030")) == 2]
    rare = sum(code[0] >= _RARE_FROM for code in codes)
    enough = _ENOUGH_RARE if rare > _RARE_SHARE * len(codes) else _ENOUGH_HAN
    letters = sum(min(code) >= _LETTERS_FROM for code in codes)
    return len(set(codes)) >= enough and letters >= _LETTERS_SHARE * len(codes)
