"""Complaints beside purchases: what the titles say is what the data say, and when they say not to believe it."""

from __future__ import annotations

import datetime as dt
import math
import random
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from colours import faint, measured

from strategy.customers import InteractionFile, Mapping, read_here, understand
from strategy.customers.complaints import Covered, landmarks
from strategy.customers.finding import find_segments
from strategy.customers.interaction_mapping import InteractionMapping
from strategy.errors import NoData
from strategy.exhibits import Exhibit, present
from strategy.spine import adopt, import_customers, import_interactions
from strategy.thread import find
from strategy.workbook import Put, Workbook

START = dt.date(2024, 1, 1)
Contact = tuple[str, int, str, str, str]
Show = Callable[..., Exhibit]


@pytest.fixture
def shop(workbook: Workbook, tmp_path: Path) -> Callable[..., Workbook]:
    """Import purchases (who, day, amount) and contacts (who, day, kind, status, topic), days from the start of 2024."""

    def run(sales: Iterable[tuple[str, int, float]], contacts: Iterable[Contact] = ()) -> Workbook:
        file = tmp_path / "sales.csv"
        file.write_text(
            "\n".join(["id,date,amount", *(f"{who},{START + dt.timedelta(days=day)},{amount}" for who, day, amount in sales)])
        )
        import_customers(workbook, understand(file, None, Mapping("id", "date", "amount")), "Ada")
        lines = [f"{who},{START + dt.timedelta(days=day)},{kind},{status},{topic}" for who, day, kind, status, topic in contacts]
        if lines:
            file = tmp_path / "contacts.csv"
            file.write_text("\n".join(["who,day,kind,status,topic", *lines]))
            mapping = InteractionMapping("who", "day", "kind", status="status", topic="topic")
            (found,) = read_here(InteractionFile(file, file.name, mapping), workbook.cursor())
            import_interactions(workbook, found, found.proposed_complaints(), found.proposed_open(), "Ada")
        return workbook

    return run


def steady(customers: int, last: int = 500, gap: int = 20, leaving: dict[int, int] | None = None) -> list[tuple[str, int, float]]:
    """Customers who buy every ``gap`` days, worth more by number; those in ``leaving`` stop on a day."""
    stops = leaving or {}
    return [(f"c{n}", day, 10.0 + n) for n in range(customers) for day in range(n % gap, min(last, stops.get(n, last)), gap)]


def said(shown: Exhibit, language: str = "en") -> str:
    return " ".join([shown.title.in_(language), *(line.in_(language) for line in shown.reading)])  # type: ignore[arg-type]


def show(workbook: Workbook, exhibit: str, **settings: object) -> Exhibit:
    return present(exhibit, workbook.snapshot(), workbook.cursor, settings)


#: Ten of forty customers complain on day 200 about one thing, three of them twice; one stranger; all else are calls.
CONTACTS: list[Contact] = [
    *((f"c{n}", 200 + n % 7, "Complaint", "open" if n % 2 else "resolved", "late") for n in range(30, 40)),
    *((f"c{n}", 300, "Complaint", "resolved", "broken") for n in range(30, 33)),
    ("stranger", 250, "Complaint", "open", ""),
    *((f"c{n}", 10 + n, "Call", "resolved", "question") for n in range(40)),
]


def test_complaints_by_grade_until_segments_have_rules(shop: Callable[..., Workbook]) -> None:
    made = shop(steady(40), CONTACTS)
    shown = show(made, "complaints")
    assert shown.frame["customers"].sum() == 40
    assert (shown.frame["complaints"].sum(), shown.frame["complaining"].sum(), shown.frame["unsettled"].sum()) == (13, 10, 5)
    assert shown.figures["per_100"] == pytest.approx(32.5)
    assert measured(shown)
    assert not faint(shown)
    assert shown.figures["share_open"] == pytest.approx(5 / 13, abs=1e-4)
    assert "5 of the 13 complaints of customers with purchases whose status is known (38%)" in said(shown)
    assert "without purchases, who are in no segment: 1" in said(shown)
    assert "10 of 40 customers complained" in said(shown)
    assert "late (71%)" in said(shown)
    assert "Grade" in said(shown)
    adopt(made, find_segments(made.cursor(), "grade"), "Ada", "en")
    again = show(made, "complaints")
    assert set(again.frame["group"]) == {row.id for row in made.snapshot().rows("segment")}
    assert again.frame["complaints"].tolist() == shown.frame["complaints"].tolist()


