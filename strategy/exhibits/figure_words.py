"""Key figures in words. An exhibit keeps them under ids such as ``answers`` or ``<row>.revenue``, which nobody should have to read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from strategy.exhibits.labels import Label, Share
from strategy.exhibits.rivals import Brand
from strategy.language import Language, Speaks, msg
from strategy.method import Column
from strategy.thread.memory import per_snapshot
from strategy.workbook import Snapshot

#: What a figure counts or measures, by the end of its id, where no column of the exhibit has that name.
WORDS: Mapping[str, Speaks] = {
    "a": msg("Parameter {name}", name="a"),
    "actual": msg("Actual"),
    "again_after_complaint": msg("Share who bought again after a complaint"),
    "again_without": msg("Share who bought again without one"),
    "agreement": msg("Agreement"),
    "alpha": msg("Parameter {name}", name="α"),
    "adjusted_rand": msg("Agreement of the two groupings"),
    "amount": msg("Amount"),
    "answers": msg("Answers"),
    "attitude": msg("Attitude"),
    "b": msg("Parameter {name}", name="b"),
    "behaviour": msg("Behaviour"),
    "better": msg("Better"),
    "break_even_pct": msg("Break-even (%)"),
    "budget_total": msg("Budget of the plan"),
    "capabilities": msg("Capabilities"),
    "cases_followed": msg("Cases followed"),
    "ceiling": msg("Ceiling"),
    "change": msg("Change"),
    "circle": msg("Agreement in step 9"),
    "clusters": msg("Clusters"),
    "complaints": msg("Complaints"),
    "contacts_per_customer_year": msg("Contacts per customer and year"),
    "cost_per_customer": msg("Cost per customer won"),
    "count": msg("Count"),
    "customers": msg("Customers"),
    "decision_due": msg("Decision due"),
    "decision_review": msg("Decision to review"),
    "deviations": msg("Deviations"),
    "difference": msg("Difference"),
    "differences": msg("Points of difference"),
    "dissenters": msg("Participants who would choose otherwise"),
    "distance": msg("Distance"),
    "distance_planned": msg("Distance, planned"),
    "distance_today": msg("Distance today"),
    "drift": msg("Lead of another orientation"),
    "expected": msg("Expected"),
    "expected_from_histories": msg("Expected from the histories"),
    "filled": msg("Cells filled"),
    "first_topic_share": msg("Share of the first topic"),
    "flips_at": msg("Turning point"),
    "floor": msg("Floor"),
    "from_ideal": msg("Distance from the ideal"),
    "gap": msg("Gap"),
    "gini": msg("Gini coefficient"),
    "group_ratio": msg("Consistency ratio of the group"),
    "growth": msg("Growth"),
    "high": msg("Upper end"),
    "hole": msg("Holes"),
    "horizon_months": msg("Horizon (months)"),
    "indifference": msg("Indifference price"),
    "initiative": msg("Initiative ends"),
    "inspection": msg("Inspection"),
    "lead": msg("Lead over the rival"),
    "left": msg("Customers who left"),
    "losing": msg("Customers who cost more than they bring"),
    "low": msg("Lower end"),
    "mean": msg("Mean"),
    "measurable": msg("Test: measurable"),
    "distinct": msg("Test: distinct"),
    "profitable": msg("Test: profitable"),
    "servable": msg("Test: servable"),
    "median_days": msg("Median of days"),
    "misplaced": msg("Share misplaced by the model"),
    "must_haves_behind": msg("Must-haves that lag behind"),
    "never_back": msg("Share who never came back"),
    "opening": msg("Agreement in the opening"),
    "optimal": msg("Optimal price"),
    "ours": msg("Our price"),
    "overall": msg("Overall"),
    "overdue": msg("Overdue"),
    "p_alive": msg("Mean chance of still being active, returning customers"),
    "parity": msg("Points of parity"),
    "participants": msg("Participants"),
    "partly": msg("Cells filled in part"),
    "peak": msg("Peak of the curve"),
    "peak_at": msg("Where the curve peaks"),
    "profit": msg("Profit"),
    "proven_differences": msg("Points of difference with proof"),
    "r": msg("Parameter {name}", name="r"),
    "rank_correlation": msg("Correlation of ranks"),
    "returning": msg("Customers who came back"),
    "rival": msg("A rival's price"),
    "root_mean_square": msg("Mean difference"),
    "sent_back": msg("Sent back to a step"),
    "share": msg("Share"),
    "share_at": msg("Weight at which the choice turns over"),
    "share_customers": msg("Share of customers"),
    "share_now": msg("Weight today"),
    "share_revenue": msg("Share of revenue"),
    "shown": msg("Share of the differences shown"),
    "silent": msg("Silent customers"),
    "silent_called_active": msg("Silent, yet active by the model"),
    "stability": msg("Stability"),
    "stayed": msg("Share who stayed"),
    "still_to_earn": msg("Still to earn"),
    "suggested": msg("Suggested number of clusters"),
    "target": msg("Target"),
    "tied_differences": msg("Points of difference tied to a need"),
    "total": msg("Total"),
    "unanswered": msg("Without an answer"),
    "value": msg("Value"),
    "value_at_stake": msg("Value at stake"),
    "worse": msg("Worse"),
}
#: Exhibits whose figures are of choices of the method; a row may have the id of a choice by chance.
_OF_CHOICES = frozenset({
    "delivered_value", "engines", "execution_calendar", "insight_pipeline", "leaving_causes", "lifecycle", "maturity", "movement",
    "orientation_radar", "relationship_balance", "relationship_quality", "ten_c",
})  # fmt: skip
#: Figures between 0 and 1 that the exhibits say in percent, beside those whose ids end in ``share``.
_SHARES = frozenset({
    "again_after_complaint", "again_without", "agreement", "circle", "misplaced", "never_back", "opening", "p_alive", "share_at",
    "share_customers", "share_now", "share_revenue", "shown", "stayed",
})  # fmt: skip
_SHARE_OF_TOP = re.compile(r"top_(\d+)_percent")
_AGE = re.compile(r"age_(\d+)")
_NUMBERED = re.compile(r"cluster_(\d+)")
#: A figure of which no more can be said.
A_FIGURE = msg("a figure")


def value_in_words(figure: str, value: float) -> Speaks | None:
    """A share of one as a percentage, to a tenth where it is not a whole one; ``None`` for whatever is no share."""
    part = figure.rpartition(".")[2]
    if abs(value) > 1 or not (part in _SHARES or part.endswith("share") or _SHARE_OF_TOP.fullmatch(part) or _AGE.fullmatch(part)):
        return None
    return Share(value, 0 if abs(100 * value - round(100 * value)) < 0.05 else 1)


def figure_in_words(snapshot: Snapshot, exhibit_id: str, figure: str, columns: Mapping[str, Speaks]) -> Speaks:
    """What a key figure is: ``Revenue (Shift workers)``. ``columns`` are the titles of the exhibit's own columns, as far as it can be
    computed now; without them, those of the worksheets stand in."""
    parts = figure.split(".")
    measured = _measured(snapshot, exhibit_id, parts[-1], columns)
    about = parts[:-1] if measured else parts
    names = [name for name in (_named(snapshot, exhibit_id, part) for part in about) if name is not None]
    if not names:
        return measured or A_FIGURE
    return msg("{figure} ({names})", figure=measured, names=_Dotted(tuple(names))) if measured else _Dotted(tuple(names))


def _measured(snapshot: Snapshot, exhibit_id: str, part: str, columns: Mapping[str, Speaks]) -> Speaks | None:
    if part in columns:
        return columns[part]
    if exhibit_id in _OF_CHOICES and _choice(snapshot, exhibit_id, part):
        return None
    if part in WORDS:
        return WORDS[part]
    if found := _SHARE_OF_TOP.fullmatch(part):
        return msg("Revenue share of the top {share}%", share=found[1])
    if found := _AGE.fullmatch(part):
        return msg("Share still there after {count:# period|# periods}", count=found[1])
    return next((column.title for column in _columns(snapshot, exhibit_id) if column.id == part), None)


def _choice(snapshot: Snapshot, exhibit_id: str, part: str) -> Speaks | None:
    found = (column.choice(part) for column in _columns(snapshot, exhibit_id))
    return next((choice.title for choice in found if choice), None)


def _columns(snapshot: Snapshot, exhibit_id: str) -> Iterator[Column]:
    """Columns of the worksheets, those of the exhibit's own step first."""
    steps = sorted(snapshot.method.steps, key=lambda step: exhibit_id not in step.exhibits)
    return (column for step in steps for sheet in step.worksheets for column in sheet.fields)


