"""Curves of a closed form, a panel for each, and what was measured along it.

An axis is logarithmic where its values span more than a power of ten; the vertical one begins at 0 if it is not.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

from catenet.view.pictures.axis import quantity_text
from catenet.view.pictures.svg import Drawing, round_step

HEAD: Final = 62
PANEL_WIDTH: Final = 184
PANEL_HEIGHT: Final = 200
GAP: Final = 16
AXIS_WIDTH: Final = 44
FOOT: Final = 58
LEGEND: Final = 28
COLUMNS: Final = 4
"""Panels side by side."""
STEPS: Final = 5
_MARKS: Final = ("diamond", "dot")
_SUPERSCRIPTS: Final = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")

Figures = Sequence[Mapping[str, Any]]


def curves_size(figures: Figures) -> tuple[float, float]:
    """What curves take of a picture's width and height, in pixels; nothing if there are none."""
    if not figures:
        return 0.0, 0.0
    panels = len(_names(figures, "curve"))
    width = AXIS_WIDTH + (PANEL_WIDTH + GAP) * min(COLUMNS, panels)
    return width, LEGEND + (HEAD - LEGEND + PANEL_HEIGHT + FOOT) * -(-panels // COLUMNS)


def draw_curves(drawing: Drawing, top: float, left: float, figures: Figures) -> None:
    """Draw a panel for each curve, all with the same axes."""
    measured = _names(figures, "measured")
    _legend(drawing, top, left, measured)
    axes = _Axes(figures)
    for number, name in enumerate(_names(figures, "curve")):
        here = [figure for figure in figures if figure["curve"]["curve"] == name]
        row, column = divmod(number, COLUMNS)
        y = top + (HEAD - LEGEND + PANEL_HEIGHT + FOOT) * row
        if column == 0:
            _scale(drawing, y, left, axes, figures[0]["unit"])
        _panel(drawing, y, left + AXIS_WIDTH + (PANEL_WIDTH + GAP) * column, name, here, axes, measured)


class _Axes:
    """Where a value is within a panel."""

    def __init__(self, figures: Figures) -> None:
        places = [figure["curve"]["x"] for figure in figures]
        self.log_x: Final = min(places) > 0 and max(places) >= 10 * min(places)
        self.left: Final = self._along(min(places))
        self.right: Final = self._along(max(places))
        self.places: Final = _marks(sorted(set(places)), self.log_x)
        found = [figure["measured"] for figure in figures if figure["measured"] is not None]
        found += [y for figure in figures for _, y in figure["curve"]["line"]]
        positive = [value for value in found if value > 0]
        self.log_y: Final = bool(positive) and len(positive) == len(found) and max(found) >= 10 * min(found)
        if self.log_y:
            self.low: float = math.floor(math.log10(min(found)))
            self.high: float = math.ceil(math.log10(max(found)))
            step = max(1, math.ceil((self.high - self.low) / STEPS))
            self.steps: list[float] = [10.0**power for power in range(int(self.low), int(self.high) + 1, step)]
        else:
            step_size = round_step((max(found, default=0.0) or 1.0) / STEPS)
            self.low, self.high = 0.0, step_size * math.ceil((max(found, default=0.0) or 1.0) / step_size - 1e-9)
            self.steps = [step_size * number for number in range(round(self.high / step_size) + 1)]

    def _along(self, place: float) -> float:
        return math.log2(place) if self.log_x else place

    def x(self, left: float, place: float) -> float:
        """Pixels from the left of the page."""
        share = (self._along(place) - self.left) / ((self.right - self.left) or 1.0)
        return left + 8 + share * (PANEL_WIDTH - 24)

    def y(self, top: float, value: float) -> float:
        """Pixels from the top of the page."""
        height = math.log10(value) if self.log_y else value
        return top + HEAD + PANEL_HEIGHT * (1.0 - (height - self.low) / ((self.high - self.low) or 1.0))

    def label(self, value: float) -> str:
        """What is written beside a line."""
        if self.log_y:
            return f"10{str(round(math.log10(value))).translate(_SUPERSCRIPTS)}"
        return f"{value:g}"


def _marks(places: Sequence[float], logarithmic: bool) -> Sequence[float]:
    """The places that are written below a panel: those of the figures, if they are few."""
    if logarithmic or len(places) <= STEPS:
        return places
    step = round_step((places[-1] - places[0]) / STEPS)
    first, last = math.ceil(places[0] / step - 1e-9), math.floor(places[-1] / step + 1e-9)
    return [step * number for number in range(first, last + 1)]


def _scale(drawing: Drawing, top: float, left: float, axes: _Axes, unit: str) -> None:
    for value in axes.steps:
        drawing.text(left + AXIS_WIDTH - 8, axes.y(top, value) + 4, axes.label(value), "quiet small", "end")
    drawing.text(left + AXIS_WIDTH - 8, top + HEAD - 12, unit, "quiet small", "end")


def _panel(
    drawing: Drawing, top: float, left: float, name: str, figures: Figures, axes: _Axes, measured: Sequence[str]
) -> None:
    drawing.text(left, top + HEAD - 12, name, "head", width=PANEL_WIDTH)
    foot = top + HEAD + PANEL_HEIGHT
    drawing.text(left + PANEL_WIDTH, foot + 34, figures[0]["curve"]["x_unit"], "quiet small", "end")
    for value in axes.steps:
        y = axes.y(top, value)
        drawing.line(left, y, left + PANEL_WIDTH, y, "grid")
    drawing.line(left, foot, left + PANEL_WIDTH, foot, "axis")
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
