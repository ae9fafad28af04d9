"""A hash ring as a picture (SVG): the arcs of each node, the keys around the circle, and the shares beside it.

Positions go clockwise from the top.  A key's number on the circle is its number in the list.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

from catenet.view.pictures.arrows import Box
from catenet.view.pictures.svg import Drawing
from catenet.view.pictures.svg_text import line_px, shortened, width_px, wrapped
from catenet.view.placements import evenness

_CIRCLE: Final = 1 << 32
_MARGIN: Final = 24
_RADIUS: Final = 150
_STROKE: Final = 26
_KEYS_RADIUS: Final = _RADIUS + 26
_NUMBERS_RADIUS: Final = _KEYS_RADIUS + 16
_LEVEL: Final = 14
_MAX_LEVELS: Final = 8
"""A key's number is omitted if it finds no free place up to this level; the list still has it."""
_BESIDE: Final = 400
"""Width of the column beside the circle."""
_NAME_MAX: Final = 190
_BAR_MAX: Final = 130
_ROW: Final = 20
_NUMBER_KIND: Final = "small"
_STYLE: Final = f"  .arc {{ fill: none; stroke-width: {_STROKE}px; }}\n  .key {{ stroke: #1f2933; stroke-width: 1; }}\n"


def ring_picture(data: Mapping[str, Any]) -> str:
    """The picture of a survey with ``points``."""
    classes = {node["name"]: f"node{number}" for number, node in enumerate(data["nodes"])}
    keys = [_Key(number, key, classes) for number, key in enumerate(data["keys"], 1)]
    levels = _levels(keys)
    reach = _NUMBERS_RADIUS + _LEVEL * max(levels, default=0) + 12
    beside = _Beside(data, classes, keys)
    height = 2 * _MARGIN + max(2 * reach, beside.height)
    drawing = Drawing(2 * reach + _BESIDE + 3 * _MARGIN, height, evenness(data), _STYLE + _colours(classes))
    centre = _MARGIN + reach
    for name, arcs in _arcs(data["points"]).items():
        drawing.path("".join(_arc(start, end, centre) for start, end in arcs), f"arc {classes[name]}", name)
    for key, level in zip(keys, levels, strict=True):
        x, y = _at(key.part, _KEYS_RADIUS, centre)
        drawing.circle(x, y, 5, f"key {key.kind}", key.text)
        if level <= _MAX_LEVELS:
            x, y = _at(key.part, _NUMBERS_RADIUS + _LEVEL * level, centre)
            drawing.text(x, y + 4, str(key.number), _NUMBER_KIND, "middle")
    beside.draw(drawing, 2 * reach + 2 * _MARGIN, _MARGIN)
    return drawing.svg()


def _colours(classes: Mapping[str, str]) -> str:
    """Evenly spaced hues, light enough for a dark outline and dark enough for a white page."""
    hues = {kind: f"hsl({round(360 * number / len(classes))} 60% 58%)" for number, kind in enumerate(classes.values())}
    return "".join(
        f"  .{kind} {{ fill: {hue}; }} .arc.{kind} {{ stroke: {hue}; fill: none; }}\n" for kind, hue in hues.items()
    )


class _Key:
    """A key: its position on the circle, from 0 to 1, and its lines in the list."""

    def __init__(self, number: int, key: Mapping[str, Any], classes: Mapping[str, str]) -> None:
        self.number: Final = number
        self.part: Final = key["position"] / _CIRCLE
        self.kind: Final = classes[key["nodes"][0]]
        self.text: Final = f"{key['key']} → {' '.join(key['nodes'])}"
        self.lines: Final = wrapped(self.text, _BESIDE - 40, "", 4)


class _Beside:
    """The title, the table of shares and the list of keys."""

    def __init__(self, data: Mapping[str, Any], classes: Mapping[str, str], keys: Sequence[_Key]) -> None:
        self._title: Final = wrapped(evenness(data), _BESIDE)
        self._nodes: Final[Sequence[Mapping[str, Any]]] = data["nodes"]
        self._classes: Final = classes
        self._keys: Final = keys
        self._names: Final = [shortened(node["name"], _NAME_MAX) for node in self._nodes]
        lines = len(self._title) + sum(len(key.lines) for key in keys)
        self.height: Final = lines * line_px() + _ROW * (len(self._nodes) + 2)

    def draw(self, drawing: Drawing, left: float, top: float) -> None:
        y = top + line_px()
        for line in self._title:
            drawing.text(left, y, line)
            y += line_px()
        y += _ROW / 2
        bars = left + max(width_px(name) for name in self._names) + 12
        largest = max(node["share"] for node in self._nodes)
        for node in self._nodes:
            width = _BAR_MAX * node["share"] / largest
            drawing.rectangle(bars, y - 11, width, _ROW - 6, self._classes[node["name"]], 2)
            drawing.text(left, y, node["name"], width=_NAME_MAX)
            drawing.text(bars + width + 6, y, f"{100 * node['share']:.1f}%", "quiet")
            y += _ROW
        y += _ROW / 2
        for key in self._keys:
            drawing.text(left + 22, y, str(key.number), "quiet small", "end")
            for line in key.lines:
                drawing.text(left + 32, y, line)
                y += line_px()


def _levels(keys: Sequence[_Key]) -> list[int]:
    """The level (distance from the circle) of each key's number, such that no two overlap."""
    taken: list[Box] = []
    levels = []
    for key in keys:
        half = width_px(str(key.number), _NUMBER_KIND) / 2 + 1
        for level in range(_MAX_LEVELS + 2):
            x, y = _at(key.part, _NUMBERS_RADIUS + _LEVEL * level, 0.0)
            box = Box(x - half, y - 7, x + half, y + 7)
            if not any(box.meets(other) for other in taken):
                break
        if level <= _MAX_LEVELS:
            taken.append(box)
        levels.append(level)
    return levels


def _arcs(points: Sequence[tuple[int, str]]) -> dict[str, list[tuple[float, float]]]:
    """Each node's arcs, from the point before to its own, as parts of the circle."""
    found: dict[str, list[tuple[float, float]]] = {}
    before = points[-1][0] - _CIRCLE if points else 0
    for position, name in points:
        found.setdefault(name, []).append((before / _CIRCLE, position / _CIRCLE))
        before = position
    return found


def _arc(start: float, end: float, centre: float) -> str:
    if end - start >= 0.999:
        end = start + 0.999  # SVG draws no arc whose ends are the same point
    (x, y), (to_x, to_y) = _at(start, _RADIUS, centre), _at(end, _RADIUS, centre)
    large = 1 if end - start > 0.5 else 0
    return f"M{x:.1f} {y:.1f}A{_RADIUS} {_RADIUS} 0 {large} 1 {to_x:.1f} {to_y:.1f}"


def _at(part: float, radius: float, centre: float) -> tuple[float, float]:
    """A point of the circle, clockwise from the top."""
    angle = 2 * math.pi * part
    return centre + radius * math.sin(angle), centre - radius * math.cos(angle)
