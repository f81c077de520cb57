"""Step 7: whether customers buy again after a complaint, held against comparable customers who did not complain."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from strategy.analysis.comparable_shares import Comparison, compare
from strategy.customers.complaints import STEP_DAYS, bought_again, complaints_covered
from strategy.errors import NoData
from strategy.exhibits.customer_models import per_data
from strategy.exhibits.drawing import canvas
from strategy.exhibits.labels import Number, Share
from strategy.exhibits.model import Context, Exhibit, Setting, exhibit
from strategy.exhibits.palette import ACCENT, BAD, NEUTRAL, ink, pale
from strategy.exhibits.purchases import data_state
from strategy.language import Day, Language, Message, Speaks, msg
from strategy.language.numbers import number

if TYPE_CHECKING:
    import plotly.graph_objects as go

AFTER = Setting("after_days", msg("Bought again within (days)"), 90, 14, 365)
ACTIVE = Setting("active_days", msg("Active before: bought in the last (days)"), 180, 30, 730)
#: Cases followed after a complaint, below which the comparison is shown and not to be believed.
FEW = 30
_HEIGHT = 280


def _comparison(context: Context) -> tuple[Comparison, pd.DataFrame]:
    """The two groups, and the counts by landmark and stratum. Raises :class:`NoData` where nobody can be followed."""
    data_state(context)
    assert context.cursor is not None
    cursor, after, active = context.cursor, int(context.settings["after_days"]), int(context.settings["active_days"])
    complaints_covered(cursor)
    # Interactions raise the version of the data; purchases alone would not tell them from the last ones.
    key = ("bought_again", context.snapshot.data_version, after, active)
    strata = per_data(key, context, lambda: bought_again(cursor, active, after))
    if strata.empty:
        raise NoData(
            msg(
                "No complaint can be followed for {days} days: interactions and purchases do not cover that time together",
                days=after,
            ),
            None,
            msg("Choose fewer days, or import purchases that reach further."),
        )
    # The same customers stand there at every landmark, so that they are no more evidence than those of one.
    people = float(strata.groupby("landmark")["customers_without"].sum().max())
    found = compare(strata["customers"], strata["again"], strata["customers_without"], strata["again_without"], people)
    if found is None:
        raise NoData(
            msg(
                "Nobody who had bought in the {active} days before complained in time to be followed for {days} days",
                active=active,
                days=after,
            ),
            None,
            msg("Choose more days before, or fewer after."),
        )
    return found, strata


def _title(found: Comparison, days: int) -> Message:
    spoken = {"days": days, "share": Share(found.group.share), "others": Share(found.others.share)}
    if found.customers < FEW:
        return msg(
            "Only {count:# case|# cases} can be followed after a complaint: too few to tell whether customers leave",
            count=Number(found.customers),
        )
    if found.high < 0:
        return msg("After a complaint {share} buy again within {days} days, against {others} of comparable customers", **spoken)
    if found.low > 0:
        return msg(
            "Customers who complain buy again more often: {share} within {days} days, against {others} of comparable ones", **spoken
        )
    return msg(
        "No clear difference: {share} buy again within {days} days after a complaint, {others} of comparable customers", **spoken
    )


def _reading(context: Context, found: Comparison, strata: pd.DataFrame) -> list[Speaks]:
    active, days = int(context.settings["active_days"]), int(context.settings["after_days"])
    marks = strata["landmark"]
    said: list[Speaks] = [
        msg(
            "Every {step} days from {first} to {last}, customers who had bought in the {active} days before are told apart by whether they "
            "complained in the last {step}, and followed for {days} days. Compared are those alike in how recently and how often they had bought; one customer can be several cases.",
            step=STEP_DAYS, first=Day(marks.min()), last=Day(marks.max()), active=active, days=days,
        ),
        msg("Thin lines: 95% intervals. Difference: {gap:# point|# points}, 95% interval {low} to {high}.",
            gap=Signed(found.difference), low=Signed(found.low), high=Signed(found.high)),
    ]  # fmt: skip
    if found.customers < FEW:
        said.append(
            msg(
                "With fewer than {count} cases followed this is a hint and no finding; one or two of them would change it.",
                count=FEW,
            )
        )
    elif found.low <= 0 <= found.high:
        said.append(
            msg("The interval holds zero: chance alone could make such a difference. That is no proof that complaints do no harm.")
        )
    if found.unmatched:
        said.append(
            msg("Left out for want of anybody comparable: {count:# case|# cases} after a complaint.", count=Number(found.unmatched))
        )
    said += [
        msg(
            "Who leaves without a word is among those without a complaint, and a complaint may be the sign of a trouble and not its cause. "
            "Read the gap as a warning to settle complaints, not as what settling them would bring back."
        ),
        msg("Measure: landmark method (Anderson, Cain and Gelber 1983), standardised to those who complained; intervals after Wilson (1927) and Newcombe (1998)."),
        data_state(context),
    ]  # fmt: skip
    return said


def _plain(strata: pd.DataFrame) -> float:
    """The share of all without a complaint who bought again, comparable or not."""
    everybody = float(strata["customers_without"].sum())
    return float(strata["again_without"].sum()) / everybody if everybody else float("nan")


class Signed:
    """A difference of shares in percentage points, with its sign."""

    def __init__(self, value: float) -> None:
        self.value = value

    def in_(self, language: Language) -> str:
        return f"{100 * self.value:+.0f}".replace("-", "−")


@exhibit("complaints_and_leaving", msg("Buying again after a complaint"), reads="customers", settings=(AFTER, ACTIVE))
def complaints_and_leaving(context: Context) -> Exhibit:
    found, strata = _comparison(context)
    days = int(context.settings["after_days"])
    names: list[Speaks] = [msg("After a complaint"), msg("Comparable, without a complaint")]
    frame = pd.DataFrame(
        {
            "name": pd.Series(names, dtype="object"),
            "customers": [found.customers, found.counted],
            "plain": [float(found.group.share), _plain(strata)],
            "share": [found.group.share, found.others.share],
            "low": [found.group.low, found.others.low],
            "high": [found.group.high, found.others.high],
        }
    )

    def draw(language: Language) -> go.Figure:
        import plotly.graph_objects as go

        figure = canvas(_HEIGHT, msg("Bought again within {days} days (%)", days=days).in_(language), "")
        share = 100 * frame["share"]
        paints = [BAD if found.high < 0 else ACCENT, pale(NEUTRAL, 0.6)]
        figure.add_trace(
            go.Bar(
                x=list(share),
                y=[0, 1],
                width=0.55,
                orientation="h",
                text=[f"{number(value, language, 0)}%" for value in share],
                # At the foot of the bar, where no interval lies across it.
                textposition=["inside" if value > 15 else "outside" for value in share],
                insidetextanchor="start",
                textfont={"size": 18},
                insidetextfont={"color": [ink(color) for color in paints]},
                marker_color=paints,
                error_x={
                    "type": "data",
                    "symmetric": False,
                    "array": list(100 * frame["high"] - share),
                    "arrayminus": list(share - 100 * frame["low"]),
                    "color": NEUTRAL,
                    "thickness": 3,
                    "width": 8,
                },
                hovertemplate="%{x:.1f}%<extra></extra>",
            )
        )
        lines = [
            f"{name.in_(language)}<br>{msg('{count:# case|# cases}', count=Number(count)).in_(language)}"
            for name, count in zip(names, frame["customers"], strict=True)
        ]
        figure.update_yaxes(tickmode="array", tickvals=[0, 1], ticktext=lines, range=[1.6, -0.6], showgrid=False)
        figure.update_xaxes(range=[0, 105])
        return figure

    return Exhibit(
        title=_title(found, days),
        reading=tuple(_reading(context, found, strata)),
        frame=frame,
        columns={
            "name": msg("Group"),
            "customers": msg("Cases followed"),
            "share": msg("Share who bought again"),
            "plain": msg("The same before making them comparable"),
            "low": msg("95% interval, low"),
            "high": msg("95% interval, high"),
        },
        figures={
            "again_after_complaint": round(found.group.share, 4),
            "again_without": round(found.others.share, 4),
            "difference": round(found.difference, 4),
            "cases_followed": float(found.customers),
        },
        draw=draw,
        alt=msg("Share who bought again after a complaint and among comparable customers without one, with intervals"),
        height=_HEIGHT,
    )
