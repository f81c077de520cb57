"""The rail, and what stands at its foot: workbook, person, language."""

from __future__ import annotations

import logging

import streamlit as st

from pages.registry import LIBRARY, PLAN, STEP_PAGES, WORKSPACE, WorkspacePage
from pages.ui import live, options, state, style
from pages.ui.text import s, safe, t
from strategy.errors import StrategyError
from strategy.language import LANGUAGES
from strategy.method import shipped_method
from strategy.thread import Readiness
from strategy.workbook.values import MAX_AUTHOR, clean_name

log = logging.getLogger("ninefold")
log.setLevel(logging.INFO)

_STATE_ICONS = {"empty": "radio_button_unchecked", "started": "pending", "ready": "check_circle"}


def navigation() -> st.Page:
    """The pages that can be reached now, and the one asked for."""
    sections: dict[str, list[st.Page]] = {}
    steps = _readiness()
    if steps is None:
        # Deep links keep working before a workbook is chosen: the other pages exist, unseen, and say what to do.
        sections[""] = [_workspace(PLAN, default=True, hidden=True), _workspace(LIBRARY)]
        sections[""] += [_workspace(page, hidden=True) for page in WORKSPACE if page is not LIBRARY]
        sections[""] += [_step_page(step_id, None) for step_id in STEP_PAGES]
        sections[""].append(_typed_plan())
        return st.navigation(sections, expanded=True)
    method = state.snapshot().method
    # What comes before the first step stands with the plan: a heading for one page costs the rail a line.
    before = [_step_page(step.id, steps[step.id]) for step in method.steps if step.number == 0 and step.id in STEP_PAGES]
    sections[""] = [_workspace(PLAN, default=True), *before]
    for layer in method.layers:
        pages = [
            _step_page(step.id, steps[step.id])
            for step in method.steps
            if step.layer == layer.id and step.number and step.id in STEP_PAGES
        ]
        if pages:
            sections[s(layer.title)] = pages
    sections[t("Workspace")] = [_workspace(page) for page in WORKSPACE]
    sections[""].append(_typed_plan())
    return st.navigation(sections, expanded=True)


def _typed_plan() -> st.Page:
    """The plan under the address people type: Streamlit serves the first page at the root only."""
    return st.Page(_to_plan, title=s(PLAN.title), url_path=PLAN.path, visibility="hidden")


def _to_plan() -> None:
    here = {name: state.here(name) for name in ("view", "row", "segment")}
    st.switch_page(PLAN.script, query_params=state.address(**here))


def _readiness() -> dict[str, Readiness] | None:
    """Readiness of the steps of the open workbook; ``None`` when there is none or it cannot be opened."""
    if state.plan_key() is None:
        return None
    try:
        return state.step_readiness()
    except StrategyError as error:
        log.warning("Workbook %s cannot be opened: %s", state.plan_key(), error)
        state.to_address("plan", None)
        state.flash(error, "error")
        return None


def _workspace(page: WorkspacePage, default: bool = False, hidden: bool = False) -> st.Page:
    return st.Page(
        page.script,
        title=s(page.title),
        icon=f":material/{page.icon}:",
        url_path="overview" if default else page.path,  # the page at the root reserves a path that leads nowhere
        default=default,
        visibility="hidden" if hidden else "visible",
        help=s(page.help),
    )


def _step_page(step_id: str, ready: Readiness | None) -> st.Page:
    script, path = STEP_PAGES[step_id]
    step = ready.step if ready else shipped_method().step(step_id)
    number = f"{step.number} " if step.number else ""
    waiting = f" · {len(ready.open)}" if ready and ready.open else ""
    return st.Page(
        script,
        title=f"{number}{s(step.short)}{waiting}",
        icon=f":material/{_STATE_ICONS[ready.state if ready else 'empty']}:",
        url_path=path,
        visibility="visible" if ready else "hidden",
        help=s(step.outcome),
    )


