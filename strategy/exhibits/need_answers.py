"""What customers scored on needs themselves: means per need, and importance derived from their answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from strategy.analysis.derived_importance import Derived, derive
from strategy.thread.memory import per_snapshot
from strategy.workbook import Snapshot

_COLUMNS = ["importance", "performance", "overall"]


def _answers(snapshot: Snapshot) -> pd.DataFrame:
    """need, respondent, importance, performance, overall (1-9): the last answer of a respondent on a need. Not to be changed."""
    return per_snapshot("need_answers", snapshot, _read)


def _read(snapshot: Snapshot) -> pd.DataFrame:
    if not snapshot.method.has_worksheet("need_answer"):
        return pd.DataFrame(columns=["need", "respondent", *_COLUMNS])
    latest = {
        (row["need"], str(row["respondent"] or row.id)): [row[column] for column in _COLUMNS]
        for row in snapshot.rows("need_answer")
        if row["need"]
    }
    frame = pd.DataFrame([(*key, *values) for key, values in latest.items()], columns=["need", "respondent", *_COLUMNS])
    frame[_COLUMNS] = frame[_COLUMNS].astype(float)
    return frame


def asked_frame(snapshot: Snapshot) -> pd.DataFrame:
    """need, importance, performance (means, 1-9), respondents: what customers said, over those who answered."""
    answers = _answers(snapshot)
    means = answers.groupby("need", sort=False)[["importance", "performance"]].mean()
    scored = answers[answers["importance"].notna() | answers["performance"].notna()]
    means["respondents"] = scored.groupby("need", sort=False)["respondent"].nunique()
    means["respondents"] = means["respondents"].fillna(0).astype(int)
    return means.reset_index()


@dataclass(frozen=True)
class Answered:
    """Respondents who scored needs, and how many of them scored importance, performance and overall satisfaction on all they answered."""

    given: int
    complete: int


def answered(snapshot: Snapshot) -> Answered:
    answers = _answers(snapshot)
    asked = [column for column in _COLUMNS if answers[column].notna().any()]  # a questionnaire need not ask for all three
    whole = answers.assign(whole=answers[asked].notna().all(axis=1)).groupby("respondent")["whole"].all()
    return Answered(len(whole), int(whole.sum()))


@dataclass(frozen=True)
class DerivedNeeds:
    """Derived importance by need, and how it was derived in each segment (``None``: too few answers)."""

    importance: Mapping[str, float]
    by_segment: Mapping[str, Derived | None]


def derived_needs(snapshot: Snapshot) -> DerivedNeeds:
    """Segment by segment: how performance on each of its needs goes with overall satisfaction."""
    answers = _answers(snapshot).copy()
    segment_of = {row.id: row["segment"] for row in snapshot.rows("need")}
    answers["segment"] = [segment_of.get(need) for need in answers["need"]]
    importance: dict[str, float] = {}
    found: dict[str, Derived | None] = {}
    for segment, group in answers.dropna(subset=["segment"]).groupby("segment", sort=False):
        # Placed by hand: a pivot and a grouping for every segment took longer than all the correlations.
        people, asked = pd.factorize(group["respondent"])[0], pd.factorize(group["need"])
        wide = np.full((people.max() + 1, len(asked[1])), np.nan)
        wide[people, asked[0]] = group["performance"]
        satisfied = group["overall"].notna().to_numpy()
        counted = np.bincount(people[satisfied], minlength=len(wide))
        summed = np.bincount(people[satisfied], weights=group["overall"].to_numpy()[satisfied], minlength=len(wide))
        overall = np.divide(summed, counted, out=np.full(len(wide), np.nan), where=counted > 0)
        # A need hardly anybody scored would cost all the others their complete questionnaires.
        enough = np.isfinite(wide).mean(axis=0) >= 0.5
        wide, needs = wide[:, enough], asked[1][enough]
        result = derive(wide, overall) if wide.shape[1] else None
        found[str(segment)] = result
        if result:
            importance |= {need: value for need, value in zip(needs, result.importance, strict=True) if pd.notna(value)}
    return DerivedNeeds(importance, found)
