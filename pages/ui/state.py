"""What a visitor's session knows, and what stands in the page address. No other module touches either.

The address carries the workbook (``plan``), the language (``lang``) and, on a step, the view and the row in focus, so that a
link or a reload opens the same place. Everything else that matters is in the workbook.
"""

from __future__ import annotations

import atexit
import time
import uuid
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from pages.ui.databases import connections
from pages.ui.this_run import look_again, once, under_way
from pages.ui.to_the_end import uninterrupted
from strategy.customers import reader
from strategy.errors import Conflict, StrategyError, UnknownName
from strategy.exhibits import figure_source
from strategy.language import LANGUAGES, Language, Speaks, as_language, msg
from strategy.spine import with_names_kept
from strategy.thread import Finding, Readiness, find, readiness
from strategy.thread.drift import FigureSource
from strategy.workbook import Change, Entry, Library, Receipt, Snapshot, Workbook

T = TypeVar("T")
P = ParamSpec("P")
_MISSING = object()
#: For how long a browser may still answer with what it showed before.
_CROSSING_SECONDS = 5

#: Set in the address by the frame on every page, so that a link carries them.
_ADDRESS = ("plan", "lang")


def _of_a_visitor() -> bool:
    """True; without a visitor Streamlit (1.67) has one store for all, so that one would be handed another's workbook."""
    if get_script_run_ctx(suppress_warning=True) is None:
        raise RuntimeError("there is no visitor on this thread; offer files by pages/ui/downloads.py")
    return True


def _store(name: str) -> dict[str, Any]:
    """A dictionary that the session keeps under ``name``."""
    return once(f"store.{name}", lambda: cast(dict[str, Any], st.session_state.setdefault(name, {})))


@st.cache_resource(show_spinner=False)
def library() -> Library:
    """The one library of this server; it holds the open workbooks."""
    shared = Library(elsewhere=reader(connections))
    atexit.register(shared.close_all)
    return shared


# -- address ------------------------------------------------------------------------------------------------------------------


def _query() -> dict[str, str]:
    return once("query", st.query_params.to_dict)


def from_address(name: str, default: str | None = None) -> str | None:
    """A value of the address; on a page reached without it, what the session last had."""
    value, kept = _query().get(name), st.session_state.get(f"address.{name}", default)
    if value is None:
        return kept
    if value != kept:
        st.session_state[f"address.{name}"] = value
    return value


def to_address(name: str, value: str | None) -> None:
    """Set a value of the address, or take it out."""
    look_again()
    st.session_state[f"address.{name}"] = value
    if value is None:
        st.query_params.pop(name, None)
    elif st.query_params.get(name) != value:
        st.query_params[name] = value


def here(name: str, default: str | None = None) -> str | None:
    """A value of this page's address only; other pages do not inherit it."""
    return _query().get(name, default)


def set_here(**values: str | None) -> None:
    look_again()
    for name, value in values.items():
        if value is None:
            st.query_params.pop(name, None)
        elif st.query_params.get(name) != value:
            st.query_params[name] = value


def keep_address() -> None:
    """Write plan and language back into the address after a change of page dropped them."""
    for name in _ADDRESS:
        value = st.session_state.get(f"address.{name}")
        if value is not None and _query().get(name) != value:
            st.query_params[name] = value


def address(**more: str | None) -> dict[str, str]:
    """The address of another page with the same workbook and language."""
    values = {name: st.session_state.get(f"address.{name}") for name in _ADDRESS}
    return {name: str(value) for name, value in {**values, **more}.items() if value}


# -- who, in which language ---------------------------------------------------------------------------------------------------


def language() -> Language:
    """The language chosen on the page, else the one this browser chose last, else the browser's own."""
    return once("language", _language)


def _language() -> Language:
    chosen = from_address("lang")
    if chosen in LANGUAGES:
        return as_language(chosen)
    # What the browser says is the same for the whole session.
    if "browser_language" not in st.session_state:
        remembered = st.context.cookies.get("ninefold_lang")
        st.session_state["browser_language"] = remembered if remembered in LANGUAGES else st.context.locale
    return as_language(st.session_state["browser_language"])


