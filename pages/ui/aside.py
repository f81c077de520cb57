"""What stands beside every view of a step: its decision, the open checks, the thread."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import streamlit as st

from pages.ui import focus, state
from pages.ui.links import row_link, step_link
from pages.ui.text import paired, s, safe, t, unbroken
from strategy.method import Step
from strategy.thread import Finding, Readiness, resting_on, rows_of, stale
from strategy.thread.graph import Node
from strategy.thread.memory import per_snapshot
from strategy.workbook import Row, Snapshot

SHOWN_CHECKS = 5
SEVERITY_ICONS = {"blocker": ":material/block:", "warning": ":material/warning:", "hint": ":material/lightbulb:"}


def show(step: Step, ready: Readiness) -> None:
    _decision(step)
    _checks(ready)
    _thread(step)


def status_title(row: Row) -> str:
    column = state.snapshot().method.worksheet("decision").column("status")
    shown = "review_needed" if ("decision", row.id) in stale(state.snapshot()) else row.get("status", "draft")
    choice = column.choice(shown)
    return s(choice.title) if choice else shown


def _decision(step: Step) -> None:
    decisions = [row for row in state.snapshot().rows("decision") if row["step"] == step.id]
    decisions = focus.leading(decisions, focus.focus(), lambda row: ("decision", row.id))
    with st.container(border=True):
        if not decisions:
            st.markdown(f"**{t('Decision')}**")
            st.caption(t("Nothing decided yet. Look at the evidence, fill in the worksheets, then decide."))
            return
        for row in decisions[:2]:
            st.markdown(f"**{t('Decision')} · {status_title(row)}**")
            row_link(("decision", row.id), safe(row.get("statement", t("Untitled decision"))), f"aside.{row.id}")
            facts = [
                t("Owner {owner}", owner=safe(row["owner"])) if row["owner"] else t("no owner"),
                t("due {day}", day=unbroken(row["due"])) if row["due"] else "",
            ]
            st.caption(" · ".join(fact for fact in facts if fact))
            if row["flips_at"]:
                st.markdown(f":material/balance: {safe(row['flips_at'])}")
            if row["dissent"]:
                st.markdown(f":material/forum: {safe(row['dissent'])}")
        if len(decisions) > 2:
            step_link(step.id, t("{count} more", count=len(decisions) - 2), "aside.decisions", view="decide")


def finding_line(finding: Finding, where: str, position: int) -> None:
    """One open check, with the link to its row or worksheet. ``where`` and ``position`` tell it apart on the page."""
    label, icon = focus.dot(node_of(finding)) + safe(s(finding.message)), SEVERITY_ICONS[finding.severity]
    row_link((finding.worksheet, finding.row_id or ""), label, f"{where}.{finding.check.id}.{position}", icon, finding.step)


def node_of(finding: Finding) -> Node:
    """The row a check is about; an empty id for a whole worksheet."""
    return finding.worksheet, finding.row_id or ""


def list_checks(ready: Readiness, where: str, most: int | None = None) -> None:
    """What is open, then the hints, which keep nothing from being ready; the first ``most`` of them."""
    if not ready.open:
        st.caption(t("None open.") if ready.begun else t("Nothing is filled in yet, so there is nothing to check."))
    lines = [line for part in (ready.open, ready.hints) for line in focus.leading(part, focus.focus(), node_of)]
    for position, finding in enumerate(lines[:most]):
        if position == len(ready.open):
            st.markdown(f"**{t('Hints')}**")
        finding_line(finding, where, position)


def _checks(ready: Readiness) -> None:
    with st.container(border=True):
        st.markdown(f"**{t('Open checks')}**")
        list_checks(ready, "aside", SHOWN_CHECKS)
        if len(ready.findings) > SHOWN_CHECKS:
            step_link(ready.step.id, t("{count} more", count=len(ready.findings) - SHOWN_CHECKS), "aside.checks", view="thread")
        missing = [item for item in ready.items if not item.done]
        if missing:
            st.caption(t("Still to fill in: {names}", names=t(", ").join(s(item.title) for item in missing)))


@dataclass(frozen=True)
class _Thread:
    """What rests on a step: rows of other steps, rows of both that need review, and how many rows each step holds of the first."""

    feeds: frozenset[Node]
    review: tuple[Node, ...]
    by_step: tuple[tuple[Step | None, int], ...]


def _thread_of(step: Step, snapshot: Snapshot) -> _Thread:
    waiting, mine, feeds = stale(snapshot), set(rows_of(step, snapshot)), frozenset(resting_on(step, snapshot))
    owners = Counter(owner.id if owner else None for owner in (snapshot.method.step_of(worksheet) for worksheet, _ in feeds))
    # Decisions belong to no step's worksheets: they stand last.
    by_step = tuple((at, owners[at.id if at else None]) for at in (*snapshot.method.steps, None) if owners[at.id if at else None])
    review = [node for node in waiting if node in mine] + [node for node in waiting if node in feeds]
    return _Thread(feeds, tuple(review), by_step)


def _thread(step: Step) -> None:
    snapshot = state.snapshot()
    thread = per_snapshot(("thread of", step.id), snapshot, lambda seen: _thread_of(step, seen))
    with st.container(border=True):
        st.markdown(f"**{t('Thread')}**")
        if thread.feeds:
            segment = focus.focus()
            if segment is not None:
                own_feeds = sum(focus.concerns(node, segment) for node in thread.feeds)
                st.markdown(
                    f"**{safe(snapshot.short(segment, state.language()))}** · {t('feeds {count:# row|# rows}', count=own_feeds)}"
                )
            st.markdown(t("Rows of other steps that rest on this one:"))
            st.markdown("\n".join(f"- {paired(_owner(at), count)}" for at, count in thread.by_step))
        else:
            st.caption(t("Nothing depends on this step yet."))
        if thread.review:
            st.markdown(f":material/update: {t('need review: {count}', count=len(thread.review))}")
            for node in focus.leading(thread.review, focus.focus(), lambda node: node)[:2]:
                st.caption(safe(s(stale(snapshot)[node][0].message)))
        step_link(step.id, t("Follow the thread"), "aside.thread", icon=":material/account_tree:", view="thread")


def _owner(step: Step | None) -> str:
    return f"{step.number} {s(step.short)}" if step else s(state.snapshot().method.worksheet("decision").title)
