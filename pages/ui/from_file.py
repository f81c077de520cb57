"""Rows of a worksheet from a file: the template to fill in, what a file would do, and its problems before anything is stored."""

from __future__ import annotations

from typing import Any, cast

import streamlit as st

from pages.ui import boundary, downloads, state
from pages.ui.data import choose, reading
from pages.ui.text import s, safe, t
from strategy.customers import TableFile
from strategy.customers.plain_table import PlainTable
from strategy.errors import StrategyError
from strategy.language import msg
from strategy.method import Worksheet
from strategy.reports.template import template
from strategy.spine.survey_layout import SURVEYS, Options
from strategy.spine.worksheet_rows import RowsRead, import_rows, read_rows

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SCALES = {"1-9": (1.0, 9.0), "1-5": (1.0, 5.0), "1-7": (1.0, 7.0), "1-10": (1.0, 10.0), "0-10": (0.0, 10.0)}
_MOST_PROBLEMS = 200


def show(sheet: Worksheet) -> None:
    with st.expander(t("From a file"), icon=":material/upload_file:", key=f"file.{sheet.id}", on_change="rerun") as opened:
        if opened.open:
            _inside(sheet)


def _inside(sheet: Worksheet) -> None:
    snapshot = state.snapshot()
    st.caption(
        t("Fill in the template and bring it back, or choose any table with these columns. Nothing is stored before you say so.")
    )
    if sheet.id in SURVEYS:
        st.caption(t("Questionnaires are recognised too: one row a respondent, one answer a row, or a survey platform's export."))
    downloads.offer(
        t("Download the template"),
        lambda: template(snapshot, sheet, state.language()),
        f"{sheet.id}.xlsx",
        f"template.{sheet.id}",
        _XLSX,
    )
    turn = state.get_memo(f"file_turn.{sheet.id}", 0)
    upload = st.file_uploader(
        t("CSV, Excel or Parquet"),
        type=["csv", "tsv", "txt", "xlsx", "xlsm", "parquet"],
        key=f"upload.{sheet.id}.{turn}",
        max_upload_size=50,
    )
    if upload is None:
        _forget_answers(sheet.id)
        reading.drop(TableFile, sheet.id)
        return
    file = choose.Chosen(choose.spooled(upload), upload.name)
    part = reading.choose_sheet(file, f"part.{sheet.id}.{turn}")
    found = reading.read(TableFile(file.path, file.name, part), sheet.id)
    if found is None:
        return
    try:
        read = _understood(sheet, found[0])
    except StrategyError as error:
        boundary.show_error(error)
        return
    _tell(read)
    _settle(sheet, read)


def _understood(sheet: Worksheet, table: PlainTable) -> RowsRead:
    """Understood anew for every file, every state of the workbook and every answer to what was asked, and only then."""
    options, decimal, order = _answers(sheet)
    snapshot = state.snapshot()
    key = (snapshot.workbook_id, snapshot.head, options, decimal, order)
    known = state.get_memo(f"file_read.{sheet.id}")
    if known is not None and known[0] is table and known[1] == key:
        return cast(RowsRead, known[2])
    read = read_rows(snapshot, sheet, table, decimal, order, options)
    state.put_memo(f"file_read.{sheet.id}", (table, key, read))
    return read


def _answers(sheet: Worksheet) -> tuple[Options, Any, Any]:
    """What the visitor said where a file can be read in two ways."""

    def said(name: str) -> Any:
        return state.get_memo(f"file_said.{sheet.id}.{name}")

    return Options(said("order") or "ask", _SCALES.get(said("scale") or "")), said("decimal"), said("dates")


def _tell(read: RowsRead) -> None:
    st.markdown("  \n".join(safe(s(sentence)) for sentence in read.sentences()))
    st.dataframe(
        {t("Heading in the file"): list(read.matched), t("Read as"): [_title(read, column) for column in read.matched.values()]},
        hide_index=True,
        key=f"matched.{read.worksheet}",
        height="content" if len(read.matched) < 8 else 260,
    )
    if read.problems:
        shown = read.problems[:_MOST_PROBLEMS]
        st.warning(t("Problems: {count}", count=len(read.problems)), icon=":material/report:")
        st.dataframe(
            {
                t("Row"): [str(problem.row) if problem.row is not None else "–" for problem in shown],
                t("Column"): [s(problem.column) for problem in shown],
                t("What is wrong"): [s(problem.what) for problem in shown],
                t("What to do"): [s(problem.fix) if problem.fix else "" for problem in shown],
            },
            hide_index=True,
            key=f"problems.{read.worksheet}",
        )


def _title(read: RowsRead, column: str) -> str:
    return s(state.snapshot().method.worksheet(read.worksheet).column(column).title)


def _settle(sheet: Worksheet, read: RowsRead) -> None:
    """Questions a file leaves open, consent to leaving rows out, and the button."""
    if (read.survey and read.survey.exchange) or _answers(sheet)[0].order != "ask":
        _ask(sheet, "order", t("The two price columns"), {"proposed": t("exchange them"), "labelled": t("keep them as labelled")})
    if (read.survey and read.survey.ask_scale) or _answers(sheet)[0].scale:
        _ask(sheet, "scale", t("Scale of the answers"), {name: name for name in _SCALES})
    if read.fatal:
        unsettled = _answers(sheet)[0].order == "ask"
        asked = bool(unsettled and read.survey and read.survey.exchange) + bool(read.survey and read.survey.ask_scale)
        if sum(problem.fatal for problem in read.problems) > asked:
            _ask(sheet, "decimal", t("Decimal mark"), {".": t("point"), ",": t("comma")})
            _ask(sheet, "dates", t("Order of dates"), {"dmy": t("day first"), "mdy": t("month first"), "ymd": t("year first")})
        st.caption(t("The problems without a row stop the import. Answer what is asked, or correct the file and choose it again."))
        return
    skip = False
    if read.problems:
        skip = st.checkbox(t("Leave out rows with problems ({count})", count=read.left_out), key=f"skip.{sheet.id}")
    ready = bool(read.puts) and (skip or not read.problems)
    st.button(
        t("Bring in {count:# row|# rows}", count=len(read.puts)),
        key=f"bring.{sheet.id}",
        type="primary",
        disabled=not ready,
        icon=":material/download_done:",
        on_click=_bring,
        args=(sheet.id, read, skip),
    )


def _ask(sheet: Worksheet, name: str, label: str, choices: dict[str, str]) -> None:
    key = f"said.{sheet.id}.{name}"
    st.segmented_control(
        label,
        list(choices),
        format_func=lambda item: choices[item],
        key=key,
        on_change=_said,
        args=(f"file_said.{sheet.id}.{name}", key),
    )


@state.callback
def _said(memo: str, key: str) -> None:
    state.put_memo(memo, state.widget_value(key))


def _bring(sheet_id: str, read: RowsRead, skip: bool) -> None:
    receipt = state.guarded(lambda: import_rows(state.workbook(), read, state.author() or "?", skip))
    if receipt is None:
        return
    state.flash(
        msg(
            "{added:0=No row|# row|# rows} added, {updated:0=none|#} changed; one step back undoes it.",
            added=read.added,
            updated=read.updated,
        )
    )
    state.put_memo(f"file_turn.{sheet_id}", state.get_memo(f"file_turn.{sheet_id}", 0) + 1)
    _forget_answers(sheet_id)


def _forget_answers(sheet_id: str) -> None:
    """What was said about one file says nothing about the next."""
    for name in ("order", "scale", "decimal", "dates"):
        state.forget(f"file_said.{sheet_id}.{name}")
