"""Questionnaires in every usual layout, and everything that is wrong with real ones."""

from __future__ import annotations

import pytest

from strategy.spine.worksheet_rows import import_rows


def problems(read) -> list[str]:  # type: ignore[no-untyped-def]
    return [f"{problem.row}: {problem.what}" for problem in read.problems]


def values(read, *columns: str) -> list[tuple[object, ...]]:  # type: ignore[no-untyped-def]
    return [tuple(put.values.get(column) for column in columns) for put in read.puts]


KANO = ("need", "respondent", "functional", "dysfunctional")


@pytest.mark.parametrize(
    "text",
    [
        "respondent,kept_f,kept_d\nA,1,5\n",
        "respondent,kept (+),kept (-)\nA,1 - I like it,5 - I dislike it\n",
        "编号,如果有：My paper is there whenever I come,如果没有：My paper is there whenever I come\nA,喜欢,很不喜欢\n",
        "respondent,question,answer\nA,kept - if there,1\nA,kept - if it is not there,5\n",
        'ResponseId,StartDate,Q1_1,Q1_2\nResponse ID,Start Date,"If so: My paper is there whenever I come",'
        '"If not: My paper is there whenever I come"\n"{""ImportId"":""r""}",,"{""ImportId"":""a""}",b\n'
        "A,2026-01-01,I like it that way,I dislike it that way\n",
        "Need,Respondent,If it is there,If it is not there\nkept,A,喜欢,不喜欢\n",
    ],
    ids=["codes", "numbered", "chinese", "long", "platform", "worksheet"],
)
def test_kano_layouts_say_the_same(reads, text: str) -> None:  # type: ignore[no-untyped-def]
    read = reads("kano_answer", text)
    assert values(read, *KANO) == [("kept", "A", "like", "dislike")], problems(read)


def test_a_need_whose_name_says_not_is_no_dysfunctional_question(reads) -> None:  # type: ignore[no-untyped-def]
    text = "respondent,Not to lose my place in the queue,Without: Not to lose my place in the queue\nA,must,dislike\n"
    assert values(reads("kano_answer", text), *KANO) == [("queue", "A", "must", "dislike")]


def test_codes_outside_the_scale_and_half_empty_questionnaires(reads) -> None:  # type: ignore[no-untyped-def]
    text = "respondent,kept_f,kept_d,wait_f,wait_d,colour\nA,1,5,2,3,red\nB,7,2,,,x\nC,1,,,,x\nD,1,5,2,,x\n"
    read = reads("kano_answer", text)
    said = "\n".join(problems(read))
    assert "3: 7 is outside the scale of 1 to 5" in said
    assert "4: Less than half of the questionnaire is answered: 1 of 4" in said
    assert "5: If it is not there is empty" in said
    assert read.unmatched == ("colour",)
    assert not read.fatal
    assert [row[:2] for row in values(read, *KANO)] == [("kept", "A"), ("wait", "A"), ("kept", "D")]


def test_two_questions_that_cannot_be_told_apart(reads) -> None:  # type: ignore[no-untyped-def]
    read = reads("kano_answer", "respondent,kept first,kept second\nA,1,5\n")
    assert read.fatal
    assert "cannot be told apart" in problems(read)[0]


#: The first rows of a published set of 1,500 answers whose column labels look exchanged (wshoekstra, MIT licence).
PRICES = "too_cheap,getting_expensive,bargain,too_expensive\n39,29,49,69\n0,15,30,60\n10,60,120,260\n30,50,70,90\n"


def test_price_columns_that_look_exchanged_stop_until_somebody_says(reads) -> None:  # type: ignore[no-untyped-def]
    rows = PRICES + PRICES.split("\n", 1)[1]
    asked = reads("price_answer", rows)
    assert asked.fatal
    assert "none of 8 answers is in order as labelled, 6 if they change places" in problems(asked)[0]
    kept, exchanged = reads("price_answer", rows, order="labelled"), reads("price_answer", rows, order="proposed")
    assert values(kept, "cheap", "expensive")[1] == (30, 15)
    assert values(exchanged, "cheap", "expensive")[1] == (15, 30)
    assert not exchanged.problems
    assert any("exchanged" in str(note) for note in exchanged.notes)


