"""One palette for charts, slides and spreadsheets, safe for the colour-blind.

Hues after Okabe and Ito, "Color Universal Design" (2008), with two of them darkened to keep contrast on white.
"""

from __future__ import annotations

from strategy.workbook import Row, Snapshot

SERIES: tuple[str, ...] = (
    "#0072B2",
    "#E69F00",
    "#009E73",
    "#CC79A7",
    "#56B4E9",
    "#D55E00",
    "#8C8C8C",
    "#B8A400",
    "#6A51A3",
    "#4D7F17",
)
NEUTRAL = "#8C8C8C"
GOOD = "#009E73"
CAUTION = "#E69F00"
BAD = "#D55E00"
ACCENT = "#0072B2"

#: Shades of heat maps. Opaque, because the numbers on them are written dark or light after the shade, whatever lies behind it.
SHADES = [[0.0, "#E9F2F8"], [1.0, ACCENT]]
BOTH_WAYS = [[0.0, CAUTION], [0.5, "#EFEFEF"], [1.0, ACCENT]]

#: The least contrast of a text with the field it stands on: 4.5 (the same guidelines, level AA), and what rounding shades may take.
LEGIBLE = 4.55
#: The theme's text on light ground.
_DARK = "#1B2430"

#: Quiet tints of the four layers, by the name of the tint in the method.
LAYER_TINTS = {"gray": "#8C8C8C", "blue": "#0072B2", "violet": "#6A51A3", "green": "#009E73", "orange": "#D55E00"}


def series(position: int) -> str:
    return SERIES[position % len(SERIES)]


def segment_color(segment: Row) -> str:
    """A segment's own colour: given by its order of creation, so that it keeps it whatever happens to the others."""
    return series(segment.ordinal)


def segment_colors(snapshot: Snapshot) -> dict[str, str]:
    """Segment id -> colour."""
    return {row.id: segment_color(row) for row in snapshot.rows("segment")}


def ink(color: str) -> str:
    """What text on an opaque field of ``color`` is written in: the theme's dark or white, whichever stands out more.

    Black where neither reaches :data:`LEGIBLE`; one of black and white always does.
    """
    dark, white = contrast(color, _DARK), contrast(color, "#FFFFFF")
    return "#000000" if max(dark, white) < LEGIBLE else "#FFFFFF" if white > dark else _DARK


def contrast(one: str, other: str) -> float:
    """Contrast of two opaque colours, from 1 to 21: W3C, "Web Content Accessibility Guidelines" 2.1 (2018), relative luminance."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(color: str) -> float:
    red, green, blue = (value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in _channels(color))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _channels(color: str) -> list[float]:
    return [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]


def blend(low: str, high: str, share: float) -> str:
    """The opaque colour ``share`` of the way from ``low`` to ``high``."""
    mixed = (a + (b - a) * share for a, b in zip(_channels(low), _channels(high), strict=True))
    return "#" + "".join(f"{round(255 * value):02X}" for value in mixed)


def pale(color: str, share: float) -> str:
    """``color`` thinned with white: opaque, so that text on it is as legible on a dark page as on a light one."""
    return blend("#FFFFFF", color, share)


def tint(color: str, alpha: float) -> str:
    """``#0072B2`` at an opacity, as Plotly writes it."""
    red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{alpha:g})"
