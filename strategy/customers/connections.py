"""Named connections to a company's own databases: where their addresses come from, how they are opened, and errors in words.

An address holds credentials. It comes from the environment or from whoever serves the pages, stays in memory, and is never written
to a workbook, a log or a message: a driver's own words are only passed on with every part of the address taken out of them.
"""

from __future__ import annotations

import os
import re
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import parse_qsl, unquote, unquote_plus, urlsplit

from strategy.customers.unopened import refuse_missing_file, why_not_opened
from strategy.errors import ConnectionProblem, InvalidValue, StrategyError, UnknownName
from strategy.language import msg

if TYPE_CHECKING:
    from ibis.backends import BaseBackend

T = TypeVar("T")

#: Name of a connection -> address for ``ibis.connect``.
Urls = Mapping[str, str]

PREFIX = "NINEFOLD_CONNECTION_"
CONNECT_SECONDS = 10
QUERY_SECONDS = 120
#: For how long a database that did not answer is not asked again: a page with ten charts must not wait ten times.
PAUSE_SECONDS = 20

#: Scheme of an address -> the requirements file that brings its driver.
_EXTRAS = {
    "postgres": "requirements-postgres.txt",
    "postgresql": "requirements-postgres.txt",
    "redshift": "requirements-postgres.txt",
    "pyspark": "requirements-spark.txt",
}
_SIMPLE_ZONE = re.compile(r"[A-Za-z0-9_+\-/]{1,64}\Z")


def from_environment() -> dict[str, str]:
    """Connections named in the environment: ``NINEFOLD_CONNECTION_SHOP`` is the connection ``shop``."""
    return {name[len(PREFIX) :].lower(): url for name, url in os.environ.items() if name.startswith(PREFIX) and url.strip()}


def address_of(name: str, urls: Urls) -> str:
    """The address of a connection; case does not matter, as some systems keep variables in capitals only.

    Raises:
        UnknownName: there is no such connection, naming those there are.
    """
    wanted = _plain(name)
    for known, url in urls.items():
        if _plain(known) == wanted:
            return url.strip()
    raise UnknownName(
        msg("There is no connection named {name}", name=name),
        None,
        msg(
            "Known are: {names}. Set {variable}, or add it to the server's secrets.",
            names=", ".join(sorted(urls)) or "–",
            variable=PREFIX + re.sub(r"\W", "_", name).upper(),
        ),
    )


def _plain(name: str) -> str:
    return re.sub(r"\W", "_", name).casefold()


def checked_zone(zone: str) -> str:
    """A time zone such as ``Asia/Shanghai``.

    Raises:
        InvalidValue: there is no such zone.
    """
    from zoneinfo import ZoneInfo

    try:
        if not _SIMPLE_ZONE.match(zone):
            raise ValueError(zone)
        ZoneInfo(zone)
    except (ValueError, OSError) as error:  # an unknown zone is a KeyError of its own, below
        raise _no_zone(zone) from error
    except KeyError as error:
        raise _no_zone(zone) from error
    return zone


def _no_zone(zone: str) -> InvalidValue:
    return InvalidValue(
        msg("There is no time zone {zone}", zone=zone[:64]), None, msg("Write it as a region and a city, such as Asia/Shanghai.")
    )


@dataclass
class _Link:
    """An open connection. One question at a time is asked over it."""

    name: str
    url: str
    backend: BaseBackend
    lock: threading.RLock = field(default_factory=threading.RLock)


_links: dict[tuple[str, str], _Link] = {}
_silent: dict[tuple[str, str], tuple[float, StrategyError]] = {}
_opening = threading.Lock()


def ask(name: str, url: str, zone: str, work: Callable[[BaseBackend], T]) -> T:
    """Run ``work`` on the database behind ``url``, with instants told in the time zone ``zone``.

    The connection is kept for the next question. One that broke meanwhile, as after a restart of the database, is made anew once.

    Raises:
        ConnectionProblem: no driver, no answer, no rights, or too long; never with a word of the address in it.
    """
    problem: StrategyError | None = None
    for attempt in (1, 2):
        link, fresh = _link(name, url, zone)
        error: Exception | None = None
        with link.lock:
            try:
                return _timed(link.backend, zone, work)
            except StrategyError:
                raise
            except Exception as raised:  # noqa: BLE001 - every driver has errors of its own; all of them become words
                error = raised
            _drop(link, zone)
        problem = in_words(error, name, url)
        if attempt == 2 or fresh or not _broken(error):
            break
    assert problem is not None
    # Raised here and not where it was caught: a driver's error that stays attached would be logged with its text.
    raise problem


