"""Step 1, from the customers' purchases: how many clusters the data support, and what sets each apart from the average."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from strategy.analysis.clusters import STABLE, Choice
from strategy.customers.clusters import DEFAULT_FEATURES, FEATURES, MOST_CLUSTERS, Clustering, checked_features, clusters
from strategy.errors import InvalidValue, NoData
from strategy.exhibits.captions import distinct
from strategy.exhibits.chart_text import wrapped
from strategy.exhibits.drawing import GRID, canvas
from strategy.exhibits.fields import fields
from strategy.exhibits.labels import Joined, Number, Share
from strategy.exhibits.model import Context, Exhibit, Setting, exhibit
from strategy.exhibits.palette import ACCENT, BOTH_WAYS, CAUTION, NEUTRAL
from strategy.exhibits.purchases import data_state
from strategy.language import Language, Message, Speaks, msg, number
from strategy.thread.memory import per_data

if TYPE_CHECKING:
    import plotly.graph_objects as go

FEATURE_LIST = Setting("features", msg("Features"), ",".join(DEFAULT_FEATURES), hidden=True)
METHOD = Setting(
    "method", msg("Method"), "kmeans", choices=(("kmeans", msg("k-means")), ("mixture", msg("Gaussian mixture (diagonal)")))
)
#: Customers below which any number of clusters is a picture of these few and no finding.
LEAST_CUSTOMERS = 30
NUMBER = Setting("k", msg("Clusters (0: as suggested)"), 0, 0, MOST_CLUSTERS)


def clustering(context: Context, k: int = 0) -> Clustering:
    """The clusters of a context's data under its settings; the costly part is done once for all exhibits that show it.

    Raises :class:`NoData` where these customers cannot be told apart by these features.
    """
    data_state(context)
    features = checked_features([part.strip() for part in str(context.settings["features"]).split(",") if part.strip()])
    method = context.settings["method"]
    assert context.cursor is not None
    cursor = context.cursor
    snapshot = context.snapshot
    try:
        suggested = per_data(("clusters", features, method, 0), snapshot, lambda: clusters(cursor, features, None, method))
        if k in (0, suggested.k):
            return suggested
        return per_data(
            ("clusters", features, method, k), snapshot, lambda: clusters(cursor, features, k, method, suggested.choice)
        )
    except InvalidValue as error:
        raise NoData(error.what, error.where, error.fix) from error


@exhibit("cluster_choice", msg("How many clusters"), reads="customers", settings=(METHOD, FEATURE_LIST))
def cluster_choice(context: Context) -> Exhibit:
    found = clustering(context)
    choice = found.choice
    frame = pd.DataFrame(
        [
            {
                "k": c.k,
                "silhouette": c.silhouette,
                "bic": c.bic,
                "stability": c.stability,
                "smallest": c.smallest,
                "suggested": c.k == choice.suggested,
            }
            for c in choice.candidates
        ]
    )
    best = choice.of(choice.suggested)
    few = len(frame) < 2 or found.looked_at < LEAST_CUSTOMERS
    title: Message = (
        msg("{count:# customer is|# customers are} too few to tell how many clusters there are", count=Number(found.looked_at))
        if few
        else msg("The data support {count:# cluster|# clusters}", count=choice.suggested)
        if choice.stable
        else msg("No number of clusters comes out the same twice; {count} is the least bad", count=choice.suggested)
    )
    places = {measure: choice.place(best.k, measure) for measure in ("silhouette", "bic", "stability")}
    reading: list[Speaks] = [
        msg("There was nothing to choose: only {count:# cluster|# clusters} could be tried. Look at these customers one by one.",
            count=best.k)
        if len(frame) < 2
        else msg(
            "Of {tried} numbers tried, {count} is place {silhouette} by silhouette ({value}), place {bic} by BIC and place {stability} by stability ({share}).",
            tried=len(frame),
            count=best.k,
            silhouette=places["silhouette"],
            value=Number(best.silhouette, 2),
            bic=places["bic"],
            stability=places["stability"],
            share=Number(best.stability, 2),
        ),
        msg(
            "Silhouette: how clearly customers belong to one group only. BIC: how well a Gaussian mixture of so many groups describes the data for their number, lower is better. "
            "Stability: how alike the groups come out on resampled data, 1 is the same."
        ),
        msg(
            "Do not believe groups with a stability below {least}: they are cut out of a continuum. Between near equals, take the number the room can work with.",
            least=Number(STABLE, 2),
        ),
        msg("Features: {features}; {count:# customer was|# customers were} looked at.",
            features=Joined([FEATURES[name] for name in found.features]),
            count=Number(found.looked_at)),
        data_state(context),
    ]  # fmt: skip

    return Exhibit(
        title=title,
        reading=tuple(reading),
        frame=frame,
        columns={
            "k": msg("Number of clusters"),
            "silhouette": msg("Silhouette"),
            "bic": msg("BIC (lower is better)"),
            "stability": msg("Stability when resampled"),
            "smallest": msg("Share of the smallest"),
        },
        figures={"suggested": float(choice.suggested), "silhouette": best.silhouette, "stability": best.stability},
        draw=partial(_draw_cluster_choice, choice, frame),
        alt=msg("Silhouette, BIC and stability against the number of clusters"),
        height=480,
    )


def _draw_cluster_choice(choice: Choice, frame: pd.DataFrame, language: Language) -> go.Figure:
    import plotly.graph_objects as go

    panels = (
        ("silhouette", msg("Silhouette"), ACCENT),
        ("bic", msg("BIC (lower is better)"), NEUTRAL),
        ("stability", msg("Stability when resampled"), CAUTION),
    )
    figure = canvas(480)
    for at, (column, name, color) in enumerate(panels):
        axis = "" if at == 0 else str(at + 1)
        figure.add_trace(
            go.Scatter(
                x=frame["k"],
                y=frame[column],
                mode="lines+markers",
                line={"color": color, "width": 3},
                marker={"size": [16 if chosen else 8 for chosen in frame["suggested"]], "color": color},
                xaxis="x",
                yaxis=f"y{axis}",
                hovertemplate="%{x}: %{y:.3~f}<extra>" + name.in_(language) + "</extra>",
            )
        )
        top = 1 - at * 0.35
        figure.update_layout(
            {
                f"yaxis{axis}": {
                    "domain": [top - 0.24, top],
                    "gridcolor": GRID,
                    "zeroline": False,
                    "nticks": 4,
                    "automargin": True,
                    "anchor": "x",
                }
            }
        )
        figure.add_annotation(
            text=name.in_(language), x=0, y=top + 0.01, xref="paper", yref="paper", xanchor="left", yanchor="bottom", showarrow=False
        )  # fmt: skip
    figure.update_xaxes(title=msg("Number of clusters").in_(language), dtick=1, gridcolor=GRID, anchor="y3")
    figure.add_vline(x=choice.suggested, line={"color": NEUTRAL, "dash": "dot", "width": 1})
    figure.update_layout(margin={"l": 8, "r": 16, "t": 32, "b": 8})
    return figure


@exhibit("cluster_profiles", msg("Profiles of the clusters"), reads="customers", settings=(NUMBER, METHOD, FEATURE_LIST))
def cluster_profiles(context: Context) -> Exhibit:
    """Each cluster's means against the average of all customers, in standard deviations of the logarithm."""
    k = int(context.settings["k"])
    found = clustering(context, 0 if k < 2 else k)
    first = found.clusters[0]
    title = msg(
        "“{name}” are {customers} of the customers and bring {revenue} of the revenue",
        name=first.name,
        customers=Share(first.share_customers),
        revenue=Share(first.share_revenue),
    )
    frame = pd.DataFrame(
        [
            {
                "cluster": cluster.id,
                "name": cluster.name,
                "customers": cluster.customers,
                "share_customers": cluster.share_customers,
                "revenue": cluster.revenue,
                "share_revenue": cluster.share_revenue,
                **cluster.profile,
                **{f"standing_{name}": value for name, value in cluster.standing.items()},
            }
            for cluster in found.clusters
        ]
    )
    # The total stands apart from the feature of that name, which is a mean.
    frame["money"] = [cluster.revenue for cluster in found.clusters]
    frame["name"] = frame["name"].astype("object")
    candidate = found.choice.of(found.k)
    reading: list[Speaks] = [
        msg("Blue: above the average of all customers; orange: below. The number is the mean of the cluster."),
        msg("Names are proposed from the profile; the team gives its own."),
    ]
    if k == 1:
        reading.append(msg("One cluster would hold everybody; shown is the number suggested, {count}.", count=found.k))
    if candidate.stability < STABLE:
        reading.append(
            msg("Do not build on this split: on resampled data it comes out differently (stability {value}).", value=Number(candidate.stability, 2))
        )  # fmt: skip
    reading.append(data_state(context))
    height = max(300, min(480, 130 + 44 * len(frame)))

    def draw(language: Language) -> go.Figure:
        names = distinct([wrapped(name, language, 30, 3) for name in frame["name"]])
        columns = [f"standing_{name}" for name in found.features]
        figure = canvas(height)
        fields(
            figure,
            frame[columns].clip(-1.5, 1.5).to_numpy(),
            [[_mean(cluster.profile[name], language) for name in found.features] for cluster in found.clusters],
            BOTH_WAYS,
            (-1.5, 1.5),
            [wrapped(FEATURES[name], language, 16) for name in found.features],
            [f"{name}<br>{Share(share).in_(language)}" for name, share in zip(names, frame["share_customers"], strict=True)],
            size=16,
            hovertemplate="%{y}<br>%{x}: %{text} (%{z:+.1f} sd)<extra></extra>",
        )
        figure.update_xaxes(side="top")
        figure.update_layout(margin={"l": 8, "r": 8, "t": 48, "b": 8})
        return figure

    return Exhibit(
        title=title,
        reading=tuple(reading),
        frame=frame,
        columns={
            "name": msg("Cluster"),
            "customers": msg("Customers"),
            "share_customers": msg("Share of customers"),
            "money": msg("Revenue"),
            "share_revenue": msg("Share of revenue"),
            **{name: FEATURES[name] for name in FEATURES if name != "revenue"},
        },
        figures={f"{cluster.id}.customers": float(cluster.customers) for cluster in found.clusters} | {"clusters": float(found.k)},
        draw=draw,
        alt=msg("Means of each cluster against the average of all customers"),
        height=height,
    )


def _mean(value: float, language: Language) -> str:
    """A mean in three figures at least and no more decimals than that: 457, 98.9, 7.06."""
    return number(value, language, sum(abs(value) < bound for bound in (9.995, 99.95)))
