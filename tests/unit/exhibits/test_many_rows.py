"""Charts and titles with more rows and longer names than anybody planned for: no name on another, none lost."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from strategy.exhibits import Exhibit, figure_of, present
from strategy.exhibits.captions import Verbatim, in_title
from strategy.exhibits.drawing import canvas, finished
from strategy.exhibits.label_leaders import MOST_NAMED
from strategy.exhibits.labels import Joined
from strategy.exhibits.row_labels import APART, LINE, fit_rows, label_rows, row_names
from strategy.language import LANGUAGES, Language, msg
from strategy.method import shipped_method
from strategy.workbook import Put, Workbook

LONG = "Families with two or more children under twelve who live near a store"
SCORES = ("need", "budget_evidence", "decision_maker", "rival_evidence", "timing")


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """25 segments, 20 KPIs, 20 groups at risk and 15 opportunities, all with long names."""
    with Workbook.create(tmp_path_factory.mktemp("crowded") / "c.duckdb", "Crowded", shipped_method()) as made:
        rows: list[Put] = []
        for at in range(25):
            role = ("primary", "secondary", "not_now")[at % 3]
            rows += [
                Put("segment", f"s{at}", {"name": f"Segment {at} {LONG}", "role": role, "revenue": 100.0 + at}),
                Put("segment_test", f"t{at}", {"segment": f"s{at}", "test": "distinct", "result": "fails"}),
                Put("mix", f"m{at}", {"segment": f"s{at}", "element": "product", "offer": LONG}),
                Put("value_position", f"v{at}", {"segment": f"s{at}", "price": 10.0 + at % 7, "benefit": 1 + at % 9}),
                Put(
                    "acquisition",
                    f"a{at}",
                    {
                        "segment": f"s{at}",
                        "channel": f"Channel {LONG}",
                        "cost_per_customer": 100.0 + at,
                        "lifetime_value": 50.0 + at,
                        "margin_per_month": 3.0,
                        "target_customers": 10 + at,
                    },
                ),
            ]
            for axis in ("attractiveness", "ability"):
                score = {
                    "segment": f"s{at}",
                    "criterion": axis,
                    "participant": "Ada",
                    "score": 1 + (at * (3 if axis == "ability" else 5)) % 9,
                }
                rows.append(Put("segment_evaluation", f"e{at}{axis}", score))
            for need in range(3):
                values = {"need": f"Need {need} of {at} {LONG}", "segment": f"s{at}", "importance": 1 + (at + need) % 9}
                kind = {"performance": 1 + (at * 2 + need) % 9, "kano": ("must_be", "one_dimensional", "attractive")[need]}
                rows.append(Put("need", f"n{at}_{need}", {**values, **kind, "kind": "functional", "awareness": "latent"}))
        rows += [Put("criterion", axis, {"name": axis, "axis": axis, "weight": 100}) for axis in ("attractiveness", "ability")]
        for at in range(20):
            rows += [
                Put(
                    "kpi",
                    f"k{at}",
                    {"name": f"KPI {at} {LONG}", "baseline": 10.0, "target": 20.0, "tolerance": 5, "unit_text": LONG},
                ),
                Put("kpi_actual", f"ka{at}", {"kpi": f"k{at}", "period": "2026-03-31", "value": 5.0 + at}),
                Put("win_back", f"w{at}", {"group": f"{LONG} {at}", "value_at_stake": 100.0 * at, "risk": 1 + at % 9}),
            ]
        for at in range(15):
            scored = dict.fromkeys(SCORES, at % 6)
            rows.append(Put("opportunity", f"o{at}", {"name": f"Deal {at} {LONG}", "deal_value": 10.0, "feeling": 50, **scored}))
        made.commit(rows, "Ada")
        yield made


ROWS = [
    "kpi_scorecard", "deviations", "at_risk", "acquisition_economics", "opportunity_gap", "coverage", "segment_tests", "portfolio",
]  # fmt: skip


@pytest.mark.parametrize("exhibit_id", ROWS)
def test_names_of_many_rows_stand_clear_of_each_other(crowded: Workbook, exhibit_id: str) -> None:
    snapshot = crowded.snapshot()
    shown = present(exhibit_id, snapshot, crowded.cursor)
    for language in LANGUAGES:
        figure = figure_of(shown, snapshot, language)
        labels = list(figure.layout.yaxis.ticktext)
        assert len(labels) == len(set(labels)) >= 15, "each row has a name of its own"
        room = (figure.layout.height - 64) / len(labels)
        assert max(label.count("<br>") + 1 for label in labels) * LINE <= room
        assert all(len(label) < 60 for label in labels)


def test_the_whole_name_is_said_when_the_mouse_rests_on_a_row(crowded: Workbook) -> None:
    snapshot = crowded.snapshot()
    figure = figure_of(present("at_risk", snapshot), snapshot, "en")
    (bars,) = figure.data
    assert bars.hovertemplate.startswith("%{hovertext}")
    assert {" ".join(text.replace("<br>", " ").split()) for text in bars.hovertext} == {f"{LONG} {at}" for at in range(20)}


def test_names_in_small_areas_are_broken_and_whole_under_the_mouse(crowded: Workbook) -> None:
    """On one line Plotly writes a long name so small that nobody can read it."""
    figure = present("value_treemap", crowded.snapshot()).draw("en")
    (areas,) = figure.data
    assert len(areas.labels) == 25
    assert max(len(line) for label in areas.labels for line in label.split("<br>")) <= 24
    assert all(text.replace("<br>", " ") == f"Segment {at} {LONG}" for at, text in enumerate(areas.hovertext))


def test_an_area_without_room_for_a_word_has_none(workbook: Workbook) -> None:
    rows = {"big": 60_000.0, "small": 39_500.0, "tiny": 500.0}
    workbook.commit([Put("segment", name, {"name": name.title(), "revenue": revenue}) for name, revenue in rows.items()], "Ada")
    (areas,) = present("value_treemap", workbook.snapshot()).draw("en").data
    assert list(areas.labels) == ["Big<br>60%", "Small<br>40%", ""]
    assert list(areas.hovertext) == ["Big", "Small", "Tiny"]


@pytest.mark.parametrize("exhibit_id", ["segment_tests", "acquisition_matrix", "acquisition_economics", "ge_matrix", "kano_split"])
def test_a_title_names_three_and_says_how_many_more(crowded: Workbook, exhibit_id: str) -> None:
    title = present(exhibit_id, crowded.snapshot()).title
    assert len(title.in_("en")) < 260
    assert " more" in title.in_("en")
    assert "等" in title.in_("zh")


def test_lists_say_how_many_more_there_are() -> None:
    names = [Verbatim(letter) for letter in "ABCDEFGHIJ"]
    assert Joined(names).in_("en") == "A, B, C, D, E, F, G, H and 2 more"
    assert Joined(names).in_("zh") == "A、B、C、D、E、F、G、H等10个"
    assert Joined(names, None).in_("en").endswith("I and J")
    assert in_title(names[:4]).in_("en") == "A, B, C and 1 more"
    assert in_title([Verbatim(LONG)]).in_("en").endswith("…")


@given(st.lists(st.text(alphabet="ab 客户<", max_size=70), min_size=1, max_size=40), st.sampled_from(LANGUAGES))
def test_whatever_the_names_rows_have_room_and_none_is_mark_up(names: list[str], language: Language) -> None:
    figure = canvas(300)
    label_rows(figure, names, language)
    drawn = finished(figure, language)
    labels = list(drawn.layout.yaxis.ticktext)
    assert len(labels) == len(names)
    tallest = max(label.count("<br>") + 1 for label in labels)
    assert drawn.layout.height >= len(names) * (LINE * tallest + APART)
    assert not any("<" in label.replace("<br>", "") for label in labels)


def test_a_few_short_names_change_nothing() -> None:
    figure = canvas(300)
    label_rows(figure, ["One", "Two"], "en")
    fit_rows(figure, "en")
    assert (figure.layout.height, list(figure.layout.yaxis.ticktext)) == (300, ["One", "Two"])


def test_equal_names_are_rows_of_their_own() -> None:
    assert all(a != b for a, b in pairwise(row_names(["Same", "Same", "Same"], "en")))


@pytest.mark.parametrize("exhibit_id", ["ge_matrix", "value_map", "acquisition_matrix", "value_risk"])
def test_a_crowded_map_names_the_most_important_and_a_phone_numbers_all(crowded: Workbook, exhibit_id: str) -> None:
    snapshot = crowded.snapshot()
    shown = present(exhibit_id, snapshot, crowded.cursor)
    figure = figure_of(shown, snapshot, "en")
    narrow = figure.layout.meta["narrow"]
    names = figure.layout.annotations[: narrow["names"]]
    assert len(names) == MOST_NAMED
    assert not any("<br>" in note.text for note in names), "a line each"
    keyed = [name for kind in narrow["key"] for _, name in kind["names"]]
    assert len(keyed) == narrow["numbers"] == len(shown.frame)
    assert any(f"{MOST_NAMED} of {len(shown.frame)}" in line.in_("en") for line in shown.reading)
    if exhibit_id == "ge_matrix":
        roles = {row.id: row["role"] for row in snapshot.rows("segment")}
        primary = [segment for segment, role in roles.items() if role == "primary"]
        assert {note.name for note in names} >= set(primary[:MOST_NAMED]) or all(roles[note.name] == "primary" for note in names)


def test_more_segments_than_a_legend_explains_have_none_and_the_reading_says_so(crowded: Workbook) -> None:
    snapshot = crowded.snapshot()
    for exhibit_id in ("importance_performance", "kano_split"):
        shown = present(exhibit_id, snapshot)
        assert not figure_of(shown, snapshot, "en").layout.showlegend
        assert any("too many for a key" in line.in_("en") for line in shown.reading)


def test_names_in_a_legend_are_cut_to_one_line() -> None:
    figure = canvas(300)
    figure.add_bar(x=[1], y=[1], name=LONG)
    figure.update_layout(showlegend=True)
    (bar,) = finished(figure, "en").data
    assert bar.name.endswith("…")
    assert len(bar.name) <= 36


def test_a_table_writes_nothing_where_there_is_no_word() -> None:
    frame = pd.DataFrame({"name": pd.Series([Verbatim("Ann"), None, float("nan")], dtype=object), "share": [0.5, None, 0.1]})
    headings = {"name": msg("Name"), "share": msg("Share of revenue")}
    exhibit = Exhibit(Verbatim("Title"), (), frame, headings, {}, lambda language: canvas(100), Verbatim("Alt"))
    assert exhibit.table("en")["Name"].tolist() == ["Ann", "", ""]
