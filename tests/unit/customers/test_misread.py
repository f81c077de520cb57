"""Text in an encoding that is not told from the file: it is read, and a person hears that it may be misread."""

from __future__ import annotations

import pytest

from strategy.customers import Mapping, understand
from strategy.customers.encodings import spoken

MAPPING = Mapping("id", "date", "amount")
JAPANESE = ("山田太郎", "鈴木花子", "佐藤さくら", "高橋ゆき")
KOREAN = ("김철수", "이영희", "박민수", "최지우", "정하늘", "강동원")
CYRILLIC = ("Иван", "Мария", "Пётр")


def _warnings(file, names: tuple[str, ...], encoding: str, mapping: Mapping = MAPPING) -> str:  # type: ignore[no-untyped-def]
    text = "id,date,amount\n" + "".join(f"{name},2024-0{1 + at % 6}-1{at % 9},5\n" for at, name in enumerate(names * 4))
    found = understand(file(text, encoding=encoding), None, mapping)
    return " ".join(str(said.in_("en")) for said in found.warnings)


@pytest.mark.parametrize(
    ("names", "encoding"),
    [
        (("王小明", "李大華", "張美玲", "陳志強"), "big5"),
        (JAPANESE, "shift_jis"),
        (JAPANESE, "euc_jp"),
        (KOREAN, "euc_kr"),
        (CYRILLIC, "cp1251"),
        (CYRILLIC, "koi8_r"),
        (("Łukasz", "Wiśniewska", "Kraśko"), "iso8859_2"),
        (("Müller", "Özil", "Schäfer"), "mac_roman"),
    ],
)
def test_text_of_another_encoding_is_doubted_with_its_words(file, names: tuple[str, ...], encoding: str) -> None:
    assert "does not read like it: " in _warnings(file, names, encoding)
    said = Mapping("id", "date", "amount", encoding=encoding)
    assert "does not read" not in _warnings(file, names, encoding, said)


@pytest.mark.parametrize("encoding", ["cp1251", "koi8_r"])
@pytest.mark.parametrize("write", [str.upper, str.lower, str.title], ids=["capitals", "small", "names"])
def test_russian_whose_letters_come_in_pairs_is_doubted(file, encoding: str, write) -> None:  # type: ignore[no-untyped-def]
    """An even number of letters in every word is valid GB18030, and reads as rare Chinese characters."""
    names = tuple(write(name) for name in ("иванов", "петров", "попова", "кузьмина", "роза"))
    said = _warnings(file, names, encoding)
    assert "does not read like it: " in said
    assert "Windows-1251" in said
    assert "does not read" not in _warnings(file, names, encoding, Mapping("id", "date", "amount", encoding=encoding))


def test_russian_headings_alone_are_doubted(file) -> None:
    text = "Клиент;Дата;Итог;Регион\n" + "".join(f"{at:04};2024-0{1 + at % 6}-1{at % 9};5;x\n" for at in range(20))
    headings = text.encode("cp1251").decode("gb18030").split("\n")[0].split(";")
    found = understand(file(text, encoding="cp1251"), None, Mapping(*headings[:3]))
    assert "does not read like it: " in " ".join(map(str, found.warnings))


def test_two_encodings_in_one_file_are_doubted(file) -> None:
    mixed = "id,date,amount\nMüller,2024-01-01,5\n".encode("latin-1") + "Müller,2024-02-01,5\n".encode()
    found = understand(file(mixed), None, Mapping("id", "date", "amount"))
    assert any("MÃ¼ller" in str(said.in_("zh")) and "编码" in str(said.in_("zh")) for said in found.warnings)


@pytest.mark.parametrize(
    ("names", "encoding"),
    [
        (("Müller", "Ångström", "Éclair", "FRANÇOIS", "Nuñez", "¿Qué?", "«Élan»", "n°5", "L’Été"), "cp1252"),
        (("Müller GmbH & Co", "£5 off", "50 ¢", "Señor Ñandú"), "latin-1"),
        (("王小明", "李大华", "张美玲", "陈志强", "赵子龙", "诸葛亮", "司马懿"), "gb18030"),
        (("王梓涵", "李雨馨", "张昕怡", "陈睿哲", "赵琪", "刘晗", "周鑫"), "gb18030"),
        (("山田太郎", "Müller", "Иван", "김철수"), "utf-8"),
        (("Ana", "Bob"), "ascii"),
    ],
)
def test_words_that_read_as_words_are_not(file, names: tuple[str, ...], encoding: str) -> None:
    assert "does not read" not in _warnings(file, names, encoding)


@pytest.mark.parametrize(
    ("asked", "named"), [("euc-kr", "EUC-KR"), ("SHIFT-JIS", "Shift-JIS"), ("windows-1251", "Windows-1251"), ("big5", "Big5")]
)
def test_an_encoding_has_one_name_however_it_was_asked_for(asked: str, named: str) -> None:
    assert spoken(asked) == named
