"""How a worksheet stands on paper: everybody's scores beside one another, narrow tables in columns, wide ones row by row."""

from __future__ import annotations

from dataclasses import replace

from strategy.language import Language, msg
from strategy.reports.plan import Table

#: A worksheet of more columns than this does not fit across a page; one of more rows is set in columns where it is narrow.
MOST_COLUMNS, MANY_ROWS = 8, 10
#: More people than this have no room beside one another.
MOST_PEOPLE = 6
#: Letters of the print's size that fit across half a page, and across a third.
HALF, THIRD = 70.0, 44.0

_WHO = "participant"
_WORDS = ("text", "long_text")


def layout(table: Table) -> str:
    """``wide`` to be written row by row, ``two`` or ``three`` for columns of rows beside one another, empty as it is."""
    if len(table.headings) > MOST_COLUMNS:
        return "wide"
    needed = 0.0
    for at, heading in enumerate(table.headings):
        widths = sorted(_columns(row[at]) for row in table.rows)
        # What most cells need; a longer one now and then is wrapped. Between columns of letters lie about two and a half more.
        usual, longest = widths[int(0.8 * (len(widths) - 1))], widths[-1]
        needed += min(22, max(usual, min(longest, 10), _longest_word(heading))) + 2.5
    if len(table.rows) <= MANY_ROWS or needed > HALF:
        return ""
    return "three" if needed <= THIRD else "two"


def beside_one_another(table: Table, language: Language) -> Table:
    """Scores with a row for each participant -> a row for each thing scored, a column for each participant and what they noted.

    ``segment, criterion, participant, score, note`` becomes ``segment, criterion, Ada, Bo, note``; several scores stand in one cell as
    ``8 / 5``. Any other worksheet, and one with a single or too many participants, is returned as it is.
    """
    if not table.worksheet.scored or _WHO not in table.columns:
        return table
    who = table.columns.index(_WHO)
    people = list(dict.fromkeys(row[who] for row in table.rows))
    kinds = [table.worksheet.column(name).type for name in table.columns]
    # What is scored stands before the one who scores; what is chosen behind (the party of a relationship) tells things apart too.
    keys = [at for at, kind in enumerate(kinds) if at < who or (at > who and kind in ("reference", "choice"))]
    notes = [at for at, kind in enumerate(kinds) if at > who and kind in _WORDS]
    scores = [at for at in range(len(kinds)) if at not in (who, *keys, *notes)]
    things = list(dict.fromkeys(tuple(row[at] for at in keys) for row in table.rows))
    if not 2 <= len(people) <= MOST_PEOPLE or "" in people or not keys or not scores or len(things) * len(people) < len(table.rows):
        return table
    given = {(tuple(row[at] for at in keys), row[who]): row for row in table.rows}
    rows = []
    for thing in things:
        own = [given.get((thing, person)) for person in people]
        cells = [" / ".join(row[at] or "–" for at in scores) if row else "" for row in own]
        noted = [
            msg("{name}: {value}", name=person, value=row[at]).in_(language)
            for person, row in zip(people, own, strict=True)
            if row
            for at in notes
            if row[at]
        ]
        rows.append((*thing, *cells, "\n".join(noted)))
    if not any(row[-1] for row in rows):
        rows, notes = [row[:-1] for row in rows], []
    meaning = " / ".join(table.headings[at] for at in scores)
    return replace(
        table,
        title=msg("{name}: {value}", name=table.title, value=meaning).in_(language),
        headings=(*(table.headings[at] for at in keys), *people, *(table.headings[at] for at in notes[:1])),
        columns=(),
        rows=tuple(rows),
    )


def _columns(text: str) -> int:
    """The longest line of a cell, a Chinese character counted as two."""
    return max((sum(2 if letter > "\u2e7f" else 1 for letter in line) for line in text.split("\n")), default=0)


def _longest_word(text: str) -> int:
    """What a heading needs when it is broken at every blank; Chinese is broken anywhere."""
    return max((min(_columns(word), 4) if word > "\u2e7f" else len(word) for word in text.split()), default=0)
