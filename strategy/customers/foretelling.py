"""What becomes of one customer's stage: without another purchase, and with one. Found by judging the changed history, day by day.

A formula of the thresholds would be wrong where they work together: a second purchase gives a customer a usual gap of his or her own,
and money leaves the windows on other days than silence grows too long.
"""

from __future__ import annotations

import bisect
import datetime as dt
import itertools
import statistics
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from strategy.customers.lifecycle import LifecycleRules, Stage

#: Which condition decided, where a reader asks why.
Cause = Literal["silence", "money", "other"]
#: Days looked ahead at most.
FARTHEST = 1830
#: A step of the smallest amounts found.
_CENT = 0.01


@dataclass(frozen=True)
class History:
    """One customer's purchases, and what the others make of them.

    Attributes:
        days: with a purchase, in order, as ordinals. money: of each, in ten-thousandths, which add up exactly.
        everyone: the gap that stands in while there is none of the customer's own. begun: the day the data begin.
    """

    days: tuple[int, ...]
    money: tuple[int, ...]
    everyone: float
    begun: int

    @classmethod
    def of(cls, purchases: Iterable[tuple[dt.date, float]], everyone: float, begun: dt.date) -> History:
        ordered = sorted(purchases)
        return cls(
            tuple(day.toordinal() for day, _ in ordered),
            tuple(round(amount * 10_000) for _, amount in ordered),
            everyone,
            begun.toordinal(),
        )

    def with_purchase(self, day: int, amount: float) -> History:
        """This history and a purchase after its last."""
        return History((*self.days, day), (*self.money, round(amount * 10_000)), self.everyone, self.begun)

    @property
    def usual_gap(self) -> float:
        gaps = [later - earlier for earlier, later in itertools.pairwise(self.days)]
        return float(statistics.median(gaps)) if gaps else self.everyone

    @property
    def usual_amount(self) -> float:
        """The median money of a day, of the days that brought any, to the cent; 0 where none did."""
        paid = [money for money in self.money if money > 0]
        return round(statistics.median(paid) / 10_000, 2) if paid else 0.0


