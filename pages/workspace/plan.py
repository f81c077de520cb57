"""The whole plan: nine steps at a glance, the thread of one segment, the decision register, all open checks."""

from __future__ import annotations

from urllib.parse import quote, unquote

import pandas as pd
import streamlit as st

from pages.registry import LIBRARY
from pages.ui import live, options, state, tables, views
from pages.ui.aside import finding_line, status_title
from pages.ui.links import row_link, step_link
from pages.ui.text import paired, s, safe, t
from strategy.thread import Readiness, graph_of, rows_of
from strategy.thread.graph import Node
from strategy.thread.wording import Cell
from strategy.workbook import Row

#: Rows listed for a worksheet in the thread of a segment. Scores are counted only: there are dozens, and none is a decision.
SHOWN = 4


def _views() -> dict[str, str]:
    return {"steps": t("Nine steps"), "segment": t("One segment"), "decisions": t("Decisions"), "checks": t("Checks")}


def _tile(ready: Readiness) -> None:
    snapshot = state.snapshot()
    step = ready.step
    layer = snapshot.method.layer(step.layer)
    decisions = [row for row in snapshot.rows("decision") if row["step"] == step.id]
    with st.container(border=True, height="stretch"):
        st.badge(s(layer.title), color=layer.tint)
        number = f"{step.number} " if step.number else ""
        step_link(step.id, f"**{number}{s(step.title)}**", f"tile.{step.id}")
        st.progress(ready.share, text=t("Ready {done} of {total}", done=ready.done, total=ready.total))
        if decisions:
            st.markdown(safe(decisions[0].get("statement") or t("Untitled decision")))
            if len(decisions) > 1:
                st.caption(t("further decisions: {count}", count=len(decisions) - 1))
        else:
            st.caption(t("Nothing decided yet."))
        blockers = sum(finding.severity == "blocker" for finding in ready.findings)
        if blockers:
            st.caption(f":material/block: {t('blockers: {count}', count=blockers)}")


def _steps() -> None:
    with st.grid(3):
        for ready in state.step_readiness().values():
            _tile(ready)


def _segment() -> None:
    """Everything that hangs on one segment, step by step, from choice to KPI."""
    snapshot = state.snapshot()
    segments = snapshot.rows("segment")
    if not segments:
        st.info(t("There is no segment yet. Adopt one from the customer data, or type one in at step 1."))
        return
    ids = [row.id for row in segments]
    asked = state.here("row")
    chosen = asked if asked in ids else (snapshot.targets or segments)[0].id
    titles = options.in_markdown(options.segments(ids))
    state.bind("thread_segment", chosen, titles[chosen])
    st.pills(
        t("Segment"),
        ids,
        format_func=options.label_of(titles),
        key="thread_segment",
        on_change=_segment_chosen,
        required=True,
        label_visibility="collapsed",
    )
    hanging = graph_of(snapshot).downstream(("segment", chosen))
    row_link(
        ("segment", chosen), f"**{safe(snapshot.label('segment', chosen, state.language()))}**", "segment", ":material/groups:"
    )
    _segment_facts(snapshot.row("segment", chosen))
    for step in snapshot.method.steps:
        own = set(rows_of(step, snapshot))
        nodes = [node for node in hanging if node in own]
        if not nodes:
            continue
        with st.container(border=True, gap="xsmall"):
            step_link(step.id, f"**{step.number} {s(step.short)}**" if step.number else f"**{s(step.short)}**", f"thread.{step.id}")
            for node in nodes:
                if node[0] == "decision":
                    row_link(node, _named(node), f"{step.id}.decision.{node[1]}", ":material/gavel:")
            rows = [node for node in nodes if node[0] != "decision"]
            if rows:
                _hanging(step.id, rows)


def _named(node: Node) -> str:
    return safe(tables.row_name(state.snapshot().method.worksheet(node[0]), node[1]))


def _hanging(step_id: str, nodes: list[Node]) -> None:
    """What of a step hangs on the segment, counted; the rows unfold, because there are hundreds in a worked-out plan."""
    method = state.snapshot().method
    by_sheet = {sheet: [node for node in nodes if node[0] == sheet] for sheet in dict.fromkeys(node[0] for node in nodes)}
    counts = " · ".join(f"{s(method.worksheet(sheet).title)} {len(members)}" for sheet, members in by_sheet.items())
    with st.expander(counts, key=f"hanging.{step_id}", on_change="rerun") as opened:
        if not opened.open:
            return
        for sheet, members in by_sheet.items():
            if method.worksheet(sheet).scored:
                continue
            st.caption(f"{s(method.worksheet(sheet).title)} · {len(members)}")
            for node in members[:SHOWN]:
                row_link(node, _named(node), f"{step_id}.{node[0]}.{node[1]}")
            if len(members) > SHOWN:
                st.caption(t("{count} more", count=len(members) - SHOWN))


