"""Best-worst questionnaires: which needs were shown together, and which of them was chosen as most and as least important.

Choices are counted by respondent, so that an export that holds earlier respondents again adds only the new ones.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from strategy.customers.plain_table import PlainTable
from strategy.language import Message, msg
from strategy.method import Worksheet
from strategy.spine.cells import Problem
from strategy.spine.headings import ROW_ID, parts, place_of
from strategy.spine.survey_needs import need_names
from strategy.spine.survey_table import Record, Survey
from strategy.spine.survey_words import BEST, ITEM, RESPONDENT, TASK, WORST, simple
from strategy.workbook import Snapshot

_VALUE = ("value", "decision", "choice", "answer", "选择", "取值", "答案")
#: Rows beyond which choices are counted together instead of by respondent: as many as a worksheet takes from a file.
_MOST_ROWS = 20_000


@dataclass
class _Task:
    """What one respondent was shown at once. ``signs``: need -> 1 best, -1 worst, 0 neither; ``wrong``: it is not counted."""

    row: int
    who: str
    name: str
    signs: dict[str, int] = field(default_factory=dict)
    wrong: bool = False


class _Reader:
    """Reads the table's tasks and collects what is wrong with them, row by row."""

    def __init__(self, snapshot: Snapshot, table: PlainTable) -> None:
        self.table, self.known = table, dict(need_names(snapshot))
        self.person, self.task = place_of(table.columns, RESPONDENT), place_of(table.columns, TASK)
        self.problems: list[Problem] = []
        self.unknown: set[str] = set()
        self.repeated = 0

    def need(self, text: str) -> str | None:
        return next((self.known[name] for name in parts(text) if name in self.known), None)

    def says_needs(self, at: int) -> bool:
        given = [cells[at] for cells in self.table.rows if cells[at]][:50]
        return bool(given) and sum(self.need(text) is not None for text in given) >= len(given) / 2

    def say(self, row: int, at: int | None, what: Message, fix: Message) -> None:
        self.problems.append(Problem(row, self.table.columns[at] if at is not None else "", what, fix))

    def say_unknown(self, row: int, at: int, text: str) -> None:
        """Named once in the file, where it first stands."""
        if text not in self.unknown:
            self.unknown.add(text)
            self.say(
                row, at, msg("There is no need called {value}", value=text[:60]),
                msg("Add it to the needs first, or write it as it is called there."),
            )  # fmt: skip

    def rows(self) -> Iterator[tuple[int, str, str, tuple[str, ...]]]:
        """Row of the file, respondent, task (both empty where no column says), cells."""
        for number, cells in zip(self.table.numbers, self.table.rows, strict=True):
            who = cells[self.person] if self.person is not None else ""
            yield number, who, cells[self.task] if self.task is not None else "", cells

    # -- one row an item ---------------------------------------------------------------------------------------------------

    def by_item(self, item: int, mark: int) -> list[_Task]:
        """Rows of one task belong together; where nothing says which, every row is a task of its own."""
        tasks: dict[object, _Task] = {}
        for number, who, name, cells in self.rows():
            need, sign = self.need(cells[item]), _sign(cells[mark])
            task = tasks.setdefault((who, name) if name else number, _Task(number, who, name))
            if need is None:
                self.say_unknown(number, item, cells[item])
            elif sign is None:
                self.say(
                    number, mark, msg("The choice is neither best, worst nor none"),
                    msg("Write 1 for best, -1 for worst, 0 for neither."),
                )  # fmt: skip
            elif need in task.signs:
                self._again(task, number, mark, cells[item], task.signs[need] == sign)
            elif sign and sign in task.signs.values():
                self._twice(task, number, mark, sign)
            else:
                task.signs[need] = sign
        return list(tasks.values())

    def _twice(self, task: _Task, number: int, at: int, sign: int) -> None:
        task.wrong = True
        self.say(
            number, at,
            msg("Two needs of one task are chosen as most important") if sign == 1
            else msg("Two needs of one task are chosen as least important"),
            msg("Correct the choice, or leave the task out."),
        )  # fmt: skip

    def _again(self, task: _Task, number: int, at: int, text: str, same: bool) -> None:
        if same:
            self.repeated += 1
            return
        task.wrong = True
        self.say(
            number, at, msg("{value} stands twice in one task, with different choices", value=text[:60]),
            msg("Correct the choice, or leave the task out."),
        )  # fmt: skip

    # -- one row a task ----------------------------------------------------------------------------------------------------

    def by_task(self, best: int, worst: int) -> list[_Task]:
        taken = {best, worst, self.person, self.task, place_of(self.table.columns, ROW_ID)}
        shown = [at for at in range(len(self.table.columns)) if at not in taken and self.says_needs(at)]
        tasks: list[_Task] = []
        seen: dict[tuple[str, str], _Task] = {}
        for number, who, name, cells in self.rows():
            task = _Task(number, who, name)
            for at in shown:
                need = self.need(cells[at]) if cells[at] else None
                if need is not None:
                    task.signs[need] = 0
                elif cells[at]:
                    self.say_unknown(number, at, cells[at])
            if not task.signs or not self._chosen(task, best, worst, cells):
                continue
            earlier = seen.get((who, name)) if who and name else None
            if earlier is None:
                seen[(who, name)] = task
                tasks.append(task)
            elif earlier.signs == task.signs:
                self.repeated += 1
            else:
                earlier.wrong = True
                self.say(
                    number, self.task, msg("{who} answered task {task} twice, with different choices", who=who[:60], task=name[:60]),
                    msg("Leave out the answer that does not count."),
                )  # fmt: skip
        return tasks

    def _chosen(self, task: _Task, best: int, worst: int, cells: tuple[str, ...]) -> bool:
        """Mark the two choices; False where the row cannot be counted."""
        fix = msg("Correct the choice, or leave the task out.")
        if not cells[best] and not cells[worst]:
            self.say(task.row, best, msg("Neither the most nor the least important need is chosen"), fix)
            return False
        picked = {at: self.need(cells[at]) for at in (best, worst) if cells[at]}
        for at, need in picked.items():
            if need is None:
                self.say(task.row, at, msg("There is no need called {value}", value=cells[at][:60]), fix)
            elif need not in task.signs:
                self.say(task.row, at, msg("{value} was chosen and was not shown", value=cells[at][:60]), fix)
        if any(need not in task.signs for need in picked.values()):
            return False
        if len(picked) == 2 and picked[best] == picked[worst]:
            self.say(
                task.row, worst, msg("{value} is chosen as most and as least important at once", value=cells[worst][:60]), fix
            )  # fmt: skip
            return False
        task.signs |= {need: 1 if at == best else -1 for at, need in picked.items() if need is not None}
        return True