@dataclass(frozen=True)
class _Dotted:
    """Names beside each other: ``Regulars · Kiosk``."""

    names: tuple[Speaks, ...]

    def in_(self, language: Language) -> str:
        return " · ".join(name.in_(language) for name in self.names)


@dataclass(frozen=True)
class _Typed:
    """A name as somebody typed it."""

    text: str

    def in_(self, language: Language) -> str:
        return self.text


def _named(snapshot: Snapshot, exhibit_id: str, part: str) -> Speaks | None:
    """Whose figure it is: a row by its name, ourselves, a choice by its title; an internal word says nothing to anybody."""
    if part == "ours":
        return Brand(snapshot, "")
    if exhibit_id in _OF_CHOICES and (title := _choice(snapshot, exhibit_id, part)):
        return title
    worksheet = per_snapshot("worksheet of row", snapshot, _worksheets).get(part)
    if worksheet:
        return Label(snapshot, worksheet, part)
    if title := _choice(snapshot, exhibit_id, part):
        return title
    if part in WORDS:
        return WORDS[part]
    if found := _NUMBERED.fullmatch(part):
        return msg("Cluster {number}", number=found[1])
    return None if re.fullmatch(r"[a-z0-9_-]*", part) else _Typed(part)


def _worksheets(snapshot: Snapshot) -> dict[str, str]:
    """Row id -> its worksheet. Where several have a row of one id, the first of the method: segments come early."""
    found: dict[str, str] = {}
    for sheet in snapshot.method.worksheets:
        for row in snapshot.rows(sheet.id):
            found.setdefault(row.id, sheet.id)
    return found