def test_a_group_is_named_only_where_chance_does_not_explain_it(shop: Callable[..., Workbook]) -> None:
    few = show(shop(steady(40), CONTACTS[30:33] + CONTACTS[:3]), "complaints")
    assert "nobody stands clearly apart" in few.title.in_("en")
    assert "a hint and no finding" in said(few)
    best: list[Contact] = [(f"c{n}", 300 + n % 9, "Complaint", "", "late") for n in range(60, 120)]
    clear = show(shop(steady(120), best), "complaints")
    assert "Grade" in clear.title.in_("en")
    assert "Most complaints: " in clear.title.in_("en")
    assert "not known" in said(clear), "no status says what is open"
    assert "share_open" not in clear.figures


def test_by_topic(shop: Callable[..., Workbook]) -> None:
    made = shop(steady(40), CONTACTS)
    shown = show(made, "complaints", by="topic")
    assert shown.title.in_("en") == "71% of the complaints are about “late”"
    assert shown.table("en")["Topic"].tolist() == ["late", "broken", "No topic given"]
    silent = shop(steady(40), [(who, day, kind, status, "") for who, day, kind, status, _ in CONTACTS])
    with pytest.raises(NoData, match="no topic") as none:
        show(silent, "complaints", by="topic")
    assert none.value.fix


def test_only_the_days_looked_back_count(shop: Callable[..., Workbook]) -> None:
    made = shop(steady(40), CONTACTS)
    shown = show(made, "complaints", days=60)
    assert shown.figures["complaints"] == 3
    with pytest.raises(NoData, match="no complaint in the last"):
        show(shop(steady(40), [*CONTACTS[:5], ("c1", 490, "Call", "", "")]), "complaints", days=30)


def test_leaving_after_a_complaint_shows(shop: Callable[..., Workbook]) -> None:
    """Of 80 who complain on days that are looked at, 60 never come back; everybody else goes on buying."""
    when = {n: 499 - 60 - 30 * (n % 10) for n in range(80)}
    contacts: list[Contact] = [(f"c{n}", day, "Complaint", "open", "late") for n, day in when.items()]
    contacts += [("c300", 0, "Call", "", ""), ("c300", 499, "Call", "", "")]
    made = shop(steady(320, leaving={n: day + 1 for n, day in when.items() if n % 4}), contacts)
    shown = show(made, "complaints_and_leaving", after_days=60, active_days=90)
    assert shown.figures["cases_followed"] == 80
    assert shown.figures["again_after_complaint"] == pytest.approx(0.25)
    assert shown.figures["again_without"] == pytest.approx(1.0)
    assert shown.title.in_("en") == "After a complaint 25% buy again within 60 days, against 100% of comparable customers"
    assert "−75 points" in said(shown)
    assert measured(shown)
    assert not faint(shown)
    assert shown.frame.loc[0, "low"] < 0.25 < shown.frame.loc[0, "high"]


def test_where_complaints_do_not_matter_no_difference_is_claimed(shop: Callable[..., Workbook]) -> None:
    """Who leaves is decided at each purchase, and who complains by another coin. Those who buy often complain more and stay longer, which
    without comparing like with like looks as if complaints made customers loyal."""
    chance, sales, contacts = random.Random(3), [], [("c0", 0, "Call", "", ""), ("c0", 800, "Call", "", "")]
    for n in range(900):
        day, rate, leaves = chance.uniform(0, 300), chance.gammavariate(1.2, 1 / 35), chance.betavariate(1, 9)
        while day < 800:
            sales.append((f"c{n}", int(day), 10.0))
            if chance.random() < 0.06:
                contacts.append((f"c{n}", min(800, int(day) + chance.randint(0, 10)), "Complaint", "", "late"))
            if chance.random() < leaves:
                break
            day += chance.expovariate(rate)
    shown = show(shop(sales, contacts), "complaints_and_leaving")
    assert shown.figures["cases_followed"] >= 200
    assert shown.frame.loc[0, "share"] - shown.frame.loc[1, "plain"] > 0.15
    assert abs(shown.figures["difference"]) < 0.06
    assert shown.title.in_("en").startswith("No clear difference")
    assert "no proof" in said(shown)


def test_few_cases_are_called_too_few(shop: Callable[..., Workbook]) -> None:
    contacts: list[Contact] = [(f"c{n}", 200, "Complaint", "", "late") for n in range(5)] + [
        ("c9", 0, "Call", "", ""),
        ("c9", 400, "Call", "", ""),
    ]
    shown = show(shop(steady(40), contacts), "complaints_and_leaving")
    assert shown.title.in_("en").startswith("Only 5 cases")
    assert "hint and no finding" in said(shown)


