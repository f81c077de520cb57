"""Step 6: which customers complain, what it is about, and what is still open."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

import pandas as pd

from strategy.analysis.comparable_shares import difference, share_of
from strategy.customers.complaints import (
    GroupComplaints,
    complaint_topics,
    complaints_covered,
    complaints_of_strangers,
    group_complaints,
)
from strategy.customers.rules import members_of
from strategy.customers.value import DEFAULT_SHARES, GRADES, grade_rule
from strategy.errors import NoData, StrategyError
from strategy.exhibits.captions import Verbatim
from strategy.exhibits.chart_text import height_for
from strategy.exhibits.drawing import canvas
from strategy.exhibits.labels import Joined, Money, Number, Share, Short
from strategy.exhibits.model import Context, Exhibit, Setting, exhibit
from strategy.exhibits.palette import ACCENT, NEUTRAL, ink, segment_color, tint
from strategy.exhibits.purchases import data_state
from strategy.exhibits.row_labels import label_rows
from strategy.language import Day, Language, Message, Speaks, msg

if TYPE_CHECKING:
    import plotly.graph_objects as go

DAYS = Setting("days", msg("Days looked back"), 365, 30, 3650)
BY = Setting("by", msg("Split by"), "segment", choices=(("segment", msg("Segments or grades")), ("topic", msg("Topics"))))
#: Customers who complained, below which a group's figure is a hint and no finding.
FEW = 10
#: The value grades as groups: id, name, colour and rule.
_GRADES = [(letter, msg("Grade {grade}", grade=letter), ACCENT, grade_rule(letter)) for letter in GRADES[: len(DEFAULT_SHARES) + 1]]
#: Bars drawn of each; what is beyond them is in the table.
_GROUPS, _TOPICS = 14, 10


@dataclass(frozen=True)
class _Group:
    id: str
    name: Speaks
    color: str
    found: GroupComplaints


@dataclass(frozen=True)
class _Period:
    first: dt.date
    last: dt.date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


def _period(context: Context) -> _Period:
    """The days looked at: up to the last interaction, no further back than they reach. Raises :class:`NoData` without complaints."""
    data_state(context)
    assert context.cursor is not None
    covered = complaints_covered(context.cursor)
    back = covered.last_day - dt.timedelta(days=int(context.settings["days"]) - 1)
    return _Period(max(covered.first_day, back), covered.last_day)


def _groups(context: Context, period: _Period) -> list[_Group]:
    """The plan's segments that have a rule and customers, most complaints first; the value grades where there are none."""
    snapshot = context.snapshot
    planned = [
        (row.id, Short(snapshot, row.id), segment_color(row), row["rule"]) for row in snapshot.rows("segment") if row["rule"]
    ]
    return _counted(context, period, planned) or _counted(context, period, _GRADES)


def _counted(context: Context, period: _Period, wanted: Iterable[tuple[str, Speaks, str, dict[str, Any]]]) -> list[_Group]:
    """The complaints of groups given as id, name, colour and rule; without those that have no customers."""
    assert context.cursor is not None
    found = []
    for group, name, color, rule in wanted:
        try:
            members = members_of(rule)
        except StrategyError:  # the data page says what is wrong with a rule that cannot be read
            continue
        counted = group_complaints(context.cursor, members, period.first, period.last)
        if counted.customers:
            found.append(_Group(group, name, color, counted))
    return sorted(found, key=lambda each: -each.found.complaints / each.found.customers)


def _per_100(found: GroupComplaints) -> float:
    return 100 * found.complaints / found.customers if found.customers else 0.0


def _rate(per_100: float) -> Number:
    return Number(per_100, 0 if per_100 >= 100 else 1)


