"""Files of interactions: columns proposed, rows judged, complaints decided, rows and record stored together."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from strategy.customers import (
    AttributeFile,
    Connected,
    ConnectedSource,
    InteractionFile,
    Mapping,
    preview,
    read_here,
    understand,
)
from strategy.customers.interaction_files import Interactions
from strategy.customers.interaction_mapping import InteractionMapping, means_complaint, means_open, propose_interactions
from strategy.customers.interaction_sets import current_interactions, interaction_sets, proposed_choices
from strategy.errors import ImportRefused, UnknownName
from strategy.spine import import_customers, import_interactions
from strategy.workbook import Workbook

SALES = "id,date,amount\n007,2024-01-05,50\n008,2024-01-20,30\n010,2024-02-01,10\n"
CONTACTS = (
    "Client;Created at;Type;Channel;Status;Rating;Reason\n"
    "007;31.01.2024 10:05;Complaint;phone;open;2,5;late\n"
    "008;15.02.2024 11:00;Call;phone;closed;4,5;question\n"
    ";15.02.2024;Call;;;;\n"
    ";;;;;;\n"
    "099;16.02.2024;complaint;mail;Resolved;x;late\n"
    "008;17.02.2099;Call;phone;closed;;question\n"
)
Read = Callable[..., Interactions]


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook with three customers' purchases, to be copied: making one takes longer than most of these tests."""
    folder = tmp_path_factory.mktemp("shop")
    (folder / "sales.csv").write_text(SALES, encoding="utf-8")
    with Workbook.create(folder / "plan.duckdb", "Plan") as made:
        import_customers(made, understand(folder / "sales.csv", "sales.csv", Mapping("id", "date", "amount")), "Ann")
        return made.backup(folder / "copy.duckdb")


@pytest.fixture
def shop(tmp_path: Path, made_once: Path) -> Iterator[Workbook]:
    path = tmp_path / "plan.duckdb"
    path.write_bytes(made_once.read_bytes())
    with Workbook.open(path) as opened:
        yield opened


@pytest.fixture
def see(shop: Workbook, file: Callable[..., Path]) -> Read:
    """Understand a text as a file of interactions, its mapping proposed: ``see(text, name="x.csv", kind=None, append=True)``."""

    def run(content: str | bytes, name: str = "contacts.csv", encoding: str = "utf-8", mapping: InteractionMapping | None = None, **how: object) -> Interactions:  # fmt: skip
        path = file(content, name, encoding)
        task = InteractionFile(path, name, mapping or propose_interactions(preview(path)), **how)  # type: ignore[arg-type]
        return read_here(task, shop.cursor())[0]

    return run


def _take(shop: Workbook, found: Interactions) -> bool:
    return import_interactions(shop, found, *proposed_choices(shop.cursor(), found), "Ben")[1]


def test_rows_are_judged_and_every_one_is_accounted_for(see: Read) -> None:
    found = see(CONTACTS)
    assert (found.rows_read, found.rows_kept, found.customers, found.known, found.buyers) == (6, 3, 3, 2, 3)
    assert {entry.reason: (entry.rows, entry.first.row, entry.first.value) for entry in found.left_out} == {
        "no_customer": (1, 4, ""),
        "blank_row": (1, 5, ""),
        "future_date": (1, 7, "17.02.2099"),
    }
    assert found.scores == (2.5, 4.5)
    assert found.first_bad_score is not None
    assert (found.bad_scores, found.first_bad_score.row, found.first_bad_score.value) == (1, 6, "x")
    assert found.proposed_complaints() == ("Complaint", "complaint")
    assert found.proposed_open() == ("open",)


def test_a_row_of_totals_is_said(see: Read) -> None:
    lines = CONTACTS.splitlines()
    assert not see(CONTACTS).notes
    told = see("\n".join([*lines[:3], "合计;20.02.2024;Call;;;;"])).notes
    assert ["“合计” may be a sum" in str(note) for note in told] == [True]


def test_what_is_stored_says_what_the_file_said(shop: Workbook, see: Read) -> None:
    found = see(CONTACTS)
    assert current_interactions(shop.cursor()) is None, "understanding stores nothing"
    assert _take(shop, found)
    rows = shop.cursor().execute("SELECT * FROM interaction ORDER BY day").fetchall()
    assert rows[0] == (
        "007",
        dt.date(2024, 1, 31),
        dt.datetime(2024, 1, 31, 10, 5),
        "Complaint",
        True,
        "phone",
        "open",
        True,
        2.5,
        "late",
    )
    assert rows[2] == ("099", dt.date(2024, 2, 16), None, "complaint", True, "mail", "Resolved", False, None, "late")
    record = current_interactions(shop.cursor())
    assert record is not None
    assert (record.interactions, record.complaints, record.unsettled, record.author, record.version) == (3, 2, 1, "Ben", 1)
    assert record.mapping.topic == "Reason"
    assert shop.dataset_record["file_name"] == "sales.csv", "the purchases' record stays the current one"
    newest = next(iter(shop.history()))
    assert (newest.body["kind"], newest.body["complaints"], newest.author) == ("interactions", 2, "Ben")


