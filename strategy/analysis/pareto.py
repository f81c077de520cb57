"""Pareto analysis: which few causes carry most of a total. Juran, "Quality Control Handbook" (1951): the vital few."""

from __future__ import annotations

import pandas as pd


def pareto(amounts: pd.Series) -> pd.DataFrame:
    """Amounts from the largest down, each with its share (0-1) of the total and the cumulative share.

    ``amounts``: index item, values >= 0. Returns the index with amount, share, cumulative; shares are 0 for a total of 0.
    """
    ordered = amounts.astype(float).sort_values(ascending=False, kind="stable")
    total = float(ordered.sum())
    share = ordered / total if total > 0 else ordered * 0.0
    return pd.DataFrame({"amount": ordered, "share": share, "cumulative": share.cumsum()})


def vital_few(table: pd.DataFrame, threshold: float = 0.8) -> list[str]:
    """The fewest items, from the largest down, whose shares reach ``threshold`` (0-1) of the total."""
    chosen: list[str] = []
    for item, row in table.iterrows():
        if row["amount"] <= 0:
            break
        chosen.append(str(item))
        if row["cumulative"] >= threshold - 1e-9:
            break
    return chosen
