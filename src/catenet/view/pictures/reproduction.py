"""A picture of a reproduced experiment: expected and measured values.

One strip for each figure: the band is the expected range, a dot is a single run, the diamond is the measured value.
The chain of effects comes first, then curves of a closed form; figures over two parameters come last, as one map.  The
data is that of ``catenet reproduce --json``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from catenet.view.pictures.axis import LABEL_KIND, quantity_text, ticks
from catenet.view.pictures.reproduction_chain import chain_size, draw_chain
from catenet.view.pictures.reproduction_curves import curves_size, draw_curves
from catenet.view.pictures.reproduction_map import draw_map, map_size
from catenet.view.pictures.svg import Drawing, Scale
from catenet.view.pictures.svg_text import line_px, shortened, width_px, wrapped

WIDTH: Final = 860
LEFT: Final = 32
RIGHT: Final = WIDTH - 32
HEAD: Final = 84
EDGE: Final = 8
"""Minimum distance of text from the edge of the page."""
_LEGEND: Final = 250
_DOT: Final = 4.5
_PLOT: Final = 46
"""Height of a strip above its axis."""
_BELOW: Final = 50
"""Height of the axis and the gap to the next strip."""
_VERDICT_MAX: Final = 300


def picture(found: Mapping[str, Any]) -> str:
    """The picture as SVG; ``found`` has ``experiment``, ``seed`` and ``figures``."""
    shared = ("cell", "chain", "curve")
    strips = [_Strip(figure) for figure in found["figures"] if not any(figure.get(key) for key in shared)]
    curves = [figure for figure in found["figures"] if figure.get("curve")]
    chain = [figure for figure in found["figures"] if figure.get("chain")]
    cells = [figure for figure in found["figures"] if figure.get("cell")]
    chain_width, chain_height = chain_size(chain)
    curves_width, curves_height = curves_size(curves)
    foot = HEAD + chain_height + curves_height + sum(strip.height for strip in strips)
    map_width, map_height = map_size(cells)
    width = max(WIDTH, LEFT + map_width + LEFT, LEFT + chain_width + LEFT, LEFT + curves_width + LEFT)
    drawing = Drawing(width, foot + map_height + 16, f"{found['experiment']}: expected and measured")
    drawing.text(LEFT, 40, found["experiment"], "title", width=RIGHT - _LEGEND - LEFT - 16)
    command = f"catenet reproduce {found['experiment']} --seed {found['seed']}"
    drawing.text(LEFT, 61, command, "quiet small", width=RIGHT - LEFT)
    if strips:
        _legend(drawing)
    if curves:
        draw_curves(drawing, HEAD + chain_height, LEFT, curves)
    top = HEAD + chain_height + curves_height
    for strip in strips:
        strip.draw(drawing, top)
        top += strip.height
    if cells:
        draw_map(drawing, foot, LEFT, cells)
    if chain:
        draw_chain(drawing, HEAD, LEFT, chain)
    return drawing.svg()


def _legend(drawing: Drawing) -> None:
    x = RIGHT - _LEGEND
    drawing.rectangle(x, 27, 22, 14, "band", 2)
    drawing.text(x + 28, 38, "expected", "quiet small")
    drawing.circle(x + 99, 34, _DOT, "dot")
    drawing.text(x + 109, 38, "one run", "quiet small")
    drawing.diamond(x + 173, 34, 7, "mark")
    drawing.text(x + 185, 38, "measured", "quiet small")


class _Strip:
    """One figure: its text, wrapped, and its axis below."""

    def __init__(self, figure: Mapping[str, Any]) -> None:
        self._figure: Final = figure
        self._verdict: Final = shortened(_verdict(figure), _VERDICT_MAX, "head")
        beside = RIGHT - LEFT - width_px(self._verdict, "head") - 24
        self._what: Final = wrapped(figure["what"], beside, "head")
        self._expected: Final = wrapped(f"expected: {figure['expected']}", RIGHT - LEFT)
        words = len(self._what) * line_px("head") + len(self._expected) * line_px()
        self._axis: Final = words + 8 + _PLOT
        self.height: Final = self._axis + _BELOW

    def draw(self, drawing: Drawing, top: float) -> None:
        figure = self._figure
        drawing.begin("right" if figure["holds"] else "wrong")
        kind = "head good" if figure["holds"] else "head bad"
        drawing.text(RIGHT, top + 14, self._verdict, kind, "end")
        y = top + 14
        for kind, lines in (("head", self._what), ("quiet", self._expected)):
            for line in lines:
                drawing.text(LEFT, y, line, kind)
                y += line_px(kind)
        scale, foot = _scale(figure), top + self._axis
        _band(drawing, scale, foot, figure)
        _axis(drawing, scale, foot, figure)
        _dots(drawing, scale, foot, figure)
        measured = figure["measured"]
        if measured is not None:
            tip = f"measured {quantity_text(measured, figure['unit'])}"
            drawing.diamond(scale.at(measured), foot, 7, "mark", tip)
        drawing.end()


def _verdict(figure: Mapping[str, Any]) -> str:
    measured = figure["measured"]
    value = "never" if measured is None else quantity_text(measured, figure["unit"])
    return value if figure["holds"] else f"{value}, outside"


def _scale(figure: Mapping[str, Any]) -> Scale:
    """A scale that covers all values with a margin; it starts at 0 if that is near."""
    values = [
        value for value in (figure["low"], figure["high"], figure["measured"], *figure["runs"]) if value is not None
    ]
    low, high = min(values, default=0.0), max(values, default=1.0)
    if high - low <= 1e-9 * max(abs(low), abs(high)):
        high = low + (abs(low) * 0.1 or 1.0)
    margin = (high - low) * 0.08
    from_zero = 0 <= low < (high - low) * 0.6
    return Scale(0.0 if from_zero else low - margin, high + margin, LEFT, RIGHT)


def _band(drawing: Drawing, scale: Scale, foot: float, figure: Mapping[str, Any]) -> None:
    low, high = figure["low"], figure["high"]
    left = scale.left if low is None else scale.at(low)
    right = scale.right if high is None else scale.at(high)
    drawing.rectangle(left, foot - _PLOT, max(right - left, 2.0), _PLOT, "band")
    for bound, x in ((low, left), (high, right)):
        if bound is not None:
            drawing.line(x, foot - _PLOT, x, foot, "bound")


def _axis(drawing: Drawing, scale: Scale, foot: float, figure: Mapping[str, Any]) -> None:
    drawing.line(scale.left, foot, scale.right, foot, "axis")
    found, unit = ticks(scale, figure["unit"])
    for tick in found:
        drawing.line(tick.x, foot, tick.x, foot + 4, "axis")
        half = width_px(tick.label, LABEL_KIND) / 2
        x = min(max(tick.x, EDGE + half), WIDTH - EDGE - half)
        drawing.text(x, foot + 20, tick.label, LABEL_KIND, "middle", RIGHT - LEFT)
    drawing.text(scale.right, foot + 36, unit, LABEL_KIND, "end", (RIGHT - LEFT) / 2)
    never: Sequence[Any] = [run for run in figure["runs"] if run is None]
    if never or figure["measured"] is None:
        drawing.text(LEFT, foot + 36, f"never: {max(1, len(never))}", "bad small")


def _dots(drawing: Drawing, scale: Scale, foot: float, figure: Mapping[str, Any]) -> None:
    """Draw the runs; dots that would overlap are stacked."""
    runs = sorted(run for run in figure["runs"] if run is not None)
    piles: list[tuple[float, int]] = []
    for run in runs:
        x = scale.at(run)
        height = 0
        while any(abs(x - other) < 2 * _DOT and height == pile for other, pile in piles):
            height += 1
        piles.append((x, height))
        y = foot - _DOT - 3 - (height * 2 * _DOT) % (_PLOT - 2 * _DOT)
        drawing.circle(x, y, _DOT, "dot", quantity_text(run, figure["unit"]))
