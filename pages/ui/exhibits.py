"""The evidence of a step: one main chart a screen, its finding as the heading, its table one click away."""

from __future__ import annotations

import re
from contextlib import nullcontext
from functools import partial
from typing import TYPE_CHECKING, Any

import streamlit as st

from pages.ui import boundary, downloads, focus, options, state
from pages.ui.style import CROWDED
from pages.ui.text import s, safe, t
from strategy.errors import NoData, StrategyError
from strategy.exhibits import Exhibit, Setting, figure_of, first_with_data, present, spec
from strategy.method import Step

if TYPE_CHECKING:
    import plotly.graph_objects as go


def show(step: Step) -> None:
    """Choose an exhibit of the step and show it."""
    if not step.exhibits:
        st.info(t("This step has no exhibit of its own."))
        return
    asked = state.here("exhibit")
    chosen = asked if asked in step.exhibits else first_with_data(step.exhibits, state.snapshot(), state.workbook().cursor)
    with st.container(key="exhibits", gap="xsmall"):
        offered = _of_group(step, chosen)
        if len(step.exhibits) > 1:
            key = f"exhibit.{step.id}"
            state.bind(key, chosen)
            st.pills(
                t("Exhibit"),
                offered,
                format_func=lambda item: s(spec(item).name),
                key=key,
                on_change=_chosen,
                args=(key,),
                label_visibility="collapsed",
                required=True,
                wrap=True,
            )
        show_exhibit(chosen)


def _of_group(step: Step, chosen: str) -> tuple[str, ...]:
    """The exhibits to choose from: all of the step or, where it has groups, those of the group ``chosen`` is in; another can be asked for."""
    if not step.exhibit_groups:
        return step.exhibits
    places = range(len(step.exhibit_groups))
    here = next(at for at in places if chosen in step.exhibit_groups[at].exhibits)
    key = f"exhibit_group.{step.id}"
    state.bind(key, here)
    st.segmented_control(
        t("Exhibits"),
        places,
        format_func=lambda at: s(step.exhibit_groups[at].title),
        key=key,
        on_change=_group_chosen,
        args=(key, step),
        label_visibility="collapsed",
        required=True,
    )
    return step.exhibit_groups[here].exhibits


@state.callback
def _chosen(key: str) -> None:
    state.set_here(exhibit=state.widget_value(key))


@state.callback
def _group_chosen(key: str, step: Step) -> None:
    """Go to the first exhibit of the group that has something to show."""
    exhibits = step.exhibit_groups[state.widget_value(key)].exhibits
    state.set_here(exhibit=first_with_data(exhibits, state.snapshot(), state.workbook().cursor))


def show_exhibit(exhibit_id: str, prefix: str = "", given: dict[str, Any] | None = None) -> Exhibit | None:
    """One exhibit with its settings, reading and table. Returns it, or ``None`` when there is nothing to show yet."""
    wanted = spec(exhibit_id)
    visible = tuple(setting for setting in wanted.settings if not setting.hidden)
    return show_given(exhibit_id, prefix, _settings(exhibit_id, visible, prefix) | (given or {}))


def settings_on_screen(exhibit_id: str) -> dict[str, Any]:
    """The settings under which this visitor last looked at an exhibit on the page of its step, else its defaults."""
    values: dict[str, Any] = {}
    for setting in spec(exhibit_id).settings:
        if not setting.hidden:
            key = f"set.{exhibit_id}.{setting.name}"
            state.bind_once(key, setting.default)
            values[setting.name] = state.widget_value(key)
    return values


def show_given(exhibit_id: str, prefix: str, settings: dict[str, Any]) -> Exhibit | None:
    """:func:`show_exhibit` under settings the page itself asks for."""
    wanted = spec(exhibit_id)
    try:
        shown = present(exhibit_id, state.snapshot(), state.workbook().cursor, settings)
    except NoData as empty:
        st.subheader(s(wanted.name), anchor=False)
        with st.container(border=True):
            st.markdown(f":material/info: **{safe(s(empty.what))}**")
            if empty.fix:
                st.markdown(safe(s(empty.fix)))
        return None
    except StrategyError as error:
        boundary.show_error(error)
        return None
    draw(shown, f"{prefix}{exhibit_id}")
    return shown


def _settings(exhibit_id: str, settings: tuple[Setting, ...], prefix: str) -> dict[str, Any]:
    if not settings:
        return {}
    values: dict[str, Any] = {}
    width = 300 if len(settings) < 3 else 220  # what a projector's column has room for beside one another
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"settings-{prefix}{exhibit_id}"):
        for setting in settings:
            key = f"{prefix}set.{exhibit_id}.{setting.name}"
            if setting.choices:
                titles = {name: s(title) for name, title in setting.choices}
                state.bind_once(key, setting.default)
                values[setting.name] = st.selectbox(
                    s(setting.title), list(titles), format_func=partial(_title_of, titles), key=key, width=width
                )
            elif isinstance(setting.default, (int, float)):
                state.bind_once(key, setting.default)
                values[setting.name] = st.number_input(
                    s(setting.title),
                    min_value=_like(setting.low, setting.default),
                    max_value=_like(setting.high, setting.default),
                    key=key,
                    width=width,
                )
            else:
                values[setting.name] = _choose_text(setting, key)
    return values


