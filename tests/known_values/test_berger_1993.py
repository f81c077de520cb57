"""Kano's evaluation table and the coefficients of Berger et al. (1993); the five services are the example of stp25kano (n = 296)."""

import pytest

from strategy.analysis.kano import ANSWERS, CATEGORIES, category, count, verdict

TABLE = {
    "like": "QAAAO",
    "must": "RIIIM",
    "neutral": "RIIIM",
    "live": "RIIIM",
    "dislike": "RRRRQ",
}
LETTER = {name[0].upper(): name for name in CATEGORIES}
COUNTS = {  # M, O, A, I, R, Q
    "Service app": (95, 123, 45, 33, 0, 0),
    "Excellent service": (101, 54, 54, 81, 3, 3),
    "Hotline": (15, 24, 121, 124, 6, 6),
    "Loan machine": (65, 87, 93, 51, 0, 0),
    "Ready-to-use return": (9, 18, 83, 177, 6, 3),
}
EXPECTED = {  # largest, M>O>A>I, better, worse, total strength, category strength, told apart by Fong's test
    "Service app": ("O", "O", 0.567568, -0.736486, 0.888514, 0.094595, True),
    "Excellent service": ("M", "M", 0.372414, -0.534483, 0.706081, 0.067568, True),
    "Hotline": ("I", "A", 0.510563, -0.137324, 0.540541, 0.010135, False),
    "Loan machine": ("A", "O", 0.608108, -0.513514, 0.827703, 0.02027, False),
    "Ready-to-use return": ("I", "I", 0.351916, -0.094077, 0.371622, 0.317568, True),
}


@pytest.mark.parametrize("functional", ANSWERS)
def test_evaluation_table(functional: str) -> None:
    found = [category(functional, dysfunctional) for dysfunctional in ANSWERS]
    assert found == [LETTER[letter] for letter in TABLE[functional]]


@pytest.mark.parametrize("service", COUNTS)
def test_five_services(service: str) -> None:
    found = verdict(dict(zip(CATEGORIES, COUNTS[service], strict=True)))
    largest, settled, better, worse, total, strength, clear = EXPECTED[service]
    assert (found.largest, found.settled, found.clear) == (LETTER[largest], LETTER[settled], clear)
    assert (found.better, found.worse) == pytest.approx((better, worse), abs=1e-5)
    assert (found.total_strength, found.category_strength) == pytest.approx((total, strength), abs=1e-5)


def test_questionable_and_reverse_stay_out_of_the_denominators() -> None:
    found = verdict(count([("like", "dislike"), ("like", "like"), ("dislike", "like")]))
    assert (found.better, found.worse) == (1.0, -1.0)
    assert (found.counts["questionable"], found.counts["reverse"]) == (1, 1)


def test_only_questionable_answers_have_no_coefficient() -> None:
    found = verdict(count([("like", "like")]))
    assert (found.better, found.worse, found.largest) == (None, None, "questionable")
