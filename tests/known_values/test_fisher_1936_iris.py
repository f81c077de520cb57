"""k-means on Fisher's iris data: within-groups sum of squares and silhouette for 2 to 6 groups.

Source of the data: Fisher (1936), "The use of multiple measurements in taxonomic problems", Annals of Eugenics 7. Values: R's
kmeans with 50 starts and cluster::silhouette, the same in scikit-learn; single starts end at 142.75 for three groups.
"""

from __future__ import annotations

import pytest
from sklearn.datasets import load_iris

from strategy.analysis.clusters import assign, fit, silhouette

X = load_iris().data
WITHIN = {2: 152.347952, 3: 78.851441, 4: 57.228473, 5: 46.446182, 6: 39.039987}
SILHOUETTE = {2: 0.681046, 3: 0.552819, 4: 0.498051}


@pytest.mark.parametrize("k", WITHIN)
def test_k_means_finds_the_published_optimum(k: int) -> None:
    found = fit(X, k)
    assert found.within == pytest.approx(WITHIN[k], rel=1e-4)
    assert (assign(X, found) == found.labels).all()
    if k in SILHOUETTE:
        assert silhouette(X, found.labels) == pytest.approx(SILHOUETTE[k], abs=1e-3)
