"""Why a database could not be opened, each reason by its own name and with what to do about it.

What a driver says is looked at for words that tell the reason, and never repeated: it may hold pieces of the address.
"""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

from strategy.errors import ConnectionProblem
from strategy.language import Message, msg

#: Kinds of databases that are one file.
_FILES = ("duckdb", "sqlite")
#: In a place of a path these name no file: a database in memory, and one that DuckDB keeps elsewhere.
_NO_FILE = (":memory:", "md:", "motherduck:")

_PATH = msg("Check the path in the address of the connection; it is looked for on the machine that runs the workbook.")

#: Words of drivers, in lower case -> what is the matter, and what to do. The first that is found counts.
_REASONS: tuple[tuple[tuple[str, ...], Message, Message], ...] = (
    (
        ("could not set lock", "database is locked", "already open", "being used by another process"),
        msg("Another program holds the file of the database"),
        msg("Close it there, or let both open it for reading only."),
    ),
    (
        ("not a valid duckdb database file", "file is not a database", "file is encrypted", "is a directory"),
        msg("What stands at the path of the connection is no database of this kind"),
        _PATH,
    ),
    (
        ("resolve host", "name or service not known", "could not translate host name", "nodename nor servname", "getaddrinfo failed"),
        msg("The host of the connection is not known"),
        msg("Check the name of the host in the address, and that this machine is in the network it belongs to."),
    ),
    (
        ("connection refused", "actively refused"),
        msg("No database listens at the host and port of the connection"),
        msg("Check the port in the address, and that the database is running."),
    ),
    (
        ("timeout expired", "timed out", "no route to host", "network is unreachable", "host is unreachable"),
        msg("The database does not answer in time"),
        msg("Check host and port in the address, and that no firewall stands between it and this machine."),
    ),
    (
        ("too many connections", "too many clients", "remaining connection slots", "starting up", "shutting down"),
        msg("The database takes no more connections now"),
        msg("Try again in a minute."),
    ),
    (
        ("ssl", "tls", "certificate"),
        msg("The database and the connection do not agree on encryption"),
        msg("Check sslmode in the address, and the certificate of the database."),
    ),
)  # fmt: skip

_NO_DATABASE = (
    msg("There is no database of the name in the address"),
    msg("Check the name behind the last slash of the address; host, port and password were accepted."),
)


def refuse_missing_file(url: str, name: str) -> None:
    """Refuse the address of a file that is not there, which DuckDB and SQLite would make, empty, and show as a database without tables."""
    parts = urlsplit(url)
    # As Ibis puts the path together.
    named = [part for part in (parts.netloc, parts.path[bool(parts.netloc) :]) if part]
    if parts.scheme.casefold() not in _FILES or not named or named[0].startswith(_NO_FILE):
        return
    if not Path(*named).exists():
        raise ConnectionProblem(msg("The file of the database is not there"), name, _PATH)


def why_not_opened(text: str, name: str) -> ConnectionProblem | None:
    """What a driver's words on a connection that was not opened mean; ``None`` where they tell nothing that is known here."""
    low = text.casefold()
    if re.search(r'database "[^"]*" does not exist|unknown database', low):
        what, fix = _NO_DATABASE
        return ConnectionProblem(what, name, fix)
    for words, what, fix in _REASONS:
        if any(word in low for word in words):
            return ConnectionProblem(what, name, fix)
    return None
