"""Step 1, from the customers' purchases: the grid of recency and frequency, grades by share of revenue, and the whale curve."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from strategy.customers import abc_grades, concentration, current_dataset, rfm_grid
from strategy.customers.concentration import whale
from strategy.errors import InvalidValue
from strategy.exhibits.chart_text import wrapped
from strategy.exhibits.drawing import canvas
from strategy.exhibits.fields import fields, numbered_when_narrow
from strategy.exhibits.labels import Money, Number, Share, Short
from strategy.exhibits.model import Context, Exhibit, Setting, exhibit
from strategy.exhibits.palette import ACCENT, BAD, NEUTRAL, SHADES, tint
from strategy.exhibits.purchases import CUTS, adopted, cuts_in_use, data_state
from strategy.language import Language, Speaks, msg

if TYPE_CHECKING:
    import plotly.graph_objects as go

TOP = Setting("first", msg("Grade A up to (% of revenue)"), 80, 1, 98)
MIDDLE = Setting("second", msg("Grade B up to (% of revenue)"), 95, 2, 99)


@exhibit("rfm_grid", msg("Grid of recency and frequency"), reads="customers", settings=(CUTS,))
def rfm_grid_exhibit(context: Context) -> Exhibit:
    """All 25 fields of the grid with their segment: every customer stands in exactly one."""
    state = data_state(context)
    assert context.cursor is not None
    rows, cuts = adopted(context.snapshot), cuts_in_use(context)
    names: dict[str, Speaks] = {
        segment: Short(context.snapshot, rows[segment].id) if segment in rows else name
        for segment, name in cuts.segment_names().items()
    }
    frame = rfm_grid(context.cursor, cuts)
    total, money = int(frame["customers"].sum()), float(frame["revenue"].sum())
    frame["name"] = pd.Series([names[segment] for segment in frame["segment"]], dtype="object")
    frame["share_customers"] = frame["customers"] / total if total else 0.0
    frame["share_revenue"] = frame["revenue"] / money if money else 0.0
    best = frame.loc[frame["revenue"].idxmax()]
    title = msg(
        "The field R{r} F{f} ({name}) alone brings {share} of the revenue from {customers} of the customers",
        r=int(best["r"]),
        f=int(best["f"]),
        name=best["name"],
        share=Share(float(best["share_revenue"])),
        customers=Share(float(best["share_customers"])),
    )
    reading: tuple[Speaks, ...] = (
        msg(
            "Upwards: bought more recently. To the right: buys more often. The number is customers, the shade their share of revenue."
        ),
        msg("Empty fields are no fault: where many customers bought once, several scores of frequency fall together."),
        state,
    )

    def draw(language: Language) -> go.Figure:
        figure = canvas(
            460, msg("Frequency score (5: most often)").in_(language), msg("Recency score (5: most recent)").in_(language)
        )
        grids = {
            column: frame.pivot(index="r", columns="f", values=column).sort_index() for column in ("share_revenue", "customers", "segment")
        }  # fmt: skip
        written = {segment: wrapped(name, language, 11 if language == "en" else 8, 2) for segment, name in names.items()}
        text = [
            [
                f"{written[segment]}<br>{Number(int(count)).in_(language)}" if count else ""
                for segment, count in zip(*row, strict=True)
            ]
            for row in zip(grids["segment"].to_numpy(), grids["customers"].to_numpy(), strict=True)
        ]
        shares = grids["share_revenue"].to_numpy() * 100
        most = max(float(frame["share_revenue"].max()) * 100, 1e-9)
        fields(
            figure, shares, text, SHADES, (0, most), list(grids["customers"].columns), list(grids["customers"].index), size=12, upwards=True, hovertemplate="R%{y} F%{x}<br>%{text}<br>%{z:.1f}%<extra></extra>",
        )  # fmt: skip
        numbered_when_narrow(figure, list(written.values()))
        figure.update_xaxes(dtick=1)
        figure.update_yaxes(dtick=1)
        return figure

    return Exhibit(
        title=title,
        reading=reading,
        frame=frame,
        columns={
            "r": msg("Recency score"),
            "f": msg("Frequency score"),
            "name": msg("Segment"),
            "customers": msg("Customers"),
            "share_customers": msg("Share of customers"),
            "revenue": msg("Revenue"),
            "share_revenue": msg("Share of revenue"),
        },
        figures={f"r{row.r}f{row.f}.customers": float(row.customers) for row in frame.itertuples()},
        draw=draw,
        alt=msg("Customers by scores of recency and frequency, shade by share of revenue"),
        height=460,
    )


@exhibit("abc_grades", msg("Grades by share of revenue"), reads="customers", settings=(TOP, MIDDLE))
def abc_grades_exhibit(context: Context) -> Exhibit:
    state = data_state(context)
    assert context.cursor is not None
    first, second = int(context.settings["first"]), int(context.settings["second"])
    if first >= second:
        raise InvalidValue(
            msg("Grade B must end above grade A"), f"abc_grades: {first}, {second}", msg("Give for example 80 and 95.")
        )  # fmt: skip
    grades = abc_grades(context.cursor, (first / 100, second / 100))
    tops = concentration(context.cursor).top
    frame = pd.DataFrame(
        {
            "grade": [grade.grade for grade in grades],
            "customers": [grade.customers for grade in grades],
            "share_customers": [grade.share_customers for grade in grades],
            "revenue": [grade.revenue for grade in grades],
            "share_revenue": [grade.share_revenue for grade in grades],
            "at_least": pd.array([grade.at_least for grade in grades], dtype="Float64"),
        }
    )
    best = grades[0]
    currency = context.snapshot.currency
    title = msg(
        "{customers} of the customers, grade A, bring {revenue} of the revenue",
        customers=Share(best.share_customers),
        revenue=Share(best.share_revenue),
    )
    reading: tuple[Speaks, ...] = (
        msg(
            "A: who brings the first {first}% of the revenue; B: up to {second}%; C: the rest. A begins at {least}.",
            first=first,
            second=second,
            least=Money(best.at_least or 0.0, currency),
        ),
        msg(
            "The best 1% of customers bring {one}, the best 5% {five}, the best 10% {ten} of the revenue.",
            one=Share(tops[0.01]),
            five=Share(tops[0.05]),
            ten=Share(tops[0.10]),
        ),
        msg("Revenue is not profit, and what was bought is not what could be: do not drop a grade C that is new."),
        state,
    )

    figures = {f"{grade.grade}.customers": float(grade.customers) for grade in grades}
    figures |= {f"top_{round(part * 100)}_percent": float(value) for part, value in tops.items()}
    return Exhibit(
        title=title,
        reading=reading,
        frame=frame,
        columns={
            "grade": msg("Grade"),
            "customers": msg("Customers"),
            "share_customers": msg("Share of customers"),
            "revenue": msg("Revenue"),
            "share_revenue": msg("Share of revenue"),
            "at_least": msg("Lowest revenue in it"),
        },
        figures=figures,
        draw=partial(_draw_abc_grades, frame),
        alt=msg("Share of customers and of revenue by grade"),
        height=320,
    )


def _draw_abc_grades(frame: pd.DataFrame, language: Language) -> go.Figure:
    import plotly.graph_objects as go

    figure = canvas(320, msg("Share (%)").in_(language))
    for column, name, color in (
        ("share_customers", msg("Share of customers"), NEUTRAL),
        ("share_revenue", msg("Share of revenue"), ACCENT),
    ):
        figure.add_trace(
            go.Bar(
                y=list(frame["grade"]),
                x=list(frame[column] * 100),
                name=name.in_(language),
                orientation="h",
                marker_color=color,
                text=[Share(share).in_(language) for share in frame[column]],
                textposition="outside",
                cliponaxis=False,
                hovertemplate="%{y}: %{x:.1f}%<extra>" + name.in_(language) + "</extra>",
            )
        )
    figure.update_layout(barmode="group", showlegend=True, legend_traceorder="normal")
    figure.update_xaxes(range=[0, 110])
    figure.update_yaxes(autorange="reversed", type="category")
    return figure


@exhibit("whale_curve", msg("Whale curve"), reads="customers")
def whale_curve(context: Context) -> Exhibit:
    """Cumulative profit, where the file of purchases named margins."""
    state = data_state(context)
    assert context.cursor is not None
    found = whale(context.cursor)
    frame = pd.DataFrame(found.points, columns=["share_customers", "share_profit"])
    currency = context.snapshot.currency
    title = (
        msg(
            "{best} of the customers earn {peak} of the profit; {losing:# customer|# customers} lose {lost} of it again",
            best=Share(found.peak_at),
            peak=Share(found.peak),
            losing=Number(found.losing),
            lost=Money(-found.lost, currency),
        )
        if found.losing
        else msg("No customer loses money; together they earn {profit}", profit=Money(found.profit, currency))
    )
    reading: list[Speaks] = [
        msg(
            "Customers from the most to the least profitable. Where the curve falls, each further customer costs more than he or she brings."
        ),
        msg("Margins without the cost of serving flatter small customers: do not believe the tail before that cost is in."),
    ]
    if found.without > 0:
        reading.append(msg("{share} of the purchase lines have no margin and are left out.", share=Share(found.without)))
    dataset = current_dataset(context.cursor)
    if dataset is not None and (dataset.quality.get("refunds") or {}).get("rows"):
        reading.append(msg("A refund lowers the margin of its purchase in the proportion of the amounts."))
    reading.append(state)

    def draw(language: Language) -> go.Figure:
        import plotly.graph_objects as go

        figure = canvas(420, msg("Share of customers (%)").in_(language), msg("Share of the final profit (%)").in_(language))
        figure.add_hline(y=100, line={"color": NEUTRAL, "dash": "dot", "width": 1})
        figure.add_trace(
            go.Scatter(
                x=frame["share_customers"] * 100,
                y=frame["share_profit"] * 100,
                mode="lines",
                line={"color": ACCENT, "width": 3},
                fill="tozeroy",
                fillcolor=tint(ACCENT, 0.12),
                hovertemplate="%{x:.0f}% · %{y:.1f}%<extra></extra>",
            )
        )
        if found.losing:
            figure.add_vline(x=found.peak_at * 100, line={"color": BAD, "dash": "dash", "width": 1})
        figure.update_xaxes(range=[0, 100])
        return figure

    return Exhibit(
        title=title,
        reading=tuple(reading),
        frame=frame,
        columns={"share_customers": msg("Share of customers"), "share_profit": msg("Share of the final profit")},
        figures={"peak": found.peak, "peak_at": found.peak_at, "losing": float(found.losing), "profit": found.profit},
        draw=draw,
        alt=msg("Cumulative profit over customers from the most to the least profitable"),
    )
