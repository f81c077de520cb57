"""Two people at once, and a page that somebody else's hand has overtaken: nothing is stored elsewhere, overwritten or lost in silence."""

from __future__ import annotations

import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetStates
from streamlit.testing.v1 import AppTest

from pages.registry import STEP_PAGES
from strategy.workbook import Delete, Library, Put
from strategy.workbook.cycle import open_next_cycle
from tests.pages.conftest import OpenPage

TARGETS = STEP_PAGES["step_1"][0]


@pytest.fixture
def clients(library: Library) -> tuple[str, str]:
    """Workbooks of two clients with a row of the same id."""
    keys = library.create("Client one"), library.create("Client two")
    for key in keys:
        library.open(key).commit(
            [Put("segment", "regulars", {"name": "Regulars"}), Put("decision", "d", {"step": "step_1"})], "Ada"
        )
    return keys


def _form(open_page: OpenPage, key: str) -> AppTest:
    return open_page(TARGETS, who="Bo", plan=key, view="worksheets", sheet="segment", row="regulars")


def _reason(at: AppTest, key: str, text: str) -> AppTest:
    return at.text_area(key=f"field.{key}.segment.regulars.reason").set_value(text).run()


def _stored(library: Library, key: str) -> object:
    row = library.open(key).snapshot().row("segment", "regulars")
    assert row is not None
    return row["reason"]


def _said(at: AppTest) -> str:
    return " ".join(str(element.value) for kind in (at.error, at.warning, at.info) for element in kind)


def _said_by_browser(at: AppTest) -> WidgetStates:
    """What a browser sends with whatever it asks for: the values of all that it shows, and no button."""
    states = at._tree.get_widget_states()
    return WidgetStates(widgets=[shown for shown in states.widgets if shown.WhichOneof("value") != "trigger_value"])


def test_what_is_typed_for_one_client_is_never_stored_for_another(
    open_page: OpenPage, library: Library, clients: tuple[str, str]
) -> None:
    one, two = clients
    at = _form(open_page, one)
    library.archive(one)
    _reason(at, one, "They pay on time")
    assert not at.exception
    assert _stored(library, two) is None
    assert any("is not in the library" in warning.proto.title for warning in at.warning)
    assert any("They pay on time" in error.proto.title for error in at.error)
    at.run()
    assert at.selectbox(key="pick_plan.None").value is None


def test_another_workbook_is_opened_without_the_row_of_the_last(open_page: OpenPage, clients: tuple[str, str]) -> None:
    one, two = clients
    at = open_page(TARGETS, who="Bo", plan=one, view="worksheets", sheet="segment", row="regulars", segment="regulars")
    at.selectbox(key=f"pick_plan.{one}").set_value(two).run()
    assert at.query_params["plan"] in (two, [two])
    assert not {"row", "segment"} & set(at.query_params)


def test_a_browser_that_has_not_heard_of_a_new_workbook_opens_no_other(
    open_page: OpenPage, library: Library, clients: tuple[str, str]
) -> None:
    """What a page looks for every few seconds may be asked for while another workbook is being made."""
    at = open_page("workspace/library.py", who="Bo", plan=clients[0])
    at.text_input(key="new_name").set_value("Client three").run()
    shown = _said_by_browser(at)
    at.button(key="create").click().run()
    at.run()  # a change of page ends the run it is asked for in
    made = next(entry.key for entry in library.entries() if entry.name == "Client three")
    assert at.selectbox(key=f"pick_plan.{made}").value == made
    at._run(shown)
    assert at.selectbox(key=f"pick_plan.{made}").value == made
    assert at.query_params["plan"] in (made, [made])


def test_a_form_that_was_closed_says_nothing_against_what_came_after(
    open_page: OpenPage, library: Library, clients: tuple[str, str]
) -> None:
    """A browser may send a form's values once more while it takes the form away; nobody typed them."""
    key = clients[0]
    at = _reason(_form(open_page, key), key, "Bo's")
    shown = _said_by_browser(at)
    at.selectbox(key="focus.segment").set_value(None).run()
    library.open(key).commit([Put("segment", "regulars", {"reason": "Ada's"})], "Ada")
    at._run(shown)
    assert not [button for button in at.button if button.key == "use_mine"]
    assert _stored(library, key) == "Ada's"