def set_language(code: Language) -> None:
    to_address("lang", code)
    remember("ninefold_lang", code)


def author() -> str:
    """The name written on every revision; empty until it has been asked."""
    return once("author", _author)


def _author() -> str:
    if "author" not in st.session_state:
        from urllib.parse import unquote

        st.session_state["author"] = unquote(st.context.cookies.get("ninefold_name", ""))
    return str(st.session_state["author"])


def set_author(name: str) -> None:
    look_again()
    st.session_state["author"] = name
    remember("ninefold_name", name)


def remember(cookie: str, value: str) -> None:
    """Ask the browser to keep a small value; the frame passes it on at the end of the run."""
    st.session_state.setdefault("to_remember", {})[cookie] = value


def take_to_remember() -> dict[str, str]:
    waiting: dict[str, str] = st.session_state.get("to_remember", {})
    return waiting


# -- workbook -----------------------------------------------------------------------------------------------------------------


def entries() -> list[Entry]:
    """The workbooks of the library, read from the disk once a run."""
    return once("entries", lambda: once("library", library).entries())


def plan_key() -> str | None:
    """The key of the workbook in the address, if there is such a workbook; the only one there is, if the address names none.

    Callbacks and fragments belong to the page that was drawn, whatever the address says or the library holds by now: what is typed
    for one client is never stored in another client's workbook.
    """
    if not under_way() and _of_a_visitor() and "drawn_plan" in st.session_state:
        return cast("str | None", st.session_state["drawn_plan"])
    return once("plan", _plan_key)


def _plan_key() -> str | None:
    known = [entry.key for entry in entries()]
    key = from_address("plan")
    if key is None and len(known) == 1:
        key = known[0]
    found = st.session_state["drawn_plan"] = key if key in known else None
    return found


def missing_plan() -> str | None:
    """The workbook that the address names and the library does not have: archived, deleted, or never here."""
    key = from_address("plan")
    return key if key is not None and plan_key() is None else None


def open_plan(key: str | None) -> None:
    """Go on with another workbook, or with none, from the next run on; a row or a segment of the last one is not in it."""
    if key != plan_key():
        set_here(row=None, segment=None)
    to_address("plan", key)


def workbook() -> Workbook:
    """The workbook of this page. Raises a :class:`StrategyError` when it cannot be opened."""
    return once("workbook", _workbook)


def _workbook() -> Workbook:
    key = plan_key()
    if key is None:
        raise UnknownName(msg("No workbook is open"), None, msg("Choose a workbook at the foot of the rail, or make one."))
    return once("library", library).open(key)


def snapshot() -> Snapshot:
    """The open workbook as it stands, the same through one run of the script."""
    return once("snapshot", lambda: workbook().snapshot())


def figures() -> FigureSource:
    """Key figures of exhibits on today's evidence."""
    return figure_source(snapshot(), workbook().cursor)


def findings() -> tuple[Finding, ...]:
    return find(snapshot(), figures())


def step_readiness() -> dict[str, Readiness]:
    return readiness(snapshot(), figures())


# -- saving -------------------------------------------------------------------------------------------------------------------


def commit(changes: Sequence[Change], origin: str = "edit") -> Receipt | None:
    """Save changes under the visitor's name. On a failure nothing is saved, and the page says why at its next run."""

    def work() -> Receipt:
        return workbook().commit(with_names_kept(workbook().snapshot(), changes), author() or "?", uuid.uuid4().hex, origin)

    return guarded(work)


def save(changes: Sequence[Change]) -> None:
    """:func:`commit` as a callback."""
    commit(changes)


def guarded(work: Callable[[], T]) -> T | None:
    """Run ``work`` from a callback; an error becomes a message on the page and never a traceback."""
    with uninterrupted():
        try:
            return work()
        except Conflict as conflict:
            _unsettled().setdefault((plan_key(), author()), []).append(conflict)
        except StrategyError as error:
            flash(error, "error")
        finally:
            look_again()
    return None


