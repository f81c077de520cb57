"""Paired Kano answers as they are stored: what customers said, and what the team judged in their place. The two are never mixed."""

from __future__ import annotations

from collections import Counter
from typing import Literal

import pandas as pd

from strategy.analysis import kano
from strategy.exhibits.model import Setting
from strategy.language import msg
from strategy.workbook import Row, Snapshot

#: Who answered, by worksheet, and the column that holds the name.
_SHEETS = {"answers": ("kano_answer", "respondent"), "team": ("kano_judgement", "participant")}

Source = Literal["answers", "team", "class"]
SOURCE = {
    "answers": msg("Customers' answers"),
    "team": msg("The team's judgement, answered in pairs"),
    "class": msg("Judgement"),
}

WHOSE = Setting(
    "whose",
    msg("Answers of"),
    "first",
    choices=(
        ("first", msg("customers, else the team")),
        ("answers", msg("customers only")),
        ("team", msg("the team only")),
    ),
)


def complete(rows: tuple[Row, ...], name: str) -> dict[tuple[str, str], Row]:
    """(need, name) -> the last row of that person on that need, of the rows with both answers."""
    return {(row["need"], row[name] or row.id): row for row in rows if row["need"] and row["functional"] and row["dysfunctional"]}


def paired(snapshot: Snapshot, source: Source) -> pd.DataFrame:
    """need, respondent, functional, dysfunctional, category of complete pairs: of customers (``answers``) or of the ``team``."""
    sheet, name = _SHEETS[source]
    rows = [
        (need, who, row["functional"], row["dysfunctional"], kano.category(row["functional"], row["dysfunctional"]))
        for (need, who), row in complete(snapshot.rows(sheet), name).items()
    ]
    return pd.DataFrame(rows, columns=["need", "respondent", "functional", "dysfunctional", "category"])


def used(snapshot: Snapshot, whose: str) -> pd.DataFrame:
    """The pairs to classify by, with their ``source``: of each need the customers' or the team's, as ``whose`` says.

    ``first``: the team's only for needs no customer has answered on.
    """
    answers = paired(snapshot, "answers").assign(source="answers")
    team = paired(snapshot, "team").assign(source="team")
    if whose == "answers":
        return answers
    if whose == "team":
        return team
    return pd.concat([answers, team[~team["need"].isin(set(answers["need"]))]], ignore_index=True)


def verdict_of(pairs: pd.DataFrame) -> kano.Verdict:
    """What the pairs on one need say, at least one of them."""
    return kano.verdict(Counter(pairs["category"]))