def test_the_same_file_is_recognised_and_another_choice_is_not(shop: Workbook, see: Read) -> None:
    assert _take(shop, see(CONTACTS))
    assert not _take(shop, see(CONTACTS))
    assert import_interactions(shop, see(CONTACTS), ["Call"], [], "Ben")[1]
    record = current_interactions(shop.cursor())
    assert record is not None
    assert (record.complaints, record.complaint_kinds, record.version) == (1, ("Call",), 2)
    assert shop.cursor().execute("SELECT count(still_open) FROM interaction").fetchone() == (0,), "no status was said to be open"


def test_replaced_and_not_mixed_or_added_without_repeating(shop: Workbook, see: Read) -> None:
    _take(shop, see(CONTACTS))
    more = CONTACTS.splitlines()[0] + "\n007;31.01.2024 10:05;Complaint;phone;closed;2,5;late\n010;01.03.2024;Visit;;;;\n"
    added = see(more, name="march.csv", append=True)
    assert (added.rows_at_hand, added.rows_kept, [entry.reason for entry in added.left_out]) == (3, 1, ["already_there"])
    assert _take(shop, added)
    record = current_interactions(shop.cursor())
    assert record is not None
    assert (record.interactions, record.complaints, [each["name"] for each in record.files]) == (
        4,
        2,
        ["contacts.csv", "march.csv"],
    )
    assert not _take(shop, see(more, name="march.csv", append=True)), "all of it is there"
    assert _take(shop, see(more, name="march.csv"))
    record = current_interactions(shop.cursor())
    assert record is not None
    assert (record.interactions, len(interaction_sets(shop.cursor()))) == (2, 3)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (
            "who,day,kind,status,topic\n007,2024-02-01,Complaint,open,late\n",
            "who,day,kind,status\n007,2024-02-01,Complaint,closed\n",
        ),
        ("who,day,kind,status\n007,2024-02-01,Complaint,open\n", "who,day,kind,status,topic\n007,2024-02-01,Complaint,open,late\n"),
        ("who,day,kind,status\n007,2024-02-01 10:30,Complaint,open\n", "who,day,kind,status\n007,2024-02-01,Complaint,open\n"),
        (
            "who,day,kind,status,channel\n007,2024-02-01,Complaint,open,mail\n",
            "who,day,kind,status\n007,2024-02-01,Complaint,open\n",
        ),
    ],
    ids=["topic at hand", "topic in the file", "time at hand", "channel at hand"],
)
def test_a_complaint_at_hand_is_known_by_what_both_files_say(shop: Workbook, see: Read, first: str, second: str) -> None:
    columns = {"customer": "who", "date": "day", "kind": "kind", "status": "status"}

    def mapped(text: str) -> InteractionMapping:
        extra = {name: name for name in ("topic", "channel") if name in text.split("\n")[0]}
        return InteractionMapping(**columns, **extra)  # type: ignore[arg-type]

    assert _take(shop, see(first, mapping=mapped(first)))
    again = see(second + "008,2024-05-01,Complaint,open" + ",x" * ("topic" in second) + "\n", mapping=mapped(second), append=True)
    assert (again.rows_read, again.rows_kept) == (2, 1)
    assert [(entry.reason, entry.rows) for entry in again.left_out] == [("already_there", 1)]


