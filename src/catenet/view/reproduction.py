"""A picture of an experiment whose outcome is known: what is expected beside what was measured.

One strip for each figure.  The band is where it may lie, a dot is a single run, the diamond is what counts.  Figures
with a place on a map come last, as one.  It is read from the JSON that ``catenet reproduce --json`` prints.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from catenet.view.numbers import number_text
from catenet.view.reproduction_map import draw_map, map_height
from catenet.view.svg import Drawing, Scale

WIDTH: Final = 860
LEFT: Final = 32
RIGHT: Final = WIDTH - 32
HEAD: Final = 84
STRIP: Final = 142
_DOT: Final = 4.5
_PLOT: Final = 46
"""Height of what lies above the axis of a strip."""


def picture(found: Mapping[str, Any]) -> str:
    """The picture as SVG; ``found`` has ``experiment``, ``seed`` and ``figures``."""
    figures = [figure for figure in found["figures"] if not figure.get("cell")]
    cells = [figure for figure in found["figures"] if figure.get("cell")]
    foot = HEAD + STRIP * len(figures)
    drawing = Drawing(WIDTH, foot + map_height(cells) + 16, f"{found['experiment']}: expected and measured")
    drawing.text(LEFT, 40, found["experiment"], "title")
    drawing.text(LEFT, 61, f"catenet reproduce {found['experiment']} --seed {found['seed']}", "quiet small")
    _legend(drawing)
    for number, figure in enumerate(figures):
        _strip(drawing, HEAD + number * STRIP, figure)
    if cells:
        draw_map(drawing, foot, LEFT, cells)
    return drawing.svg()


def _legend(drawing: Drawing) -> None:
    x = RIGHT - 250
    drawing.rectangle(x, 27, 22, 14, "band", 2)
    drawing.text(x + 28, 38, "expected", "quiet small")
    drawing.circle(x + 99, 34, _DOT, "dot")
    drawing.text(x + 109, 38, "a run", "quiet small")
    drawing.diamond(x + 163, 34, 7, "mark")
    drawing.text(x + 175, 38, "measured", "quiet small")


def _strip(drawing: Drawing, top: float, figure: Mapping[str, Any]) -> None:
    scale = _scale(figure)
    foot = top + 46 + _PLOT
    drawing.begin("right" if figure["holds"] else "wrong")
    drawing.text(LEFT, top + 14, figure["what"], "head")
    drawing.text(LEFT, top + 32, f"expected: {figure['expected']}", "quiet")
    drawing.text(RIGHT, top + 14, _verdict(figure), "head good" if figure["holds"] else "head bad", "end")
    _band(drawing, scale, foot, figure)
    _axis(drawing, scale, foot, figure["unit"])
    _dots(drawing, scale, foot, figure)
    _measured(drawing, scale, foot, figure)
    drawing.end()


def _verdict(figure: Mapping[str, Any]) -> str:
    measured = figure["measured"]
    value = "never" if measured is None else f"{number_text(measured)} {figure['unit']}".strip()
    return value if figure["holds"] else f"{value}, outside"


def _scale(figure: Mapping[str, Any]) -> Scale:
    """All that is to be seen, with a margin; from 0 if that is not far off."""
    values = [
        value for value in (figure["low"], figure["high"], figure["measured"], *figure["runs"]) if value is not None
    ]
    low, high = min(values, default=0.0), max(values, default=1.0)
    if high <= low:
        high = low + max(abs(low) * 0.1, 1e-9)
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


def _axis(drawing: Drawing, scale: Scale, foot: float, unit: str) -> None:
    drawing.line(scale.left, foot, scale.right, foot, "axis")
    for tick in scale.ticks():
        x = scale.at(tick)
        drawing.line(x, foot, x, foot + 4, "axis")
        drawing.text(x, foot + 17, number_text(tick), "quiet small", "middle")
    drawing.text(scale.right, foot + 31, unit, "quiet small", "end")


def _dots(drawing: Drawing, scale: Scale, foot: float, figure: Mapping[str, Any]) -> None:
    """Runs that lie close together are piled up, so that each is seen."""
    runs = sorted(run for run in figure["runs"] if run is not None)
    piles: list[tuple[float, int]] = []
    for run in runs:
        x = scale.at(run)
        height = 0
        while any(abs(x - other) < 2 * _DOT and height == pile for other, pile in piles):
            height += 1
        piles.append((x, height))
        y = foot - _DOT - 3 - (height * 2 * _DOT) % (_PLOT - 2 * _DOT)
        drawing.circle(x, y, _DOT, "dot", f"{number_text(run)} {figure['unit']}")


def _measured(drawing: Drawing, scale: Scale, foot: float, figure: Mapping[str, Any]) -> None:
    measured = figure["measured"]
    if measured is not None:
        drawing.diamond(scale.at(measured), foot, 7, "mark", f"measured {number_text(measured)} {figure['unit']}")
    never: Sequence[Any] = [run for run in figure["runs"] if run is None]
    if never or measured is None:
        drawing.text(scale.right, foot - _PLOT + 12, f"never: {max(1, len(never))}", "bad small", "end")
