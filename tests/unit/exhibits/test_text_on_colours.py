"""Every figure inside a coloured field is legible: 4.5:1 on a light page and on a dark one, measured on the figure itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from colours import LEAST, contrast, faint, measured
from hypothesis import given
from hypothesis import strategies as st

import strategy.exhibits
from strategy.exhibits import present
from strategy.exhibits.fields import shade, steps
from strategy.exhibits.palette import SHADES, ink
from strategy.samples import build
from strategy.workbook import Workbook

#: Exhibits with figures inside coloured fields -> the sample that has something to show on them, and settings that bring them out.
#: Complaints are in no sample; their own tests measure them.
ON_FIELDS: dict[str, tuple[str, dict[str, Any]]] = {
    "value_treemap": ("uk-gifts", {}),
    "rfm_grid": ("uk-gifts", {}),
    "cluster_profiles": ("uk-gifts", {"k": 3}),
    "segmentation_comparison": ("uk-gifts", {}),
    "segment_tests": ("uk-gifts", {}),
    "kano_split": ("uk-gifts", {"view": "answers"}),
    "coverage": ("newsstand", {}),
    "cohort_retention": ("uk-gifts", {}),
    "movement": ("uk-gifts", {"chart": "matrix"}),
    "contact_calendar": ("newsstand", {}),
    "lifecycle": ("uk-gifts", {}),
    "expected_purchases": ("uk-gifts", {}),
    "at_risk": ("uk-gifts", {}),
    "at_risk by judgement": ("newsstand", {}),
    "capability_map": ("newsstand", {}),
    "vendor_scorecard": ("newsstand", {}),
}

COLORS = st.integers(0, 0xFFFFFF).map("#{:06X}".format)


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Workbook]]:
    folder = tmp_path_factory.mktemp("samples")
    made = {name: build(name, folder / f"{name}.duckdb", name, "Ada", "en") for name in ("newsstand", "uk-gifts")}
    yield made
    for workbook in made.values():
        workbook.close()


@pytest.mark.parametrize("name", ON_FIELDS)
def test_figures_inside_coloured_fields_are_legible_in_light_and_dark(samples: dict[str, Workbook], name: str) -> None:
    sample, settings = ON_FIELDS[name]
    workbook = samples[sample]
    shown = present(name.split()[0], workbook.snapshot(), workbook.cursor, settings)
    assert measured(shown), "nothing is written on a colour here any more: take it out of the list"
    assert not faint(shown)


@given(COLORS)
def test_some_ink_is_legible_on_every_colour(color: str) -> None:
    assert contrast(ink(color), color, "#FFFFFF") >= LEAST


@given(st.floats(-0.5, 1.5))
def test_ink_is_chosen_for_the_shade_that_is_drawn(place: float) -> None:
    assert contrast(ink(shade(SHADES, place)), shade(SHADES, place), "#FFFFFF") >= LEAST


def test_a_scale_of_steps_has_no_shades_between_them() -> None:
    colors = ["#FFFFFF", "#808080", "#000000"]
    scale = steps(colors)
    assert [shade(scale, (at + 0.5) / 3) for at in range(3)] == colors


def test_no_exhibit_leaves_it_to_plotly_how_to_write_on_a_colour() -> None:
    """Plotly writes white or dark grey, and on a middle shade neither is legible."""
    found = []
    for file in sorted(Path(strategy.exhibits.__file__).parent.glob("*.py")):
        text = file.read_text(encoding="utf-8")
        if "texttemplate" in text or ("go.Heatmap" in text and file.name != "fields.py"):
            found.append(f"{file.name}: write the texts with fields()")
        if len(re.findall(r'textposition=(?:"inside"|"auto"|\["inside")|go\.Treemap\(', text)) != text.count("insidetextfont"):
            found.append(f"{file.name}: give the texts inside the bars and areas their ink")
    assert not found