def _stands_apart(groups: Sequence[_Group], everyone: GroupComplaints) -> _Group | None:
    """The first group, where more of its customers complain than of all others by more than chance explains.

    The interval is as wide as the number of groups asks for that were looked through to find the first (Bonferroni).
    """
    if len(groups) < 2 or groups[0].found.complaining < FEW or groups[0].found.customers >= everyone.customers:
        return None
    own = groups[0].found
    z = NormalDist().inv_cdf(1 - 0.025 / len(groups))
    others = share_of(max(0, everyone.complaining - own.complaining), everyone.customers - own.customers, z)
    return groups[0] if difference(share_of(own.complaining, own.customers, z), others)[0] > 0 else None


@exhibit("complaints", msg("Complaints"), reads="customers", settings=(DAYS, BY))
def complaints(context: Context) -> Exhibit:
    """Complaints per 100 customers of each segment or grade, or by topic, with the revenue of those who complain and what is open."""
    period = _period(context)
    assert context.cursor is not None
    everyone = group_complaints(context.cursor, members_of({"by": "everyone"}), period.first, period.last)
    topics = complaint_topics(context.cursor, period.first, period.last)
    strangers = complaints_of_strangers(context.cursor, period.first, period.last)
    if not everyone.complaints and not strangers:
        raise NoData(
            msg("There is no complaint in the last {days} days of the interactions", days=period.days),
            None,
            msg("Look farther back."),
        )
    common = _common(context, period, everyone, topics, strangers)
    if context.settings["by"] == "topic":
        return _by_topic(context, topics, everyone, common)
    groups = _groups(context, period)
    return _by_group(context, period, groups, everyone, common)


def _common(context: Context, period: _Period, everyone: GroupComplaints, topics: pd.DataFrame, strangers: int) -> list[Speaks]:
    """What the reading says whichever way the complaints are split."""
    share = everyone.revenue_complaining / everyone.revenue if everyone.revenue > 0 else 0.0
    said: list[Speaks] = [
        msg(
            "From {first} to {last}, {count} of {all} customers complained; they bring {share} of the revenue, {money}.",
            first=Day(period.first),
            last=Day(period.last),
            count=Number(everyone.complaining),
            all=Number(everyone.customers),
            share=Share(share),
            money=Money(everyone.revenue_complaining, context.snapshot.currency),
        )
    ]
    said.append(_settled(everyone, strangers))
    named = topics[topics["topic"].notna()].head(3)
    total = float(topics["complaints"].sum())
    if len(named) and context.settings["by"] != "topic":
        most = [
            msg("{topic} ({share})", topic=Verbatim(str(row.topic)[:60]), share=Share(float(row.complaints) / total))
            for row in named.itertuples()
        ]
        said.append(msg("Most of them are about {topics}.", topics=Joined(most)))
    if strangers:
        said.append(msg("Complaints of customers without purchases, who are in no segment: {count}.", count=Number(strangers)))
    return said


def _settled(everyone: GroupComplaints, strangers: int) -> Speaks:
    """How many complaints are open, of customers with purchases: the figure that is kept counts the same."""
    if not everyone.known:
        return msg("Whether the complaints were settled is not known.")
    values = {
        "count": Number(everyone.unsettled),
        "known": Number(everyone.known),
        "share": Share(everyone.unsettled / everyone.known),
    }
    if strangers:
        return msg(
            "Still open: {count} of the {known} complaints of customers with purchases whose status is known ({share}).", **values
        )
    return msg("Still open: {count} of the {known} complaints whose status is known ({share}).", **values)


def _group_frame(groups: Sequence[_Group]) -> pd.DataFrame:
    frame = pd.DataFrame([{"group": each.id, **asdict(each.found)} for each in groups])
    frame.insert(1, "name", pd.Series([each.name for each in groups], dtype="object"))
    frame["per_100"] = [_per_100(each.found) for each in groups]
    frame["share_complaining"] = frame["complaining"] / frame["customers"]
    frame["share_revenue"] = frame["revenue_complaining"] / frame["revenue"].where(frame["revenue"] > 0)
    frame["share_open"] = frame["unsettled"] / frame["known"].where(frame["known"] > 0)
    return frame