def best_worst(snapshot: Snapshot, sheet: Worksheet, table: PlainTable) -> Survey | None:
    """Choices of the most and the least important into counts by respondent and need: one row an item shown, or one row a task."""
    columns, reader = table.columns, _Reader(snapshot, table)
    best, worst, item = place_of(columns, BEST), place_of(columns, WORST), place_of(columns, ITEM)
    mark = place_of(columns, _VALUE)
    if item is not None and mark is not None:
        tasks = reader.by_item(item, mark)
    elif best is not None and worst is not None:
        tasks = reader.by_task(best, worst)
    else:
        return None
    tasks = [task for task in tasks if task.signs and not task.wrong]
    needs = dict.fromkeys(need for task in tasks for need in task.signs)
    survey = Survey(problems=reader.problems)
    survey.matched = {name: name for name in ("need", "segment", "respondent", "shown", "best", "worst")}
    survey.notes.append(
        msg("Choices counted: {choices:# row|# rows}, {needs:# need|# needs}.", choices=len(table.rows), needs=len(needs))
    )
    if reader.repeated:
        survey.notes.append(msg("Choices that stand in the file more than once, counted once: {count}.", count=reader.repeated))
    people = {task.who for task in tasks}
    keeps = any(column.id == "respondent" for column in sheet.columns)
    apart = keeps and "" not in people and len(people) * len(needs) <= _MOST_ROWS
    if not apart and keeps:
        survey.notes.append(
            msg("Not every row says who answered, so the file is counted as a whole: the same file is known again, a fuller one is not.")
            if "" in people
            else msg("There are too many respondents to keep one by one, so the file is counted as a whole: the same file is known again, a fuller one is not.")
        )  # fmt: skip
    if not apart:
        whole = _mark_of(tasks) if keeps else ""
        for task in tasks:
            task.who = whole
    _count(survey, snapshot, tasks, list(needs))
    if apart:
        _known_otherwise(survey, snapshot)
    return survey


