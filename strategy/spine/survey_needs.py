"""Questionnaires on needs: Kano's pairs of questions, and scores of importance and performance."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

from strategy.language import Joined, msg
from strategy.method import Worksheet
from strategy.spine.cells import Problem
from strategy.spine.headings import plain
from strategy.spine.survey_likert import read_words
from strategy.spine.survey_table import Answers, Options, Record, Survey, not_counted
from strategy.spine.survey_words import IMPORTANCE, OVERALL, PERFORMANCE, asks_for_missing, kano_answer, simple
from strategy.workbook import Snapshot

#: A number with either decimal mark, perhaps with its meaning behind it: ``4``, ``+4``, ``4,5``, ``4 - agree``; not ``4-5`` or ``4/5``.
_NUMBER = re.compile(r"\s*([-+−]?\d{1,3}(?:[.,]\d+)?)(?:\s*[-–—.):：、](?!\s*\d).*)?\s*", re.DOTALL)


def number_in(text: str) -> float | None:
    """The number an answer says, with a point or a comma as decimal mark; ``None`` where it says none."""
    found = _NUMBER.fullmatch(unicodedata.normalize("NFKC", text))
    return float(found[1].replace(",", ".").replace("−", "-")) if found else None


def need_names(snapshot: Snapshot) -> list[tuple[str, str]]:
    """(plain name, need id), the longest first, so that a need within another's name is not taken for it."""
    names: dict[str, str] = {}
    for row in snapshot.rows("need"):
        for name in (row.id, snapshot.label("need", row.id, "en"), snapshot.label("need", row.id, "zh")):
            names.setdefault(plain(name), row.id)
    return sorted(names.items(), key=lambda item: -len(item[0]))


def need_in(heading: str, names: list[tuple[str, str]]) -> tuple[str, str] | None:
    """The need a question is about, and the heading without its name; ``None`` when it names none.

    A name counts as a whole word only: ``kept`` is not in ``keptness``, while Chinese has no spaces to go by.
    """
    text = simple(heading)
    for name, need in names:
        pattern = r"\s*".join(map(re.escape, name))
        if re.fullmatch(r"[ -~]+", name):
            pattern = rf"(?<![a-z0-9]){pattern}(?![a-z0-9])"
        if found := re.search(pattern, text):
            rest = text[: found.start()] + " § " + text[found.end() :]
            # Marks such as _f or (-) stand at the end, right behind the name.
            return need, rest.replace(" § ", " ") if text[found.end() :].strip() == "" else rest.replace("§ ", "§")
    return None


def kano(snapshot: Snapshot, sheet: Worksheet, answers: Answers, options: Options) -> Survey | None:
    """A pair of columns for every need. ``None`` when no column names a need."""
    names = need_names(snapshot)
    asked: dict[str, dict[bool | None, list[int]]] = {}
    unmatched: list[str] = []
    for place, heading in enumerate(answers.questions):
        found = need_in(heading, names)
        if found is None:
            unmatched.append(heading)
        else:
            asked.setdefault(found[0], {}).setdefault(asks_for_missing(found[1]), []).append(place)
    if not asked:
        return None
    survey = Survey(notes=list(answers.notes), unmatched=tuple(unmatched))
    pairs: dict[str, tuple[int, int]] = {}
    for need, sides in asked.items():
        missing, there = sides.get(True, []), sides.get(False, []) + sides.get(None, [])
        label = snapshot.label("need", need, "en")
        if len(missing) == 1 and len(there) == 1:
            pairs[need] = (there[0], missing[0])
        else:
            survey.problems.append(
                Problem(
                    None,
                    label,
                    msg("The two questions on “{need}” cannot be told apart: {there} ask about having it, {missing} about missing it",
                        need=label, there=len(there), missing=len(missing)),
                    msg("Write “if it is not there”, “without” or “_d” into the heading of the second question."),
                    fatal=True,
                )
            )  # fmt: skip
    for need, (having, lacking) in pairs.items():
        survey.matched[answers.questions[having]] = "functional"
        survey.matched[answers.questions[lacking]] = "dysfunctional"
        survey.matched.setdefault(need, "need")
    if not pairs:
        survey.matched["-"] = "need"
        return survey
    survey.matched["respondent"] = "respondent"
    survey.notes += [
        msg("Kano questionnaire: {people:# respondent|# respondents}, pairs of questions on {needs:# need|# needs}.",
            people=len(answers.people), needs=len(pairs)),
        msg("Answers given as numbers are read as 1 = “{first}” to 5 = “{last}”.",
            first=sheet.column("functional").choices[0].title, last=sheet.column("functional").choices[-1].title),
    ]  # fmt: skip
    thin = not_counted(survey, answers, [place for pair in pairs.values() for place in pair])
    for row, who, said in answers.people:
        for need, (having, lacking) in pairs.items():
            given = {"functional": said[having], "dysfunctional": said[lacking]}
            if not any(given.values()):
                continue
            cells = {"need": need, "respondent": who} | {side: kano_answer(text) or text for side, text in given.items()}
            if row in thin:
                survey.bad.add(len(survey.records))
            survey.records.append(Record(row, cells))
    return survey


