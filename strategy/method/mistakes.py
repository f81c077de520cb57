"""What is wrong with a method file, said in both languages: mistakes found here, and those pydantic finds."""

from __future__ import annotations

from pydantic_core import ErrorDetails

from strategy.language import Message, msg


class Mistake(ValueError):
    """Raised by a validator; pydantic takes any :class:`ValueError` for a finding and hands it on.

    ``within``: keys and positions from what the validator looked at down to the slip, which may be thirty lines further on.
    """

    def __init__(self, problem: Message, *within: str | int) -> None:
        super().__init__(str(problem))
        self.problem, self.within = problem, within


_TEXT, _LIST, _KEYS = msg("Expected a text"), msg("Expected a list"), msg("Expected keys and values")
_WHOLE, _NUMBER, _TRUTH = msg("Expected a whole number"), msg("Expected a number"), msg("Expected true or false")

#: Type of pydantic's error -> what it means to an author; the places are filled from the error's own context.
_SAID: dict[str, Message] = {
    "missing": msg("The key is missing"),
    "extra_forbidden": msg("There is no such key here"),
    "literal_error": msg("Expected one of {expected}"),
    "union_tag_invalid": msg("Expected one of {expected_tags}"),
    "union_tag_not_found": msg("The key {discriminator} is missing"),
    "string_too_short": msg("Expected a text that is not empty"),
    "too_short": msg("Expected a list that is not empty"),
    "string_pattern_mismatch": msg("Expected a name of small letters, digits and low lines that begins with a letter ({pattern})"),
    "greater_than_equal": msg("Expected at least {ge}"),
    "less_than_equal": msg("Expected at most {le}"),
    "string_type": _TEXT,
    "list_type": _LIST,
    "tuple_type": _LIST,
    "dict_type": _KEYS,
    "model_type": _KEYS,
    "model_attributes_type": _KEYS,
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_from_float": _WHOLE,
    "finite_number": _NUMBER,
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "bool_type": _TRUTH,
    "bool_parsing": _TRUTH,
}


def said(problem: ErrorDetails) -> Message:
    """One of pydantic's findings in words; of a kind not known here, in pydantic's own."""
    context = problem.get("ctx", {})
    if isinstance(own := context.get("error"), Mistake):
        return own.problem
    known = _SAID.get(problem["type"])
    if known is None:
        return Message("{problem}", {"problem": problem["msg"]})
    return Message(known.template, {name: str(value).replace(" or ", ", ") for name, value in context.items()})
