"""The models of repeat buying fitted to a workbook's purchases, kept while the data stay the same, and when not to believe them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import pandas as pd

from strategy.analysis import bg_nbd, gamma_gamma
from strategy.customers import Dataset, counts_frame, current_dataset, events_frame
from strategy.errors import NoData
from strategy.exhibits.captions import Verbatim
from strategy.exhibits.labels import Money, Number, Share
from strategy.exhibits.model import Context, Setting
from strategy.exhibits.purchases import data_state
from strategy.language import Language, Message, Speaks, msg
from strategy.thread import memory

DAYS = {"day": 1, "week": 7}
UNIT_NAMES: dict[str, Message] = {"day": msg("By day"), "week": msg("By week")}

HORIZON = Setting("horizon_days", msg("Horizon (days)"), 182, 7, 1826)
UNIT = Setting("unit", msg("Unit of time"), "week", choices=tuple(UNIT_NAMES.items()))
CALIBRATION = Setting("calibration_pct", msg("Share of the period to fit on (%)"), 50, 20, 90)

#: Repeat customers below which four parameters are not worth fitting, and below which the fit is called rough.
LEAST_REPEATERS, FEW_REPEATERS = 30, 200
#: A share of the period without a single purchase above which buying was not steady.
LONG_PAUSE = 0.25
#: One customer with more than this share of all repeat purchases.
ONE_CUSTOMER = 0.2

Made = TypeVar("Made")


def per_data(name: Hashable, context: Context, compute: Callable[[], Made]) -> Made:
    """``compute()``, remembered while the workbook holds the same data: edits of the plan do not fit a model anew.

    Raises :class:`NoData` without any.
    """
    data_state(context)
    return memory.per_data(name, context.snapshot, compute, whole=True)


def dataset(context: Context) -> Dataset:
    """The record of the data of a context. Raises :class:`NoData` without any."""
    data_state(context)
    assert context.cursor is not None
    found = current_dataset(context.cursor)
    assert found is not None
    return found


@dataclass(frozen=True)
class Fitted:
    """Customers (one row each, times in days), BG/NBD in days, and Gamma-Gamma where repeat purchases have a worth."""

    customers: pd.DataFrame
    buying: bg_nbd.BgNbdFit
    spending: gamma_gamma.GammaGammaFit | None
    first_day: dt.date
    end: dt.date

    @property
    def share_once(self) -> float:
        return float((self.customers["x"] == 0).mean())

    def future(self, days: float) -> np.ndarray:
        """Expected purchases of each customer in the coming ``days``."""
        frame = self.customers
        return self.buying.model.expected_future(days, frame["x"], frame["last_days"], frame["observed_days"])

    def p_alive(self) -> np.ndarray:
        frame = self.customers
        return self.buying.model.p_alive(frame["x"], frame["last_days"], frame["observed_days"])

    def spend(self) -> np.ndarray:
        """Expected money of a purchase of each customer; where the model knows no mean, that of all repeat purchases seen."""
        frame = self.customers
        if self.spending is None:
            return np.full(len(frame), self.mean_repeat_spend)
        expected = self.spending.model.expected_spend(frame["x"], frame["mean_repeat_spend"])
        return np.where(np.isfinite(expected), expected, self.mean_repeat_spend)

    @property
    def mean_repeat_spend(self) -> float:
        """Money of a repeat purchase, the mean of all of them; 0 where there are none."""
        x, mean = self.customers["x"].to_numpy(), self.customers["mean_repeat_spend"].to_numpy()
        return float((x * mean).sum() / max(x.sum(), 1))


def fitted(context: Context, calibration_end: dt.date | None = None) -> Fitted:
    """The models fitted to purchases up to ``calibration_end`` (all when None).

    Raises:
        NoData: no purchases, or fewer than ``LEAST_REPEATERS`` customers bought again.
    """
    data = dataset(context)

    def compute() -> Fitted:
        assert context.cursor is not None
        frame = counts_frame(context.cursor, calibration_end)
        again = int((frame["x"] > 0).sum())
        if again < LEAST_REPEATERS:
            raise NoData(
                msg(
                    "Customers who bought on a second day: {count:0=none|#}; a model needs at least {least}",
                    count=again,
                    least=LEAST_REPEATERS,
                ),
                None,
                msg("Import a longer period. Until then look at the silence of each customer against the usual gap."),
            )
        buying = bg_nbd.fit(frame["x"], frame["last_days"], frame["observed_days"])
        try:
            spending = gamma_gamma.fit(frame["x"], frame["mean_repeat_spend"])
        except NoData:  # the amounts are all alike, or zero: their mean stands in
            spending = None
        return Fitted(frame, buying, spending, data.first_day, calibration_end or data.last_day)

    return per_data(("fitted", calibration_end), context, compute)


@dataclass(frozen=True)
class Time:
    """A stretch of days, also in weeks where weeks are the unit: ``182 days (26 weeks)``."""

    days: float
    unit: str

    def in_(self, language: Language) -> str:
        days = Number(round(self.days, 1)).in_(language)
        if self.unit == "day":
            return msg("{days:# day|# days}", days=days).in_(language)
        return msg("{days:# day|# days} ({weeks:# week|# weeks})", days=days, weeks=f"{self.days / 7:.1f}".removesuffix(".0")).in_(
            language
        )


def doubts(context: Context, found: Fitted, money: bool = False) -> list[Speaks]:
    """Why the models should not be believed on these data, in words; empty when nothing speaks against them."""
    fit, said = found.buying, list[Speaks]()
    if fit.hardly_anybody_leaves:
        said.append(
            msg(
                "Do not believe the chance of still being active here: the model finds that only {share} leave after a purchase, so it "
                "calls nearly everybody active. Go by the silence against the usual gap.",
                share=Share(fit.model.dropout, 2) if fit.model.dropout >= 1e-4 else Verbatim("<0.01%"),
            )
        )
    if fit.at_bound or not fit.converged:
        said.append(msg("The data do not settle all parameters of the model; take its numbers as a rough order of size at best."))
    if fit.repeat_customers < FEW_REPEATERS:
        said.append(
            msg(
                "Only {count:# customer|# customers} bought on more than one day, so the fit is rough.",
                count=Number(fit.repeat_customers),
            )
        )
    x = found.customers["x"]
    if x.max() > ONE_CUSTOMER * x.sum():
        said.append(
            msg(
                "One customer alone has {count} of the {total} repeat purchases; the model cannot describe such a customer. Look at that "
                "account by itself.",
                count=Number(int(x.max())),
                total=Number(int(x.sum())),
            )
        )
    said += _pauses(context)
    if money:
        said += _money_doubts(found, context.snapshot.currency)
    return said


def _pauses(context: Context) -> list[Speaks]:
    """The longest stretch without any purchase, if it is long: the models take buying as steady."""
    assert context.cursor is not None
    cursor = context.cursor
    days = per_data("events", context, lambda: events_frame(cursor))["day"]
    gaps = days.diff().dt.days
    if len(days) < 2 or gaps.max() <= max(60, LONG_PAUSE * (days.iloc[-1] - days.iloc[0]).days):
        return []
    at = int(gaps.idxmax())
    return [
        msg(
            "Nobody bought anything for {days:# day|# days} up to {day}. The model takes buying as steady; with such a pause its "
            "numbers mean "
            "little. Import only the period after it.",
            days=Number(int(gaps.max())),
            day=f"{days.iloc[at]:%Y-%m-%d}",
        )
    ]


def _money_doubts(found: Fitted, currency: str) -> list[Speaks]:
    """What stands in for the model of spend, or speaks against it: each of them is only said where it is so."""
    spending, mean = found.spending, Money(found.mean_repeat_spend, currency)
    if spending is None:
        return [_without_model(found, mean)]
    said = list[Speaks]()
    if spending.dependent:
        said.append(
            msg(
                "Frequency and spend go together here (correlation {correlation}), which the model of spend rules out; the value is "
                "distorted for the most frequent buyers.",
                correlation=Number(spending.correlation, 2),
            )
        )
    model, alike = spending.model, [name for name in spending.at_bound if getattr(spending.model, name) > 1]
    if model.q <= 1:
        said.append(
            msg("Spend differs so much between customers that the model knows no mean; the mean of the purchases seen stands in.")
        )
    elif "q" in alike:
        said.append(
            msg(
                "Customers hardly differ in what a purchase of theirs costs, so about the same, {money}, is expected from everyone.",
                money=Money(model.mean_spend, currency),
            )
        )
    elif "p" in alike:
        said.append(
            msg(
                "The model takes it that each customer pays the same every time, so the mean of the customer's own purchases is expected."
            )
        )
    elif spending.at_bound or not spending.converged:
        said.append(msg("The data do not settle the model of spend; take the value as a rough order of size."))
    return said


def _without_model(found: Fitted, mean: Money) -> Speaks:
    """What is expected from a purchase where no model of spend can be fitted."""
    if found.mean_repeat_spend <= 0:
        return msg("Repeat purchases brought no money, so no value can be expected from them.")
    spent = found.customers.loc[found.customers["x"] > 0, "mean_repeat_spend"]
    if np.ptp(spent) < 1e-6 * spent.max():
        return msg("Every repeat purchase costs the same, so the mean of {money} is expected from each to come.", money=mean)
    return msg(
        "What customers pay for repeat purchases does not differ enough for a model, so their mean of {money} is expected from each.",
        money=mean,
    )


def once_note(found: Fitted) -> tuple[Speaks, ...]:
    """What the model says of customers who bought once, which is nothing; empty where everybody came back."""
    if not found.share_once:
        return ()
    return (
        msg(
            "{share} of the customers bought once; the model counts every one of them as active by construction, so its chance says "
            "nothing of them.",
            share=Share(found.share_once),
        ),
    )
