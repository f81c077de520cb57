"""Where a method has nothing to say, or would say too much, it says so."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from strategy.analysis import ahp, clusters, ge_matrix, kano, van_westendorp


def test_judgements_that_fit_disturb_nobody() -> None:
    fitting = np.array([[1, 2, 4], [1 / 2, 1, 2], [1 / 4, 1 / 2, 1]])
    assert ahp.priorities(fitting).disturbing == ()


def test_a_need_that_customers_would_rather_not_have_met_stays_one() -> None:
    """Near-ties are settled among must-be, one-dimensional, attractive and indifferent; reverse is none of them."""
    found = kano.verdict({"reverse": 51, "attractive": 49})
    assert (found.largest, found.settled) == ("reverse", "reverse")


def test_two_columns_look_exchanged_only_where_that_explains_far_more_than_the_labels() -> None:
    right, exchanged = {"too_cheap": 1, "cheap": 2, "expensive": 3, "too_expensive": 4}, {
        "too_cheap": 2, "cheap": 1, "expensive": 3, "too_expensive": 4,
    }  # fmt: skip
    assert van_westendorp.looks_swapped(pd.DataFrame([right] * 4 + [exchanged] * 6)) is None
    swap = van_westendorp.looks_swapped(pd.DataFrame([right] * 3 + [exchanged] * 7))
    assert swap is not None
    assert {swap.first, swap.second} == {"too_cheap", "cheap"}


def test_a_choice_that_is_behind_already_has_no_score_to_flip_it() -> None:
    scores = pd.DataFrame({"size": [3.0, 5.0]}, index=["chosen", "left"])
    assert ge_matrix.smallest_score_flip(scores, {"size": 1}, {"chosen"}) is None
    turned = ge_matrix.smallest_score_flip(scores, {"size": 1}, {"left"})
    assert turned is not None
    assert (turned.overtaken, turned.overtaking, abs(turned.change)) == ("left", "chosen", 2.0)


def test_a_number_of_clusters_that_splits_off_a_handful_is_not_suggested(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three groups are best by every measure, but one of them holds fewer than 1% of the customers."""
    known = {
        2: clusters.Candidate(2, 0.5, 100.0, 0.9, 0.4),
        3: clusters.Candidate(3, 0.9, 10.0, 0.99, 0.004),
    }
    monkeypatch.setattr(clusters, "_candidate", lambda scaled, whole, k, how, seed: known[k])
    rows = np.arange(20, dtype=float).reshape(10, 2)
    assert clusters.choose(rows, most=3).suggested == 2
    known[2] = clusters.Candidate(2, 0.5, 100.0, 0.2, 0.4)
    assert clusters.choose(rows, most=3).suggested == 3, "while there is no other stable number it stands for choice"
