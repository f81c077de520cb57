"""Checks that need more than a comparison. Each takes a snapshot and yields the places where it does not hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from strategy.analysis.spoken_length import LIMIT_SECONDS
from strategy.language import Message, msg
from strategy.thread.deviations import deviations
from strategy.thread.drift import FigureSource, drifted, furthest
from strategy.thread.outside import customers_outside
from strategy.thread.pairs import contradictions
from strategy.thread.staleness import RowLabel, stale
from strategy.thread.statement import statements
from strategy.thread.telling import Namesakes, Told
from strategy.workbook import Row, Snapshot
from strategy.workbook.values import is_empty, targets


@dataclass(frozen=True)
class Hit:
    """A place where a check does not hold, and what its message needs to name. ``step`` overrides the check's own."""

    worksheet: str
    row_id: str | None
    column: str | None = None
    names: Mapping[str, Any] = field(default_factory=dict)
    step: str | None = None


def row_without_name(snapshot: Snapshot) -> Iterator[Hit]:
    """A row that others can refer to lacks what it is called by."""
    referred = {worksheet for sheet in snapshot.method.worksheets for column in sheet.references for worksheet in column.to}
    for sheet in snapshot.method.worksheets:
        column = sheet.column(sheet.label)
        if sheet.id not in referred or not column.required or column.type != "text":
            continue
        step = snapshot.method.step_of(sheet.id)
        for row in snapshot.rows(sheet.id):
            if is_empty(row[column.id]):
                where = row["step"] if sheet.id == "decision" else step.id if step else None
                yield Hit(sheet.id, row.id, column.id, {"column": column.title}, where)


def no_primary_segment(snapshot: Snapshot) -> Iterator[Hit]:
    """There are segments, but none is primary."""
    if snapshot.rows("segment") and not snapshot.segments("primary"):
        yield Hit("segment", None, "role")


def need_on_assumption(snapshot: Snapshot) -> Iterator[Hit]:
    for row in snapshot.rows("need"):
        if row["evidence_kind"] == "assumption":
            yield Hit("need", row.id, "evidence_kind")