def test_scores_on_another_scale_are_asked_about_and_put_on_ours(reads) -> None:  # type: ignore[no-untyped-def]
    head = "respondent,Importance: kept,Satisfaction: kept,Overall satisfaction\n"
    text = head + "".join(f"P{n},{n % 5 + 1},{2 * n % 5 + 1},{n % 4 + 1}\n" for n in range(12))
    assert reads("need_answer", text).fatal
    read = reads("need_answer", text, scale=(1, 5))
    assert not read.problems
    assert values(read, "need", "importance", "performance", "overall")[1] == ("kept", 3, 5, 3)
    outside = reads("need_answer", text + "P99,8,2,2\n", scale=(1, 5))
    assert [problem.row for problem in outside.problems] == [14]


def test_answers_with_a_comma_or_a_sign_are_put_on_the_scale(reads) -> None:  # type: ignore[no-untyped-def]
    head = "respondent,Importance: kept,Satisfaction: kept\n"
    answers = 'A,"4,5",+4\nB,4.5,4 - agree\nC,"１，５",1\nD,4/5,4-5\n'
    for decimal in (None, ",", "."):
        read = reads("need_answer", head + answers, scale=(1, 5), decimal=decimal)
        assert values(read, "respondent", "importance", "performance") == [("A", 8, 7), ("B", 8, 7), ("C", 2, 1)]
        assert [said.split(":")[0] for said in problems(read)] == ["5", "5"], "what is no number is a problem of its row"
        assert "4/5 is not a number" in problems(read)[0]
    as_ours = reads("need_answer", head + 'A,"8,5",+7\nB,9,1\n')
    assert values(as_ours, "respondent", "importance", "performance") == [("A", 8.5, 7), ("B", 9, 1)]
    rated = reads("brand_rating", 'participant,Ours - Quick,Kiosk - Quick\n1,"4,5",5\n2,3,"2,5"\n', scale=(1, 5))
    assert [row[0] for row in values(rated, "score")] == [8, 9, 5, 4]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("Strongly agree", "Disagree", "Neutral"), ("very dissatisfied", "Satisfied.", "neither satisfied nor dissatisfied")),
        (("非常重要", "不重要", "一般"), ("非常不满意", "满意", "一般")),
        (("Extremely important", "Slightly important", "Moderately important"), ("Very poor", "Good", "Fair")),
    ],
)
def test_the_usual_words_of_five_steps_are_read_and_said(reads, first: tuple[str, ...], second: tuple[str, ...]) -> None:  # type: ignore[no-untyped-def]
    lines = "".join(f"{who},{a},{b}\n" for who, a, b in zip("ABC", first, second, strict=True))
    read = reads("need_answer", SCORES + lines)
    assert not read.fatal, problems(read)
    assert values(read, "importance", "performance") == [(9, 1), (3, 7), (5, 5)]
    (said,) = [str(note) for note in read.notes if "in words" in str(note)]
    assert f"“{first[0]}” = 9" in said
    assert f"“{first[1]}” = 3" in said


@pytest.mark.parametrize(
    "answers",
    [
        "A,agree,5\nB,somewhat agree,4\nC,disagree,4\n",  # seven steps, or eight
        "A,very important,8\nB,very important,9\n",  # the highest step of one scale, the last but one of another
        "A,good,8\nB,poor,9\n",
        "A,agree,8\nB,7,9\n",  # a slip among numbers
        "A,agree,8\nB,rather not,9\n",
    ],
)
def test_words_that_leave_a_doubt_are_not_read(reads, answers: str) -> None:  # type: ignore[no-untyped-def]
    read = reads("need_answer", SCORES + answers)
    assert read.problems
    assert not [note for note in read.notes if "in words" in str(note)]