def _link(name: str, url: str, zone: str) -> tuple[_Link, bool]:
    with _opening:
        known = _links.get((url, zone))
        if known:
            return known, False
        since, problem = _silent.get((url, zone), (0.0, None))
        if problem and time.monotonic() - since < PAUSE_SECONDS:
            raise problem
        error: Exception | None = None
        try:
            refuse_missing_file(url, name)
            made = _Link(name, url, _open(url, zone))
        except Exception as raised:  # noqa: BLE001 - see ask
            error = raised
        if error is not None:
            problem = error if isinstance(error, StrategyError) else in_words(error, name, url, opening=True)
            _silent[(url, zone)] = (time.monotonic(), problem)
            raise problem
        _links[(url, zone)] = made
        return made, True


def _drop(link: _Link, zone: str) -> None:
    if _links.get((link.url, zone)) is link:
        del _links[(link.url, zone)]
    if link.backend.name != "pyspark":  # a Spark session belongs to the whole process, and survives a failed question
        with suppress(Exception):
            link.backend.disconnect()


def try_again() -> None:
    """Ask silent databases again at once, because somebody wants to know."""
    _silent.clear()


def close_all() -> None:
    """Close every connection, as at the end of a test or of the program."""
    for (_, zone), link in list(_links.items()):
        with link.lock:
            _drop(link, zone)


def _scheme(url: str) -> str:
    return url.partition("://")[0].casefold()


def _open(url: str, zone: str) -> BaseBackend:
    import ibis

    named: dict[str, Any] = {}
    given = dict(parse_qsl(urlsplit(url).query))
    if _scheme(url) in ("postgres", "postgresql"):
        # Without the second a host that vanishes in the middle of a question would keep the page waiting for hours.
        own = {"connect_timeout": CONNECT_SECONDS, "tcp_user_timeout": (QUERY_SECONDS + 10) * 1000, "application_name": "ninefold"}
        named = {key: value for key, value in own.items() if key not in given}
    backend = ibis.connect(url, **named)
    if backend.name == "postgres":
        for setting, value in (
            ("default_transaction_read_only", "on"),
            ("statement_timeout", f"{QUERY_SECONDS}s"),
            ("TimeZone", zone),
        ):
            with suppress(Exception):  # relatives of PostgreSQL know only some; the zone is checked where it matters
                backend.con.execute("SELECT set_config(%s, %s, false)", (setting, value))
    elif backend.name == "duckdb":
        backend.con.execute(f"SET TimeZone = '{zone}'")
    return backend


def tells_days_in_a_zone(backend: BaseBackend) -> bool:
    """Whether instants become days in the zone asked for. Elsewhere they have to be days already."""
    return backend.name in ("postgres", "duckdb", "pyspark")


def _timed(backend: BaseBackend, zone: str, work: Callable[[BaseBackend], T]) -> T:
    if backend.name != "pyspark":
        return work(backend)
    # The session is shared by the process, so its zone is set for each question, and its jobs are stopped by a watch of ours.
    session = backend._session
    session.conf.set("spark.sql.session.timeZone", zone)
    context = session.sparkContext
    context.setJobGroup("ninefold", "Ninefold", interruptOnCancel=True)
    watch = threading.Timer(QUERY_SECONDS, lambda: context.cancelJobGroup("ninefold"))
    watch.daemon = True
    watch.start()
    try:
        return work(backend)
    finally:
        watch.cancel()


def _broken(error: Exception | None) -> bool:
    """Whether the connection is gone, rather than the question at fault."""
    return type(error).__name__ in ("OperationalError", "InterfaceError", "AdminShutdown", "CrashShutdown", "IdleSessionTimeout")