def _title_of(titles: dict[str, str], item: str) -> str:
    return titles.get(item, item)


def _choose_text(setting: Setting, key: str) -> Any:
    """A text setting: the segment to look at, where it is one, else free text."""
    if setting.name == "segment":
        segments = {
            "": t("All targets"),
            **options.segments(row.id for row in state.snapshot().rows("segment")),
        }
        return _choose_row(setting, key, segments)
    if setting.name == "weights":
        from strategy.exhibits.weights import choices as weight_choices

        named = options.distinct({name: s(title) for name, title in weight_choices(state.snapshot()).items()})
        state.bind_once(key, setting.default)
        if state.widget_value(key) not in named:  # the set was renamed or deleted
            state.put_widget(key, setting.default)
        return st.selectbox(s(setting.title), list(named), format_func=partial(_title_of, named), key=key, width=220)
    if setting.name == "acquisition":
        rows = {
            "": "–",
            **options.of_rows("acquisition", (row.id for row in state.snapshot().rows("acquisition"))),
        }
        return _choose_row(setting, key, rows)
    state.bind_once(key, setting.default)
    return st.text_input(s(setting.title), key=key, width=220)


def _choose_row(setting: Setting, key: str, names: dict[str, str]) -> Any:
    """One of ``names``, id -> name; the empty id is no row in particular."""
    named = options.distinct(names)
    state.bind_once(key, setting.default)
    state.bind_label(key, named.get(state.widget_value(key)))
    return st.selectbox(s(setting.title), list(named), format_func=options.label_of(named), key=key, width=220)


def _like(bound: float | None, default: float) -> Any:
    return None if bound is None else type(default)(bound)


def draw(shown: Exhibit, key: str) -> None:
    """Finding, chart, reading, table."""
    st.subheader(safe(s(shown.title)), anchor=False)
    figure = figure_of(shown, state.snapshot(), state.language())
    segments = focus.segments_of(shown)
    chart = f"chart.{key}.{state.language()}"
    chosen = focus.focus() if segments else None
    narrow = (figure.layout.meta or {}).get("narrow")
    with st.container(key=f"plot-{chart}") if narrow else nullcontext():
        _plot(shown, figure, chart, segments, chosen)
    if narrow:
        _key(f"plot-{chart}", narrow)
    if len(segments) > 1:
        focus.choose(segments, key)
    st.caption("  \n".join(safe(s(line)) for line in shown.reading))
    if shown.texts:
        with st.expander(t("In full"), icon=":material/notes:", key=f"texts.{key}", on_change="rerun") as opened:
            if opened.open:
                for heading, text in shown.texts:
                    st.markdown(f"**{safe(s(heading))}**  \n{safe(s(text))}")
    with st.expander(t("The figures as a table"), icon=":material/table_rows:", key=f"table.{key}", on_change="rerun") as opened:
        if opened.open:
            table = shown.table(state.language())
            rows = focus.marked(table, shown, chosen) if chosen in segments and chosen else table
            st.dataframe(rows, hide_index=True, key=f"frame.{key}", alt=s(shown.alt))
            downloads.offer(
                t("Download as CSV"),
                lambda: downloads.as_csv(table),
                f"{shown.id}.csv",
                f"download.{key}",
            )


def _plot(shown: Exhibit, figure: go.Figure, chart: str, segments: tuple[str, ...], chosen: str | None) -> None:
    st.plotly_chart(
        focus.brought_out(figure, chosen) if chosen in segments and chosen else figure,
        key=chart,
        alt=s(shown.alt),
        config={"displaylogo": False, "displayModeBar": False},
        on_select=partial(focus.clicked, chart) if len(segments) > 1 else "ignore",
        selection_mode="points",
    )


def _key(plot: str, narrow: dict[str, Any]) -> None:
    """On a narrow screen: numbers in the place of the names on the chart ``plot``, and what they stand for below it."""
    count = int(narrow["names"])
    inside = f".st-key-{_class_of(plot)}"
    names = ",".join(f'{inside} .annotation[data-index="{at}"]' for at in range(count))
    numbers = ",".join(f'{inside} .annotation[data-index="{at}"]' for at in range(count, count + int(narrow["numbers"])))
    key = f"key-{plot}"
    st.html(
        f"<style>@media {CROWDED} {{{names} {{display: none}} {numbers} {{opacity: 1 !important}}}}"
        f"@media not all and {CROWDED} {{.st-key-{_class_of(key)} {{display: none}}}}</style>"
    )
    with st.container(key=key):
        lines = [(kind["glyph"], [f"**{number}** {safe(name)}" for number, name in kind["names"]]) for kind in narrow["key"]]
        st.caption("  \n".join(f"{glyph} {t(', ').join(entries)}" for glyph, entries in lines))


def _class_of(key: str) -> str:
    """The key as Streamlit writes it into the class of a container."""
    return re.sub(r"[^a-zA-Z0-9_-]", "-", key)