def test_what_one_question_leaves_open_another_of_the_questionnaire_tells(reads) -> None:  # type: ignore[no-untyped-def]
    text = "respondent,Importance: kept,Importance: wait\nA,Very important,Unimportant\nB,Very important,Important\n"
    assert [row[0] for row in values(reads("need_answer", text), "importance")] == [9, 3, 9, 7]


def test_a_scale_is_asked_about_however_few_answered(reads) -> None:  # type: ignore[no-untyped-def]
    text = "id,Importance: kept,Satisfaction: kept\n1,5,2\n2,5,3\n"
    asked = reads("need_answer", text)
    assert asked.fatal
    assert asked.survey.ask_scale
    assert "run from 2 to 5" in problems(asked)[0]
    assert values(reads("need_answer", text, scale=(1, 5)), "importance", "performance") == [(9, 3), (9, 5)]
    assert values(reads("need_answer", text, scale=(1, 9)), "importance", "performance") == [(5, 2), (5, 3)]


def test_prices_in_several_currencies_are_refused_by_name(reads) -> None:  # type: ignore[no-untyped-def]
    head = "respondent,too cheap,cheap,expensive,too expensive\n"
    mixed = reads("price_answer", head + "1,€1,$2,€3,€4\n2,€1,$2,€3,€4\n")
    assert mixed.fatal
    assert "more than one currency: €1, $2" in problems(mixed)[0]
    assert values(reads("price_answer", head + "1,€1,2,3 EUR,€4\n"), "too_cheap", "too_expensive") == [(1, 4)]


def test_best_worst_choices_are_counted(reads) -> None:  # type: ignore[no-untyped-def]
    long = reads(
        "best_worst", "pid,trial,item,decision\n1,1,headline,1\n1,1,wait,0\n1,1,talk,-1\n1,2,headline,1\n1,2,moon,0\n1,2,talk,7\n"
    )
    assert values(long, "need", "segment", "shown", "best", "worst")[0] == ("headline", "riders", 2, 2, 0)
    said = "\n".join(problems(long))
    assert "6: There is no need called moon" in said
    assert "7: The choice is neither" in said
    tasks = reads("best_worst", "pid,a,b,c,best,worst\n1,headline,wait,talk,headline,talk\n")
    assert [row[1:] for row in values(tasks, "need", "shown", "best", "worst")] == [(1, 1, 0), (1, 0, 0), (1, 0, 1)]


TASKS = "respondent,block,item1,item2,item3,best,worst\n"


def test_choices_that_contradict_themselves_are_named_and_not_counted(reads) -> None:  # type: ignore[no-untyped-def]
    bad = "1,1,kept,change,treat,kept,change\n1,2,kept,change,treat,change,change\n1,3,kept,change,treat,moon,kept\n"
    read = reads("best_worst", TASKS + bad + "1,4,kept,change,treat,queue,kept\n1,5,kept,change,treat,,\n")
    assert values(read, "need", "respondent", "shown", "best", "worst") == [
        ("kept", "1", 1, 1, 0), ("change", "1", 1, 0, 1), ("treat", "1", 1, 0, 0),
    ]  # fmt: skip
    assert [said.partition(":")[0] for said in problems(read)] == ["3", "4", "5", "6"]
    said = "\n".join(problems(read))
    assert "3: change is chosen as most and as least important at once" in said
    assert "4: There is no need called moon" in said
    assert "5: queue was chosen and was not shown" in said
    assert "6: Neither the most nor the least important need is chosen" in said
    items = "pid,trial,item,decision\n1,1,kept,1\n1,1,treat,1\n1,2,kept,1\n1,2,treat,-1\n1,2,kept,-1\n1,3,kept,1\n1,3,treat,-1\n1,3,treat,-1\n"
    long = reads("best_worst", items)
    assert values(long, "need", "shown", "best", "worst") == [("kept", 1, 1, 0), ("treat", 1, 0, 1)]
    assert "3: Two needs of one task are chosen as most important" in "\n".join(problems(long))
    assert "6: kept stands twice in one task, with different choices" in "\n".join(problems(long))


