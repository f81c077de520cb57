"""The plan as one HTML file that needs nothing else: styles and charts inside, made to be read and to be printed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from strategy.errors import StrategyError
from strategy.exhibits import Exhibit
from strategy.exhibits.drawing import finished
from strategy.exhibits.palette import LAYER_TINTS, tint
from strategy.language import Language, date_text, msg, number, say
from strategy.reports.layout import beside_one_another, layout
from strategy.reports.plan import Plan, Section

TEMPLATES = Path(__file__).parent / "templates"
#: Pixels a chart is drawn wide for print, where it takes half a page: wide enough for its names, and they stay legible.
CHART_WIDTH = 580


@lru_cache(maxsize=1)
def _templates() -> Environment:
    # Escaping is on for everything: what people typed is shown as typed and can never become markup.
    return Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


@lru_cache(maxsize=1)
def _plotly() -> Markup:
    """The chart library, once a document."""
    from plotly.offline import get_plotlyjs

    return Markup(get_plotlyjs())  # noqa: S704 - the library's own source


@dataclass(frozen=True)
class Chart:
    """An exhibit in the document's words, drawn."""

    title: str
    drawing: Markup
    reading: list[str]
    texts: list[tuple[str, str]]
    headings: list[str]
    rows: list[list[str]]


def _charts(section: Section, plan: Plan, numbers: Iterator[int]) -> Iterator[Chart]:
    for exhibit in section.exhibits:
        try:
            yield _chart(exhibit, plan, next(numbers))
        except StrategyError:  # a team's method has taken out what it speaks of: the page of the step says so
            continue


def _chart(exhibit: Exhibit, plan: Plan, at: int) -> Chart:
    figure = finished(exhibit.draw(plan.language), plan.language)
    figure.update_layout(template="plotly_white", font={"color": "#1B2430"}, autosize=True)
    html = figure.to_html(
        full_html=False, include_plotlyjs=False, config={"displayModeBar": False, "responsive": True}, div_id=f"chart-{at}"
    )
    table = exhibit.table(plan.language)
    return Chart(
        plan.say(exhibit.title),
        Markup(html),  # noqa: S704 - Plotly escapes the data it writes
        [plan.say(line) for line in exhibit.reading],
        [(plan.say(heading), plan.say(text)) for heading, text in exhibit.texts],
        list(table.columns),
        [[_cell(value, plan.language) for value in row] for row in table.head(40).itertuples(index=False)],
    )


def document(plan: Plan) -> bytes:
    """The HTML file as UTF-8 bytes."""
    numbers = iter(range(1, 10_000))

    def t(template: str, **values: Any) -> str:
        return msg(template, **values).in_(plan.language)

    def layer_tint(section: Section) -> str:
        layer = plan.snapshot.method.layer(section.step.layer)
        return tint(LAYER_TINTS[layer.tint], 0.12)

    page = _templates().get_template("plan.html")
    text = page.render(
        plan=plan,
        t=t,
        s=plan.say,
        charts=lambda section: list(_charts(section, plan, numbers)),
        plotly=_plotly(),
        layer_tint=layer_tint,
        layout=layout,
        tables=lambda section: [beside_one_another(table, plan.language) for table in section.tables],
        colon=t("{name}: {value}", name="", value=""),
        chart_width=CHART_WIDTH,
        tint=tint,
        day=date_text(plan.made_at, plan.language),
    )
    return text.encode()


_YES, _NO = msg("yes"), msg("no")


def _cell(value: Any, language: Language) -> str:
    if value is None or value is pd.NA or value != value:
        return ""
    if isinstance(value, (bool, np.bool_)):
        return say(_YES if value else _NO, language)
    if isinstance(value, float):
        return number(value, language)
    return str(value)
