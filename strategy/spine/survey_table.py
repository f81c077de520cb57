"""A questionnaire's answers as one table: a row a respondent, a column a question, whatever way the platform wrote them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from strategy.customers.plain_table import PlainTable
from strategy.language import Message, msg
from strategy.spine.cells import Problem
from strategy.spine.headings import place_of
from strategy.spine.survey_words import (
    ANSWER,
    PERHAPS_SUMS,
    QUESTION,
    RESPONDENT,
    SUMS,
    UNANSWERED,
    is_metadata,
    simple,
)

_CODE = re.compile(r"[A-Za-z]{1,14}[\d_.]*|[A-Za-z]?\d[\d_.]*|第?\d+题?")


@dataclass(frozen=True)
class Record:
    """A row to be: the row of the file it comes from, and its cells as text by column id."""

    row: int
    cells: Mapping[str, str]
    row_id: str = ""
    version: str = ""


@dataclass(frozen=True)
class Options:
    """What a person said about the answers. ``order``: of price columns that look exchanged. ``scale``: lowest and highest answer."""

    order: Literal["ask", "proposed", "labelled"] = "ask"
    scale: tuple[float, float] | None = None


@dataclass
class Survey:
    """A questionnaire understood. ``matched``: heading -> column id; ``bad``: places of records with a problem."""

    records: list[Record] = field(default_factory=list)
    matched: dict[str, str] = field(default_factory=dict)
    unmatched: tuple[str, ...] = ()
    notes: list[Message] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    bad: set[int] = field(default_factory=set)
    #: Proposed exchange of two price columns, and whether answers are on another scale than 1 to 9: pages ask about these.
    exchange: tuple[str, str] | None = None
    ask_scale: bool = False
    #: Columns whose numbers are read already and written with a point.
    points: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Answers:
    """Questions and what each respondent answered. ``people``: (row of the file, respondent, answers by question). ``twice``: where a
    respondent answers a question a second time, and otherwise."""

    name: str
    questions: tuple[str, ...]
    people: tuple[tuple[int, str, tuple[str, ...]], ...]
    notes: tuple[Message, ...] = ()
    twice: tuple[Twice, ...] = ()


@dataclass(frozen=True)
class Twice:
    """A second answer to one question: its row, whose it is and to which question, and the row of the first one."""

    row: int
    who: str
    question: str
    first_row: int


def answers_of(table: PlainTable) -> Answers:
    """The table with its respondents told and its layout undone: question texts in a second heading row, or one answer a row."""
    table, notes = _without_unanswered(*_with_question_texts(table))
    question, answer = place_of(table.columns, QUESTION), place_of(table.columns, ANSWER)
    person = place_of(table.columns, RESPONDENT)
    if person is not None and question is not None and answer is not None:
        return _from_long(table, person, question, answer)
    left_out = {place for place, heading in enumerate(table.columns) if is_metadata(heading.partition(" · ")[0])}
    if person is None:
        notes = (*notes, msg("No column says who answered; respondents are called after their row in the file."))
    keep = [place for place in range(len(table.columns)) if place != person and place not in left_out]
    people = tuple(
        (number, (cells[person] if person is not None else "") or f"R{number}", tuple(cells[place] for place in keep))
        for number, cells in zip(table.numbers, table.rows, strict=True)
    )
    return Answers(table.name, tuple(table.columns[place] for place in keep), people, notes)


def _with_question_texts(table: PlainTable) -> tuple[PlainTable, tuple[Message, ...]]:
    """Join codes such as Q3_1 with the question texts a platform writes below them, and drop its row of internal names."""
    if not table.rows:
        return table, ()
    codes = sum(bool(_CODE.fullmatch(heading.strip())) for heading in table.columns)
    first = table.rows[0]
    texts = [cell for cell in first if cell]
    wordy = [cell for cell in texts if len(cell) > 12 or re.search(r"[\u3400-\u9fff]{4,}", cell)]
    answered = {cell for row in table.rows[1:] for cell in row}
    asked = codes >= 0.6 * len(table.columns) and len(wordy) >= 0.5 * len(texts) and sum(cell in answered for cell in wordy) == 0
    if not asked or len(table.rows) < 2:
        return table, ()
    skip = 2 if any("importid" in cell.casefold() for cell in table.rows[1]) else 1
    headings = tuple(f"{code} · {text}" if text and text != code else code for code, text in zip(table.columns, first, strict=True))
    # A code that names the respondent keeps its name, whatever text stands below it.
    headings = tuple(
        code if simple(code) in RESPONDENT or simple(code) == "responseid" else heading
        for code, heading in zip(table.columns, headings, strict=True)
    )
    headings = tuple("respondent" if simple(heading) == "responseid" else heading for heading in headings)
    note = msg("The file has a second heading row with the question texts; both were read.")
    return replace(table, columns=headings, rows=table.rows[skip:], numbers=table.numbers[skip:]), (note,)


def _without_unanswered(table: PlainTable, notes: tuple[Message, ...]) -> tuple[PlainTable, tuple[Message, ...]]:
    """The table with words such as N/A as empty cells, and a word on how many there are."""
    rows = tuple(tuple("" if simple(cell) in UNANSWERED else cell for cell in cells) for cells in table.rows)
    count = sum(was != now for before, after in zip(table.rows, rows, strict=True) for was, now in zip(before, after, strict=True))
    if not count:
        return table, notes
    return replace(table, rows=rows), (
        *notes,
        msg("Cells that say N/A or the like and count as not answered: {count}.", count=count),
    )


def _from_long(table: PlainTable, person: int, question: int, answer: int) -> Answers:
    questions: dict[str, int] = {}
    for cells in table.rows:
        questions.setdefault(cells[question], len(questions))
    rows: dict[str, int] = {}
    given: dict[str, dict[int, str]] = {}
    answered: dict[tuple[str, int], int] = {}
    twice: list[Twice] = []
    for number, cells in zip(table.numbers, table.rows, strict=True):
        who, asked, said = cells[person], questions[cells[question]], cells[answer]
        rows.setdefault(who, number)
        own = given.setdefault(who, {})
        if not said:
            continue
        if (who, asked) not in answered:
            own[asked], answered[who, asked] = said, number
        elif own[asked] != said:
            twice.append(Twice(number, who, cells[question], answered[who, asked]))
    people = tuple((rows[who], who, tuple(said.get(at, "") for at in range(len(questions)))) for who, said in given.items())
    note = msg(
        "One answer a row: {people:# respondent|# respondents}, {questions:# question|# questions}.",
        people=len(people),
        questions=len(questions),
    )
    return Answers(table.name, tuple(questions), people, (note,), tuple(twice))


def _sums(answers: Answers) -> set[str]:
    """What the rows that add up others are called, where respondents are named."""
    named = {simple(who).rstrip(" :") for _, who, _ in answers.people}
    return named & (SUMS | PERHAPS_SUMS) if named & SUMS else set()


def _contradicted(survey: Survey, answers: Answers, places: Sequence[int]) -> set[int]:
    """The rows of respondents who answer a question in ``places`` in two ways: nobody could say which answer holds."""
    asked = {answers.questions[place] for place in places}
    found = [each for each in answers.twice if each.question in asked]
    for each in found:
        survey.problems.append(
            Problem(
                each.row,
                each.question,
                msg("{who} answered this in row {row} already, and otherwise", who=each.who[:60], row=each.first_row),
                msg("Keep one of the two; where two people answered, name them apart."),
            )
        )
    whose = {each.who for each in found}
    return {row for row, who, _ in answers.people if who in whose}


def not_counted(survey: Survey, answers: Answers, places: Sequence[int]) -> set[int]:
    """Rows of the file that are no respondent's, or of one who answered less than half of the questions in ``places`` or one of them in
    two ways; each becomes a problem."""
    thin, sums = _contradicted(survey, answers, places), _sums(answers)
    for row, who, said in answers.people:
        if simple(who).rstrip(" :") in sums:
            thin.add(row)
            survey.problems.append(
                Problem(
                    row,
                    who,
                    msg("{who} stands where a respondent does and names a sum or a mean of others", who=who[:60]),
                    msg("Leave the row out, or name the respondent otherwise."),
                )
            )
            continue
        count = sum(bool(said[place]) for place in places)
        if count < len(places) / 2:
            thin.add(row)
            survey.problems.append(
                Problem(
                    row,
                    who,
                    msg("Less than half of the questionnaire is answered: {count} of {total}", count=count, total=len(places)),
                    msg("Leave it out, or complete it."),
                )
            )
    return thin