def test_a_fuller_export_of_choices_adds_only_who_is_new(reads, newsstand) -> None:  # type: ignore[no-untyped-def]
    from strategy.spine.worksheet_rows import import_rows

    def shown() -> int:
        return sum(row["shown"] for row in newsstand.snapshot().rows("best_worst") if row["need"] == "kept")

    before = shown()
    first = TASKS + "".join(f"{who},1,kept,change,treat,treat,kept\n" for who in range(30))
    read = reads("best_worst", first)
    assert any("are added to them" in note.in_("en") for note in read.notes)
    import_rows(newsstand, read, "Ada")
    assert shown() == before + 30
    fuller = reads("best_worst", first + "99,1,kept,change,treat,treat,kept\n")
    assert (fuller.added, fuller.identical) == (3, 90)
    import_rows(newsstand, fuller, "Ada")
    assert shown() == before + 31
    other = reads("best_worst", first.replace("\n", "\nx", 30))
    assert (other.added, other.identical) == (90, 0), "other people with the same totals count"
    changed = reads("best_worst", TASKS + "7,1,kept,change,treat,kept,change\n8,1,kept,change,treat,treat,kept\n")
    assert (changed.added, changed.identical) == (0, 3)
    assert problems(changed) == ["2: 7 is there already with other choices"]
    nobody = "block,item1,item2,item3,best,worst\n" + "1,kept,change,treat,treat,kept\n" * 4
    import_rows(newsstand, reads("best_worst", nobody), "Ada")
    assert (reads("best_worst", nobody).added, shown()) == (0, before + 35)
    assert reads("best_worst", nobody + "2,kept,change,treat,treat,kept\n").added == 3


def test_brand_ratings_wide(reads) -> None:  # type: ignore[no-untyped-def]
    read = reads("brand_rating", "participant,Ours - Quick,Kiosk - Quick,Moon - Quick\n1,7,3,4\n2,8,,5\n")
    assert values(read, "participant", "rival", "attribute", "score") == [
        ("1", None, "Quick", 7), ("1", "kiosk", "Quick", 3), ("2", None, "Quick", 8),
    ]  # fmt: skip
    assert read.unmatched == ("Moon - Quick",)


SCORES = "respondent,Importance: kept,Satisfaction: kept\n"


def test_a_respondent_who_answers_twice_counts_once(reads, newsstand) -> None:  # type: ignore[no-untyped-def]
    read = reads("need_answer", SCORES + "A,5,4\nB,3,3\nA,2,2\nA,5,4\n", scale=(1, 5))
    assert problems(read) == ["4: Row 2 says something else of the same Need and Respondent"]
    assert [row[0] for row in values(read, "respondent")] == ["A", "B"]
    assert (read.identical, read.problems[0].column) == (1, "A")
    assert "与文件第2行" in read.problems[0].what.in_("zh")
    import_rows(newsstand, read, "Ada", skip_problems=True)
    again = reads("need_answer", SCORES + "A,1,1\nB,3,3\n", scale=(1, 5))
    assert again.added == 0
    assert "is there already and says something else" in problems(again)[0]


def test_respondents_without_a_name_are_not_taken_for_each_other(reads, newsstand) -> None:  # type: ignore[no-untyped-def]
    head = "Importance: kept,Satisfaction: kept\n"
    import_rows(newsstand, reads("need_answer", head + "5,4\n3,3\n", scale=(1, 5)), "Ada")
    assert reads("need_answer", head + "1,2\n2,3\n", scale=(1, 5)).added == 2


