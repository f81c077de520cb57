"""Answers in words on the usual scales of five steps, such as “strongly disagree” to “strongly agree”, in English and Chinese.

Likert, "A Technique for the Measurement of Attitudes", Archives of Psychology 140 (1932): five steps in equal distances, the third undecided.
A column of answers is read only where all its words stand on one scale and that scale leaves no doubt which step each of them is.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

#: A scale: for each of its steps, lowest first, the usual wordings.
Scale = tuple[tuple[str, ...], ...]

_UNDECIDED = ("neutral", "undecided", "一般", "中立", "不确定", "说不清")
SCALES: tuple[Scale, ...] = (
    (
        ("strongly disagree", "completely disagree", "totally disagree", "非常不同意", "完全不同意", "很不同意", "强烈不同意"),
        ("disagree", "somewhat disagree", "不同意", "比较不同意", "不太同意"),
        (*_UNDECIDED, "neither agree nor disagree", "neither", "既不同意也不反对", "既不同意也不不同意"),
        ("agree", "somewhat agree", "同意", "比较同意"),
        ("strongly agree", "completely agree", "totally agree", "非常同意", "完全同意", "很同意", "强烈同意"),
    ),
    (
        ("very unimportant", "extremely unimportant", "非常不重要", "很不重要", "完全不重要"),
        ("unimportant", "somewhat unimportant", "不重要", "不太重要", "比较不重要"),
        (*_UNDECIDED, "neither important nor unimportant"),
        ("important", "somewhat important", "重要", "比较重要"),
        ("very important", "extremely important", "非常重要", "很重要"),
    ),
    (
        ("not at all important", "not important at all"),
        ("slightly important", "not so important"),
        ("moderately important", "somewhat important"),
        ("very important",),
        ("extremely important",),
    ),
    (
        ("very dissatisfied", "extremely dissatisfied", "very unsatisfied", "非常不满意", "很不满意"),
        ("dissatisfied", "somewhat dissatisfied", "unsatisfied", "不满意", "不太满意", "比较不满意"),
        (*_UNDECIDED, "neither satisfied nor dissatisfied"),
        ("satisfied", "somewhat satisfied", "满意", "比较满意"),
        ("very satisfied", "extremely satisfied", "非常满意", "很满意"),
    ),
    (
        ("very poor", "very bad", "非常差", "很差"),
        ("poor", "bad", "差", "较差", "比较差"),
        (*_UNDECIDED, "fair", "average"),
        ("good", "好", "较好", "比较好"),
        ("very good", "excellent", "非常好", "很好"),
    ),
    (("poor",), ("fair",), ("good",), ("very good",), ("excellent",)),
)  # fmt: skip


def _steps(scale: Scale) -> dict[str, int]:
    return {word: step for step, words in enumerate(scale, 1) for word in words}


_STEPS = tuple(map(_steps, SCALES))


def read_words(columns: Collection[Collection[str]]) -> tuple[dict[str, int], ...]:
    """What each column's words mean: word -> step from 1 to 5; empty for a column that cannot be read without doubt.

    Args:
        columns: the different answers of each column, in lower case; none of them a number.
    """
    fitting = [[place for place, steps in enumerate(_STEPS) if words and steps.keys() >= set(words)] for words in columns]
    # What one column leaves open, such as whether "very important" is the highest step, the others of the questionnaire tell.
    settled = {places[0] for places in fitting if len(places) == 1}
    chosen = [sorted(settled & set(places)) or places for places in fitting]
    found = [_meanings(words, places) for words, places in zip(columns, chosen, strict=True)]
    spoken: dict[int, set[str]] = {}
    for words, places, meaning in zip(columns, chosen, found, strict=True):
        if meaning:
            spoken.setdefault(places[0], set()).update(words)
    longer = {place for place, words in spoken.items() if _two_on_a_step(words, _STEPS[place])}
    return tuple({} if places and places[0] in longer else meaning for places, meaning in zip(chosen, found, strict=True))


def _meanings(words: Collection[str], places: list[int]) -> dict[str, int]:
    """The steps of words that stand on several scales, where all of these agree."""
    readings = [{word: _STEPS[place][word] for word in words} for place in places]
    return readings[0] if readings and all(reading == readings[0] for reading in readings) else {}


def _two_on_a_step(words: Collection[str], steps: Mapping[str, int]) -> bool:
    """Whether two wordings of one language share a step, as "agree" and "somewhat agree" would: then the scale is longer than five."""
    places = [(steps[word], word.isascii()) for word in words]
    return len(set(places)) < len(places)
