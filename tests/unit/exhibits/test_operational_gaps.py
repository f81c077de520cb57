"""Steps 5 to 9 with cells left empty: every exhibit shows what there is, or says what is missing."""

import contextlib
import random
from pathlib import Path
from typing import Any

import pytest
from operational_rows import EVERYTHING, drawn, workbook_with

from strategy.errors import NoData
from strategy.exhibits import present
from strategy.method import shipped_method

STEPS = ("step_5", "step_6", "step_7", "step_8", "step_9")


def thinned(seed: int) -> dict[tuple[str, str], dict[str, Any]]:
    """The rows with part of their cells emptied; references stay, since no row is taken away."""
    chance = random.Random(seed)
    keep = chance.choice([0.4, 0.6, 0.85])
    return {key: {name: value for name, value in row.items() if chance.random() < keep} for key, row in EVERYTHING.items()}


@pytest.mark.parametrize("seed", range(6))
def test_empty_cells_never_break_an_exhibit(tmp_path: Path, seed: int) -> None:
    asked = [exhibit for step in shipped_method().steps if step.id in STEPS for exhibit in step.exhibits]
    assert len(asked) == 30
    with workbook_with(tmp_path, thinned(seed)) as workbook:
        snapshot = workbook.snapshot()
        for exhibit_id in asked:
            with contextlib.suppress(NoData):
                drawn(present(exhibit_id, snapshot))
