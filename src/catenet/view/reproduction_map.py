"""A map of figures: a row and a column for each of two things that were varied; darker is further off."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

from catenet.view.numbers import number_text
from catenet.view.svg import Drawing

LEFT: Final = 132
TOP: Final = 62
CELL_WIDTH: Final = 132
CELL_HEIGHT: Final = 52
SHADES: Final = 4
"""Each stands for three times further off than the one before."""


def map_height(cells: Sequence[Mapping[str, Any]]) -> int:
    """What a map takes of a picture's height; nothing if there is none."""
    return TOP + CELL_HEIGHT * len(_names(cells, "row")) + 16 if cells else 0


def draw_map(drawing: Drawing, top: float, left: float, figures: Sequence[Mapping[str, Any]]) -> None:
    """Draw the figures that have a place on the map, with what each is held against below it."""
    drawing.text(left, top + 14, "Measured, and what it is not; the darker, the further off", "head")
    rows, columns = _names(figures, "row"), _names(figures, "column")
    for number, name in enumerate(columns):
        drawing.text(left + LEFT + CELL_WIDTH * (number + 0.5), top + TOP - 12, name, "quiet", "middle")
    for number, name in enumerate(rows):
        drawing.text(left, top + TOP + CELL_HEIGHT * (number + 0.5) + 4, name, "quiet")
    for figure in figures:
        cell = figure["cell"]
        x = left + LEFT + CELL_WIDTH * columns.index(cell["column"])
        y = top + TOP + CELL_HEIGHT * rows.index(cell["row"])
        drawing.rectangle(x, y, CELL_WIDTH - 3, CELL_HEIGHT - 3, f"shade{_shade(figure)}", 3)
        middle = x + (CELL_WIDTH - 3) / 2
        measured = "never" if figure["measured"] is None else number_text(figure["measured"])
        drawing.text(middle, y + 22, measured, "head", "middle")
        drawing.text(middle, y + 39, f"not {number_text(cell['reference'])}", "small", "middle")


def _names(figures: Sequence[Mapping[str, Any]], key: str) -> list[str]:
    return list(dict.fromkeys(figure["cell"][key] for figure in figures))


def _shade(figure: Mapping[str, Any]) -> int:
    measured, reference = figure["measured"], figure["cell"]["reference"]
    if not measured or not reference:
        return SHADES
    return min(SHADES, int(abs(math.log(measured / reference, 3))))
