"""Several names as a reader of each language lists them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from strategy.language.catalog import Language, Speaks


@dataclass(frozen=True)
class Joined:
    """Several names as a list: ``A, B and C``; ``A、B和C``, and ``A，a；B`` where a Chinese name has a comma of its own."""

    items: Sequence[Speaks]

    def in_(self, language: Language) -> str:
        words = [item.in_(language) for item in self.items]
        if len(words) < 2:
            return "".join(words)
        if language == "zh" and any("，" in word for word in words):
            return "；".join(words)
        comma, last = ("、", "和") if language == "zh" else (", ", " and ")
        return comma.join(words[:-1]) + last + words[-1]