def without_secrets(text: str, url: str) -> str:
    """The first line of a driver's message, with every part of the address taken out of it."""
    line = " ".join(text.split("\n")[0].split())
    secret = {url}
    with suppress(ValueError):
        parts = urlsplit(url)
        secret |= {parts.netloc, parts.username or "", parts.password or "", parts.netloc.rpartition("@")[0]}
        secret |= {value for _, value in parse_qsl(parts.query)}
    # An address that cannot be taken apart: whatever stands between its marks may be the password.
    secret |= set(re.split(r"[:/@?&=]+", url.partition("://")[2]))
    secret |= {unquote(part) for part in secret} | {unquote_plus(part) for part in secret}
    for part in sorted((part for part in secret if len(part) > 2), key=len, reverse=True):
        line = line.replace(part, "***")
    return re.sub(r"\w+://\S+", "***", line)[:200]


def _misread(url: str) -> bool:
    """Whether a ``/``, ``?`` or ``#`` in a password ended the host too early, so that the driver looked for a host that is a piece of it."""
    with suppress(ValueError):
        parts = urlsplit(url)
        # The path of a DuckDB file may hold an @.
        return bool(parts.netloc) and "@" in parts.path + parts.query + parts.fragment
    return True


def _unreadable_address(name: str) -> ConnectionProblem:
    return ConnectionProblem(
        msg("The address of the connection cannot be read"),
        name,
        msg("It has the form postgresql://user:password@host:5432/database; special characters are percent-encoded."),
    )


_CHECK_RIGHTS = msg("Ask for the right to read this table; nothing more is needed.")


def in_words(error: Exception | None, name: str, url: str, opening: bool = False) -> ConnectionProblem:
    """A driver's error as one a person can act on."""
    kind, text = type(error).__name__, str(error)
    low = text.casefold()
    if isinstance(error, ImportError):
        extra = _EXTRAS.get(_scheme(url))
        fix = (
            msg("Run: pip install -r {file}", file=extra)
            if extra
            else msg("Install what Ibis needs for it: pip install 'ibis-framework[{kind}]'", kind=_scheme(url))
        )
        return ConnectionProblem(msg("The driver for {kind} is not installed", kind=_scheme(url) or "?"), name, fix)
    if opening and _misread(url):
        return _unreadable_address(name)
    if kind == "QueryCanceled" or "cancelled" in low or "statement timeout" in low:
        return ConnectionProblem(
            msg("The database took longer than {seconds:# second|# seconds}", seconds=QUERY_SECONDS),
            name,
            msg("Try again at a quieter time, or point the connection at a smaller table or a summary made overnight."),
        )
    if kind == "InsufficientPrivilege" or "permission denied" in low or "access denied" in low or "not authorized" in low:
        return ConnectionProblem(msg("The connection may not read this"), name, _CHECK_RIGHTS)
    if kind in ("UndefinedTable", "UndefinedColumn", "TableNotFound") or "not_found" in low or "unresolved_column" in low:
        return ConnectionProblem(
            msg("A table or column is not there: {reason}", reason=without_secrets(text, url)),
            name,
            msg("Check the names, or connect the data again."),
        )
    if kind in ("UndefinedFunction", "DatatypeMismatch") or "datatype_mismatch" in low:
        return ConnectionProblem(
            msg("A column is of a type that cannot be computed with: {reason}", reason=without_secrets(text, url)),
            name,
            msg("Make a view that converts it to text, a number or a date, and connect the view."),
        )
    if opening and ("authentication" in low or "password" in low or "no pg_hba" in low):
        return ConnectionProblem(
            msg("The database refuses the name or the password of the connection"),
            name,
            msg("Correct the address of the connection."),
        )
    if opening and ("don't know how" in low or "unsupported" in low or "could not be cast" in low):
        return _unreadable_address(name)
    if opening and (known := why_not_opened(text, name)):
        return known
    if opening or _broken(error):
        return ConnectionProblem(
            msg("The database does not answer: {reason}", reason=without_secrets(text, url)),
            name,
            msg("Check that it is running and can be reached from this machine, then try again."),
        )
    return ConnectionProblem(
        msg("The database answered with an error: {reason}", reason=without_secrets(f"{kind}: {text}", url)),
        name,
        msg("Pass this on to whoever runs the database."),
    )