def callback(work: Callable[P, object]) -> Callable[P, None]:
    """For what a widget calls: it runs to its end, and an error, such as that the workbook is gone, becomes a message on the page."""

    @wraps(work)
    def guarded_work(*given: P.args, **named: P.kwargs) -> None:
        guarded(lambda: work(*given, **named))

    return guarded_work


def flash(message: Speaks | StrategyError, kind: str = "success") -> None:
    """Say something at the top of the page in its next run."""
    flashes().append((kind, message))


def flashes() -> list[tuple[str, Any]]:
    return cast("list[tuple[str, Any]]", st.session_state.setdefault("flashes", []))


def conflicts() -> list[Conflict]:
    """What this visitor has not settled yet in this workbook: a row of the same id may stand in another client's."""
    return _unsettled().get((plan_key(), author()), [])


@st.cache_resource(show_spinner=False)
def _unsettled() -> dict[tuple[str | None, str], list[Conflict]]:
    """By workbook and name, because a reload begins a session that knows nothing, and what somebody wrote must not go with the last."""
    return {}


def clear_conflict() -> None:
    del conflicts()[:1]


# -- widgets bound to stored values -------------------------------------------------------------------------------------------


def bind(key: str, stored: Any, label: object = None, version: int | None = None) -> None:
    """Before a widget is made: show ``stored`` when it is new to this page, or moved on by another hand.

    What the visitor is typing is never overwritten by his or her own earlier save. ``label`` is what a list calls ``stored``: a
    browser sends labels back, so it has to hear of a new one, or its old one is looked up among options that were renamed meanwhile.
    ``version`` is that of the row the visitor now sees; see :func:`seen_version`.
    """
    bound, labels = _store("bound"), _store("bound_labels")
    if key not in st.session_state or bound.get(key, _MISSING) != stored or labels.get(key, label) != label:
        if key in bound and bound[key] != stored:
            _store("overtaken")[key] = (bound[key], time.monotonic())
        st.session_state[key] = stored
        bound[key] = stored
    labels[key] = label
    if version is not None:
        _store("seen_versions")[key] = version


def seen_version(key: str) -> int | None:
    """The version of the row that the visitor saw when the widget ``key`` was last drawn."""
    version: int | None = _store("seen_versions").get(key)
    return version


def is_echo(key: str) -> bool:
    """Whether a widget sends back what it showed before another hand overtook it: the browser's answer and the new value crossed.

    The next run shows what is stored.
    """
    before, since = _store("overtaken").get(key, (_MISSING, 0.0))
    if widget_value(key) != before or time.monotonic() - since > _CROSSING_SECONDS:
        return False
    _store("bound").pop(key, None)
    return True


def bind_label(key: str, label: object) -> None:
    """:func:`bind` for a widget that is not stored: what its list calls the option chosen."""
    bind(key, widget_value(key), label)


def saved(key: str, stored: Any) -> None:
    """After a save from the widget ``key``: what the workbook holds now."""
    _store("bound")[key] = stored


def widget_value(key: str) -> Any:
    return st.session_state.get(key)


def put_widget(key: str, value: Any) -> None:
    """Before a widget is made: what it shall show."""
    st.session_state[key] = value


def rendered(key: str) -> bool:
    """Whether the widget ``key`` was on the page in the last run."""
    return key in st.session_state


def memo(name: str, make: Callable[[], T]) -> T:
    """Something a page keeps for this visitor between runs, such as the frame a table is edited on."""
    store = _store("memo")
    if name not in store:
        store[name] = make()
    return cast(T, store[name])


def forget(name: str) -> None:
    _store("memo").pop(name, None)


def put_memo(name: str, value: Any) -> None:
    _store("memo")[name] = value


def get_memo(name: str, default: Any = None) -> Any:
    return _store("memo").get(name, default)


def bind_once(key: str, default: Any) -> None:
    """Before a widget that is not stored: give it its default the first time, and keep it while the session lasts."""
    kept, away = _store("settings"), memo("away", dict[str, bool])
    memo("bound", dict[str, bool])[key] = True
    if key in st.session_state and key not in away:
        kept[key] = st.session_state[key]
        return
    st.session_state[key] = kept.get(key, default)
    if key in away:
        away[key] = True
