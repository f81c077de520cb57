"""Rows of steps 5 to 9 for the tests of their exhibits: a small invented newsstand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from strategy.exhibits import Exhibit, present
from strategy.workbook import Put, Workbook

Rows = Mapping[tuple[str, str], Mapping[str, Any]]

BASE: Rows = {
    ("plan_frame", "plan"): {
        "name": "Newsstand", "currency": "CNY", "horizon_months": 12, "discount_rate": 10,
        "period_start": "2026-01-01", "period_end": "2026-12-31", "budget_total": 5000,
    },
    ("segment", "regulars"): {"name": "Regular readers", "short_name": "Regulars", "role": "primary"},
    ("segment", "riders"): {"name": "Passengers in a hurry", "short_name": "Riders", "role": "secondary"},
    ("segment", "firms"): {"name": "Property companies"},
}  # fmt: skip

ACQUISITION: Rows = {
    ("acquisition", "cards"): {
        "segment": "regulars", "channel": "Cards in the queue", "cost_per_customer": 8, "cost_per_customer_low": 5,
        "cost_per_customer_high": 12, "lifetime_value": 60, "lifetime_value_low": 40, "lifetime_value_high": 90,
        "margin_per_month": 4, "target_customers": 50, "budget": 400, "approach": "compete",
    },
    ("acquisition", "visits"): {
        "segment": "firms", "channel": "Visits", "cost_per_customer": 3000, "lifetime_value": 12000, "margin_per_month": 200,
        "target_customers": 1, "budget": 3000, "approach": "compete",
    },
    ("acquisition", "shouting"): {
        "segment": "riders", "channel": "Crying wares", "cost_per_customer": 1, "lifetime_value": 5, "target_customers": 200,
        "budget": 200, "approach": "opportunistic",
    },
    ("acquisition", "unknown"): {"segment": "riders", "channel": "Radio", "target_customers": 1},
    ("funnel_stage", "seen"): {"stage": "Saw a card", "acquisition": "cards", "position": 1, "volume": 1000, "cost": 120, "days": 1},
    ("funnel_stage", "buyer"): {"stage": "Bought twice", "acquisition": "cards", "position": 3, "volume": 50, "cost": 100},
    ("funnel_stage", "took"): {"stage": "Took a card", "acquisition": "cards", "position": 2, "volume": 400, "cost": 180, "days": 7},
    ("growth_engine", "aside"): {
        "measure": "Put papers aside", "engine": "stop_leak", "segment": "regulars", "effect": 1800, "effect_low": 1000,
        "effect_high": 2500,
    },
    ("growth_engine", "inserts"): {"measure": "Inserts for firms", "engine": "serve_new", "segment": "firms", "effect": 12000},
    ("opportunity", "tower"): {
        "name": "Inserts for a new tower", "segment": "firms", "deal_value": 12000, "need": 4, "budget_evidence": 1,
        "decision_maker": 2, "rival_evidence": 0, "timing": 3, "feeling": 90,
    },
    ("opportunity", "bank"): {
        "name": "Bank branch", "need": 5, "budget_evidence": 5, "decision_maker": 4, "rival_evidence": 4, "timing": 4, "feeling": 60,
    },
    ("opportunity", "school"): {"name": "School", "need": 2, "budget_evidence": 2, "decision_maker": 2},
}  # fmt: skip

RETENTION: Rows = {
    ("grade", "c"): {"name": "C", "at_least": 0, "customers": 900, "margin_per_customer": 10, "contact_cost": 1},
    ("grade", "a"): {
        "name": "A", "at_least": 600, "customers": 25, "customers_low": 20, "customers_high": 35, "margin_per_customer": 400,
        "contact_cost": 30, "service_level": "Papers set aside",
    },
    ("grade", "b"): {"name": "B", "at_least": 200, "customers": 75, "margin_per_customer": 100, "contact_cost": 10},
    ("lifecycle_stage", "exploration"): {"task": "Prove that the paper is there", "owner": "Owner"},
    ("lifecycle_stage", "formation"): {"task": "Learn the name"},
    ("lifecycle_stage", "stability"): {"task": "Surprise now and then"},
    ("lifecycle_stage", "degradation"): {"task": "Ask and listen"},
    ("touchpoint", "call"): {
        "name": "Headline call", "grade": "a", "segment": "regulars", "stage": "stability", "channel": "Telephone", "owner": "Owner",
        "times_a_year": 24, "cost_each": 0.5,
    },
    ("touchpoint", "gift"): {
        "name": "New year calendar", "grade": "b", "stage": "formation", "channel": "In person", "owner": "Owner",
        "times_a_year": 1, "cost_each": 4, "months": ["jan"],
    },
    ("satisfaction", "sr"): {
        "segment": "regulars", "grade": "a", "measure": "csat", "score": 78, "respondents": 40, "repurchase": 55, "expectation": 7,
        "perception": 6, "figures_from": "judgement",
    },
    ("satisfaction", "sd"): {"segment": "riders", "measure": "csat", "score": 60, "figures_from": "data"},
    ("satisfaction", "sn"): {"segment": "regulars", "measure": "nps", "score": 5, "respondents": 100},
    ("loyalty_matrix", "lr"): {"segment": "regulars", "attitude": 8, "behaviour": 7},
    ("loyalty_matrix", "ld"): {"segment": "riders", "attitude": 3, "behaviour": 6},
    **{
        ("relationship_quality", f"{who.lower()}-{party}-{driver}"): {"driver": driver, "party": party, "participant": who, "score": score}
        for who, party, driver, score in (
            ("Sales", "customers", "trust", 7), ("Service", "customers", "trust", 8), ("Sales", "suppliers", "trust", 2),
            ("Service", "suppliers", "trust", 5), ("Sales", "employees", "empathy", 6), ("Sales", "customers", "empathy", 6),
        )
    },
}  # fmt: skip

WIN_BACK: Rows = {
    ("leaving_cause", "soldout"): {
        "evidence": "Their paper was sold out", "segment": "regulars", "cause": "service", "customers": 12, "value": 3600,
        "value_low": 2400, "value_high": 4800, "figures_from": "judgement",
    },
    ("leaving_cause", "late"): {"evidence": "Came late", "segment": "riders", "cause": "service", "customers": 5, "value": 400},
    ("leaving_cause", "moved"): {"evidence": "Moved house", "segment": "regulars", "cause": "moved", "customers": 3, "value": 500},
    ("leaving_cause", "cheap"): {"evidence": "Free papers", "segment": "riders", "cause": "price", "customers": 40},
    ("win_back", "gone"): {
        "group": "Regulars not seen for a month", "segment": "regulars", "customers": 12, "value_at_stake": 3600,
        "value_at_stake_low": 3000, "value_at_stake_high": 5000, "risk": 7, "tier": "pursue", "offer": "Papers set aside",
        "cost": 120, "return_probability": 40, "return_probability_low": 10, "return_probability_high": 60, "margin_back": 60,
        "owner": "Owner",
    },
    ("win_back", "free"): {
        "group": "Readers of free papers", "segment": "riders", "customers": 40, "value_at_stake": 800, "risk": 9,
        "tier": "keep_door_open", "cost": 300, "return_probability": 5, "margin_back": 20,
    },
    ("win_back", "moved"): {"group": "Moved house", "segment": "regulars", "customers": 3, "value_at_stake": 500, "tier": "let_go"},
}  # fmt: skip

SYSTEM: Rows = {
    ("capability", "orders"): {
        "name": "See each regular's order", "needed_by": "step_6", "area": "customer_database", "layer": "operations",
        "must_have": True, "importance": 9, "today": 3,
    },
    ("capability", "missing"): {
        "name": "Notice who stays away", "needed_by": "step_7", "area": "data_mining", "layer": "analysis", "must_have": False,
        "importance": 6,
    },
    ("capability", "phone"): {
        "name": "Take orders on the phone", "needed_by": "step_6", "area": "mobile", "layer": "touchpoint", "must_have": True,
        "importance": 8, "today": 6,
    },
    ("vendor_criterion", "easy"): {"name": "Easy at the counter", "weight": 60},
    ("vendor_criterion", "safe"): {"name": "Security", "quality": "security", "weight": 40},
    ("vendor", "va"): {
        "name": "Vendor A", "status": "demonstrated", "licence_a_year": 1200, "licence_a_year_low": 1000,
        "licence_a_year_high": 1500, "implementation": 800, "running_a_year": 600, "years": 5,
    },
    ("vendor", "vb"): {
        "name": "Vendor B", "status": "demonstrated", "licence_a_year": 900, "implementation": 3000, "running_a_year": 500, "years": 5,
    },
    ("vendor", "cards"): {"name": "Card box", "status": "listed"},
    ("vendor_cover", "c1"): {"vendor": "va", "capability": "orders", "cover": "partly"},
    ("vendor_cover", "c2"): {"vendor": "va", "capability": "phone", "cover": "full"},
    **{
        ("vendor_score", f"{who}-{vendor}-{criterion}"): {
            "vendor": vendor, "criterion": criterion, "participant": who, "score": score,
        }
        for who, vendor, criterion, score in (
            ("sales", "va", "easy", 8), ("sales", "va", "safe", 5), ("sales", "vb", "easy", 5), ("sales", "vb", "safe", 8),
            ("service", "va", "easy", 7), ("service", "va", "safe", 4), ("service", "vb", "easy", 6), ("service", "vb", "safe", 9),
        )
    },
    **{
        ("crm_audit", f"{who}-{item}"): {"item": item, "participant": who, "importance": importance, "support": support}
        for who, item, importance, support in (
            ("sales", "retention", 9, 2), ("service", "retention", 8, 5), ("sales", "knowledge", 6, 5), ("sales", "value", 5, 6),
        )
    },
    ("rollout", "business_plan"): {"start": "2026-02-02", "finish": "2026-02-27", "owner": "Owner", "result": "One page"},
    ("rollout", "team"): {"start": "2026-03-02", "finish": "2026-03-20"},
    ("rollout", "evaluate_processes"): {"start": "2026-03-23", "finish": "2026-05-15"},
}  # fmt: skip

CIRCLE: Rows = {
    ("kpi", "week"): {
        "name": "Regulars who bought this week", "source_step": "step_6", "better": "higher", "baseline": 70, "target": 85,
        "tolerance": 5, "owner": "Owner", "frequency": "weekly", "unit_text": "%",
    },
    ("kpi", "lost"): {
        "name": "Regulars lost", "source_step": "step_7", "better": "lower", "baseline": 12, "target": 6, "owner": "Owner",
    },
    ("kpi", "hold"): {"name": "Papers unsold", "source_step": "step_4", "better": "lower", "baseline": 20, "target": 20},
    ("kpi", "new"): {"name": "New orders", "source_step": "step_5", "better": "higher", "baseline": 0, "target": 10},
    ("kpi_actual", "w1"): {"kpi": "week", "period": "2026-03-31", "value": 72, "figures_from": "judgement"},
    ("kpi_actual", "w2"): {"kpi": "week", "period": "2026-06-30", "value": 76, "figures_from": "data"},
    ("kpi_actual", "l1"): {"kpi": "lost", "period": "2026-06-30", "value": 9, "figures_from": "data"},
    ("kpi_actual", "h1"): {"kpi": "hold", "period": "2026-06-30", "value": 20, "figures_from": "data"},
    ("deviation", "d1"): {
        "kpi": "week", "period": "2026-03-31", "cause": "Sold out after seven", "action": "Set papers aside", "back_to": "step_6",
        "owner": "Owner", "done": True,
    },
    ("thirty_second", "o1"): {"participant": "Sales", "round": "opening", "answer": "Everybody at the stop", "open_to_all": True},
    ("thirty_second", "o2"): {"participant": "Service", "round": "opening", "answer": "Companies with money", "open_to_all": True},
    ("thirty_second", "c1"): {"participant": "Sales", "round": "circle", "answer": "Regular readers at the stop", "open_to_all": True},
    ("thirty_second", "c2"): {"participant": "Service", "round": "circle", "answer": "Regular readers by the stop", "open_to_all": True},
    ("insight", "i1"): {
        "idea": "Standing passengers buy", "from_whom": "Owner", "stage": "process", "noted_on": "2026-02-03",
        "trial_on": "2026-02-13", "process_on": "2026-03-15",
    },
    ("insight", "i2"): {"idea": "Coupons in magazines", "stage": "noted", "noted_on": "2026-04-01"},
    ("insight", "i3"): {"idea": "Umbrellas for rent", "stage": "trial"},
    ("decision", "first"): {
        "statement": "Regulars come first", "step": "step_1", "reason": "Daily", "owner": "Owner", "due": "2026-05-31",
        "status": "agreed", "review_on": "2027-01-15",
    },
    ("initiative", "start"): {
        "name": "Start the order service", "step": "step_6", "segment": "regulars", "owner": "Owner", "start": "2026-03-01",
        "finish": "2026-05-31", "status": "running",
    },
    ("initiative", "idle"): {"name": "Second pitch", "step": "step_5", "owner": "Owner", "status": "planned"},
    ("inspection", "look"): {"what": "Are papers set aside?", "by_whom": "Owner", "planned_on": "2026-04-15", "done_on": "2026-04-16"},
    ("inspection", "look2"): {"what": "Are cards at hand?", "by_whom": "Owner", "planned_on": "2026-07-15"},
}  # fmt: skip

EVERYTHING: Rows = {**BASE, **ACQUISITION, **RETENTION, **WIN_BACK, **SYSTEM, **CIRCLE}


def fill(workbook: Workbook, *rows: Rows) -> None:
    """Put rows into a workbook, in one commit."""
    workbook.commit([Put(sheet, row_id, values) for group in rows for (sheet, row_id), values in group.items()], "Test")


@contextmanager
def workbook_with(folder: Path, *rows: Rows) -> Iterator[Workbook]:
    """A new workbook with the plan frame and three segments, and these rows."""
    with Workbook.create(folder / "x.duckdb", "X") as workbook:
        fill(workbook, BASE, *rows)
        yield workbook


def show(folder: Path, exhibit_id: str, *rows: Rows, **settings: Any) -> Exhibit:
    """An exhibit of a workbook with these rows."""
    with workbook_with(folder, *rows) as workbook:
        return present(exhibit_id, workbook.snapshot(), None, settings)


def drawn(shown: Exhibit) -> list[Any]:
    """The traces of the chart in both languages, one after the other; the table and the words are made on the way."""
    traces: list[Any] = []
    for language in ("en", "zh"):
        figure = shown.draw(language)
        figure.to_json()
        traces += list(figure.data)
        shown.table(language)
        assert all(part.in_(language) for part in (shown.title, shown.alt, *shown.reading))
    assert all(value == value for value in shown.figures.values())
    return traces
