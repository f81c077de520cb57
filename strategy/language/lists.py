"""Several names as a reader of each language lists them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from strategy.language.catalog import Language, Speaks

#: So many names a list has before it says how many more there are: nobody reads on.
MOST = 8


@dataclass(frozen=True)
class Joined:
    """Several names as a list: ``A, B and C``; ``A、B和C``, and ``A，a；B`` where a Chinese name has a comma of its own.

    Of more than ``most`` names only these are said, and how many more there are: ``A, B, C and 22 more``; ``A、B、C等25个``.
    """

    items: Sequence[Speaks]
    most: int | None = MOST

    def in_(self, language: Language) -> str:
        words = [item.in_(language) for item in self.items[: self.most]]
        more = len(self.items) - len(words)
        if len(words) + more < 2:
            return "".join(words)
        if language == "zh":
            commas = any("，" in word for word in words)
            if more:
                return ("；" if commas else "、").join(words) + f"等{len(self.items)}个"
            return "；".join(words) if commas else "、".join(words[:-1]) + "和" + words[-1]
        return ", ".join(words if more else words[:-1]) + (f" and {more} more" if more else f" and {words[-1]}")