def upper_half(snapshot: Snapshot, segment_id: str) -> set[str]:
    """Needs of a segment at or above the median importance; ties at the median count as upper."""
    needs = [row for row in snapshot.children("need", "segment", segment_id) if row["importance"] is not None]
    ranked = sorted((float(row["importance"]) for row in needs), reverse=True)
    if not ranked:
        return set()
    threshold = ranked[(len(ranked) - 1) // 2]
    return {row.id for row in needs if float(row["importance"]) >= threshold}


def unimportant(snapshot: Snapshot, need_id: str | None, segment_id: str) -> Message | None:
    """Why a need is no important one of the segment; ``None`` when it is."""
    need = snapshot.row("need", need_id)
    if need is None:
        return msg("it names no need")
    if need["segment"] != segment_id:
        return msg("the need belongs to another segment")
    if need["importance"] is None:
        return msg("the need has no importance yet, and so no rank")
    return None if need.id in upper_half(snapshot, segment_id) else msg("the need ranks in the lower half")


def difference_answers_need(snapshot: Snapshot) -> Iterator[Hit]:
    """A point of difference answers no need of its segment that ranks in the upper half by importance."""
    for row in snapshot.rows("position_point"):
        if row["kind"] != "difference" or not row["segment"]:
            continue
        why = unimportant(snapshot, row["need"], row["segment"])
        if why:
            yield Hit("position_point", row.id, "need", {"why": why})


def difference_not_true(snapshot: Snapshot) -> Iterator[Hit]:
    for row in snapshot.rows("position_point"):
        if row["kind"] == "difference" and row["is_true"] is False:
            yield Hit("position_point", row.id, "is_true")


def statement_too_long(snapshot: Snapshot) -> Iterator[Hit]:
    """A positioning statement takes longer to say than 30 seconds."""
    for statement in statements(snapshot):
        if statement.seconds > LIMIT_SECONDS:
            yield Hit("positioning", statement.row.id, None, {"actual": round(statement.seconds), "expected": LIMIT_SECONDS})


def statement_not_chosen(snapshot: Snapshot) -> Iterator[Hit]:
    """A target segment has statements, and not exactly one of them is marked as chosen."""
    for segment in snapshot.targets:
        rows = snapshot.children("positioning", "segment", segment.id)
        chosen = [row for row in rows if row["chosen"]]
        if rows and len(chosen) != 1:
            yield Hit("segment", segment.id, None, {"actual": len(chosen)})


def _in_play(snapshot: Snapshot) -> Iterator[Row]:
    """Statements that are chosen or may still be; what was put aside is left in peace."""
    for statement in statements(snapshot):
        if statement.row["chosen"] is not False:
            yield statement.row


def statement_without_difference(snapshot: Snapshot) -> Iterator[Hit]:
    """A statement says "unlike" a rival that no point of difference of its segment beats."""
    for row in _in_play(snapshot):
        points = snapshot.children("position_point", "segment", row["segment"])
        if row["rival"] and not any(p["kind"] == "difference" and row["rival"] in p.get("beats", []) for p in points):
            yield Hit("positioning", row.id, "rival", {"rival": RowLabel(snapshot, ("rival", row["rival"]))})


def statement_without_need(snapshot: Snapshot) -> Iterator[Hit]:
    """A statement starts from no need of its segment that ranks in the upper half by importance."""
    for row in _in_play(snapshot):
        why = unimportant(snapshot, row["need"], row["segment"])
        if why:
            yield Hit("positioning", row.id, "need", {"why": why})


_AGREES: dict[str, Callable[[float, float], bool]] = {
    "eliminate": lambda today, planned: planned == 0 < today,
    "reduce": lambda today, planned: planned < today,
    "raise": lambda today, planned: planned > today,
    "create": lambda today, planned: planned > today,
    "keep": lambda today, planned: planned == today,
}


def canvas_action_disagrees(snapshot: Snapshot) -> Iterator[Hit]:
    """The action of a factor says one thing and its levels another."""
    for row in snapshot.rows("canvas_factor"):
        if row["action"] not in _AGREES or row["ours_today"] is None or row["ours_planned"] is None:
            continue
        today, planned = float(row["ours_today"]), float(row["ours_planned"])
        if not _AGREES[row["action"]](today, planned):
            choice = snapshot.method.worksheet("canvas_factor").column("action").choice(row["action"])
            names = {"action": choice.title if choice else row["action"], "today": today, "planned": planned}
            yield Hit("canvas_factor", row.id, "action", names)


def _position(row: Row, rival_price: float, own_price: float) -> bool:
    """Whether the stated price position agrees with the prices of the value map; within 2% counts as level."""
    if own_price > rival_price * 1.02:
        actual = "above"
    elif own_price < rival_price * 0.98:
        actual = "below"
    else:
        actual = "level"
    return bool(row["price_position"] == actual)


def price_position_agrees(snapshot: Snapshot) -> Iterator[Hit]:
    """The mix's price position contradicts the value map, or the positioning statement."""
    for row in snapshot.rows("mix"):
        if row["element"] != "price" or not row["price_position"]:
            continue
        chosen = [p for p in snapshot.children("positioning", "segment", row["segment"]) if p["chosen"] is not False]
        if any(p["price_position"] and p["price_position"] != row["price_position"] for p in chosen):
            yield Hit("mix", row.id, "price_position", {"against": msg("the positioning statement")})
        elif _against_value_map(snapshot, row, {p["rival"] for p in chosen if p["rival"]}):
            yield Hit("mix", row.id, "price_position", {"against": msg("the prices on the value map")})


def _against_value_map(snapshot: Snapshot, row: Row, main_rivals: set[str]) -> bool:
    """Whether a price position disagrees with our price and that of a main rival, as the statements name them.

    Where none of these has a price, any rival may be the one meant: then it has to disagree with all.
    """
    priced = [p for p in snapshot.children("value_position", "segment", row["segment"]) if p["price"] is not None]
    own = next((float(p["price"]) for p in priced if not p["rival"]), None)
    rivals = {p["rival"]: float(p["price"]) for p in priced if p["rival"]}
    if own is None or not rivals:
        return False
    if main := [price for rival, price in rivals.items() if rival in main_rivals]:
        return any(not _position(row, price, own) for price in main)
    return all(not _position(row, price, own) for price in rivals.values())


def budgets_sum(snapshot: Snapshot) -> Iterator[Hit]:
    """The planned budgets do not add up to the plan's total."""
    frame = next(iter(snapshot.rows("plan_frame")), None)
    rows = snapshot.rows("budget")
    if frame is None or not rows or frame["budget_total"] is None:
        return
    total, planned = float(frame["budget_total"]), sum(float(row.get("planned", 0)) for row in rows)
    if abs(planned - total) > max(0.01, total * 0.0001):
        yield Hit("budget", None, "planned", {"actual": planned, "expected": total})


def payback_in_horizon(snapshot: Snapshot) -> Iterator[Hit]:
    """Winning a customer takes longer to pay back than the plan's horizon."""
    frame = next(iter(snapshot.rows("plan_frame")), None)
    horizon = frame["horizon_months"] if frame else None
    for row in snapshot.rows("acquisition"):
        cost, margin = row["cost_per_customer"], row["margin_per_month"]
        if row["approach"] == "decline" or horizon is None or cost is None or not margin or margin <= 0:
            continue
        months = float(cost) / float(margin)
        if months > float(horizon):
            yield Hit("acquisition", row.id, "margin_per_month", {"months": round(months, 1), "horizon": horizon})


def win_back_pays(snapshot: Snapshot) -> Iterator[Hit]:
    """The spend on a group is more than the margin it can be expected to bring back."""
    for row in snapshot.rows("win_back"):
        parts = [row[name] for name in ("cost", "customers", "return_probability", "margin_back")]
        if row["tier"] == "let_go" or any(part is None for part in parts):
            continue
        cost, customers, probability, margin = (float(part) for part in parts)
        expected = customers * probability / 100 * margin
        if cost > expected:
            yield Hit("win_back", row.id, "cost", {"cost": cost, "expected": round(expected, 2)})


def _complaints_at_hand(snapshot: Snapshot) -> int:
    """How many complaints the newest import of interactions brought, as the journal says."""
    for version in range(snapshot.data_version, 0, -1):
        for cycle in snapshot.cycles:
            for revision in snapshot.journal.of_row(cycle, "dataset", f"v{version}", snapshot.seq):
                if revision.body.get("kind") == "interactions":
                    return int(revision.body.get("complaints") or 0)
    return 0


def complaints_unheard(snapshot: Snapshot) -> Iterator[Hit]:
    """Complaints are known, and neither a need rests on complaints nor has a cause of leaving been written down."""
    heard = any(row["evidence_kind"] == "complaint" for row in snapshot.rows("need")) or snapshot.rows("leaving_cause")
    if not heard and (count := _complaints_at_hand(snapshot)):
        yield Hit("leaving_cause", None, None, {"actual": count})


def customers_in_no_segment(snapshot: Snapshot) -> Iterator[Hit]:
    """Segments come from the data, and some customers are in none of them."""
    if found := customers_outside(snapshot):
        money = f"{found.revenue:,.0f} {snapshot.currency or ''}".strip()
        yield Hit("segment", None, "rule", {"actual": f"{found.customers:,}", "share": round(found.share, 1), "money": money})


def target_without_customers(snapshot: Snapshot) -> Iterator[Hit]:
    """A target whose rule finds nobody in the data at hand: what was decided for it is for nobody."""
    for row in snapshot.targets:
        if row["rule"] and row["customers"] == 0:
            yield Hit("segment", row.id, "customers")


def vendor_covers(snapshot: Snapshot) -> Iterator[Hit]:
    """The chosen system does not fully cover a must-have capability, and nobody says how else it is met."""
    chosen = [row for row in snapshot.rows("vendor") if row["status"] == "chosen"]
    for vendor in chosen:
        covers = {row["capability"]: row for row in snapshot.children("vendor_cover", "vendor", vendor.id)}
        for capability in snapshot.rows("capability"):
            cover = covers.get(capability.id)
            met = cover is not None and (cover["cover"] == "full" or bool(cover["how_else"]))
            if capability["must_have"] and not met:
                yield Hit("capability", capability.id, None, {"vendor": RowLabel(snapshot, ("vendor", vendor.id))})


def decision_without_kpi(snapshot: Snapshot) -> Iterator[Hit]:
    column = snapshot.method.worksheet("kpi").by_id.get("decisions")
    if column is None:  # in a method where no figure answers for a decision
        return
    measured = {row_id for kpi in snapshot.rows("kpi") for _, row_id in targets(column, kpi["decisions"])}
    for row in snapshot.rows("decision"):
        if row.id not in measured:
            yield Hit("decision", row.id, None, {}, row["step"])


def decision_incomplete(snapshot: Snapshot) -> Iterator[Hit]:
    """A decision without an owner or a date; reported at the decision's own step."""
    worksheet = snapshot.method.worksheet("decision")
    for row in snapshot.rows("decision"):
        missing = [worksheet.column(name) for name in ("owner", "due") if not row[name]]
        if missing:
            yield Hit("decision", row.id, missing[0].id, {"columns": [column.title for column in missing]}, row["step"])


def pairs_contradict(snapshot: Snapshot) -> Iterator[Hit]:
    """A participant's comparisons in pairs have a consistency ratio above 0.10; the judgement most out of line is named."""
    for found in contradictions(snapshot):
        step = snapshot.method.step_of(found.row.worksheet)
        names = {
            "who": found.who,
            "ratio": f"{found.ratio:.2f}",
            "first": RowLabel(snapshot, (found.worksheet, found.first)),
            "second": RowLabel(snapshot, (found.worksheet, found.second)),
        }
        yield Hit(found.row.worksheet, found.row.id, "judgement", names, step.id if step else None)


def deviation_unanswered(snapshot: Snapshot) -> Iterator[Hit]:
    """A KPI deviates beyond its tolerance and no deviation row gives cause and action for it."""
    for deviation in deviations(snapshot):
        if deviation.beyond and not deviation.answered:
            yield Hit("kpi", deviation.kpi.id, None, {"actual": deviation.actual, "target": deviation.target})


def review_needed(snapshot: Snapshot) -> Iterator[Hit]:
    """A row stands on something that has changed since it was made or reviewed."""
    among = Namesakes(snapshot)
    for (worksheet, row_id), reasons in stale(snapshot).items():
        row = snapshot.row(worksheet, row_id)
        step = snapshot.method.step_of(worksheet)
        where = row["step"] if worksheet == "decision" and row else step.id if step else None
        names = {"row": Told(snapshot, (worksheet, row_id), among, titled=True), "reason": reasons[0].message}
        yield Hit(worksheet, row_id, None, names, where)


def evidence_drift(snapshot: Snapshot, figures: FigureSource) -> Iterator[Hit]:
    """A decision was taken on figures that have moved; the one that moved furthest of each exhibit is named."""
    for drift in furthest(drifted(snapshot, figures)):
        before = drift.before_said or round(drift.before, 3)
        after = msg("not available") if drift.after is None else drift.after_said or round(drift.after, 3)
        names = {"exhibit": drift.exhibit_title, "figure": drift.figure_title, "before": before, "after": after}
        yield Hit("decision", drift.decision.id, "evidence", names, drift.decision["step"])


FUNCTIONS: dict[str, Callable[[Snapshot], Iterator[Hit]]] = {
    function.__name__: function
    for function in (
        row_without_name,
        no_primary_segment,
        need_on_assumption,
        difference_answers_need,
        difference_not_true,
        statement_too_long,
        statement_not_chosen,
        statement_without_difference,
        statement_without_need,
        canvas_action_disagrees,
        price_position_agrees,
        budgets_sum,
        payback_in_horizon,
        win_back_pays,
        complaints_unheard,
        customers_in_no_segment,
        target_without_customers,
        vendor_covers,
        decision_without_kpi,
        decision_incomplete,
        deviation_unanswered,
        review_needed,
        pairs_contradict,
    )
}