def test_added_to_what_has_changed_meanwhile_is_refused(shop: Workbook, see: Read) -> None:
    _take(shop, see(CONTACTS))
    stale = see("Client;Created at;Type\n010;2024-03-01;Visit\n", append=True)
    _take(shop, see("Client;Created at;Type\n010;2024-04-01;Visit\n"))
    with pytest.raises(ImportRefused, match="changed since"):
        import_interactions(shop, stale, [], [], "Ben")
    assert shop.cursor().execute("SELECT count(*) FROM interaction").fetchone() == (1,)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("client,date,type\n007,03/04/2024,call\n", "more than one way"),
        ("client,date,type\n007,2024-02-31,call\n", "cannot be read"),
        ("client,date,type\n,2024-02-01,call\n", "empty in every row"),
        ("client,date\n007,2024-02-01\n", "what kind of interaction"),
        ("client,date,type\n007,2099-02-01,call\n", "No interaction is left"),
        ("client,date,type\n" + "".join(f"007,2024-02-01,kind number {at}x\n" for at in range(300)), "300 different values"),
        ("client,date,type,rating\n007,2024-02-01,call,1.234\n", "two ways"),
    ],
)
def test_what_is_wrong_is_said(see: Read, text: str, said: str) -> None:
    with pytest.raises(ImportRefused, match=said) as raised:
        see(text)
    assert raised.value.fix
    assert raised.value.in_("zh") != raised.value.in_("en")


def test_a_column_that_is_not_there_or_serves_twice(see: Read) -> None:
    text = "client,date,type\n007,2024-02-01,call\n"
    for mapping, said in (
        (InteractionMapping("client", "day", "type"), "no column day for the date"),
        (InteractionMapping("client", "date", "type", topic="type"), "chosen both"),
        (InteractionMapping("", "date", "type"), "No column is chosen for the customer"),
    ):
        with pytest.raises(ImportRefused, match=said):
            see(text, mapping=mapping)


def test_unreadable_dates_are_left_out_only_when_asked(see: Read) -> None:
    text = "client,date,type\n007,2024-02-01,call\n010,2024-02-02,call\n008,soon,call\n"
    found = see(text, skip_unreadable=True)
    assert (found.rows_kept, found.left_out[0].reason, found.left_out[0].first.value) == (2, "bad_date", "soon")


def test_an_order_of_dates_that_was_said_is_used(see: Read) -> None:
    found = see("client,date,type\n007,03/04/2024,call\n", mapping=InteractionMapping("client", "date", "type", date_order="dmy"))
    assert found.first_day == dt.date(2024, 4, 3)


def test_ids_that_do_not_match_are_warned_of(see: Read) -> None:
    found = see("client,date,type\n7,2024-02-01,call\n8,2024-02-01,call\n")
    assert any("leading zeros" in warning.in_("en") for warning in found.warnings())
    assert found.rows_kept == 2


def test_copies_are_told_and_counted_once_when_asked(see: Read) -> None:
    text = "client,date,type\n007,2024-02-01,call\n007,2024-02-01,call\n"
    assert (see(text).rows_kept, see(text).copies) == (2, 1)
    once = see(text, drop_copies=True)
    assert (once.rows_kept, once.left_out[0].reason) == (1, "duplicate")


def test_a_file_of_complaints_alone_needs_no_column_for_the_kind(see: Read) -> None:
    found = see("客户编号,投诉时间,原因\n007,2024-03-01,o'clock\n008,2024-03-02,送货太晚\n", name="三月投诉.csv")
    assert (found.mapping.every_kind, found.proposed_complaints(), found.kinds[0].rows) == ("投诉", ("投诉",), 2)


def test_free_text_is_noticed(see: Read) -> None:
    rows = "".join(f"007,2024-02-01,call,Mrs {at} said that the parcel was late\n" for at in range(40))
    assert any("free text" in warning.in_("en") for warning in see("client,date,type,reason\n" + rows).warnings())


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16"])
def test_other_encodings(see: Read, encoding: str) -> None:
    found = see("客户编号,日期,类型\n007,2024年3月1日,客诉\n008,2024年3月2日,来电\n", encoding=encoding)
    assert [(kind.name, kind.proposed) for kind in found.kinds] == [("客诉", True), ("来电", False)]


def test_excel_and_parquet_with_times_of_their_own(shop: Workbook, see: Read, tmp_path: Path) -> None:
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet
    import xlsxwriter

    book = io.BytesIO()
    with xlsxwriter.Workbook(book, {"in_memory": True, "default_date_format": "yyyy-mm-dd hh:mm"}) as made:
        made.add_worksheet("Read me").write(0, 0, "nothing here")
        sheet = made.add_worksheet("Contacts")
        for at, row in enumerate((["client", "date", "type", "rating"], ["007", dt.datetime(2024, 3, 1, 9, 30), "Complaint", 3])):
            sheet.write_row(at, 0, row)
    mapping = InteractionMapping("client", "date", "type", score="rating", sheet="Contacts")
    found = see(book.getvalue(), name="contacts.xlsx", mapping=mapping)
    assert found.rows.to_pylist()[0]["moment"] == dt.datetime(2024, 3, 1, 9, 30)
    assert found.rows.to_pylist()[0]["score"] == 3.0
    frame = pd.DataFrame({"client": ["007"], "date": [dt.date(2024, 3, 1)], "type": ["Complaint"]})
    pyarrow.parquet.write_table(pa.Table.from_pandas(frame), tmp_path / "x.parquet")
    found = see((tmp_path / "x.parquet").read_bytes(), name="contacts.parquet")
    assert (found.first_day, found.rows.to_pylist()[0]["moment"]) == (dt.date(2024, 3, 1), None)


