"""Price sensitivity from four questions.

Source: van Westendorp, "NSS Price Sensitivity Meter: a new approach to study consumer perception of prices", ESOMAR Congress
(1976). The acceptable range has two definitions in use. The original, used unless another is asked for: from the crossing of "too
cheap" and "not cheap" to the crossing of "too expensive" and "not expensive". The narrower one: "too cheap" with "expensive" to
"too expensive" with "cheap".
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

COLUMNS: tuple[str, ...] = ("too_cheap", "cheap", "expensive", "too_expensive")
Definition = Literal["original", "narrower"]


@dataclass(frozen=True)
class PricePoints:
    """Prices in the unit of the answers; ``None`` where two curves do not cross.

    ``optimal``: as many find it too cheap as too expensive. ``indifference``: as many find it cheap as expensive. ``low`` and
    ``high`` bound the acceptable range by ``definition``. ``used`` of ``given`` answers had their four prices in order.
    """

    optimal: float | None
    indifference: float | None
    low: float | None
    high: float | None
    definition: Definition
    used: int
    given: int


def in_order(answers: pd.DataFrame) -> pd.Series:
    """Which rows of ``answers`` (the four ``COLUMNS``) are complete and have no price below the one before."""
    values = answers[list(COLUMNS)].astype(float)
    return values.notna().all(axis=1) & (values.diff(axis=1).iloc[:, 1:] >= 0).all(axis=1)


def curves(answers: pd.DataFrame) -> pd.DataFrame:
    """Counts of respondents at every price named: price, too_cheap, cheap, expensive, too_expensive, not_cheap, not_expensive.

    A price is too cheap or cheap for those who named a higher one, expensive or too expensive for those who named it or a lower
    one. Counts, not shares: comparing rounded shares moves a crossing.
    """
    columns = {name: np.sort(answers[name].to_numpy(dtype=float)) for name in COLUMNS}
    prices = np.unique(np.concatenate(list(columns.values())))
    reached = {name: np.searchsorted(values, prices, side="right") for name, values in columns.items()}
    total = len(answers)
    return pd.DataFrame(
        {
            "price": prices,
            "too_cheap": total - reached["too_cheap"],
            "cheap": total - reached["cheap"],
            "expensive": reached["expensive"],
            "too_expensive": reached["too_expensive"],
            "not_cheap": reached["cheap"],
            "not_expensive": total - reached["expensive"],
        }
    )


def price_points(answers: pd.DataFrame, definition: Definition = "original") -> PricePoints | None:
    """The four crossings, from the rows in order; ``None`` without such a row. A crossing is the lowest price that reaches it."""
    usable = answers[in_order(answers)]
    if usable.empty:
        return None
    counts = curves(usable)

    def crossing(rising: str, falling: str) -> float | None:
        met = counts.loc[counts[rising] >= counts[falling], "price"]
        return float(met.iloc[0]) if len(met) else None

    low, high = (
        (("not_cheap", "too_cheap"), ("too_expensive", "not_expensive"))
        if definition == "original"
        else (("expensive", "too_cheap"), ("too_expensive", "cheap"))
    )
    return PricePoints(
        optimal=crossing("too_expensive", "too_cheap"),
        indifference=crossing("expensive", "cheap"),
        low=crossing(*low),
        high=crossing(*high),
        definition=definition,
        used=len(usable),
        given=len(answers),
    )


@dataclass(frozen=True)
class Swap:
    """Two columns that look exchanged: rows in strict order as labelled, and with the two exchanged."""

    first: str
    second: str
    as_labelled: int
    exchanged: int
    answers: int


def looks_swapped(answers: pd.DataFrame) -> Swap | None:
    """The exchange of two columns that puts over half of the answers in order, and twice as many as the labels do.

    Strict order here: equal prices do not tell which column is which.
    """
    values = answers[list(COLUMNS)].astype(float).dropna().to_numpy()
    if not len(values):
        return None

    def ordered(order: list[int]) -> int:
        return int((np.diff(values[:, order], axis=1) > 0).all(axis=1).sum())

    as_labelled = ordered([0, 1, 2, 3])
    best: Swap | None = None
    for one, two in itertools.combinations(range(4), 2):
        order = [0, 1, 2, 3]
        order[one], order[two] = two, one
        exchanged = ordered(order)
        if best is None or exchanged > best.exchanged:
            best = Swap(COLUMNS[one], COLUMNS[two], as_labelled, exchanged, len(values))
    return best if best and best.exchanged > len(values) / 2 and best.exchanged >= 2 * as_labelled else None