def _by_group(context: Context, period: _Period, groups: list[_Group], everyone: GroupComplaints, common: list[Speaks]) -> Exhibit:
    overall = _per_100(everyone)
    drawn = groups[:_GROUPS]
    height = height_for(len(drawn), 36)
    kept = {f"{each.id}.per_100": round(_per_100(each.found), 2) for each in groups}
    return Exhibit(
        title=_group_title(groups, everyone, period),
        reading=tuple(_group_reading(context, groups, common)),
        frame=_group_frame(groups),
        columns={
            "name": msg("Group"),
            "customers": msg("Customers"),
            "complaints": msg("Complaints"),
            "per_100": msg("Complaints per 100 customers"),
            "complaining": msg("Customers who complained"),
            "share_complaining": msg("Share of customers who complained"),
            "revenue_complaining": msg("Revenue of those who complained"),
            "share_revenue": msg("Their share of the group's revenue"),
            "unsettled": msg("Still open"),
            "share_open": msg("Share still open, where known"),
        },
        figures={**_figures(everyone, overall), **kept},
        draw=partial(_draw_groups, drawn, overall, height),
        alt=msg("Bars of complaints per 100 customers by segment or grade"),
        height=height,
    )


def _group_title(groups: Sequence[_Group], everyone: GroupComplaints, period: _Period) -> Message:
    apart = _stands_apart(groups, everyone)
    heads = {"all": _rate(_per_100(everyone)), "days": period.days}
    if apart is not None:
        return msg(
            "Most complaints: {name}, {rate} per 100 customers in {days:# day|# days}, against {all} on the whole",
            name=apart.name, rate=_rate(_per_100(apart.found)), **heads,
        )  # fmt: skip
    if len(groups) > 1:
        return msg("{all:# complaint|# complaints} per 100 customers in {days:# day|# days}; nobody stands clearly apart", **heads)
    return msg("{all:# complaint|# complaints} per 100 customers in {days:# day|# days}", **heads)


def _group_reading(context: Context, groups: Sequence[_Group], common: list[Speaks]) -> list[Speaks]:
    reading: list[Speaks] = [
        msg("Bars: complaints per 100 customers, beside them how many customers complained. Dotted line: all customers."),
        *common,
    ]
    few = [each.name for each in groups if each.found.complaining < FEW]
    if few:
        reading.append(
            msg("Fewer than {count} customers complained, a hint and no finding: {names}.", count=FEW, names=Joined(few))
        )
    reading += [
        msg(
            "Only what was recorded counts: few complaints can mean content customers, or customers who leave without a word. "
            "And who buys often has more occasions to complain."
        ),
        data_state(context),
    ]
    return reading


def _beside(group: _Group) -> Message:
    """What stands beside a bar."""
    return msg("{rate} · {count:# customer|# customers}", rate=_rate(_per_100(group.found)), count=Number(group.found.complaining))


def _draw_groups(drawn: Sequence[_Group], overall: float, height: int, language: Language) -> go.Figure:
    import plotly.graph_objects as go

    figure = canvas(height, msg("Complaints per 100 customers").in_(language))
    rates = [_per_100(each.found) for each in drawn]
    longest = max([*rates, overall]) or 1.0
    figure.add_trace(
        go.Bar(
            y=list(range(len(drawn))),
            x=rates,
            orientation="h",
            marker_color=[each.color for each in drawn],
            text=[_beside(each).in_(language) for each in drawn],
            textposition=["inside" if rate > 0.6 * longest else "outside" for rate in rates],
            insidetextanchor="end",
            insidetextfont={"color": [ink(each.color) for each in drawn]},
            cliponaxis=False,
            customdata=[each.id for each in drawn],
            hovertemplate="%{x:.1f}<extra></extra>",
        )
    )
    figure.add_vline(x=overall, layer="below", line={"color": NEUTRAL, "dash": "dot", "width": 2})
    label_rows(figure, [each.name for each in drawn], language, 18)
    figure.update_xaxes(range=[0, longest * 1.1])
    return figure


