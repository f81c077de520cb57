"""Step 3: a map of brands by one of three methods, with attributes, ideal points and what moved since the cycle before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from strategy.analysis.classical_mds import classical_mds
from strategy.analysis.correspondence_analysis import correspondence_analysis
from strategy.analysis.ideal_points import Fitted, fit_attributes, ideal_point
from strategy.analysis.orientation import Matrix, Reason, SingularMap
from strategy.analysis.principal_components import principal_components
from strategy.analysis.procrustes import LEAST_COMMON, align
from strategy.errors import NoData
from strategy.exhibits.brand_profile import ideal_frame
from strategy.exhibits.brand_tables import BrandTable, counts, differences, earlier_context, ratings
from strategy.exhibits.labels import Joined
from strategy.exhibits.model import Context
from strategy.exhibits.rivals import Brand
from strategy.language import Message, msg

PCA, CA, MDS = "pca", "ca", "mds"
#: From this many brands on, attributes fitted to a plane can fail to fit, so that the fit says something.
_LEAST_FITTED = 4
#: Moves shorter than this share of the map's radius are not shown: they are within what a rating more or less does.
_STILL = 0.05


@dataclass(frozen=True)
class IdealOnMap:
    """A segment's ideal point. ``gaps``: brand -> root mean squared difference from the ideal levels, in points of the scale."""

    segment: str
    x: float
    y: float
    quality: float
    gaps: dict[str, float]


@dataclass(frozen=True)
class Moved:
    """Where a brand stood in the cycle before, laid over the present map."""

    brand: str
    x: float
    y: float
    distance: float


@dataclass(frozen=True)
class BrandMap:
    """``points``: brands x 2; ``shares``: of the whole that each axis shows; ``distances``: between brands, over all axes.

    ``vectors``: attributes x 2 in units of the map, with their ``vector_quality``; empty where there are none to draw.
    """

    method: str
    table: BrandTable
    points: Matrix
    quality: Matrix
    shares: tuple[float, float]
    distances: Matrix
    attributes: tuple[str, ...] = ()
    vectors: Matrix = field(default_factory=lambda: np.zeros((0, 2)))
    vector_quality: Matrix = field(default_factory=lambda: np.zeros(0))
    fitted: Fitted | None = None
    negative_share: float = 0.0
    ideals: tuple[IdealOnMap, ...] = ()
    unplaced: tuple[str, ...] = ()
    moved: tuple[Moved, ...] = ()
    earlier_cycle: int | None = None
    common: int = 0


def _plane(columns: Matrix) -> Matrix:
    """The first two axes; a second one of zeros where the points lie on a line."""
    flat = np.zeros((len(columns), 2))
    flat[:, : min(2, columns.shape[1])] = columns[:, :2]
    return flat


def _two(shares: Matrix) -> tuple[float, float]:
    return float(shares[0]), float(shares[1]) if len(shares) > 1 else 0.0


def _apart(points: Matrix) -> Matrix:
    found: Matrix = np.sqrt(((points[:, None] - points[None]) ** 2).sum(axis=2))
    return found


def _refusal(context: Context, table: BrandTable, reason: Reason, method: str) -> NoData:
    """What is missing for a map, and what can be shown until then."""
    names = Joined([Brand(context.snapshot, brand) for brand in table.brands])
    profile = msg("Until then the brand profile shows the ratings attribute by attribute.")
    if reason == "few_rows":
        what = (
            msg("A map needs three brands with nothing missing; so far it is {names}", names=names)
            if table.brands
            else msg("A map needs three brands with nothing missing; so far there is none")
        )
        fix = {
            PCA: msg("Rate one more rival on the same attributes. {meanwhile}", meanwhile=profile),
            CA: msg("Ask for one more rival with the same attributes; a brand nobody named does not count."),
            MDS: msg("Judge all pairs of at least three brands. {meanwhile}", meanwhile=profile),
        }[method]
        return NoData(what, None, fix)
    if reason == "few_columns":
        least = 3 if method == CA else 2
        return NoData(
            msg("A map needs {count} attributes on which no brand is missing; there are fewer", count=least),
            None,
            msg("Add attributes, or fill the gaps: each attribute for every brand. {meanwhile}", meanwhile=profile),
        )
    return NoData(
        msg("All brands stand alike on everything, so there is nothing to map"),
        None,
        msg(
            "Check how the answers came about; if customers really see no difference, that is the finding. {meanwhile}",
            meanwhile=profile,
        ),
    )


def _by_ratings(context: Context) -> BrandMap:
    table = ratings(context)
    if table is None:
        raise NoData(
            msg("No brand has been rated yet"),
            None,
            msg(
                "Rate us and at least two rivals on five to eight attributes, count who is named for what, or judge pairs of brands."
            ),
        )
    try:
        found = principal_components(table.values)
    except SingularMap as singular:
        raise _refusal(context, table, singular.reason, PCA) from None
    vectors = _plane(found.loadings)
    return BrandMap(
        PCA, table, _plane(found.scores), found.quality(), _two(found.shares), _apart(table.values), table.attributes, vectors,
        found.column_quality(), Fitted(vectors, found.mean, found.column_quality()),
    )  # fmt: skip


