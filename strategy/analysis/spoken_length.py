"""How long a sentence takes to say.

English: 2.5 words a second (150 a minute), between the 140 of lectures and the 160 of radio measured by Tauroza and Allison,
"Speech rates in British English", Applied Linguistics 11 (1990). Chinese: 4.5 characters a second; Pellegrino, Coupé and Marsico,
"A cross-language perspective on speech information rate", Language 87 (2011), measured 5.2 syllables a second in Mandarin read aloud
without pauses, and a character is a syllable. Both are estimates of a calm speaker; only saying it aloud is proof.
"""

from __future__ import annotations

import re

WORDS_A_SECOND = 2.5
CHARACTERS_A_SECOND = 4.5

#: The length the positioning statement is held to.
LIMIT_SECONDS = 30.0

_CHARACTER = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_WORD = re.compile(r"[^\W_]+(?:['’\-.,][^\W_]+)*")


def spoken_seconds(text: str) -> float:
    """Seconds to say ``text``, in English, Chinese or a mixture; punctuation takes no time."""
    characters = len(_CHARACTER.findall(text))
    words = len(_WORD.findall(_CHARACTER.sub(" ", text)))
    return words / WORDS_A_SECOND + characters / CHARACTERS_A_SECOND


def mostly_chinese(text: str) -> bool:
    """Whether saying the Chinese characters takes longer than saying the rest."""
    chinese = len(_CHARACTER.findall(text)) / CHARACTERS_A_SECOND
    return chinese > spoken_seconds(text) / 2
