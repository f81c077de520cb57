"""Best-worst counts of the issues survey shipped with bwsTools 1.2.0 (White 2021), evaluated after Lipovetsky and Conklin (2014)."""

from __future__ import annotations

import pytest

from strategy.analysis.best_worst import interval, rank, ratio, score

#: Issue -> times shown, best, worst.
COUNTS = {
    "abortion": (1400, 302, 352), "biasmedia": (1400, 124, 808), "corruption": (1400, 318, 351), "crime": (1400, 286, 282),
    "drugs": (1400, 163, 463), "economy": (1400, 634, 119), "education": (1400, 467, 252), "foreignaffairs": (1400, 121, 545),
    "guns": (1400, 354, 290), "healthcare": (1400, 731, 125), "natsecurity": (1400, 364, 221), "race": (1400, 300, 392),
    "taxes": (1400, 386, 350),
}  # fmt: skip
#: Issue -> score, b, share of preference.
EXPECTED = {
    "abortion": (-0.03571429, -0.07145896, 0.0632394), "biasmedia": (-0.48857143, -1.06836424, 0.02333658),
    "corruption": (-0.02357143, -0.04715159, 0.06479542), "crime": (0.00285714, 0.0057143, 0.06831305),
    "drugs": (-0.21428571, -0.43531807, 0.0439507), "economy": (0.36785714, 0.77188526, 0.14697636),
    "education": (0.15357143, 0.30959218, 0.09257126), "foreignaffairs": (-0.30285714, -0.62532458, 0.03634519),
    "guns": (0.04571429, 0.09149234, 0.07443147), "healthcare": (0.43285714, 0.92681451, 0.17160598),
    "natsecurity": (0.10214286, 0.20500064, 0.08337822), "race": (-0.06571429, -0.13161825, 0.05954714),
    "taxes": (0.02571429, 0.05143991, 0.07150922),
}  # fmt: skip


@pytest.mark.parametrize("issue", COUNTS)
def test_scores_utilities_and_shares(issue: str) -> None:
    item = dict(zip(COUNTS, rank(list(COUNTS.values())), strict=True))[issue]
    assert (item.score, item.utility, item.share) == pytest.approx(EXPECTED[issue], abs=1e-7)


def test_healthcare_leads_beyond_its_interval() -> None:
    items = dict(zip(COUNTS, rank(list(COUNTS.values())), strict=True))
    assert items["healthcare"].low > items["economy"].score
    assert items["healthcare"].ratio == pytest.approx((731 / 125) ** 0.5)


def test_interval_is_that_of_a_difference_of_multinomial_shares() -> None:
    # p = 0.5, q = 0.1, n = 100: sqrt((0.6 - 0.16) / 100) = 0.0663325
    low, high = interval(100, 50, 10, z=1.0)
    assert (low, high) == pytest.approx((0.4 - 0.0663325, 0.4 + 0.0663325), abs=1e-6)


def test_ends_of_the_scale_stay_finite() -> None:
    always, never, neither = rank([(10, 10, 0), (10, 0, 10), (10, 0, 0)])
    assert always.high == pytest.approx(1)
    assert -1 < always.low < 1
    assert never.low == pytest.approx(-1)
    assert never.high < 1
    assert neither.low < 0 < neither.high
    assert always.share + never.share + neither.share == pytest.approx(1)
    assert ratio(4, 0) == pytest.approx(3)
    with pytest.raises(ValueError, match="times shown"):
        score(10, 8, 3)
