"""Load a method folder: ``method.yaml`` names the layers, shared choice lists, step files and check files of the method."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from strategy.errors import MethodError
from strategy.language import msg
from strategy.method.check_rules import Check
from strategy.method.consistency import Part, Slip
from strategy.method.mistakes import Mistake, said
from strategy.method.models import Choice, Method, Step, Worksheet
from strategy.method.yaml_source import Path_, Source, as_mapping

INDEX = "method.yaml"
_SHIPPED = Path(__file__).resolve().parents[2] / "data" / "method"
M = TypeVar("M", bound=BaseModel)

_INDEX_KEYS = {"id", "version", "title", "layers", "choice_lists", "steps", "shared", "checks"}


def shipped_folder() -> Path:
    """The method folder in use: the team's own (``NINEFOLD_METHOD``), else the shipped one."""
    own = os.environ.get("NINEFOLD_METHOD")
    return Path(own).expanduser() if own else _SHIPPED


def shipped_method() -> Method:
    """The method in use, read once per state of its files, so that an edited file shows at the next page load."""
    folder = shipped_folder()
    return _cached(folder, _stamp(folder))


def _stamp(folder: Path) -> tuple[tuple[str, int], ...]:
    """Names and times of the method's files. Looked at in every run of a page, hence without a path object for each."""
    try:
        with os.scandir(folder) as files:
            return tuple(sorted((file.name, file.stat().st_mtime_ns) for file in files if file.name.endswith(".yaml")))
    except OSError:
        return ()


@lru_cache(maxsize=4)
def _cached(folder: Path, stamp: tuple[tuple[str, int], ...]) -> Method:
    return load_method(folder)


def load_method(folder: Path) -> Method:
    """Read and validate a whole method folder. Raises :class:`MethodError` naming file, line, key and what was expected."""
    if not (folder / INDEX).is_file():
        raise MethodError(
            msg("The method folder has no {file}", file=INDEX), str(folder), msg("Point NINEFOLD_METHOD at a folder that has one.")
        )
    index = Source(folder / INDEX)
    head = dict(as_mapping(index))
    unknown = set(head) - _INDEX_KEYS
    if unknown:
        key = sorted(unknown)[0]
        raise MethodError(
            msg("Unknown key {key}; expected one of {keys}", key=key, keys=", ".join(sorted(_INDEX_KEYS))), index.where((key,))
        )
    lists = _choice_lists(index, head.pop("choice_lists", {}))
    used = [INDEX]
    parts: dict[Part, tuple[Source, Path_]] = {}
    steps = []
    for name in _names(index, head, "steps"):
        used.append(name)
        source, value = _read(folder, index, name, lists)
        steps.append(_validate(Step, source, value))
        parts["step", steps[-1].id] = source, ()
        parts |= {("worksheet", sheet.id): (source, ("worksheets", at)) for at, sheet in enumerate(steps[-1].worksheets)}
    shared: list[Worksheet] = []
    for name in _names(index, head, "shared"):
        used.append(name)
        source, value = _read(folder, index, name, lists)
        _only(source, value, "worksheets")
        for position, raw in enumerate(value.get("worksheets", [])):
            shared.append(_validate(Worksheet, source, raw, ("worksheets", position)))
            parts["worksheet", shared[-1].id] = source, ("worksheets", position)
    checks: list[Check] = []
    for name in _names(index, head, "checks"):
        used.append(name)
        source, value = _read(folder, index, name, lists)
        _only(source, value, "checks")
        for position, raw in enumerate(value.get("checks", [])):
            checks.append(_validate(Check, source, raw, ("checks", position)))
            parts["check", checks[-1].id] = source, ("checks", position)
    body = {**head, "steps": steps, "shared": shared, "checks": checks}
    method = _validate(Method, index, body, parts=parts)
    digest = hashlib.sha256(b"".join((folder / name).read_bytes() for name in used)).hexdigest()[:16]
    return method.model_copy(update={"fingerprint": digest})


