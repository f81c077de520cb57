"""The sample workbooks: they build in both languages, hold together, and say everything in the language asked for."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from strategy.errors import NoData
from strategy.exhibits import figure_source, present, spec
from strategy.language import Language
from strategy.method import Step
from strategy.samples import build
from strategy.samples.catalogue import FOLDER
from strategy.thread.checks import Finding, find
from strategy.thread.readiness import readiness
from strategy.workbook import Snapshot, Workbook

LANGUAGES: tuple[Language, ...] = ("en", "zh")
FILLED = ("newsstand", "cdnow")
CHINESE = re.compile(r"[\u3400-\u9fff]")
ENGLISH = re.compile(r"[A-Za-z]{3,}")
#: Names and abbreviations that are written the same in Chinese.
SAME_IN_BOTH = {"CDNOW", "CRM", "CNY", "GBP", "KPI", "USD"}

Built = dict[tuple[str, Language], Workbook]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    """Both filled-in samples in both languages."""
    folder = tmp_path_factory.mktemp("samples")
    made: Built = {}
    try:
        for sample in FILLED:
            for language in LANGUAGES:
                made[sample, language] = build(sample, folder / f"{sample}_{language}.duckdb", sample, "Lead", language)
        yield made
    finally:
        for workbook in made.values():
            workbook.close()


@pytest.fixture(params=LANGUAGES)
def newsstand(request: pytest.FixtureRequest, built: Built) -> Workbook:
    return built["newsstand", request.param]


def _findings(workbook: Workbook) -> list[Finding]:
    snapshot = workbook.snapshot()
    return list(find(snapshot, figure_source(snapshot, workbook.cursor)))


def _texts(snapshot: Snapshot) -> Iterator[tuple[str, str]]:
    """Where each text cell is, and what it says."""
    for worksheet in snapshot.method.worksheets:
        for row in snapshot.rows(worksheet.id):
            for column in worksheet.columns:
                if column.type in ("text", "long_text") and row[column.id]:
                    yield f"{worksheet.id}/{row.id}.{column.id}", str(row[column.id])


def _numbers(snapshot: Snapshot, worksheet: str, *columns: str) -> list[tuple[float, ...]]:
    return [tuple(float(row.get(column, 0) or 0) for column in columns) for row in snapshot.rows(worksheet)]


def test_newsstand_leaves_nothing_but_hints_open(newsstand: Workbook) -> None:
    assert [(found.check.id, found.message.in_("en")) for found in _findings(newsstand) if found.severity != "hint"] == []
    assert {found.severity for found in _findings(newsstand)} == {"hint"}


def test_newsstand_is_ready_in_every_step(newsstand: Workbook) -> None:
    assert {step: state.state for step, state in readiness(newsstand.snapshot()).items() if state.state != "ready"} == {}


def test_newsstand_fills_every_worksheet(newsstand: Workbook) -> None:
    snapshot = newsstand.snapshot()
    assert [sheet.id for sheet in snapshot.method.worksheets if not snapshot.rows(sheet.id)] == []


def _reads_worksheets(step: Step) -> list[str]:
    return [exhibit for exhibit in step.exhibits if spec(exhibit).reads == "worksheets"]


def test_newsstand_shows_every_exhibit_that_reads_worksheets(newsstand: Workbook) -> None:
    snapshot = newsstand.snapshot()
    for step in snapshot.method.steps:
        for exhibit in _reads_worksheets(step):
            shown = present(exhibit, snapshot, newsstand.cursor)
            assert not shown.frame.empty, exhibit
            assert shown.figures, exhibit


def test_every_step_of_newsstand_has_a_decision_with_all_its_parts(newsstand: Workbook) -> None:
    snapshot = newsstand.snapshot()
    decided = defaultdict(list)
    for row in snapshot.rows("decision"):
        decided[row["step"]].append(row)
        for column in ("reason", "alternatives", "confidence", "assumption", "tripwire", "owner", "due", "review_on", "evidence"):
            assert row[column], (row.id, column)
        assert row["status"] == "agreed"
    assert set(decided) == {step.id for step in snapshot.method.steps}


def test_the_sums_of_newsstand_agree(built: Built) -> None:
    snapshot = built["newsstand", "en"].snapshot()
    assert sum(weight for (weight,) in _numbers(snapshot, "customer_type", "weight")) == 100
    assert sum(weight for (weight,) in _numbers(snapshot, "vendor_criterion", "weight")) == 100
    for axis in ("attractiveness", "ability"):
        assert sum(float(row["weight"]) for row in snapshot.rows("criterion") if row["axis"] == axis) == 100
    for count, cost, budget in _numbers(snapshot, "acquisition", "target_customers", "cost_per_customer", "budget"):
        assert count * cost <= budget
    (frame,) = snapshot.rows("plan_frame")
    (total,) = {float(frame["budget_total"])}
    planned: dict[str, float] = defaultdict(float)
    for row in snapshot.rows("budget"):
        planned[row["segment"]] += float(row["planned"])
    for segment in snapshot.targets:
        assert planned[segment.id] == pytest.approx(float(segment["resource_share"]) / 100 * total), segment.id
    for row in snapshot.rows("mix"):
        entered = [
            float(cell["planned"])
            for cell in snapshot.children("budget", "segment", row["segment"])
            if cell["instrument"] == row["element"]
        ]
        assert float(row.get("budget", 0)) == sum(entered), row.id


def test_contacts_of_newsstand_stay_within_what_a_grade_may_cost(built: Built) -> None:
    snapshot = built["newsstand", "en"].snapshot()
    for grade in snapshot.rows("grade"):
        spent = sum(
            float(row["times_a_year"]) * float(row["cost_each"]) for row in snapshot.children("touchpoint", "grade", grade.id)
        )
        assert spent <= float(grade["contact_cost"]), grade.id


def test_one_deviation_of_newsstand_is_answered_and_sent_back(newsstand: Workbook) -> None:
    (answer,) = newsstand.snapshot().rows("deviation")
    assert answer["cause"]
    assert answer["action"]
    assert answer["back_to"] == "step_8"
    shown = present("deviations", newsstand.snapshot(), newsstand.cursor)
    assert shown.title.in_("en") == "The deviation has its answer and goes back to 8 CRM system"


@pytest.mark.parametrize("language", LANGUAGES)
def test_cdnow_is_decided_where_it_says_so(built: Built, language: Language) -> None:
    workbook = built["cdnow", language]
    blockers = {found.step for found in _findings(workbook) if found.severity == "blocker"}
    assert not blockers & {"step_1", "step_2"}
    snapshot = workbook.snapshot()
    assert {row["step"] for row in snapshot.rows("decision")} == {"step_1", "step_2", "step_6", "step_7"}
    assert all(row["evidence"] for row in snapshot.rows("decision"))
    states = readiness(snapshot)
    assert [step for step in ("step_1", "step_2", "step_7") if states[step].state != "ready"] == []


@pytest.mark.parametrize("sample", FILLED)
def test_no_evidence_has_moved_and_nothing_is_stale(built: Built, sample: str) -> None:
    found = {finding.check.id for finding in _findings(built[sample, "zh"])}
    assert not found & {"evidence.drift", "thread.review"}


@pytest.mark.parametrize("sample", FILLED)
def test_every_text_is_in_the_language_asked_for(built: Built, sample: str) -> None:
    english = [text for text in _texts(built[sample, "en"].snapshot()) if CHINESE.search(text[1])]
    assert english == []
    chinese = [text for text in _texts(built[sample, "zh"].snapshot()) if set(ENGLISH.findall(text[1])) - SAME_IN_BOTH]
    assert chinese == []


def test_the_gift_retailer_is_positioned_by_judgement_that_says_so(tmp_path: Path) -> None:
    with build("uk-gifts", tmp_path / "gifts.duckdb", "Gifts", "Lead", "zh") as workbook:
        findings = _findings(workbook)
        assert not [found.check.id for found in findings if found.step == "step_3" and found.severity == "blocker"]
        assert not {"evidence.drift", "thread.review"} & {found.check.id for found in findings}
        snapshot = workbook.snapshot()
        (step,) = [step for step in snapshot.method.steps if step.id == "step_3"]
        for exhibit in _reads_worksheets(step):
            assert present(exhibit, snapshot, workbook.cursor).figures, exhibit
        for method in ("pca", "ca", "mds"):
            assert set(present("perceptual_map", snapshot, None, {"method": method}).frame["kind"]) >= {"brand", "attribute"}
        assert {row["figures_from"] for row in snapshot.rows("value_position")} == {"judgement"}
        assert {row["figures_from"] for row in snapshot.rows("association_count")} == {"judgement"}
        mixed = [text for text in _texts(snapshot) if set(ENGLISH.findall(text[1])) - SAME_IN_BOTH]
        assert [where for where, _ in mixed if not where.startswith("segment/")] == []


def _bare(value: Any, where: str) -> Iterator[str]:
    """Texts in words that are not given in both languages."""
    if isinstance(value, dict) and set(value) == {"en", "zh"}:
        if not (value["en"].strip() and CHINESE.search(value["zh"]) and not CHINESE.search(value["en"])):
            yield where
    elif isinstance(value, dict):
        for name, part in value.items():
            yield from _bare(part, f"{where}.{name}")
    elif isinstance(value, str) and (CHINESE.search(value) or " " in value):
        yield where


@pytest.mark.parametrize(
    "path", sorted(path for sample in (*FILLED, "uk_gifts") for path in (FOLDER / sample).glob("*.yaml")), ids=lambda p: p.name
)
def test_texts_are_given_in_both_languages(path: Path) -> None:
    assert list(_bare(yaml.safe_load(path.read_text(encoding="utf-8")), path.name)) == []


def test_sources_name_every_data_file() -> None:
    sources = (FOLDER / "SOURCES.md").read_text(encoding="utf-8")
    for path in FOLDER.rglob("*"):
        if path.suffix in (".gz", ".parquet"):
            assert path.relative_to(FOLDER).as_posix() in sources


def test_every_chart_of_segments_in_the_strategic_steps_can_be_clicked(built: Built) -> None:
    """A mark says by its data whose it is, so that a click brings that segment into focus everywhere."""
    workbook = built["newsstand", "en"]
    snapshot = workbook.snapshot()
    segments = {row.id for row in snapshot.rows("segment")}
    silent, tried = [], 0
    for exhibit_id in (exhibit for step in snapshot.method.steps if step.number <= 3 for exhibit in step.exhibits):
        try:
            shown = present(exhibit_id, snapshot, workbook.cursor)
        except NoData:
            continue
        if "segment" not in shown.frame or not segments.intersection(shown.frame["segment"]):
            continue
        tried += 1
        owners = [item for trace in shown.draw("en").data if trace.customdata is not None for item in trace.customdata]
        if not segments.intersection(str(item) if np.ndim(item) == 0 else str(item[0]) for item in owners):
            silent.append(exhibit_id)
    assert silent == []
    assert tried >= 10
