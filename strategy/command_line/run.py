"""Carry out a command and print its result."""

from __future__ import annotations

import errno
import getpass
import io
import json
import os
import sys
import tempfile
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from strategy.command_line import commands, connecting, filling, interactions, purchases, whole_file
from strategy.command_line.arguments import parser
from strategy.command_line.commands import Outcome
from strategy.command_line.wrong_use import language_asked_for
from strategy.errors import StrategyError, WorkbookDamaged, one_line
from strategy.language import Language, msg
from strategy.workbook.values import clean_name

COMMANDS = {
    name: command
    for part in (commands, purchases, connecting, filling, interactions, whole_file)
    for name, command in part.COMMANDS.items()
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    _make_room_for_any_text()
    words = sys.argv[1:] if arguments is None else list(arguments)
    language = language_asked_for(words, os.environ.get("LC_ALL") or os.environ.get("LANG"))
    options = parser(language).parse_args(words)
    if hasattr(options, "author"):
        options.author = _author(options.author)
    try:
        outcome = COMMANDS[options.command](options, language)
    except StrategyError as error:
        return _failed(error, options, language)
    except BrokenPipeError:
        return 0
    except OSError as error:
        return _no_path(error, language) if error.errno in _PATHS else _unforeseen(error, language)
    except Exception as error:  # noqa: BLE001 - whoever calls this from a script is promised one line
        return _unforeseen(error, language)
    return _print(outcome, options.format, language)


def _make_room_for_any_text() -> None:
    """Keep what is written from ending a command whose work is done.

    A character the system's encoding lacks is escaped, as Python does on stderr itself; a stream that was closed takes everything.
    """
    sys.stdout, sys.stderr = (stream or open(os.devnull, "w", encoding="utf-8") for stream in (sys.stdout, sys.stderr))  # noqa: SIM115
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def _in_utf_8() -> None:
    """JSON is in UTF-8 whatever the system's encoding: Windows writes what goes into a pipe or a file in another."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")


def _author(given: str | None) -> str:
    """Whose name stands on the change: the one given, that of the environment, else the system's; on one line, as on the pages."""
    names = (clean_name(name or "") for name in (given, os.environ.get("NINEFOLD_AUTHOR"), _user()))
    return next(filter(None, names), "command line")


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "command line"


def _failed(error: StrategyError, options: Any, language: Language) -> int:
    damaged = options.command == "verify" and isinstance(error, WorkbookDamaged)
    if damaged and options.format == "json":
        _in_utf_8()
        print(json.dumps({"ok": False, "path": str(Path(options.plan)), "error": one_line(error, language)}, ensure_ascii=False))
    sys.stderr.write(one_line(error, language) + "\n")
    return 1 if damaged else 2


#: What the system says of a path that cannot be one, whichever command meets it first.
_PATHS = (errno.ENAMETOOLONG, errno.ENOTDIR, errno.ELOOP)


def _no_path(error: OSError, language: Language) -> int:
    """One line for a path that leads nowhere."""
    path = str(error.filename or "")
    shown = path if len(path) <= 80 else f"{path[:40]}…{path[-30:]}"
    said = msg("No file can be called so ({path}): {reason}. Choose another name.", path=shown, reason=error.strerror or str(error))
    sys.stderr.write(said.in_(language) + "\n")
    return 2


def _unforeseen(error: Exception, language: Language) -> int:
    """One line for an error nobody foresaw, and a file with all of it for whoever mends it."""
    with tempfile.NamedTemporaryFile("w", prefix="ninefold-", suffix=".log", delete=False, encoding="utf-8") as account:
        traceback.print_exception(error, file=account)
    said = msg(
        "Something went wrong that we did not foresee ({kind}); nothing was half done. Pass on {file}",
        kind=type(error).__name__,
        file=account.name,
    )
    sys.stderr.write(said.in_(language) + "\n")
    return 2


def _print(outcome: Outcome, form: str, language: Language) -> int:
    try:
        if form == "json":
            _in_utf_8()
            print(json.dumps(outcome.data, ensure_ascii=False, indent=2, default=str))
        elif outcome.text:
            print(outcome.text)
        sys.stdout.flush()
    except BrokenPipeError:
        _no_more_output()  # the reader, such as `head`, has seen enough
    except OSError as error:
        _no_more_output()
        sys.stderr.write(msg("The output could not be written: {reason}", reason=error.strerror or str(error)).in_(language) + "\n")
        return 2
    return outcome.status


def _no_more_output() -> None:
    """Keep Python from writing what is left, and complaining about it, at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