@state.callback
def _segment_chosen() -> None:
    state.set_here(row=state.widget_value("thread_segment"))


def _segment_facts(segment: Row | None) -> None:
    if segment is None:
        return
    sheet = state.snapshot().method.worksheet("segment")
    facts = [
        paired(s(sheet.column(name).title), safe(s(Cell(state.snapshot(), sheet, sheet.column(name), segment[name]))))
        for name in ("role", "resource_share", "customers", "revenue", "figures_from")
        if segment[name] is not None
    ]
    st.caption(" · ".join(facts))


#: Between the values of a filter in the address.
_AND = "|"


def _filter(name: str, label: str, titles: dict[str, str], width: int) -> list[str]:
    """What is chosen of ``titles`` (value -> label). It stands in the address under ``name``, so that a reload or a link shows the same."""
    key = f"filter_{name}"
    chosen = [value for value in map(unquote, (state.here(name) or "").split(_AND)) if value in titles]
    state.bind(key, chosen, [titles[value] for value in chosen])
    return st.multiselect(
        label,
        list(titles),
        format_func=options.label_of(titles),
        key=key,
        on_change=_filtered,
        args=(name, key),
        width=width,
        placeholder=t("All"),
    )


@state.callback
def _filtered(name: str, key: str) -> None:
    chosen = [quote(value, safe="") for value in state.widget_value(key) or ()]  # an owner's name may hold any sign
    state.set_here(**{name: _AND.join(chosen) or None})


def _decisions() -> None:
    snapshot = state.snapshot()
    rows = snapshot.rows("decision")
    if not rows:
        st.info(t("No decision has been recorded yet. Each step has a view for deciding."))
        return
    sheet = snapshot.method.worksheet("decision")
    statuses = {choice.id: s(choice.title) for choice in sheet.column("status").choices}
    owners = sorted({str(row["owner"]) for row in rows if row["owner"]})
    titles = {step.id: s(step.short) for step in snapshot.method.steps}  # a team's own method may have fewer
    with st.container(horizontal=True):
        steps = _filter("steps", t("Step"), titles, 280)
        chosen = _filter("status", t("Status"), statuses, 240)
        who = _filter("owner", t("Owner"), {owner: owner for owner in owners}, 200)
    shown = [
        row
        for row in rows
        if (not steps or row["step"] in steps)
        and (not chosen or row.get("status", "draft") in chosen)
        and (not who or row["owner"] in who)
    ]
    table = pd.DataFrame(
        [
            {
                t("Step"): titles.get(row["step"], row["step"] or ""),
                t("Decision"): row.get("statement", ""),
                t("Status"): status_title(row),
                t("Owner"): row.get("owner", ""),
                s(sheet.column("due").title): row.get("due", ""),
                t("Confidence"): snapshot.text(sheet, row, "confidence", state.language()),
                t("Segments"): snapshot.text(sheet, row, "segments", state.language()),
            }
            for row in shown
        ]
    )
    st.caption(t("{shown:0=None|#} of {total} decisions", shown=len(shown), total=len(rows)))
    st.dataframe(
        table,
        hide_index=True,
        key="register",
        alt=t("Decision register"),
        column_config={t("Decision"): st.column_config.TextColumn(width="large")},
    )
    for row in shown:
        row_link(
            ("decision", row.id), safe(row.get("statement") or t("Untitled decision")), f"register.{row.id}", ":material/gavel:"
        )


def _checks() -> None:
    findings = state.findings()
    if not findings and not any(ready.begun for ready in state.step_readiness().values()):
        st.info(t("Nothing is filled in yet, so there is nothing to check."), icon=":material/hourglass_empty:")
    elif not findings:
        st.success(t("No check is open. The thread holds from the first step to the last."), icon=":material/task_alt:")
    for severity, title in (("blocker", t("Blockers")), ("warning", t("Warnings")), ("hint", t("Hints"))):
        members = [finding for finding in findings if finding.severity == severity]
        if members:
            st.subheader(f"{title} · {len(members)}", anchor=False)
            for position, finding in enumerate(members[:60]):
                finding_line(finding, f"plan.{severity}", position)


def page() -> None:
    if state.plan_key() is None:
        st.switch_page(LIBRARY.script, query_params=state.address())
    ready = state.step_readiness()
    done, total = sum(item.done for item in ready.values()), sum(item.total for item in ready.values())
    blockers = sum(finding.severity == "blocker" for finding in state.findings())
    title, status = st.columns([2.75, 1], gap="medium", vertical_alignment="bottom")
    with title:
        st.title(safe(state.workbook().name), anchor=False)
    with status:
        st.progress(
            done / total if total else 0.0,
            text=t("Ready {done} of {total} · blockers: {open}", done=done, total=total, open=blockers),
        )
    view = views.choose(_views(), "steps", "plan_view")
    {"steps": _steps, "segment": _segment, "decisions": _decisions, "checks": _checks}[view]()
    live.watch()


page()