def test_a_field_two_people_changed_asks_which_holds(open_page: OpenPage, library: Library, clients: tuple[str, str]) -> None:
    key = clients[0]
    at = _form(open_page, key)
    library.open(key).commit([Put("segment", "regulars", {"reason": "Ada's"})], "Ada")
    _reason(at, key, "Bo's")
    assert _stored(library, key) == "Ada's"
    assert "Ada wrote **Ada's**, you wrote **Bo's**" in " ".join(text.value for text in at.markdown)
    told = "Somebody else changed “Regulars” too. Both versions stand at the top of the page."
    assert [toast.value for toast in at.toast] == [told], "the field is far below the question"
    assert [toast.value for toast in at.run().toast] == []
    library.open(key).commit([Put("segment", "regulars", {"reason": "Ada's second"})], "Ada")
    at.button(key="use_mine").click().run()
    assert _stored(library, key) == "Ada's second", "a third value is one more to be compared"
    at.button(key="use_mine").click().run()
    assert _stored(library, key) == "Bo's"


def test_two_fields_that_collided_one_after_the_other_are_both_asked_about(
    open_page: OpenPage, library: Library, clients: tuple[str, str]
) -> None:
    key = clients[0]
    at = _form(open_page, key)
    for field in ("reason", "given_up"):
        library.open(key).commit([Put("segment", "regulars", {field: f"Ada's {field}"})], "Ada")
        at.text_area(key=f"field.{key}.segment.regulars.{field}").set_value(f"Bo's {field}").run()
    for _ in range(2):
        at.button(key="use_mine").click().run()
    row = library.open(key).snapshot().row("segment", "regulars")
    assert row is not None
    assert (row["reason"], row["given_up"]) == ("Bo's reason", "Bo's given_up")
    assert not [button for button in at.button if button.key == "use_mine"]


def test_a_question_of_one_client_is_not_asked_in_the_workbook_of_another(
    open_page: OpenPage, library: Library, clients: tuple[str, str]
) -> None:
    one, two = clients
    at = _form(open_page, one)
    library.open(one).commit([Put("segment", "regulars", {"reason": "Ada's"})], "Ada")
    _reason(at, one, "Bo's")
    at.selectbox(key=f"pick_plan.{one}").set_value(two).run()
    assert not [button for button in at.button if button.key == "use_mine"]
    at.selectbox(key=f"pick_plan.{two}").set_value(one).run()
    at.button(key="use_mine").click().run()
    assert (_stored(library, one), _stored(library, two)) == ("Bo's", None)


def test_different_fields_of_a_row_do_not_collide(open_page: OpenPage, library: Library, clients: tuple[str, str]) -> None:
    key = clients[0]
    at = _form(open_page, key)
    library.open(key).commit([Put("segment", "regulars", {"given_up": "Passers-by"})], "Ada")
    _reason(at, key, "Bo's")
    assert _stored(library, key) == "Bo's"
    assert not [button for button in at.button if button.key == "use_mine"]


def test_a_value_that_crossed_with_a_new_one_is_no_edit(open_page: OpenPage, library: Library, clients: tuple[str, str]) -> None:
    key = clients[0]
    library.open(key).commit([Put("segment", "regulars", {"reason": "Before"})], "Ada")
    at = _form(open_page, key)
    library.open(key).commit([Put("segment", "regulars", {"reason": "After"})], "Ada")
    at.run()  # the page now shows what Ada wrote, and the browser still answers with what it showed
    _reason(at, key, "Before")
    assert _stored(library, key) == "After"
    assert at.text_area(key=f"field.{key}.segment.regulars.reason").value == "After"


def test_text_for_a_deleted_row_comes_back_to_its_writer(open_page: OpenPage, library: Library, clients: tuple[str, str]) -> None:
    key = clients[0]
    at = open_page(TARGETS, who="Bo", plan=key, view="decide", row="d")
    library.open(key).commit([Delete("decision", "d")], "Ada")
    at.text_area(key=f"field.{key}.decision.d.assumption").set_value("Rents stay as they are").run()
    titles = [error.proto.title for error in at.error]
    assert any("Rents stay as they are" in title for title in titles), titles
    assert "This row has been deleted" in _said(at)


def test_a_refusal_names_rows_as_people_do(open_page: OpenPage, library: Library, clients: tuple[str, str]) -> None:
    key = clients[0]
    needs = [Put("need", name, {"need": f"Need {name}", "segment": "regulars"}) for name in ("a", "b")]
    library.open(key).commit(needs, "Ada")
    at = _form(open_page, key)
    at.button(key="delete.segment.regulars").click().run()
    refused = "Segments “Regulars” is still referred to by 2 rows, such as Needs “Need a”"
    assert refused in [error.proto.title for error in at.error]
    assert refused in [toast.value for toast in at.toast], "the button is at the foot of the page, the message at its top"