def scores(snapshot: Snapshot, sheet: Worksheet, answers: Answers, options: Options) -> Survey | None:
    """Columns of importance and of performance per need, and perhaps one of overall satisfaction."""
    names = need_names(snapshot)
    places: dict[int, tuple[str, str]] = {}
    overall: int | None = None
    unmatched = []
    for place, heading in enumerate(answers.questions):
        found = need_in(heading, names)
        rest = found[1] if found else simple(heading)
        if found is None and OVERALL.search(rest):
            overall = place
        elif found and IMPORTANCE.search(rest):
            places[place] = (found[0], "importance")
        elif found and PERFORMANCE.search(rest):
            places[place] = (found[0], "performance")
        else:
            unmatched.append(heading)
    if not places:
        return None
    survey = Survey(notes=list(answers.notes), unmatched=tuple(unmatched))
    _asked_once(survey, answers, places)
    survey.matched = {answers.questions[place]: column for place, (_, column) in places.items()} | {
        "need": "need",
        "respondent": "respondent",
    }
    if overall is not None:
        survey.matched[answers.questions[overall]] = "overall"
    needs = list(dict.fromkeys(need for need, _ in places.values()))
    survey.notes.append(
        msg(
            "Scores of needs: {people:# respondent|# respondents}, {needs:# need|# needs}.",
            people=len(answers.people),
            needs=len(needs),
        )
    )
    read = rescale(survey, answers, [*places, *([overall] if overall is not None else [])], options)
    thin = not_counted(survey, answers, list(places))
    for row, who, said in answers.people:
        for need in needs:
            cells = {column: read(said, place) for place, (of, column) in places.items() if of == need}
            if not any(cells.values()):
                continue
            if overall is not None:
                cells["overall"] = read(said, overall)
            if row in thin:
                survey.bad.add(len(survey.records))
            survey.records.append(Record(row, {"need": need, "respondent": who, **cells}))
    return survey


def _asked_once(survey: Survey, answers: Answers, places: dict[int, tuple[str, str]]) -> None:
    """Refuse two questions on one thing: nobody could say which of the answers holds."""
    first: dict[tuple[str, str], int] = {}
    for place, asked in places.items():
        if (before := first.setdefault(asked, place)) != place:
            survey.problems.append(
                Problem(
                    None,
                    answers.questions[place],
                    msg(
                        "“{first}” and “{second}” ask about the same",
                        first=answers.questions[before],
                        second=answers.questions[place],
                    ),
                    msg("Take one of the two columns out of the file."),
                    fatal=True,
                )
            )


