"""Step 3: the tables a perceptual map is made of, with what had to be left out of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from strategy.analysis.orientation import Matrix
from strategy.exhibits.brand_profile import rating_frame
from strategy.exhibits.model import Context
from strategy.exhibits.rivals import OURS
from strategy.workbook import Row, Snapshot


@dataclass(frozen=True)
class BrandTable:
    """``values``: brands x attributes (or brands x brands), complete. ``dropped``: brands and attributes left out for their gaps.

    ``people``: how many answered, 0 when that is not known. ``judged``: the figures are the team's own judgement.
    """

    brands: tuple[str, ...]
    attributes: tuple[str, ...]
    values: Matrix
    dropped_brands: tuple[str, ...] = ()
    dropped_attributes: tuple[str, ...] = ()
    people: int = 0
    judged: bool = False


def complete(values: Matrix, square: bool = False) -> tuple[list[int], list[int]]:
    """Rows and columns to keep so that no gap is left: whatever has the largest share of gaps goes first, columns before rows.

    With ``square``, row and column of the same number go together.
    """
    rows, columns = list(range(values.shape[0])), list(range(values.shape[1]))
    while rows and columns:
        gaps = ~np.isfinite(values[np.ix_(rows, columns)])
        if not gaps.any():
            break
        by_row, by_column = gaps.mean(axis=1), gaps.mean(axis=0)
        if square:
            at = int(by_row.argmax())
            del rows[at], columns[at]
        elif by_column.max() >= by_row.max():
            del columns[int(by_column.argmax())]
        else:
            del rows[int(by_row.argmax())]
    return rows, columns


def _table(wide: pd.DataFrame, people: int = 0, judged: bool = False) -> BrandTable:
    """A pivot table, brands x attributes, cut down to its complete part."""
    values = wide.to_numpy(dtype=float)
    rows, columns = complete(values)
    return BrandTable(
        brands=tuple(str(wide.index[at]) for at in rows),
        attributes=tuple(str(wide.columns[at]) for at in columns),
        values=values[np.ix_(rows, columns)],
        dropped_brands=tuple(str(brand) for at, brand in enumerate(wide.index) if at not in rows),
        dropped_attributes=tuple(str(name) for at, name in enumerate(wide.columns) if at not in columns),
        people=people,
        judged=judged,
    )


def _brand_order(snapshot: Snapshot, brands: Sequence[str]) -> list[str]:
    """Ours first, then rivals in order of creation."""
    known = {row.id: row.ordinal for row in snapshot.rows("rival")}
    return sorted(set(brands), key=lambda brand: (brand != OURS, known.get(brand, len(known)), brand))


def ratings(context: Context) -> BrandTable | None:
    """Mean ratings, brands x attributes; ``None`` when nothing has been rated."""
    frame = rating_frame(context)
    if frame.empty:
        return None
    wide = frame.pivot(index="brand", columns="attribute", values="mean")
    wide = wide.loc[_brand_order(context.snapshot, list(wide.index)), list(dict.fromkeys(frame["attribute"]))]
    return _table(wide, int(frame["participants"].max()))


def counts(snapshot: Snapshot) -> BrandTable | None:
    """How many named each brand for each attribute; ``None`` when nothing has been counted. A repeated row adds up."""
    rows = [row for row in snapshot.rows("association_count") if row["attribute"] and row["count"] is not None]
    if not rows:
        return None
    long = pd.DataFrame(
        {
            "brand": [row["rival"] or OURS for row in rows],
            "attribute": [str(row["attribute"]).strip() for row in rows],
            "count": [float(row["count"]) for row in rows],
        }
    )
    wide = long.pivot_table(index="brand", columns="attribute", values="count", aggfunc="sum")
    wide = wide.loc[_brand_order(snapshot, list(wide.index)), list(dict.fromkeys(long["attribute"]))]
    asked = max((int(row.get("respondents", 0)) for row in rows), default=0)
    table = _table(wide, asked, all(row["figures_from"] == "judgement" for row in rows))
    # A brand nobody named, or an attribute nobody was named for, has no profile.
    named = [at for at, line in enumerate(table.values) if line.sum() > 0]
    used = [at for at, line in enumerate(table.values[named].T) if line.sum() > 0]
    return BrandTable(
        brands=tuple(table.brands[at] for at in named),
        attributes=tuple(table.attributes[at] for at in used),
        values=table.values[np.ix_(named, used)],
        dropped_brands=(*table.dropped_brands, *(b for at, b in enumerate(table.brands) if at not in named)),
        dropped_attributes=(*table.dropped_attributes, *(a for at, a in enumerate(table.attributes) if at not in used)),
        people=table.people,
        judged=table.judged,
    )


def differences(snapshot: Snapshot) -> BrandTable | None:
    """Mean judged difference of every pair, brands x brands, less the 1 that means "the same"; ``None`` when nothing was judged."""
    pairs: dict[tuple[str, str], list[float]] = {}
    people: set[str] = set()
    for row in snapshot.rows("dissimilarity"):
        if row["second"] and row["score"] is not None and (row["first"] or OURS) != row["second"]:
            one, two = sorted((row["first"] or OURS, row["second"]))
            pairs.setdefault((one, two), []).append(float(row["score"]))
            people.add(_person(row))
    if not pairs:
        return None
    brands = _brand_order(snapshot, [brand for pair in pairs for brand in pair])
    place = {brand: at for at, brand in enumerate(brands)}
    values = np.full((len(brands), len(brands)), np.nan)
    np.fill_diagonal(values, 0.0)
    for (one, two), scores in pairs.items():
        values[place[one], place[two]] = values[place[two], place[one]] = float(np.mean(scores)) - 1.0
    rows, _ = complete(values, square=True)
    kept = tuple(brands[at] for at in rows)
    return BrandTable(
        kept, kept, values[np.ix_(rows, rows)], tuple(brand for brand in brands if brand not in kept), people=len(people)
    )


def _person(row: Row) -> str:
    return str(row["participant"] or row.author).strip()


def earlier_context(context: Context) -> Context | None:
    """The same question asked of the cycle before; ``None`` in the first cycle, or where the segment asked for was not there yet."""
    before = context.snapshot.earlier("brand_rating", "association_count", "dissimilarity", "rival", "segment")
    wanted = str(context.settings.get("segment") or "")
    if before is None or (wanted and before.row("segment", wanted) is None):
        return None
    return Context(before, context.settings)