def test_scores_of_somebody_taken_off_the_list_are_said_to_count(
    open_page: OpenPage, library: Library, clients: tuple[str, str]
) -> None:
    key = clients[0]
    library.open(key).commit(
        [
            Put("participant", "p", {"name": "Neighbour"}),
            Put("criterion", "c", {"name": "Growth", "axis": "attractiveness", "weight": 100}),
            Put("segment_evaluation", "e", {"segment": "regulars", "criterion": "c", "participant": "Neighbour", "score": 7}),
        ],
        "Ada",
    )
    at = open_page("steps/opening.py", who="Bo", plan=key, view="worksheets", sheet="participant", row="p")
    at.button(key="delete.participant.p").click().run()
    assert "What Neighbour scored or answered (1 row) stays in the plan" in _said(at).replace("\\", "")


def test_going_back_stays_within_the_cycle(open_page: OpenPage, library: Library, clients: tuple[str, str]) -> None:
    one, two = clients
    library.open(one).commit([Put("segment", "more", {"name": "More"})], "Ada")
    at = open_page("workspace/history.py", who="Bo", plan=one)
    assert at.number_input(key="restore_to").value == library.open(one).seq
    at.selectbox(key=f"pick_plan.{one}").select(two).run()
    assert at.number_input(key="restore_to").value == library.open(two).seq
    open_next_cycle(library.open(two), "Ada")
    at.run()
    assert (at.number_input(key="restore_to").min, at.number_input(key="restore_to").value) == (library.open(two).seq,) * 2


def test_the_next_cycle_is_not_opened_by_a_second_click(open_page: OpenPage, library: Library, clients: tuple[str, str]) -> None:
    key = clients[0]
    at = open_page("workspace/history.py", who="Bo", plan=key)
    at.checkbox(key="cycle_sure").check().run()
    at.button(key="next_cycle").click().run()
    assert library.open(key).snapshot().cycle == 2
    assert at.button(key="next_cycle").disabled


def test_whoever_archives_the_open_workbook_goes_on_with_another(
    open_page: OpenPage, library: Library, clients: tuple[str, str]
) -> None:
    one, two = clients
    at = open_page("workspace/library.py", who="Bo", plan=one)
    at.session_state[f"more.{one}"] = True
    at.run()
    at.button(key=f"archive.{one}").click().run()
    assert not at.exception
    assert at.selectbox(key=f"pick_plan.{two}").value == two, "the only one left"


def test_a_table_of_a_workbook_that_is_gone_says_so(open_page: OpenPage, library: Library, clients: tuple[str, str]) -> None:
    one, two = clients
    at = open_page(TARGETS, who="Bo", plan=one, view="decide")
    before = library.open(two).seq
    library.archive(one)
    at.button(key="add_decision.step_1").click().run()
    assert not at.exception
    assert "is not in the library" in at.warning[0].proto.title
    assert library.open(two).seq == before


def test_a_date_beside_a_step_stays_in_one_line(open_page: OpenPage, library: Library, clients: tuple[str, str]) -> None:
    library.open(clients[0]).commit([Put("decision", "d", {"owner": "Bo", "due": "2027-03-15"})], "Ada")
    at = open_page(TARGETS, plan=clients[0], view="decide")
    joined = "2027\u2060-\u206003\u2060-\u206015"
    assert [caption.value for caption in at.caption if "Owner Bo" in caption.value] == [
        f"Owner Bo · {joined}",
        f"Owner Bo · due {joined}",
    ]


def test_a_conflict_not_settled_yet_is_asked_about_after_a_reload(
    open_page: OpenPage, library: Library, clients: tuple[str, str]
) -> None:
    key = clients[0]
    at = _form(open_page, key)
    library.open(key).commit([Put("segment", "regulars", {"reason": "Ada's"})], "Ada")
    _reason(at, key, "Bo's")
    again = _form(open_page, key)  # a session of its own, as after a reload
    assert "Ada wrote **Ada's**, you wrote **Bo's**" in " ".join(text.value for text in again.markdown)
    again.button(key="use_mine").click().run()
    assert _stored(library, key) == "Bo's"
    for page in (again, at.run(), _form(open_page, key)):
        assert not page.exception
        assert "you wrote" not in " ".join(text.value for text in page.markdown)


def test_a_conflict_is_asked_of_the_one_whose_words_wait(open_page: OpenPage, library: Library, clients: tuple[str, str]) -> None:
    key = clients[0]
    at = _form(open_page, key)
    library.open(key).commit([Put("segment", "regulars", {"reason": "Ada's"})], "Ada")
    _reason(at, key, "Bo's")
    other = open_page(TARGETS, who="Cy", plan=key, view="worksheets", sheet="segment", row="regulars")
    assert "you wrote" not in " ".join(text.value for text in other.markdown)