class _Scale:
    def __init__(self, scale: tuple[float, float] | None, steps: Mapping[int, Mapping[str, int]]) -> None:
        self.scale, self.steps = scale, steps

    def __call__(self, said: Sequence[str], place: int) -> str:
        """The answer in ``place`` as a score on 1 to 9; what is none of the scale comes back marked, so that it is refused where it stands."""
        text = said[place]
        value = number_in(text)
        if value is None:
            step = self.steps.get(place, {}).get(_worded(text))
            return text if step is None else f"{2 * step - 1}"
        if self.scale is None:
            return f"{value:g}"
        low, high = self.scale
        if not low <= value <= high:
            return f"{text} ({low:g}–{high:g})"
        return f"{1 + 8 * (value - low) / (high - low):.6g}"


def rescale(survey: Survey, answers: Answers, places: list[int], options: Options) -> _Scale:
    """How scores become those of 1 to 9. Where no scale was said and no answer is above 7, or one outside, it has to be said.

    The numbers are read here, so that what comes back has a point as decimal mark whatever the file writes.
    """
    survey.points |= {survey.matched[answers.questions[place]] for place in places}
    steps = _steps_in_words(survey, answers, places)
    if options.scale:
        low, high = options.scale
        if (low, high) != (1, 9):
            survey.notes.append(
                msg("Answers of {low} to {high} were put on the scale of 1 to 9.", low=f"{low:g}", high=f"{high:g}")
            )
        return _Scale(options.scale if (low, high) != (1, 9) else None, steps)
    given = [value for _, _, said in answers.people for place in places if (value := number_in(said[place])) is not None]
    # Codes far outside are slips, not the scale.
    usual = sorted(value for value in given if 0 <= value <= 10)
    if apart := _stands_apart(usual):
        survey.ask_scale = True
        survey.problems.append(
            Problem(
                None,
                survey_columns(answers, places),
                msg("Nobody answered between {below} and {top}; {top} may stand for no answer", below=f"{apart[0]:g}", top=f"{apart[1]:g}"),
                msg("Say the lowest and the highest answer the questionnaire offered."),
                fatal=True,
            )
        )  # fmt: skip
    elif usual and (usual[-1] <= 7 or usual[0] < 1 or usual[-1] > 9):
        survey.ask_scale = True
        survey.problems.append(
            Problem(
                None,
                survey_columns(answers, places),
                msg(
                    "The answers run from {low} to {high}, which may not be the scale of 1 to 9",
                    low=f"{usual[0]:g}",
                    high=f"{usual[-1]:g}",
                ),
                msg("Say the lowest and the highest answer the questionnaire offered."),
                fatal=True,
            )
        )
    return _Scale(None, steps)


def _worded(text: str) -> str:
    return simple(text).rstrip(".!。！")


def _steps_in_words(survey: Survey, answers: Answers, places: list[int]) -> dict[int, dict[str, int]]:
    """Place -> word -> step from 1 to 5, of questions answered in words alone, and a note on how these are read."""
    written: dict[int, dict[str, str]] = {}
    for place in places:
        given = [said[place] for _, _, said in answers.people if said[place]]
        if given and not any(number_in(text) is not None for text in given):
            written[place] = {_worded(text): text.strip() for text in given}
    steps = dict(zip(written, read_words(list(written.values())), strict=True))
    known = {(step, word): written[place][word] for place, meaning in steps.items() for word, step in meaning.items()}
    if known:
        said = [msg("“{word}” = {score}", word=known[step, word], score=2 * step - 1) for step, word in sorted(known)]
        survey.notes.append(
            msg("Answers in words are read as steps of the scale of 1 to 9: {words}.", words=Joined(said, most=None))
        )
    return steps


#: Steps between the highest answer and the one below it, and how many answers make such a gap no accident.
_GAPS = ((2, 40), (3, 12))


def _stands_apart(usual: Sequence[float]) -> tuple[float, float] | None:
    """The highest answer with the one below it, where the gap between them says that the highest is a code; ``usual`` in order."""
    below = [value for value in usual if value < usual[-1]]
    if below and any(usual[-1] - below[-1] >= gap and len(usual) >= enough for gap, enough in _GAPS):
        return below[-1], usual[-1]
    return None


def survey_columns(answers: Answers, places: list[int]) -> str:
    return ", ".join(answers.questions[place] for place in places[:3]) + (" …" if len(places) > 3 else "")