def _figures(everyone: GroupComplaints, overall: float) -> dict[str, float]:
    figures = {
        "per_100": round(overall, 2),
        "complaints": float(everyone.complaints),
        "customers_complaining": float(everyone.complaining),
        "revenue_complaining": everyone.revenue_complaining,
    }
    return figures | ({"share_open": round(everyone.unsettled / everyone.known, 4)} if everyone.known else {})


def _by_topic(context: Context, topics: pd.DataFrame, everyone: GroupComplaints, common: list[Speaks]) -> Exhibit:
    if not topics["topic"].notna().any():
        raise NoData(
            msg("The complaints have no topic"),
            None,
            msg("Import the file again and choose the column with the reason or subject."),
        )
    frame = _topic_frame(topics)
    first = frame[frame["topic"].notna()].iloc[0]
    drawn = frame.head(_TOPICS)
    height = height_for(len(drawn), 36)
    return Exhibit(
        title=msg("{share} of the complaints are about “{topic}”", share=Share(float(first["share"])), topic=first["name"]),
        reading=tuple(_topic_reading(context, frame, common)),
        frame=frame,
        columns={
            "name": msg("Topic"),
            "complaints": msg("Complaints"),
            "share": msg("Share"),
            "customers": msg("Customers"),
            "unsettled": msg("Still open"),
            "share_open": msg("Share still open, where known"),
        },
        figures={**_figures(everyone, _per_100(everyone)), "first_topic_share": round(float(first["share"]), 4)},
        draw=partial(_draw_topics, drawn, height),
        alt=msg("Bars of complaints by topic with the part still open"),
        height=height,
    )


def _topic_frame(topics: pd.DataFrame) -> pd.DataFrame:
    """``topics`` with their names in words and two shares: of all complaints, and still open of those whose status is known."""
    frame = topics.copy()
    frame["share"] = frame["complaints"] / float(frame["complaints"].sum())
    frame["share_open"] = frame["unsettled"] / frame["known"].where(frame["known"] > 0)
    names: list[Speaks] = [msg("No topic given") if topic is None else Verbatim(str(topic)[:80]) for topic in frame["topic"]]
    frame.insert(0, "name", pd.Series(names, dtype="object"))
    return frame


def _topic_reading(context: Context, frame: pd.DataFrame, common: list[Speaks]) -> list[Speaks]:
    reading: list[Speaks] = [msg("Bars: complaints by topic, the part still open in full colour where it is known.")]
    beyond = frame.iloc[_TOPICS:]
    if len(beyond):
        reading.append(
            msg(
                "Complaints on {count:# further topic|# further topics}: {sum}.",
                count=len(beyond),
                sum=Number(float(beyond["complaints"].sum())),
            )
        )
    return [
        *reading,
        *common,
        msg("A topic is what was written down, seldom the cause: ask some of those who complained."),
        data_state(context),
    ]


def _draw_topics(drawn: pd.DataFrame, height: int, language: Language) -> go.Figure:
    import plotly.graph_objects as go

    figure = canvas(height, msg("Complaints").in_(language), barmode="stack")
    rows = list(range(len(drawn)))
    unsettled = drawn["unsettled"].astype(float)
    for values, name, color in (
        (unsettled, msg("Still open"), ACCENT),
        (drawn["complaints"].astype(float) - unsettled, msg("Settled, or not known"), tint(ACCENT, 0.4)),
    ):
        figure.add_trace(
            go.Bar(
                y=rows, x=list(values), orientation="h", name=name.in_(language), marker_color=color,
                hovertemplate="%{x:,.0f}<extra>" + name.in_(language) + "</extra>",
            )
        )  # fmt: skip
    figure.update_layout(showlegend=True, legend_traceorder="normal")
    label_rows(figure, list(drawn["name"]), language, 22)
    return figure
