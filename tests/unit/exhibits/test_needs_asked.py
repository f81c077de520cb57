"""Step 2 with what customers say: best-worst choices, their own scores, derived importance, and where we misjudge them."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
import pytest
from strategic_rows import BASE, drawn, numbered, said, shown, snapshot_of, titles

from strategy.errors import NoData
from tests.counting import counted

COUNTS = numbered(
    "best_worst",
    [
        {"need": "news", "segment": "wait", "shown": 100, "best": 60, "worst": 5},
        {"need": "queue", "segment": "wait", "shown": 100, "best": 20, "worst": 30},
    ],
)


def _scores(people: int = 40) -> dict:  # type: ignore[type-arg]
    random = np.random.default_rng(3)
    rows = []
    for person in range(people):
        news, queue = (int(value) for value in random.integers(1, 10, 2))
        overall = int(np.clip(round(0.8 * news + 0.1 * queue + random.normal()), 1, 9))
        for need, performance in (("news", news), ("queue", queue)):
            rows.append({"need": need, "respondent": f"R{person}", "importance": 6, "performance": performance, "overall": overall})
    return numbered("need_answer", rows)


def test_best_worst_ranking(tmp_path: Path) -> None:
    exhibit = shown("best_worst_ranking", snapshot_of(tmp_path, BASE, COUNTS))
    assert titles(exhibit)[0].startswith("Waiting choose “Know the news” first, with ")
    assert exhibit.figures["wait.news.score"] == pytest.approx(0.55)
    assert sum(value for name, value in exhibit.figures.items() if name.endswith("share")) == pytest.approx(1)
    assert "ahead of" in said(exhibit)
    drawn(exhibit)


def test_of_many_segments_each_keeps_its_first_needs_in_the_chart(tmp_path: Path) -> None:
    segments = {("segment", f"s{at}"): {"name": f"Segment {at}", "role": "primary"} for at in range(9)}
    counts = [
        {"need": need, "segment": f"s{at}", "shown": 50, "best": best, "worst": 10}
        for at in range(9)
        for need, best in (("news", 30), ("queue", 20), ("stock", 10))
    ]
    stock = {("need", "stock"): {"need": "Find it in stock", "segment": "wait"}}
    exhibit = shown("best_worst_ranking", snapshot_of(tmp_path, BASE, segments, stock, numbered("best_worst", counts)))
    figure = drawn(exhibit)
    assert len([trace for trace in figure["data"] if trace.get("customdata") is not None]) == 9
    assert "Drawn are the first of each segment, 18 in all; the table has all 27." in said(exhibit)


def test_needs_chosen_alike_are_not_put_in_an_order(tmp_path: Path) -> None:
    counts = [{"need": "news", "segment": "wait", "best": 40}, {"need": "queue", "segment": "wait", "best": 40}]
    counts += [{"need": "stock", "segment": "wait", "best": 5}]
    stock = {("need", "stock"): {"need": "Find it in stock", "segment": "wait"}}
    rows = numbered("best_worst", [row | {"shown": 100, "worst": 10} for row in counts])
    exhibit = shown("best_worst_ranking", snapshot_of(tmp_path, BASE, stock, rows))
    assert titles(exhibit)[0].startswith("Waiting choose 2 needs first alike, each with ")
    assert "cannot be told apart" in said(exhibit)
    other = {("segment", "other"): {"name": "Others", "role": "primary"}}
    theirs = numbered(
        "best_worst", [row | {"shown": 100, "worst": 10} for row in [*counts, {"need": "news", "segment": "other", "best": 50}]]
    )
    both = titles(shown("best_worst_ranking", snapshot_of(tmp_path / "both", BASE, stock, other, theirs)))[0]
    assert "Waiting: 2 needs alike (" in both
    assert "Others: “Know the news” (" in both


def test_best_worst_counts_that_contradict_themselves_are_left_out_and_said(tmp_path: Path) -> None:
    wrong = numbered("best_worst", [{"need": "news", "segment": "wait", "shown": 3, "best": 3, "worst": 3}])
    with pytest.raises(NoData):
        shown("best_worst_ranking", snapshot_of(tmp_path, BASE, wrong))
    other = {("best_worst", f"more-{number}"): row for number, row in enumerate(COUNTS.values())}
    assert "Left out: 1 row" in said(shown("best_worst_ranking", snapshot_of(tmp_path / "b", BASE, wrong, other)))


@pytest.mark.parametrize("importance", ["asked", "derived"])
def test_what_customers_say_is_shown_though_the_team_has_scored_nothing(tmp_path: Path, importance: str) -> None:
    unscored = {key: row | {"importance": None, "performance": None} for key, row in BASE.items() if key[0] == "need"}
    scored = shown("importance_performance", snapshot_of(tmp_path / "a", BASE, _scores()), importance=importance)
    exhibit = shown("importance_performance", snapshot_of(tmp_path / "b", BASE | unscored, _scores()), importance=importance)
    assert {name: exhibit.figures[name] for name in ("news.importance", "queue.importance")} == {
        name: scored.figures[name] for name in ("news.importance", "queue.importance")
    }
    drawn(exhibit)
    with pytest.raises(NoData, match="Customers have not scored"):
        shown("importance_performance", snapshot_of(tmp_path / "c", BASE | unscored), importance=importance)


def test_derived_importance_finds_the_need_that_drives_satisfaction(tmp_path: Path) -> None:
    exhibit = shown("importance_performance", snapshot_of(tmp_path, BASE, _scores()), importance="derived")
    assert exhibit.frame[["gap", "opportunity"]].isna().all(axis=None)
    assert exhibit.figures["news.importance"] > 0.7 > 0.5 > exhibit.figures["queue.importance"]
    assert "partial correlation" in said(exhibit)
    assert "40 questionnaires" in said(exhibit)
    drawn(exhibit)
    few = shown("importance_performance", snapshot_of(tmp_path / "few", BASE, _scores(10)), importance="derived")
    assert "simple correlation" in said(few)
    with pytest.raises(NoData):
        shown("importance_performance", snapshot_of(tmp_path / "none", BASE, _scores(5)), importance="derived")


def test_customers_own_scores_and_the_choice_of_lines_is_named(tmp_path: Path) -> None:
    exhibit = shown("importance_performance", snapshot_of(tmp_path, BASE, _scores()), importance="asked")
    assert exhibit.figures["news.importance"] == 6
    asked = exhibit.frame
    assert list(asked["opportunity"]) == [i + max(i - p, 0) for i, p in zip(asked["importance"], asked["performance"], strict=True)]
    assert "All needs have the same importance" in said(exhibit)
    assert "Lines at the means of the needs shown: importance 6" in said(exhibit)
    middle = shown("importance_performance", snapshot_of(tmp_path / "m", BASE), crosshair="midpoint")
    assert "Lines at the middle of the scale" in said(middle)


def test_rivals_stand_beside_us(tmp_path: Path) -> None:
    rivals = numbered("rival_performance", [{"need": "news", "rival": "north", "performance": 6}])
    exhibit = shown("importance_performance", snapshot_of(tmp_path, BASE, rivals))
    assert "Ahead of us on needs that matter (1): North kiosk" in said(exhibit)
    assert any(trace.get("name") == "North kiosk" and trace["x"] == [6.0] for trace in drawn(exhibit)["data"])


def test_perception_gap_on_value_and_on_needs(tmp_path: Path) -> None:
    value = numbered("delivered_value", [{"segment": "wait", "stage": "buy", "element": "time", "score": 8, "our_view": 2}])
    exhibit = shown("perception_gap", snapshot_of(tmp_path, BASE, value, _scores()))
    assert titles(exhibit)[0] == "Waiting: widest gap at “Time cost, buy”, we say 2, customers 8"
    assert exhibit.figures["wait.buy.time.gap"] == -6
    assert exhibit.figures["news.importance.gap"] == 2
    # A cost we think lower than customers do flatters us.
    assert exhibit.frame.set_index("key").loc["wait.buy.time", "flattery"] == 6
    assert "too good about ourselves: " in said(exhibit)
    drawn(exhibit)
    with pytest.raises(NoData):
        shown("perception_gap", snapshot_of(tmp_path / "none", BASE))


def test_sixty_needs_are_drawn_readably_and_quickly(tmp_path: Path) -> None:
    segments = {("segment", f"s{n}"): {"name": f"Segment {n}", "role": "primary"} for n in range(12)}
    needs = {
        ("need", f"n{n}"): {
            "need": f"A need of some length, number {n}", "segment": f"s{n % 12}", "importance": n % 9 + 1, "performance": (n * 7) % 9 + 1,
        }
        for n in range(60)
    }  # fmt: skip
    counts = numbered(
        "best_worst", [{"need": f"n{n}", "segment": f"s{n % 12}", "shown": 50, "best": n % 25, "worst": n % 20} for n in range(60)]
    )
    kano = numbered(
        "kano_answer",
        [
            {
                "need": f"n{n}",
                "respondent": f"R{p}",
                "functional": ("like", "must", "neutral")[(n + p) % 3],
                "dysfunctional": "dislike",
            }
            for n in range(60)
            for p in range(20)
        ],
    )
    rivals = {("rival", f"r{n}"): {"name": f"Rival {n}"} for n in range(8)}
    performance = numbered(
        "rival_performance",
        [{"need": f"n{n}", "rival": f"r{r}", "performance": (n + r) % 9 + 1} for n in range(60) for r in range(8)],
    )
    snapshot = snapshot_of(tmp_path, segments, needs, rivals, counts, kano, performance)
    for exhibit_id in ("importance_performance", "need_gaps", "kano_split", "best_worst_ranking"):
        exhibit, calls = counted(partial(shown, exhibit_id, snapshot))
        figure = drawn(exhibit)
        names = [text for trace in figure["data"] for text in (trace.get("text") or []) if isinstance(text, str) and "need" in text]
        assert len(names) <= 12, exhibit_id
        assert calls < 300_000, (exhibit_id, calls)