@pytest.mark.parametrize("word", ["Average", "Mittelwert", "TOTAL:", "平均", "合计"])
def test_rows_that_add_up_respondents_are_none(reads, word: str) -> None:  # type: ignore[no-untyped-def]
    read = reads("need_answer", SCORES + f"A,5,4\nMax,3,3\n{word},4,3.5\n", scale=(1, 5))
    assert [row[0] for row in values(read, "respondent")] == ["A"]
    assert any(problem.row == 4 and "names a sum or a mean" in str(problem.what) for problem in read.problems)
    alone = reads("need_answer", SCORES + "A,5,4\nMax,3,3\n", scale=(1, 5))
    assert [row[0] for row in values(alone, "respondent")] == ["A", "Max"]


def test_what_was_not_answered_is_left_empty_and_counted(reads) -> None:  # type: ignore[no-untyped-def]
    read = reads("need_answer", SCORES + "A,5,N/A\nB,-,3\nC,(跳过),不适用\n", scale=(1, 5))
    assert problems(read) == ["4: Less than half of the questionnaire is answered: 0 of 2"]
    assert values(read, "respondent", "importance", "performance") == [("A", 9, None), ("B", None, 5)]
    assert any("not answered: 4" in str(note) for note in read.notes)


def test_two_questions_on_one_thing_are_refused(reads) -> None:  # type: ignore[no-untyped-def]
    read = reads("need_answer", "respondent,Importance: kept,How important is kept?\nA,5,1\n", scale=(1, 5))
    assert read.fatal
    assert "ask about the same" in problems(read)[0]


def test_a_score_off_its_scale_is_said_so(reads) -> None:  # type: ignore[no-untyped-def]
    read = reads("need_answer", SCORES + "A,6,4\nB,3,3\n", scale=(1, 5))
    assert problems(read) == ["2: 6 is outside the scale of 1 to 5"]


LONG = "respondent,question,answer\n"


def test_a_long_file_that_says_two_things_of_one_question_counts_neither(reads) -> None:  # type: ignore[no-untyped-def]
    text = LONG + "A,kept importance,3\nA,kept performance,4\nB,kept importance,8\nB,kept performance,7\nA,kept importance,9\n"
    read = reads("need_answer", text, scale=(1, 9))
    assert values(read, "respondent", "importance") == [("B", 8.0)]
    assert problems(read) == ["6: A answered this in row 2 already, and otherwise"]
    same = reads("need_answer", text.replace("A,kept importance,9", "A,kept importance,3"), scale=(1, 9))
    assert values(same, "respondent", "importance") == [("A", 3.0), ("B", 8.0)]
    assert not same.problems


def test_a_code_for_no_answer_above_a_scale_of_five_is_no_top_score(reads) -> None:  # type: ignore[no-untyped-def]
    """1 to 5 with 9 for "do not know" looks like the scale of 1 to 9, and would be read as full marks."""
    rows = [f"P{at},{at % 5 + 1},{9 if at % 4 == 0 else at % 3 + 2}" for at in range(12)]
    text = "respondent,kept importance,kept performance\n" + "\n".join(rows) + "\n"
    asked = reads("need_answer", text)
    assert asked.fatal
    assert asked.survey.ask_scale
    assert "Nobody answered between 5 and 9; 9 may stand for no answer" in problems(asked)[0]
    told = reads("need_answer", text, scale=(1, 5))
    assert not told.fatal
    assert max(score for (score,) in values(told, "performance")) <= 9
    assert sum("9 is outside the scale of 1 to 5" in problem for problem in problems(told)) == 3
    whole = reads("need_answer", text, scale=(1, 9))
    assert len(whole.puts) == 12


def test_words_for_scores_say_how_to_number_them(reads) -> None:  # type: ignore[no-untyped-def]
    read = reads("need_answer", "respondent,kept importance,kept performance\nA,Very important,非常满意\n")
    assert {problem.fix.in_("en")[:22] for problem in read.problems} == {"Write scores as number"}
