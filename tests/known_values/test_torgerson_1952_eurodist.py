"""Classical scaling (Torgerson 1952) of road distances between 21 European cities, as R's cmdscale prints them.

Data: R datasets, eurodist, after "The Cambridge Encyclopaedia". Printed figures: ``cmdscale(eurodist, eig = TRUE)``.
"""

import numpy as np
import pytest

from strategy.analysis.classical_mds import classical_mds

#: Kilometres, the triangle below the diagonal; Athens, Barcelona, Brussels ... Vienna in alphabetical order.
ROADS = """
3313
2963 1318
3175 1326 204
3339 1294 583 460
2762 1498 206 409 785
3276 2218 966 1136 1545 760
2610 803 677 747 853 1662 1418
4485 1172 2256 2224 2047 2436 3196 1975
2977 2018 597 714 1115 460 460 1118 2897
3030 1490 172 330 731 269 269 895 2428 550
4532 1305 2084 2052 1827 2290 2971 1936 676 2671 2280
2753 645 690 739 789 714 1458 158 1817 1159 863 1178
3949 636 1558 1550 1347 1764 2498 1439 698 2198 1730 668 1281
2865 521 1011 1059 1101 1035 1778 425 1693 1479 1183 1762 320 1157
2282 1014 925 1077 1209 911 1537 328 2185 1238 1098 2250 328 1724 618
2179 1365 747 977 1160 583 1104 591 2565 805 851 2507 724 2010 1109 331
3000 1033 285 280 340 465 1176 513 1971 877 457 1799 471 1273 792 856 821
817 1460 1511 1662 1794 1497 2050 995 2631 1751 1683 2700 1048 2097 1011 586 946 1476
3927 2868 1616 1786 2196 1403 650 2068 3886 949 1500 3231 2108 3188 2428 2187 1754 1827 2707
1991 1802 1175 1381 1588 937 1455 1019 2974 1155 1205 2937 1157 2409 1363 898 428 1249 1209 2105
"""
PRINTED = [
    (2290.2747, 1798.8029), (-825.3828, 546.8115), (59.1833, -367.0814), (-82.8460, -429.9147),
    (-352.4994, -290.9084), (293.6896, -405.3119), (681.9315, -1108.6448), (-9.4234, 240.4060),
    (-2048.4491, 642.4585), (561.1090, -773.3693), (164.9218, -549.3670), (-1935.0408, 49.1251),
    (-226.4232, 187.0878), (-1423.3537, 305.8751), (-299.4987, 388.8073), (260.8780, 416.6738),
    (587.6757, 81.1822), (-156.8363, -211.1391), (709.4133, 1109.3666), (839.4459, -1836.7906),
    (911.2305, 205.9302),
]  # fmt: skip


def _distances() -> np.ndarray:
    lines = [[float(value) for value in line.split()] for line in ROADS.split("\n") if line]
    table = np.zeros((len(lines) + 1, len(lines) + 1))
    for row, values in enumerate(lines, 1):
        table[row, :row] = values
    return table + table.T


def test_coordinates_up_to_the_sign_rule() -> None:
    found = classical_mds(_distances())
    assert found.points * np.array([1, -1]) == pytest.approx(np.array(PRINTED), abs=1e-3)


def test_negative_eigenvalues_are_reported() -> None:
    found = classical_mds(_distances())
    assert found.eigenvalues[:2] == pytest.approx([19538377.0895, 11856555.3340], rel=1e-9)
    assert found.eigenvalues[-1] == pytest.approx(-2251844.33174, rel=1e-8)
    assert found.negative_share > 0.1


def test_goodness_of_fit() -> None:
    found = classical_mds(_distances())
    assert (found.fit_absolute, found.fit_positive) == pytest.approx((0.7537543, 0.8679134), abs=1e-7)