def _mark_of(tasks: list[_Task]) -> str:
    """Stands for the respondents of a file that does not name them: by what was chosen, whatever the file is called."""
    text = repr([(task.who, task.name, sorted(task.signs.items())) for task in tasks])
    return "#" + hashlib.sha256(text.encode()).hexdigest()[:10]


def _count(survey: Survey, snapshot: Snapshot, tasks: list[_Task], needs: list[str]) -> None:
    """One record a respondent and need; a need without a segment is said once."""
    rows = {need: snapshot.row("need", need) for need in needs}
    segments = {need: str(row["segment"]) if row and row["segment"] else "" for need, row in rows.items()}
    counts: dict[tuple[str, str], list[int]] = {}
    for task in tasks:
        for need, sign in task.signs.items():
            tally = counts.setdefault((need, task.who), [task.row, 0, 0, 0])
            tally[1] += 1
            tally[2] += sign == 1
            tally[3] += sign == -1
    place = {need: at for at, need in enumerate(needs)}
    said: set[str] = set()
    for (need, who), (number, shown, best, worst) in sorted(counts.items(), key=lambda entry: (entry[1][0], place[entry[0][0]])):
        if not segments[need]:
            survey.bad.add(len(survey.records))
            if need not in said:
                said.add(need)
                label = snapshot.label("need", need, "en")
                survey.problems.append(
                    Problem(number, label, msg("The need belongs to no segment"), msg("Give the need its segment first."))
                )
        cells = {"need": need, "segment": segments[need], "respondent": who}
        survey.records.append(Record(number, cells | {"shown": str(shown), "best": str(best), "worst": str(worst)}))


def _known_otherwise(survey: Survey, snapshot: Snapshot) -> None:
    """Respondents who are there already with other choices are a problem: counted again, they would weigh double."""
    there: dict[str, dict[str, tuple[str, ...]]] = {}
    together = set()
    for row in snapshot.rows("best_worst"):
        if row["respondent"]:
            there.setdefault(str(row["respondent"]), {})[row["need"]] = tuple(str(row[name]) for name in ("shown", "best", "worst"))
        else:
            together.add(row["need"])
    given: dict[str, dict[str, tuple[str, ...]]] = {}
    for record in survey.records:
        given.setdefault(record.cells["respondent"], {})[record.cells["need"]] = tuple(
            record.cells[name] for name in ("shown", "best", "worst")
        )
    differs = {who for who in given if who in there and given[who] != there[who]}
    said: set[str] = set()
    for at, record in enumerate(survey.records):
        who = record.cells["respondent"]
        if who in differs:
            survey.bad.add(at)
            if who not in said:
                said.add(who)
                survey.problems.append(
                    Problem(record.row, who, msg("{who} is there already with other choices", who=who[:60]),
                            msg("Where it is somebody else, number the file's respondents otherwise; where the file is right, delete the earlier rows first."))
                )  # fmt: skip
    if together & {need for choices in given.values() for need in choices}:
        survey.notes.append(msg("Counts that name no respondent are there already; the choices of this file are added to them."))


def _sign(text: str) -> int | None:
    said = simple(text)
    if said in BEST or said in ("1", "+1", "1.0"):
        return 1
    if said in WORST or said in ("-1", "−1", "-1.0"):
        return -1
    return 0 if said in ("", "0", "0.0", "none", "neither", "无") else None
