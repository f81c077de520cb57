"""Read a YAML file and remember the line of every key, so that an error can say where it is."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from strategy.errors import MethodError
from strategy.language import msg

Path_ = tuple[str | int, ...]

#: The C parser where the package has it: ten times faster, same marks.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


_SCALARS = yaml.SafeLoader("")
#: Keys and values of one file, each as often as aliases repeat it. Twelve lines of aliases of aliases could ask for more than any memory holds.
MOST_PARTS = 200_000


def _text_of(file: Path) -> str:
    """What stands in the file. Raises :class:`MethodError`, naming the line where it is in another encoding."""
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise MethodError(msg("The method file cannot be read: {reason}", reason=str(error)), file.name) from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise MethodError(msg("The file is not in UTF-8"), f"{file.name}:{line}", msg("Save it as UTF-8.")) from error


def _line_of_odd_character(text: str) -> int:
    """The line of the first character YAML does not take, of which its parser tells no line; else the first."""
    odd = yaml.reader.Reader.NON_PRINTABLE.search(text)
    return text.count("\n", 0, odd.start()) + 1 if odd else 1


class Source:
    """A parsed YAML document: its value, and the line on which each part of it stands."""

    def __init__(self, file: Path) -> None:
        self.file = file
        text = _text_of(file)
        try:
            node = yaml.compose(text, Loader=LOADER)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            where = f"{file.name}:{mark.line + 1 if mark else _line_of_odd_character(text)}"
            problem = getattr(error, "problem", None) or str(error)
            raise MethodError(msg("The file is not valid YAML: {problem}", problem=problem), where) from error
        except RecursionError:
            raise self._too_deep() from None
        self.lines: dict[Path_, int] = {}
        try:
            self.value = self._build(node, ()) if node is not None else None
        except RecursionError:
            raise self._too_deep() from None

    def _too_deep(self) -> MethodError:
        return MethodError(
            msg("The file is nested too deeply"),
            self.file.name,
            msg("Look for an alias (*name) within the very part that it names."),
        )

    def _build(self, node: yaml.Node, path: Path_) -> Any:
        self.lines[path] = node.start_mark.line + 1
        if len(self.lines) > MOST_PARTS:
            raise MethodError(
                msg("The file holds more than {most} keys and values once its aliases are followed", most=f"{MOST_PARTS:,}"),
                self.where(path),
                msg("Write out what is needed, or use a shared list of choices."),
            )
        if isinstance(node, yaml.MappingNode):
            built: dict[str, Any] = {}
            for key_node, value_node in node.value:
                key = str(key_node.value)
                if key in built:
                    raise MethodError(
                        msg("The key {key} appears twice", key=key),
                        f"{self.file.name}:{key_node.start_mark.line + 1}",
                        msg("Keep one of the two."),
                    )
                built[key] = self._build(value_node, (*path, key))
                self.lines[(*path, key)] = key_node.start_mark.line + 1
            return built
        if isinstance(node, yaml.SequenceNode):
            return [self._build(item, (*path, index)) for index, item in enumerate(node.value)]
        try:
            return _SCALARS.construct_object(node)
        except (yaml.YAMLError, ValueError) as error:
            raise MethodError(
                msg("The value {value} cannot be read", value=str(node.value or node.tag)[:80]),
                self.where(path),
                msg("Put a text in quotation marks, and give a value no type of its own (!!)."),
            ) from error

    def line(self, path: Path_) -> int:
        """The line of ``path``, or of the nearest part of it that stands in the file."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def holding(self, path: Path_, name: str) -> Path_:
        """The first key or value within ``path`` that is ``name``, else ``path`` itself."""
        return next((at for at in sorted(self.lines, key=self.line) if at[: len(path)] == path and self._says(at, name)), path)

    def _says(self, path: Path_, name: str) -> bool:
        value: Any = self.value
        for part in path:
            value = value[part]
        return (bool(path) and path[-1] == name) or value == name

    def where(self, path: Path_) -> str:
        key = ".".join(str(part) for part in path) or "-"
        return f"{self.file.name}:{self.line(path)}, {key}"


def as_mapping(source: Source) -> Mapping[str, Any]:
    if not isinstance(source.value, dict):
        raise MethodError(msg("The file must hold keys and values"), source.where(()))
    return source.value