class Judge:
    """The rules of :func:`strategy.customers.lifecycle.lifecycle_table` for one history, on any day from its last purchase on."""

    def __init__(self, history: History, rules: LifecycleRules) -> None:
        self.history, self.rules, self.gap = history, rules, history.usual_gap
        self._sums = (0, *itertools.accumulate(history.money))

    def windows(self, day: int) -> tuple[float, float, float | None]:
        """Money of the last window, of the one before, and the most of any but the last (None where there was no purchase)."""
        days, length = self.history.days, self.rules.window_days
        edge, last, before, peak = len(days), 0, 0, None
        for nth in range((day - days[0]) // length + 1):
            start = bisect.bisect_right(days, day - length * (nth + 1), 0, edge)
            money = self._sums[edge] - self._sums[start]
            if nth == 0:
                last = money
            elif start < edge:
                peak = money if peak is None else max(peak, money)
            if nth == 1:
                before = money
            edge = start
        return last / 10_000, before / 10_000, None if peak is None else peak / 10_000

    def on(self, day: int) -> tuple[Stage, Cause]:
        """The stage on a day, and what decided it."""
        history, rules, gap = self.history, self.rules, self.gap
        first, few = history.days[0], len(history.days) <= rules.exploring_orders
        if few and day - first < rules.exploring_gaps * gap:
            return "exploration", "other"
        if day - history.days[-1] > rules.silence * gap:
            return "degradation", "silence"
        last, before, peak = self.windows(day)
        if peak is not None and gap <= rules.window_days and last < rules.drop * peak:
            return "degradation", "money"
        if peak is None and few:
            return "exploration", "other"
        unseen = first - history.begun
        known = day - history.begun >= rules.days_to_judge_growth or unseen > rules.silence * gap
        if known and last > (1 + rules.growth) * before:
            return "formation", "other"
        return "stability", "other"

    def first_change(self, after: int) -> tuple[int, Stage, Cause] | None:
        """The first day after ``after`` on which the stage is another one, if nothing is bought; None where none is found."""
        stage, _ = self.on(after)
        # Nothing new can happen once silence is too long and every purchase has left the last two windows.
        farthest = max(self.history.days[-1] + self.rules.silence * self.gap, after + 2 * self.rules.window_days) + 1
        for day in range(after + 1, min(int(farthest), after + FARTHEST) + 1):
            found, cause = self.on(day)
            if found != stage:
                return day, found, cause
        return None

    def degraded_since(self, day: int) -> int | None:
        """The first of the days up to ``day`` that are degradation without a break; None where they reach back to the last purchase."""
        since = day
        while since > max(self.history.days[-1], day - FARTHEST) and self.on(since - 1)[0] == "degradation":
            since -= 1
        return since if since > self.history.days[-1] else None

    def stage_with(self, day: int, amount: float, seen_on: int | None = None) -> Stage:
        """The stage on ``seen_on`` (the same day when None), had there been one more purchase on ``day``."""
        return Judge(self.history.with_purchase(day, amount), self.rules).on(seen_on or day)[0]

    def least_amount(self, day: int, wanted: Iterable[Stage]) -> float | None:
        """The least money, to the cent, of a purchase on ``day`` after which the stage is one of ``wanted``; None where none does.

        More money never lowers a stage, since only the last window grows with it: what a larger purchase does is decided by trying
        the thresholds of that window alone.
        """
        stages = frozenset(wanted)
        after = Judge(self.history.with_purchase(day, 0.0), self.rules)
        last, before, peak = after.windows(day)
        for threshold in sorted({self.rules.drop * (peak or 0.0), (1 + self.rules.growth) * before}):
            amount = round(max(0.0, threshold - last), 2)
            for tried in (amount, round(amount + _CENT, 2)):
                if tried > 0 and self.stage_with(day, tried) in stages:
                    return tried
        return None


@dataclass(frozen=True)
class Outlook:
    """What is ahead of a customer, as found by trying; days are ordinals.

    Attributes:
        fading: the day from which it is degradation, behind or ahead without a purchase; None where neither is found.
        change: the first day on which the stage is another one without a purchase, that stage and why; None: none for a long time.
        amount: the customer's usual money of a day; 0: there is none, and nothing was tried with it.
        tomorrow: the day after the data end; ``bought``: the stage then, after a purchase of the usual amount on it.
        prevents: whether such a purchase on any day up to the last before ``change`` keeps the customer out of that stage on its day;
            ``later``: the day the stage changes if it is made tomorrow and nothing follows, None as in ``change``.
        lifting: the least money of a purchase tomorrow that ends degradation, with the stage after it; None where none does, or where the
            usual amount does. growing: likewise for formation, from stability.
    """

    fading: int | None
    change: tuple[int, Stage, Cause] | None
    amount: float
    tomorrow: int
    bought: Stage | None
    prevents: bool
    later: int | None
    lifting: tuple[float, Stage] | None
    growing: float | None


def outlook(history: History, today: dt.date, rules: LifecycleRules) -> Outlook:
    """What is ahead of a customer as of ``today``, the last day of the data."""
    now = today.toordinal()
    tomorrow, judge, amount = now + 1, Judge(history, rules), history.usual_amount
    stage, _ = judge.on(now)
    change = judge.first_change(now)
    bought: Stage | None = None
    prevents, later = False, None
    if amount:
        after = Judge(history.with_purchase(tomorrow, amount), rules)
        bought, _ = after.on(tomorrow)
        following = after.first_change(tomorrow)
        later = following[0] if following else None
        if change:
            prevents = change[0] > tomorrow and all(
                judge.stage_with(day, amount, change[0]) != change[1] for day in range(tomorrow, change[0])
            )
    lifting: tuple[float, Stage] | None = None
    if stage == "degradation" and bought in (None, "degradation"):
        least = judge.least_amount(tomorrow, ("exploration", "formation", "stability"))
        lifting = None if least is None else (least, judge.stage_with(tomorrow, least))
    growing = judge.least_amount(tomorrow, ("formation",)) if stage == "stability" and bought != "formation" else None
    fading = judge.degraded_since(now) if stage == "degradation" else change[0] if change and change[1] == "degradation" else None
    return Outlook(fading, change, amount, tomorrow, bought, prevents, later, lifting, growing)
