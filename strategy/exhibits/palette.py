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
    """What text on a field of ``color`` is written in, dark or white, whichever stands out more (contrast after WCAG 2)."""
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels)
    light = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    # The dark text has a luminance of 0.017.
    return "#FFFFFF" if 1.05 / (light + 0.05) > (light + 0.05) / 0.067 else "#1B2430"


def tint(color: str, alpha: float) -> str:
    """``#0072B2`` at an opacity, as Plotly writes it."""
    red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{alpha:g})"