def _by_counts(context: Context) -> BrandMap:
    table = counts(context.snapshot)
    if table is None:
        raise NoData(
            msg("Nobody has been counted yet for any attribute"),
            None,
            msg("Ask customers which brands they connect with each attribute, and enter how many named which."),
        )
    try:
        found = correspondence_analysis(table.values)
    except SingularMap as singular:
        raise _refusal(context, table, singular.reason, CA) from None
    return BrandMap(
        CA, table, _plane(found.rows), found.quality(), _two(found.shares), _apart(found.rows), table.attributes,
        _plane(found.columns), found.column_quality(),
    )  # fmt: skip


def _by_differences(context: Context) -> BrandMap:
    table = differences(context.snapshot)
    if table is None:
        raise NoData(
            msg("No pair of brands has been judged yet"),
            None,
            msg("Let each participant judge for every pair how different the two are, from 1 to 9."),
        )
    try:
        found = classical_mds(table.values)
    except SingularMap as singular:
        raise _refusal(context, table, singular.reason, MDS) from None
    made = BrandMap(
        MDS, table, found.points, found.quality, _two(found.shares * found.fit_absolute / max(found.fit_positive, 1e-12)), table.values,
        negative_share=found.negative_share,
    )  # fmt: skip
    rated = ratings(context)
    if rated is None or len(table.brands) < _LEAST_FITTED or not set(table.brands) <= set(rated.brands):
        return made
    order = [rated.brands.index(brand) for brand in table.brands]
    fitted = fit_attributes(found.points, rated.values[order])
    return replace(
        made, attributes=rated.attributes, vectors=fitted.vectors, vector_quality=fitted.r_squared, fitted=fitted,
        table=replace(table, attributes=rated.attributes),
    )  # fmt: skip


_METHODS: dict[str, Callable[[Context], BrandMap]] = {PCA: _by_ratings, CA: _by_counts, MDS: _by_differences}


def brand_map(context: Context, method: str) -> BrandMap:
    """The map by ``method``, or by the first one the data allow for ``auto``. Raises :class:`NoData`."""
    if method in _METHODS:
        made = _METHODS[method](context)
    else:
        refusals = []
        for attempt in _METHODS.values():
            try:
                made = attempt(context)
                break
            except NoData as refused:
                refusals.append(refused)
        else:
            raise refusals[0]
    return _with_movement(context, _with_ideals(context, made))


def _with_ideals(context: Context, made: BrandMap) -> BrandMap:
    if made.fitted is None:
        return made
    frame = ideal_frame(context, set(made.attributes))
    if frame.empty:
        return made
    rated = made.table if made.method == PCA else ratings(context)
    if rated is None:
        return made
    own = rated.values[[rated.brands.index(brand) for brand in made.table.brands]]
    found, unplaced = [], []
    for segment, group in frame.groupby("segment", sort=False):
        levels = group.groupby("attribute")["score"].mean().to_dict()
        wish = np.array([levels.get(attribute, np.nan) for attribute in made.attributes], dtype=float)
        ideal = ideal_point(made.fitted.vectors, made.fitted.mean, wish)
        if ideal is None:
            unplaced.append(str(segment))
            continue
        known = np.isfinite(wish)
        gaps = np.sqrt(((own[:, known] - wish[known]) ** 2).mean(axis=1))
        found.append(
            IdealOnMap(
                str(segment),
                float(ideal.position[0]),
                float(ideal.position[1]),
                ideal.quality,
                dict(zip(made.table.brands, map(float, gaps), strict=True)),
            )
        )
    return replace(made, ideals=tuple(found), unplaced=tuple(unplaced))


def _with_movement(context: Context, made: BrandMap) -> BrandMap:
    before = earlier_context(context)
    if before is None:
        return made
    try:
        earlier = _METHODS[made.method](before)
    except NoData:
        return made
    both = [brand for brand in made.table.brands if brand in earlier.table.brands]
    known = replace(made, earlier_cycle=before.snapshot.cycle, common=len(both))
    if len(both) < LEAST_COMMON:
        return known
    now = made.points[[made.table.brands.index(brand) for brand in both]]
    found = align(earlier.points[[earlier.table.brands.index(brand) for brand in both]], now)
    if found is None:
        return known
    radius = float(np.sqrt((made.points**2).sum(axis=1)).max())
    moved = [
        Moved(brand, float(x), float(y), float(distance))
        for brand, (x, y), distance in zip(both, found.points, found.moved, strict=True)
        if distance > _STILL * radius
    ]
    return replace(known, moved=tuple(moved))


def moved_text(context: Context, made: BrandMap) -> Message | None:
    """What the arrows say; ``None`` in the first cycle."""
    if made.earlier_cycle is None:
        return None
    said = {"cycle": made.earlier_cycle}
    if made.common < LEAST_COMMON:
        return msg("Cycle {cycle} has fewer than three of these brands, so no movement is shown.", **said)
    if not made.moved:
        return msg("Nothing has moved against the field since cycle {cycle}.", **said)
    most = max(made.moved, key=lambda one: one.distance)
    return msg(
        "Arrows: from where each brand stood in cycle {cycle}, turned and shifted to fit (orthogonal Procrustes). Most has moved: {brand}.",
        brand=Brand(context.snapshot, most.brand),
        **said,
    )