def _only(source: Source, value: dict[str, Any], key: str) -> None:
    """Refuse a file with anything beside ``key``."""
    for name in value:
        if name != key:
            raise MethodError(msg("Unknown key {key}; expected one of {keys}", key=name, keys=key), source.where((name,)))


def _names(index: Source, head: dict[str, Any], key: str) -> list[str]:
    names = head.pop(key, [])
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise MethodError(msg("{key} must be a list of file names", key=key), index.where((key,)))
    return names


def _choice_lists(index: Source, raw: Any) -> dict[str, Any]:
    if not isinstance(raw, dict):
        raise MethodError(msg("{key} must hold named lists of choices", key="choice_lists"), index.where(("choice_lists",)))
    for name, choices in raw.items():
        for position, choice in enumerate(choices if isinstance(choices, list) else [choices]):
            _validate(Choice, index, choice, ("choice_lists", name, position))
    return raw


def _read(folder: Path, index: Source, name: str, lists: dict[str, Any]) -> tuple[Source, dict[str, Any]]:
    path = folder / name
    if Path(name).name != name or not path.is_file():
        raise MethodError(msg("{file} is listed but is not in the folder", file=name), f"{index.file.name}", None)
    source = Source(path)
    value = dict(as_mapping(source))
    return source, _fill_choices(source, value, lists)


def _fill_choices(source: Source, value: dict[str, Any], lists: dict[str, Any]) -> dict[str, Any]:
    """Replace ``choices: "@name"`` by the shared list of that name."""
    worksheets = value.get("worksheets")
    for at, worksheet in enumerate(worksheets if isinstance(worksheets, list) else []):
        columns = worksheet.get("columns") if isinstance(worksheet, dict) else None
        for position, column in enumerate(columns if isinstance(columns, list) else []):
            name = column.get("choices") if isinstance(column, dict) else None
            if isinstance(name, str):
                if not name.startswith("@") or name[1:] not in lists:
                    raise MethodError(
                        msg("There is no shared list of choices {name}", name=name),
                        source.where(("worksheets", at, "columns", position, "choices")),
                        msg("The lists are: {lists}.", lists=", ".join("@" + known for known in sorted(lists)) or "-"),
                    )
                column["choices"] = lists[name[1:]]
    return value


def _validate(
    model: type[M], source: Source, raw: Any, prefix: Path_ = (), parts: Mapping[Part, tuple[Source, Path_]] | None = None
) -> M:
    """``raw`` as a ``model``. ``parts``: where the parts of a method stand whose files have been read before."""
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        problems = error.errors()
        slip = problems[0].get("ctx", {}).get("error")
        if isinstance(slip, Slip):
            raise MethodError(slip.problem, _standing(slip, parts or {}, source)) from error
        # A misspelt key is both unknown and missing; the unknown one is what the author is looking for.
        first = next((problem for problem in problems if problem["type"] == "extra_forbidden"), problems[0])
        path = (*prefix, *(part for part in first["loc"] if part not in _TAGS), *_further(first))
        found = first.get("input")
        problem = said(first)
        if isinstance(found, (dict, list)):
            raise MethodError(problem, source.where(path)) from error
        shown = json.dumps(found, ensure_ascii=False, default=str)[:60]
        raise MethodError(msg("{problem}; found {found}", problem=problem, found=shown), source.where(path)) from error


def _further(problem: ErrorDetails) -> Path_:
    """Keys from the place pydantic names down to the slip itself."""
    context = problem.get("ctx", {})
    if isinstance(own := context.get("error"), Mistake):
        return own.within
    return (str(context["discriminator"]).strip("'"),) if problem["type"] == "union_tag_invalid" else ()


def _standing(slip: Slip, parts: Mapping[Part, tuple[Source, Path_]], index: Source) -> str:
    """Where the name stands that a part of the method slipped on."""
    source, path = parts.get(slip.part, (index, ()))
    return source.where((*path, *slip.within) if slip.within else source.holding(path, slip.name))


#: Names pydantic puts into an error's path for the branch of a union; they are not keys of the file.
_TAGS = {"filled", "sum", "count", "covers", "compare", "allowed", "function", "Text", "str", "float", "bool"}