#: The upload box has words of its own, which Streamlit (1.67) cannot say in another language.
_UPLOAD_WORDS = """
<style>
[data-testid="stFileUploaderDropzone"] [data-testid="stBaseButton-secondary"] p {{ font-size: 0; }}
[data-testid="stFileUploaderDropzone"] [data-testid="stBaseButton-secondary"] p::after {{ content: "{upload}"; font-size: 0.875rem; }}
[data-testid="stFileUploaderDropzoneInstructions"] * {{ font-size: 0 !important; }}
[data-testid="stFileUploaderDropzoneInstructions"]::after {{ content: "{limit}"; font-size: 0.875rem; }}
[class*="st-key-upload-"] [data-testid="stFileUploaderDropzoneInstructions"]::after {{ content: "{small_limit}"; }}
</style>"""


def sidebar() -> None:
    """Workbook, person and language, on every page."""
    style.apply()
    if state.language() != "en":
        st.html(
            _UPLOAD_WORDS.format(
                upload=t("Choose files"), limit=t("up to {size} MB each", size=500), small_limit=t("up to {size} MB each", size=50)
            )
        )
    with st.sidebar:
        entries = options.workbooks()
        key = state.plan_key()
        if entries:
            widget = _list_beside(key)
            state.bind(widget, key, entries.get(key or ""))
            st.selectbox(
                t("Workbook"),
                list(entries),
                index=0 if key else None,
                format_func=options.label_of(entries),
                key=widget,
                on_change=_pick_plan,
                args=(key,),
                label_visibility="collapsed",
                placeholder=t("Choose a workbook"),
            )
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            if state.author():
                with st.popover(safe(state.author()), icon=":material/person:", type="tertiary", key="who"):
                    _name_input(t("Your name"))
            state.bind("language", state.language())
            st.segmented_control(
                t("Language"),
                LANGUAGES,
                format_func=lambda code: {"en": "EN", "zh": "中文"}[code],
                key="language",
                on_change=_pick_language,
                required=True,
                label_visibility="collapsed",
            )


def _list_beside(key: str | None) -> str:
    """The list of workbooks on the pages of the workbook ``key`` is its own.

    A browser that has not heard yet that another workbook was made or opened still says what its list showed. Were there one list, that
    would be somebody's choice, and the next hour's work would go to the wrong client.
    """
    return f"pick_plan.{key}"


@state.callback
def _pick_plan(shown: str | None) -> None:
    chosen = state.widget_value(_list_beside(shown))
    if chosen != shown and chosen in options.workbooks():
        state.open_plan(chosen)


@state.callback
def _pick_language() -> None:
    code = state.widget_value("language")
    if code in LANGUAGES:
        state.set_language(code)


@state.callback
def _pick_name() -> None:
    name = clean_name(str(state.widget_value("name") or ""))
    if name:
        state.set_author(name)
        state.saved("name", name)


def _name_input(label: str) -> None:
    state.bind("name", state.author())
    st.text_input(label, key="name", on_change=_pick_name, max_chars=MAX_AUTHOR, placeholder=t("Your name"), autocomplete="name")


def knows_who() -> bool:
    """Ask once who is working here: the name is written on every change."""
    if state.author():
        return True
    st.title(t("Welcome to Ninefold"))
    st.markdown(t("A strategic CRM plan in nine steps: from choosing customers to a closed loop of execution."))
    with st.container(border=True, width=560):
        _name_input(t("Who is working here?"))
        st.caption(t("Your name is written on every change you make. This browser remembers it."))
        st.button(t("Start"), type="primary", key="start", on_click=_pick_name, icon=":material/arrow_forward:")
    return False


def needs_plan() -> bool:
    """Say what to do on a page that needs a workbook when none is open. Returns whether one is."""
    if state.plan_key() is not None:
        return True
    if missing := state.missing_plan():
        st.warning(
            t("It was archived or deleted, or never here. Archived workbooks can be brought back."),
            title=t("The workbook {key} is not in the library", key=safe(missing)),
            icon=":material/inventory_2:",
        )
        st.page_link(
            LIBRARY.script, label=t("Go to the workbooks"), icon=":material/arrow_forward:", query_params=state.address(plan=None)
        )
        live.wait_until_back(missing)
        return False
    st.info(
        t("Choose a workbook at the foot of the rail, or make one."), title=t("No workbook is open"), icon=":material/folder_open:"
    )
    st.page_link(LIBRARY.script, label=t("Go to the workbooks"), icon=":material/arrow_forward:", query_params=state.address())
    return False
