"""What argparse says of wrong use, in the words of the program and the language asked for."""

from __future__ import annotations

import re
from collections.abc import Sequence

from strategy.language import Language, Message, as_language, msg

#: What argparse says (Python 3.11 to 3.14) -> how it is said here. The first that fits counts.
_SAID = tuple(
    (re.compile(said, re.DOTALL), template)
    for said, template in (
        (r"the following arguments are required: (?P<names>.+)", msg("Missing: {names}")),
        (r"unrecognized arguments: (?P<names>.+)", msg("Not understood: {names}")),
        (r"invalid choice: '(?P<value>.*)' \(choose from (?P<choices>.+)\)", msg("“{value}” is none of {choices}")),
        (r"invalid int value: '(?P<value>.*)'", msg("“{value}” is not a whole number")),
        (r"(?P<value>-?\d+) is too small; the least is (?P<least>\d+)", msg("{value} is too small; the least is {least}")),
        (r"expected one argument", msg("a value is missing")),
        (r"expected at least one argument", msg("a value is missing")),
        (r"ignored explicit argument '(?P<value>.*)'", msg("takes no value, but “{value}” was given")),
        (r"ambiguous option: (?P<option>\S+) could match (?P<matches>.+)", msg("{option} may mean {matches}; write it in full")),
    )
)
_OF_AN_ARGUMENT = re.compile(r"argument (?P<argument>[^:]+): (?P<said>.+)", re.DOTALL)


def language_asked_for(arguments: Sequence[str], locale: str | None) -> Language:
    """The language of the last ``--lang``, wherever it stands; else that of the system's ``locale``."""
    asked = locale
    for at, argument in enumerate(arguments):
        name, given, value = argument.partition("=")
        if name == "--lang":
            asked = value if given else next(iter(arguments[at + 1 :]), None)
    return as_language(asked)


def in_words(said: str, language: Language) -> str:
    """What argparse said. What is not known here is passed on as it is."""
    if place := _OF_AN_ARGUMENT.fullmatch(said):
        return msg("{argument}: {said}", argument=place["argument"], said=_message(place["said"])).in_(language)
    return _message(said).in_(language)


def _message(said: str) -> Message:
    for pattern, template in _SAID:
        if found := pattern.fullmatch(said):
            return Message(template.template, {name: _unquoted(name, value) for name, value in found.groupdict().items()})
    return Message("{said}", {"said": said})


def _unquoted(name: str, value: str) -> str:
    """Choices, which Python up to 3.11 puts between quotes, without them."""
    return value.replace("'", "") if name == "choices" else value
