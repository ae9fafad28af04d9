"""Curves of a closed form, a panel for each, and what was measured along it; the horizontal axis is logarithmic."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

from catenet.view.pictures.axis import quantity_text
from catenet.view.pictures.svg import Drawing

HEAD: Final = 62
PANEL_WIDTH: Final = 184
PANEL_HEIGHT: Final = 200
GAP: Final = 16
AXIS_WIDTH: Final = 44
FOOT: Final = 58
STEPS: Final = 5
_MARKS: Final = ("diamond", "dot")

Figures = Sequence[Mapping[str, Any]]


def curves_size(figures: Figures) -> tuple[float, float]:
    """What curves take of a picture's width and height, in pixels; nothing if there are none."""
    if not figures:
        return 0.0, 0.0
    return AXIS_WIDTH + (PANEL_WIDTH + GAP) * len(_names(figures, "curve")), HEAD + PANEL_HEIGHT + FOOT


def draw_curves(drawing: Drawing, top: float, left: float, figures: Figures) -> None:
    """Draw a panel for each curve, all with the same axes, from 0."""
    measured = _names(figures, "measured")
    _legend(drawing, top, left, measured)
    axes = _Axes(figures)
    unit = figures[0]["unit"]
    for step in range(STEPS + 1):
        value = axes.most * step / STEPS
        y = axes.y(top, value)
        drawing.text(left + AXIS_WIDTH - 8, y + 4, f"{value:g}", "quiet small", "end")
    drawing.text(left + AXIS_WIDTH - 8, top + HEAD - 12, unit, "quiet small", "end")
    for number, name in enumerate(_names(figures, "curve")):
        here = [figure for figure in figures if figure["curve"]["curve"] == name]
        _panel(drawing, top, left + AXIS_WIDTH + (PANEL_WIDTH + GAP) * number, name, here, axes, measured)


class _Axes:
    """Where a value is within a panel."""

    def __init__(self, figures: Figures) -> None:
        places = [figure["curve"]["x"] for figure in figures]
        self.low: Final = math.log2(min(places))
        self.high: Final = math.log2(max(places))
        self.places: Final = sorted(set(places))
        found = [figure["measured"] or 0.0 for figure in figures]
        found += [y for figure in figures for _, y in figure["curve"]["line"]]
        largest = max(found, default=0.0) or 1.0
        scale = 10.0 ** math.floor(math.log10(largest))
        self.most: Final = math.ceil(largest / scale - 1e-9) * scale

    def x(self, left: float, place: float) -> float:
        """Pixels from the left of the page."""
        share = (math.log2(place) - self.low) / ((self.high - self.low) or 1.0)
        return left + 8 + share * (PANEL_WIDTH - 24)

    def y(self, top: float, value: float) -> float:
        """Pixels from the top of the page."""
        return top + HEAD + PANEL_HEIGHT * (1.0 - value / self.most)


def _panel(
    drawing: Drawing, top: float, left: float, name: str, figures: Figures, axes: _Axes, measured: Sequence[str]
) -> None:
    drawing.text(left, top + HEAD - 12, name, "head")
    foot = top + HEAD + PANEL_HEIGHT
    drawing.text(left + PANEL_WIDTH, foot + 34, figures[0]["curve"]["x_unit"], "quiet small", "end")
    for step in range(STEPS + 1):
        y = axes.y(top, axes.most * step / STEPS)
        drawing.line(left, y, left + PANEL_WIDTH, y, "grid" if step else "axis")
    for place in axes.places:
        x = axes.x(left, place)
        drawing.line(x, foot, x, foot + 4, "axis")
        drawing.text(x, foot + 18, f"{place:g}", "quiet small", "middle")
    for figure in figures:
        line = [(axes.x(left, place), axes.y(top, value)) for place, value in figure["curve"]["line"]]
        for (x1, y1), (x2, y2) in pairwise(line):
            drawing.line(x1, y1, x2, y2, "bound")
    for figure in figures:
        drawing.begin("right" if figure["holds"] else "wrong")
        if figure["measured"] is not None:
            x, y = axes.x(left, figure["curve"]["x"]), axes.y(top, figure["measured"])
            tip = f"{figure['curve']['measured']}: {quantity_text(figure['measured'], figure['unit'])}"
            _mark(drawing, measured.index(figure["curve"]["measured"]), x, y, tip)
        drawing.end()


def _legend(drawing: Drawing, top: float, left: float, measured: Sequence[str]) -> None:
    x = left + AXIS_WIDTH
    drawing.line(x, top + 12, x + 22, top + 12, "bound")
    drawing.text(x + 30, top + 16, "closed form", "quiet small")
    x += 110
    for number, name in enumerate(measured):
        _mark(drawing, number, x, top + 12, "")
        drawing.text(x + 12, top + 16, f"measured: {name}", "quiet small")
        x += 190


def _mark(drawing: Drawing, number: int, x: float, y: float, tip: str) -> None:
    if _MARKS[number % len(_MARKS)] == "diamond":
        drawing.diamond(x, y, 6, "mark", tip)
    else:
        drawing.circle(x, y, 4.5, "dot", tip)


def _names(figures: Figures, key: str) -> list[str]:
    return list(dict.fromkeys(figure["curve"][key] for figure in figures))