def test_nothing_a_stranger_writes_becomes_a_statement(shop: Workbook, see: Read) -> None:
    evil = "x'); DROP TABLE interaction; --"
    found = see(f'client,date,"{evil}"\n007,2024-02-01,"{evil}"\n', mapping=InteractionMapping("client", "date", evil))
    import_interactions(shop, found, [evil], [], "Ben")
    assert shop.cursor().execute("SELECT kind, complaint FROM interaction").fetchall() == [(evil, True)]
    every = see("client,date\n007,2024-02-01\n", mapping=InteractionMapping("client", "date", every_kind=evil))
    assert every.kinds[0].name == evil


def test_a_kind_nobody_has_is_no_complaint(shop: Workbook, see: Read) -> None:
    with pytest.raises(UnknownName, match="No interaction is of the kind"):
        import_interactions(shop, see(CONTACTS), ["Complaints"], [], "Ben")
    assert current_interactions(shop.cursor()) is None


def test_purchases_elsewhere_are_told_apart(see: Read, file: Callable[..., Path]) -> None:
    source = ConnectedSource(None, Connected("shop", "sales", "client", "day", "total"), dict)
    with pytest.raises(ImportRefused, match="own database"):
        InteractionFile(file(CONTACTS), "c.csv", InteractionMapping("Client", "Created at", "Type")).beside(source)  # type: ignore[arg-type]
    with pytest.raises(ImportRefused, match="own database"):
        AttributeFile(file(CONTACTS), "c.csv", "Client", ("Type",)).beside(source)  # type: ignore[arg-type]


def test_without_purchases_they_are_kept_all_the_same(tmp_path: Path, file: Callable[..., Path]) -> None:
    with Workbook.create(tmp_path / "empty.duckdb", "Empty") as empty:
        path = file(CONTACTS)
        (found,) = read_here(InteractionFile(path, "c.csv", propose_interactions(preview(path))), empty.cursor())
        assert (found.known, found.buyers, found.warnings()[0].template[:6]) == (0, 0, "Scores")
        assert _take(empty, found)


@pytest.mark.parametrize("kind", ["Complaint", "complaints (phone)", "投诉", "客户投诉", "抱怨", "客诉", "Customer grievance"])
def test_words_for_complaints(kind: str) -> None:
    assert means_complaint(kind)


@pytest.mark.parametrize("kind", ["call", "no complaint", "non-complaint", "非投诉", "无投诉", "表扬", "Visit", "咨询"])
def test_words_for_other_things(kind: str) -> None:
    assert not means_complaint(kind)


def test_words_for_open() -> None:
    assert all(means_open(word) for word in ("open", "Reopened", "In progress", "not resolved", "未解决", "处理中", "pending"))
    assert not any(means_open(word) for word in ("resolved", "closed", "已解决", "opened a bottle", "done"))
    assert means_open("否", "是否解决")
    assert means_open("no", "Resolved?")
    assert not means_open("no", "Call back")


def test_headings_are_recognised() -> None:
    columns = ("customer satisfaction", "client no", "Complaint date", "type", "reason")
    from strategy.customers.reading import FilePreview

    found = propose_interactions(FilePreview("x.csv", "csv", columns, (("4", "007", "2024-01-31", "call", "late"),), 1))
    assert (found.customer, found.date, found.kind, found.score, found.topic) == (
        "client no",
        "Complaint date",
        "type",
        "customer satisfaction",
        "reason",
    )


def test_times_with_their_distance_from_utc_are_said_to_be_cut_as_written(see: Read) -> None:
    text = "Client;Created at;Type\n007;2024-01-31T23:30:00Z;Call\n008;2024-02-01T08:00:00+08:00;Call\n"
    said = [str(note) for note in see(text).warnings()]
    assert any("distance from UTC" in note and "days are cut as written" in note for note in said)
    in_shop = InteractionMapping("Client", "Created at", kind="Type", time_zone="Asia/Shanghai")
    assert not any("UTC" in str(note) for note in see(text, mapping=in_shop).warnings())
    assert not any("UTC" in str(note) for note in see(CONTACTS).warnings())
