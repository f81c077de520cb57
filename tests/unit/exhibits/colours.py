"""Text on colours, measured on the figure: what it is written in, what it stands on, and the contrast of the two."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from strategic_rows import decode

from strategy.exhibits import Exhibit

THEME = tomllib.loads((Path(__file__).resolve().parents[3] / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"]
PAGES = {name: THEME[name]["backgroundColor"] for name in ("light", "dark")}
#: W3C, "Web Content Accessibility Guidelines" 2.1 (2018), success criterion 1.4.3, level AA.
LEAST = 4.5


def channels(color: str) -> list[float]:
    """Red, green, blue from 0 to 1, and opacity."""
    if color.startswith("#"):
        return [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)] + [1.0]
    numbers = [float(number) for number in re.findall(r"[\d.]+", color)]
    return [number / 255 for number in numbers[:3]] + [numbers[3] if len(numbers) > 3 else 1.0]


def over(color: str, ground: str) -> list[float]:
    *top, opacity = channels(color)
    return [a * opacity + b * (1 - opacity) for a, b in zip(top, channels(ground)[:3], strict=True)]


def luminance(color: list[float]) -> float:
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in color]
    return sum(share * value for share, value in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(text: str, field: str, page: str) -> float:
    low, high = sorted((luminance(channels(text)[:3]), luminance(over(field, page))))
    return (high + 0.05) / (low + 0.05)


def on_color(scale: list[Any], place: float) -> str:
    """The colour of a heat map at ``place`` of its scale, as Plotly mixes it."""
    place = min(max(place, 0.0), 1.0)
    before = max(index for index, (edge, _) in enumerate(scale) if edge <= place)
    (low, start), (high, end) = scale[before], scale[min(before + 1, len(scale) - 1)]
    share = (place - low) / (high - low) if high > low else 0.0
    mixed = [a + (b - a) * share for a, b in zip(channels(start), channels(end), strict=True)]
    return "rgba({:.3f},{:.3f},{:.3f},{})".format(*(255 * value for value in mixed[:3]), mixed[3])


def texts_on_colors(figure: dict[str, Any]) -> Iterator[tuple[str, str | None, str]]:
    """Text, its colour (``None``: left to Plotly) and the colour it stands on, for each text inside a field, a bar or an area."""
    fields: dict[tuple[Any, Any], str] = {}
    for trace in figure["data"]:
        kind = trace["type"]
        if kind == "heatmap":
            assert "texttemplate" not in trace, "Plotly chooses how to write on a heat map, and chooses too faint"
            low, high = trace["zmin"], trace["zmax"]
            for y, line in zip(trace["y"], trace["z"], strict=True):
                for x, value in zip(trace["x"], line, strict=True):
                    if value is not None and value == value:
                        fields[x, y] = on_color(trace["colorscale"], (value - low) / (high - low))
        elif kind == "scatter" and "text" in trace.get("mode", "") and fields:
            colors = trace.get("textfont", {}).get("color") or [None] * len(trace["text"])
            for x, y, text, color in zip(trace["x"], trace["y"], trace["text"], colors, strict=True):
                if text and (x, y) in fields:
                    yield text, color, fields[x, y]
        elif kind == "bar" and trace.get("text") and trace.get("textposition") != "outside":
            count = len(trace["text"])
            places = trace["textposition"] if isinstance(trace["textposition"], list) else [trace["textposition"]] * count
            colors = trace.get("insidetextfont", {}).get("color") or [None] * count
            grounds = trace["marker"]["color"] if isinstance(trace["marker"]["color"], list) else [trace["marker"]["color"]] * count
            for text, place, color, ground in zip(trace["text"], places, colors, grounds, strict=True):
                if text and place != "outside":
                    yield text, color, ground
        elif kind == "treemap":
            yield from zip(trace["labels"], trace["insidetextfont"]["color"], trace["marker"]["colors"], strict=True)
    for note in figure["layout"].get("annotations", ()):
        if (note["x"], note["y"]) in fields:
            yield note["text"], note.get("font", {}).get("color"), fields[note["x"], note["y"]]


def measured(shown: Exhibit) -> dict[tuple[str, str], float | None]:
    """(text, page) -> contrast with the field the text stands on, ``None`` where its colour is left to Plotly."""
    figure = decode(shown.draw("zh").to_plotly_json())
    return {
        (text, page): contrast(color, field, ground) if color else None
        for text, color, field in texts_on_colors(figure)
        for page, ground in PAGES.items()
    }


def faint(shown: Exhibit) -> dict[tuple[str, str], float | None]:
    """What of :func:`measured` cannot be read from the back of a room."""
    return {where: reached for where, reached in measured(shown).items() if reached is None or reached < LEAST}
