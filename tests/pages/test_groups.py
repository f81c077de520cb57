"""The customer data page: clusters, groups, single customers, and who moved."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from pages.ui.data.groups import attribute_rules
from pages.ui.downloads import as_csv
from strategy.errors import InvalidValue
from strategy.workbook import Library
from tests.pages.conftest import OpenPage

DATA = "workspace/data.py"


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A small shop, imported twice, so that its segments have moved."""
    from strategy.customers import Mapping, understand
    from strategy.customers.finding import find_segments
    from strategy.spine import adopt, import_customers
    from strategy.workbook import Workbook

    folder = tmp_path_factory.mktemp("shop")
    mapping = Mapping(customer="id", date="date", amount="amount")
    with Workbook.create(folder / "plan.duckdb", "Shop") as made:
        for turn in (0, 1):
            rows = [(n, day) for n in range(27 + 3 * turn) for day in range(n, 300 + 60 * turn, 9 + 5 * n)]
            lines = [f"0{n:03},{pd.Timestamp(2024, 1, 1) + pd.Timedelta(days=day):%Y-%m-%d},{5 + n}" for n, day in rows]
            path = folder / f"sales{turn}.csv"
            path.write_text("id,date,amount\n" + "\n".join(lines) + "\n", encoding="utf-8")
            import_customers(made, understand(path, path.name, mapping), "Ada")
            if not turn:
                adopt(made, find_segments(made.cursor(), "silence"), "Ada", "en")
        made.backup(folder / "copy.duckdb")
    return (folder / "copy.duckdb").read_bytes()


@pytest.fixture
def key(library: Library, sample: bytes, tmp_path) -> str:
    def write(path, name):  # type: ignore[no-untyped-def]
        from strategy.workbook import Workbook

        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(sample)
        return Workbook.open(path)

    return library.create("Shop", write)


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("view", ["import", "clusters", "groups", "customers"])
def test_every_view_of_the_data(open_page: OpenPage, key: str, view: str, lang: str) -> None:
    at = open_page(DATA, plan=key, lang=lang, view=view)
    assert not at.error, [error.value for error in at.error]
    if view == "import":
        assert any(("Who moved" if lang == "en" else "变动") in text.value for text in at.markdown)


def test_shares_of_segments_are_in_points_with_one_decimal(open_page: OpenPage, key: str) -> None:
    at = open_page(DATA, plan=key, view="segments")
    (table,) = (each for each in at.dataframe if "Share of revenue" in each.value.columns and "Rule" in each.value.columns)
    assert table.value["Share of revenue"].sum() == pytest.approx(100)
    assert '"format": "%.1f%%"' in table.proto.columns


def test_back_to_the_quintiles_though_the_plan_has_cut_points_of_its_own(open_page: OpenPage, key: str, library: Library) -> None:
    from strategy.customers import Cuts, default_cuts, rfm_segments
    from strategy.spine import adopt

    workbook = library.open(key)
    own = Cuts((10, 20, 30, 40), (2, 3, 4, 5), (10, 20, 30, 40))
    adopt(workbook, rfm_segments(workbook.cursor(), own), "Ada", "en")
    at = open_page(DATA, plan=key, view="segments")
    assert not at.button(key="reset_cuts").disabled
    at.button(key="reset_cuts").click().run()
    assert not at.exception
    assert at.button(key="reset_cuts").disabled
    at.button(key="adopt").click().run()
    rules = [row["rule"] for row in library.open(key).snapshot().rows("segment") if row["rule"]["by"] == "rfm"]
    assert rules[0]["cuts"] == default_cuts(workbook.cursor()).as_dict()


def test_clusters_are_adopted_under_their_names(open_page: OpenPage, key: str, library: Library) -> None:
    at = open_page(DATA, plan=key, view="clusters")
    at.button(key="adopt_clusters").click().run()
    assert not at.exception
    rows = [row for row in library.open(key).snapshot().rows("segment") if row["basis"] == "cluster"]
    assert sum(row["customers"] for row in rows) == 30


def test_stages_are_adopted_with_the_thresholds_set(open_page: OpenPage, key: str, library: Library) -> None:
    at = open_page(DATA, plan=key, view="groups")
    at.number_input(key="stage.silence").set_value(5.0).run()
    at.button(key="adopt.stage").click().run()
    assert not at.exception
    rules = [row["rule"] for row in library.open(key).snapshot().rows("segment") if row["rule"]["by"] == "stage"]
    assert rules
    assert all(rule["rules"]["silence"] == 5.0 for rule in rules)


def test_a_customer_is_explained_and_a_wrong_id_is_told(open_page: OpenPage, key: str) -> None:
    at = open_page(DATA, plan=key, view="customers", customer="0003")
    assert any("What would change" in text.value for text in at.markdown)
    at.text_input(key="explain.customer").set_value("nobody").run()
    assert not at.exception
    assert any("nobody" in str(getattr(error.proto, "title", "")) + error.value for error in at.error)


def test_a_list_for_a_spreadsheet_holds_no_formulas() -> None:
    text = as_csv(pd.DataFrame({"Customer": ["=1+1", "0007", "@x"], "Amount": [-5.0, 1.0, 2.0]})).decode("utf-8-sig")
    assert text.splitlines() == ["Customer,Amount", "'=1+1,-5.0", "0007,1.0", "'@x,2.0"]


def test_lines_of_the_editor_become_rules() -> None:
    lines = [
        {"segment": "North", "about": "region", "values": "North；Upper North", "low": None, "high": None},
        {"segment": "Young", "about": "age", "values": None, "low": "18", "high": "30"},
        {"segment": "North", "about": "Revenue", "values": "", "low": "100", "high": float("nan")},
        {"segment": None, "about": "age", "values": None, "low": "1", "high": None},
    ]
    labels = {"region": "name:region", "age": "name:age", "Revenue": "column:revenue"}
    assert attribute_rules(lines, labels, {"region": "text", "age": "number"}) == [
        {
            "segment": "North",
            "title": "North",
            "all": [{"name": "region", "in": ["North", "Upper North"]}, {"column": "revenue", "from": "100"}],
        },
        {"segment": "Young", "title": "Young", "all": [{"name": "age", "from": "18", "to": "30"}]},
    ]
    with pytest.raises(InvalidValue, match="many"):
        attribute_rules([{"segment": "x", "about": "age", "values": "many"}], labels, {"age": "number"})


def test_what_was_left_out_has_its_thousands_set_apart(open_page: OpenPage, library: Library, tmp_path: Path) -> None:
    from strategy.customers import Mapping, understand
    from strategy.spine import import_customers

    file = tmp_path / "sales.csv"
    file.write_text("id,date,amount\n7,2024-01-05,50\n,2024-01-20,1234567.5\n", encoding="utf-8")
    key = library.create("Shop")
    import_customers(library.open(key), understand(file, file.name, Mapping("id", "date", "amount")), "Ada")
    (table,) = open_page(DATA, plan=key, view="import").dataframe
    shown = json.loads(table.proto.columns)
    assert {shown[name]["type_config"]["format"] for name in ("Rows", "Money")} == {"localized"}