def test_what_cannot_be_followed_is_said_with_what_would_help(shop: Callable[..., Workbook], workbook: Workbook) -> None:
    for exhibit in ("complaints", "complaints_and_leaving"):
        with pytest.raises(NoData) as empty:
            show(workbook, exhibit)
        assert empty.value.fix
    made = shop(steady(40))
    for exhibit in ("complaints", "complaints_and_leaving"):
        with pytest.raises(NoData, match="no interactions") as none:
            show(made, exhibit)
        assert none.value.fix
    shop(steady(40), [("c1", 30, "Call", "", ""), ("c2", 90, "Call", "", "")])
    with pytest.raises(NoData, match="None of the interactions"):
        show(made, "complaints")
    shop(steady(40), [("c1", 495, "Complaint", "", ""), ("c2", 498, "Complaint", "", "")])
    with pytest.raises(NoData, match="can be followed"):
        show(made, "complaints_and_leaving")


@pytest.mark.parametrize(
    ("exhibit", "settings"), [("complaints", {}), ("complaints", {"by": "topic"}), ("complaints_and_leaving", {})]
)
def test_whole_in_both_languages(shop: Callable[..., Workbook], exhibit: str, settings: dict[str, object]) -> None:
    shown = show(shop(steady(60), [*CONTACTS, ("c1", 420, "Call", "", "")]), exhibit, **settings)
    english, chinese = (said(shown, language) for language in ("en", "zh"))
    assert english != chinese
    assert "{" not in english + chinese
    assert all(math.isfinite(value) for value in shown.figures.values())
    for language in ("en", "zh"):
        figure = shown.draw(language)
        assert figure.data
        assert figure.layout.height >= 260
    assert not any("a" <= letter <= "z" for letter in shown.title.in_("zh").replace("late", ""))


def test_landmarks_lie_where_both_sides_can_be_seen() -> None:
    first, last = START, START + dt.timedelta(days=400)
    found = landmarks(Covered(START, START + dt.timedelta(days=200), 9), first, last, 90)
    assert found[0] == START + dt.timedelta(days=200), "no later than complaints are recorded"
    assert found[-1] >= START + dt.timedelta(days=29), "a month of complaints lies before each"
    assert len(found) == 6
    assert landmarks(Covered(START, last, 9), first, last, 399) == []


def test_those_at_risk_who_complained_are_named(shop: Callable[..., Workbook]) -> None:
    sales = steady(40, leaving=dict.fromkeys(range(10), 300))
    quiet = shop(sales)
    assert "complained" not in said(show(quiet, "at_risk"))
    made = shop(sales, [(f"c{n}", 290, "Complaint", "open" if n < 2 else "resolved", "late") for n in range(4)])
    text = said(show(made, "at_risk"))
    assert "Of those at risk or lost, 4 complained" in text
    assert "still open with 2 of them" in text


def test_complaints_nobody_listened_to_are_hinted_at(shop: Callable[..., Workbook]) -> None:
    made = shop(steady(40))
    hints = lambda: [finding for finding in find(made.snapshot()) if finding.check.id == "win_back.complaints"]  # noqa: E731
    assert not hints()
    shop(steady(40), CONTACTS)
    assert hints()[0].message.in_("en").startswith("The data hold 14 complaints")
    assert "14次投诉" in hints()[0].message.in_("zh")
    made.commit(
        [Put("segment", "s", {"name": "All"}), Put("need", "n", {"need": "On time", "segment": "s", "evidence_kind": "complaint"})],
        "Ada",
    )
    assert not hints()


def test_segments_that_find_nobody_in_the_data_leave_the_grades(shop: Callable[..., Workbook]) -> None:
    made = shop(steady(40), CONTACTS)
    grades = show(made, "complaints")
    nobody = {"by": "attribute", "segment": "north", "all": [{"column": "revenue", "from": 1e9}]}
    unreadable = {"by": "stage"}
    made.commit([Put("segment", name, {"name": name, "rule": rule}) for name, rule in (("a", nobody), ("b", unreadable))], "Ada")
    shown = show(made, "complaints")
    assert shown.frame["group"].tolist() == grades.frame["group"].tolist()
    assert shown.title.in_("en") == grades.title.in_("en")
    assert measured(shown)
