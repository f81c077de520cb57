"""Survey files of any usual layout into rows of the survey worksheets."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import pandas as pd

from strategy.analysis import van_westendorp as vw
from strategy.customers.mapping import DecimalMark
from strategy.customers.number_format import NumberText, find_format, parse_number
from strategy.customers.plain_table import PlainTable
from strategy.errors import ImportRefused
from strategy.language import msg
from strategy.method import Worksheet
from strategy.spine import survey_needs
from strategy.spine.cells import Problem, references, refused
from strategy.spine.headings import match, place_of, plain, writable
from strategy.spine.survey_choices import best_worst
from strategy.spine.survey_needs import rescale
from strategy.spine.survey_table import Answers, Options, Record, Survey, answers_of, not_counted
from strategy.spine.survey_words import CHEAP, EXPENSIVE, SEGMENT, TOO_CHEAP, TOO_EXPENSIVE, simple
from strategy.workbook import Snapshot

__all__ = ["SURVEYS", "Options", "Record", "Survey", "recognise"]

Understand = Callable[[Snapshot, Worksheet, Answers, Options], Survey | None]


def recognise(snapshot: Snapshot, sheet: Worksheet, table: PlainTable, options: Options) -> Survey | None:
    """The survey a file holds for ``sheet``; ``None`` for another worksheet, or a table laid out like the worksheet itself."""
    understand = SURVEYS.get(sheet.id)
    if understand is None or place_of(table.columns, ("row_id",)) is not None:
        return None
    own = set(match(table.columns, writable(sheet)).values())
    if {column.id for column in sheet.required} <= own and sheet.id != "price_answer":
        return None
    if sheet.id == "best_worst":
        return best_worst(snapshot, sheet, table)
    return understand(snapshot, sheet, answers_of(table), options)


# -- prices --------------------------------------------------------------------------------------------------------------------


def _price_column(heading: str) -> str | None:
    text = simple(heading)
    for column, words in zip(
        ("too_cheap", "too_expensive", "cheap", "expensive"), (TOO_CHEAP, TOO_EXPENSIVE, CHEAP, EXPENSIVE), strict=True
    ):
        if words.search(text):
            return column
    return None


def _prices(snapshot: Snapshot, sheet: Worksheet, answers: Answers, options: Options) -> Survey | None:
    """The four questions of van Westendorp. Two columns that look exchanged are proposed to be, and nothing is stored unasked."""
    exact = match(answers.questions, [sheet.column(name) for name in vw.COLUMNS])
    places: dict[str, int] = {column: place for place, column in exact.items()}
    for place, heading in enumerate(answers.questions):
        column = _price_column(heading)
        if column and column not in places and place not in places.values():
            places[column] = place
    if len(places) < 2:
        return None
    segment = place_of(answers.questions, SEGMENT)
    used = {*places.values(), segment}
    survey = Survey(notes=list(answers.notes), unmatched=tuple(q for at, q in enumerate(answers.questions) if at not in used))
    survey.notes.append(msg("Price questionnaire: {people:# respondent|# respondents}.", people=len(answers.people)))
    _exchange(survey, sheet, answers, places, options)
    survey.matched = {answers.questions[place]: column for column, place in places.items()} | {"respondent": "respondent"}
    if segment is not None:
        survey.matched[answers.questions[segment]] = "segment"
    _one_currency(survey, answers, places)
    thin = not_counted(survey, answers, list(places.values()))
    for row, who, said in answers.people:
        cells = {"respondent": who} | {column: said[place] for column, place in places.items()}
        if segment is not None:
            cells["segment"] = said[segment]
        if row in thin:
            survey.bad.add(len(survey.records))
        survey.records.append(Record(row, cells))
    return survey


def _one_currency(survey: Survey, answers: Answers, places: dict[str, int]) -> None:
    """Refuse prices of several currencies across the four questions: within one, the column itself is refused."""
    texts = [
        NumberText(said[place], answers.questions[place], row, 1)
        for row, _, said in answers.people
        for place in places.values()
        if said[place]
    ]
    try:
        find_format(texts, answers.name, ".")
    except ImportRefused as error:
        survey.problems.append(refused(error, survey_needs.survey_columns(answers, list(places.values()))))


def _exchange(survey: Survey, sheet: Worksheet, answers: Answers, places: dict[str, int], options: Options) -> None:
    if len(places) < 4:
        return
    texts = [said[place] for _, _, said in answers.people for place in places.values() if said[place]]
    mark: DecimalMark = "," if any(re.search(r"\d,\d{1,2}$", text) for text in texts) else "."
    prices = pd.DataFrame(
        [[parse_number(said[places[column]], mark) for column in vw.COLUMNS] for _, _, said in answers.people],
        columns=list(vw.COLUMNS),
        dtype=float,
    )
    swap = vw.looks_swapped(prices)
    if swap is None:
        return
    survey.exchange = (swap.first, swap.second)
    first, second = sheet.column(swap.first).title, sheet.column(swap.second).title
    if options.order == "proposed":
        places[swap.first], places[swap.second] = places[swap.second], places[swap.first]
        survey.notes.append(msg("The columns “{first}” and “{second}” were exchanged.", first=first, second=second))
    elif options.order == "ask":
        survey.problems.append(
            Problem(
                None,
                msg("{first} and {second}", first=first, second=second),
                msg("The two columns look exchanged: {as_labelled:0=none|#} of {count} answers {as_labelled:0=is|is|are} in order as labelled, {exchanged} if they change places",
                    as_labelled=swap.as_labelled, count=swap.answers, exchanged=swap.exchanged),
                msg("Look at the questionnaire, then say whether to exchange them or to keep them as they are labelled."),
                fatal=True,
            )
        )  # fmt: skip


# -- ratings of brands ---------------------------------------------------------------------------------------------------------

_APART = re.compile(r"\s+[-–—|]\s+|\s*[:：·|/]\s*|\s*[\[(（]\s*|[\])）]\s*")


def _ratings(snapshot: Snapshot, sheet: Worksheet, answers: Answers, options: Options) -> Survey | None:
    """A column for every brand and attribute, or a column for the brand and one for every attribute."""
    brands: Mapping[str, tuple[str, ...]] = {
        **references(snapshot, sheet.column("rival")),
        **{plain(name): ("",) for name in ("ours", "us", "we", "our own", "我们", "本品牌", "我方", snapshot.name)},
    }
    segment = place_of(answers.questions, SEGMENT)
    brand_at = place_of(answers.questions, ("brand", "rival", "品牌", "竞争对手"))
    places: dict[int, tuple[str | None, str]] = {}
    unmatched = []
    for place, heading in enumerate(answers.questions):
        if place in (segment, brand_at):
            continue
        if brand_at is not None:
            places[place] = (None, heading)
            continue
        pieces = [piece for piece in _APART.split(heading) if piece.strip()]
        named = [piece for piece in pieces if len(brands.get(plain(piece), ())) == 1]
        rest = [piece for piece in pieces if piece not in named]
        if named and rest:
            places[place] = (brands[plain(named[0])][0], rest[-1].strip())
        else:
            unmatched.append(heading)
    if not places:
        return None
    survey = Survey(notes=list(answers.notes), unmatched=tuple(unmatched))
    survey.matched = {answers.questions[place]: "score" for place in places} | {
        name: name for name in ("attribute", "rival", "participant", *(("segment",) if segment is not None else ()))
    }
    survey.notes.append(
        msg(
            "Ratings of brands: {people:# row|# rows}, {columns:# column|# columns} of scores.",
            people=len(answers.people),
            columns=len(places),
        )
    )
    read = rescale(survey, answers, list(places), options)
    thin = not_counted(survey, answers, list(places))
    for row, who, said in answers.people:
        for place, (brand, attribute) in places.items():
            if not said[place]:
                continue
            rated = brand if brand is not None else said[brand_at]  # type: ignore[index]
            own = brands.get(plain(rated)) == ("",)
            cells = {"participant": who, "rival": "" if own else rated, "attribute": attribute, "score": read(said, place)}
            if segment is not None:
                cells["segment"] = said[segment]
            if row in thin:
                survey.bad.add(len(survey.records))
            survey.records.append(Record(row, cells))
    return survey


def _counts(snapshot: Snapshot, sheet: Worksheet, answers: Answers, options: Options) -> Survey | None:
    return None  # counted from the file's own table, because a respondent has several rows there


#: Worksheet -> how its questionnaires are understood.
SURVEYS: dict[str, Understand] = {
    "kano_answer": survey_needs.kano,
    "need_answer": survey_needs.scores,
    "price_answer": _prices,
    "brand_rating": _ratings,
    "best_worst": _counts,
}
