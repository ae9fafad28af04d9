"""A map of figures over two parameters (rows and columns); darker is further from the reference."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

from catenet.view.pictures.axis import quantity_text
from catenet.view.pictures.svg import Drawing
from catenet.view.pictures.svg_text import line_px, width_px, wrapped

TOP: Final = 34
MIN_CELL_WIDTH: Final = 132
MAX_CELL_WIDTH: Final = 240
MAX_ROW_NAME: Final = 300
CELL_HEIGHT: Final = 52
GAP: Final = 3
MAP_HEAD: Final = 796
"""The width of the picture's other text."""
SHADES: Final = 4
"""Each shade is a factor of three further from the reference."""


class _Layout:
    """Positions of rows and columns, in pixels from the map's corner."""

    def __init__(self, cells: Sequence[Mapping[str, Any]]) -> None:
        self.rows: Final = _names(cells, "row")
        self.columns: Final = _names(cells, "column")
        words = [*((name, "quiet") for name in self.columns), *((_measured(cell), "head") for cell in cells)]
        words += [(_reference(cell), "small") for cell in cells]
        widest = max((width_px(text, kind) for text, kind in words), default=0.0) + 16
        self.cell_width: Final = min(MAX_CELL_WIDTH, max(MIN_CELL_WIDTH, widest))
        self.row_lines: Final = [wrapped(name, MAX_ROW_NAME, "quiet", 2) for name in self.rows]
        lines = [line for found in self.row_lines for line in found]
        self.left: Final = max((width_px(line, "quiet") for line in lines), default=0.0) + 20
        self.column_lines: Final = [wrapped(name, self.cell_width - 8, "quiet", 3) for name in self.columns]
        self.top: Final = TOP + max((len(found) for found in self.column_lines), default=0) * line_px("quiet") + 4


def map_size(cells: Sequence[Mapping[str, Any]]) -> tuple[float, float]:
    """Width and height of the map in pixels; 0 and 0 without cells."""
    if not cells:
        return 0.0, 0.0
    layout = _Layout(cells)
    width = layout.left + layout.cell_width * len(layout.columns)
    return width, layout.top + CELL_HEIGHT * len(layout.rows) + 16


def draw_map(drawing: Drawing, top: float, left: float, figures: Sequence[Mapping[str, Any]]) -> None:
    """Draw the figures that have a cell, each with its reference below."""
    layout = _Layout(figures)
    units = {figure["unit"] for figure in figures}
    unit = f" ({units.pop()})" if len(units) == 1 and "" not in units else ""
    words = f"Measured value{unit} above its reference; darker is further from it"
    drawing.text(left, top + 14, words, "head", width=MAP_HEAD)
    for number, lines in enumerate(layout.column_lines):
        x = left + layout.left + layout.cell_width * (number + 0.5) - GAP / 2
        _stack(drawing, x, top + layout.top - 10 - (len(lines) - 1) * line_px("quiet"), lines, "middle")
    for number, lines in enumerate(layout.row_lines):
        middle = top + layout.top + CELL_HEIGHT * (number + 0.5)
        _stack(drawing, left, middle + 4 - (len(lines) - 1) * line_px("quiet") / 2, lines, "start")
    for figure in figures:
        x = left + layout.left + layout.cell_width * layout.columns.index(figure["cell"]["column"])
        y = top + layout.top + CELL_HEIGHT * layout.rows.index(figure["cell"]["row"])
        _cell(drawing, x, y, layout.cell_width - GAP, figure)


def _cell(drawing: Drawing, x: float, y: float, width: float, figure: Mapping[str, Any]) -> None:
    drawing.rectangle(x, y, width, CELL_HEIGHT - GAP, f"shade{_shade(figure)}", 3)
    drawing.text(x + width / 2, y + 22, _measured(figure), "head", "middle", width - 8)
    drawing.text(x + width / 2, y + 39, _reference(figure), "small", "middle", width - 8)


def _stack(drawing: Drawing, x: float, y: float, lines: Sequence[str], anchor: str) -> None:
    for number, line in enumerate(lines):
        drawing.text(x, y + number * line_px("quiet"), line, "quiet", anchor)


def _measured(figure: Mapping[str, Any]) -> str:
    return "never" if figure["measured"] is None else quantity_text(figure["measured"], "")


def _reference(figure: Mapping[str, Any]) -> str:
    return f"reference {quantity_text(figure['cell']['reference'], '')}"


def _names(figures: Sequence[Mapping[str, Any]], key: str) -> list[str]:
    return list(dict.fromkeys(figure["cell"][key] for figure in figures))


def _shade(figure: Mapping[str, Any]) -> int:
    measured, reference = figure["measured"], figure["cell"]["reference"]
    if not measured or not reference:
        return SHADES
    return min(SHADES, int(abs(math.log(measured / reference, 3))))
