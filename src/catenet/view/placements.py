"""A placement in lines for the terminal, and a ring as a picture (SVG), read from the JSON of a survey."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, Final

from catenet.view import numbers

_CIRCLE: Final = 1 << 32
_BAR: Final = 30
_CENTRE: Final = 220
_RADIUS: Final = 150
_KEYS_RADIUS: Final = 175
_TABLE_LEFT: Final = 460
_ROW: Final = 18


def placement_lines(data: Mapping[str, Any]) -> list[str]:
    """The nodes with their shares as bars, how even they are, and where the keys are."""
    width = max(len(node["name"]) for node in data["nodes"])
    largest = max(node["share"] for node in data["nodes"])
    lines = []
    for node in data["nodes"]:
        bar = "█" * max(1, round(_BAR * node["share"] / largest)) if node["share"] else ""
        lines.append(f"{node['name']:<{width}}  {bar:<{_BAR}}  {100 * node['share']:5.1f}%  {_about(node)}".rstrip())
    lines += ["", _evenness(data)]
    if data["keys"]:
        key_width = max(len(each["key"]) for each in data["keys"])
        lines += ["", *(f"{each['key']:<{key_width}}  {' '.join(each['nodes'])}" for each in data["keys"])]
    return lines


def ring_picture(data: Mapping[str, Any]) -> str:
    """The circle with each node's arcs in its colour, the keys around it, and the shares beside it."""
    names = [node["name"] for node in data["nodes"]]
    colours = {name: f"hsl({round(360 * number / len(names))} 60% 55%)" for number, name in enumerate(names)}
    height = max(440, 70 + _ROW * len(names))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="860" height="{height}" viewBox="0 0 860 {height}" role="img">',
        f"<title>{escape(_evenness(data))}</title>",
        "<style>text { font: 11px ui-monospace, Menlo, Consolas, monospace; fill: #1f2933 }</style>",
        '<rect width="100%" height="100%" fill="#ffffff"/>',
    ]
    for name, arcs in _arcs(data["points"]).items():
        drawn = "".join(_arc(start, end) for start, end in arcs)
        stroke = f'fill="none" stroke="{colours[name]}" stroke-width="26"'
        parts.append(f'<path d="{drawn}" {stroke}><title>{escape(name)}</title></path>')
    parts += [_key(each, colours) for each in data["keys"]]
    parts += _table(data["nodes"], colours)
    parts.append(f'<text x="{_TABLE_LEFT}" y="30">{escape(_evenness(data))}</text>')
    return "\n".join([*parts, "</svg>", ""])


def _about(node: Mapping[str, Any]) -> str:
    weight = "" if node["weight"] == 1 else f"weight {node['weight']:g}"
    return " ".join(part for part in (weight, f"in {node['zone']}" if node["zone"] else "") if part)


def _evenness(data: Mapping[str, Any]) -> str:
    of = "of the circle" if data["points"] else "of keys"
    points = f", {numbers.plural(len(data['points']), 'point')}" if data["points"] else ""
    return (
        f"{data['by']}: {numbers.plural(len(data['nodes']), 'node')}{points}; shares {of} spread by"
        f" {100 * data['spread']:.1f}%, from {data['least']:.2f} to {data['most']:.2f} of the mean"
    )


def _arcs(points: Sequence[tuple[int, str]]) -> dict[str, list[tuple[float, float]]]:
    """Each node's arcs, from the point before to its own, as parts of the circle."""
    found: dict[str, list[tuple[float, float]]] = {}
    before = points[-1][0] - _CIRCLE if points else 0
    for position, name in points:
        found.setdefault(name, []).append((before / _CIRCLE, position / _CIRCLE))
        before = position
    return found


def _arc(start: float, end: float) -> str:
    if end - start >= 0.999:
        end = start + 0.999  # an arc from a point to itself would be none
    (x, y), (to_x, to_y) = _at(start, _RADIUS), _at(end, _RADIUS)
    large = 1 if end - start > 0.5 else 0
    return f"M{x:.1f} {y:.1f}A{_RADIUS} {_RADIUS} 0 {large} 1 {to_x:.1f} {to_y:.1f}"


def _key(key: Mapping[str, Any], colours: Mapping[str, str]) -> str:
    part = key["position"] / _CIRCLE
    (x, y), (label_x, label_y) = _at(part, _KEYS_RADIUS), _at(part, _KEYS_RADIUS + 12)
    anchor = "start" if part < 0.5 else "end"
    return (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="{colours[key["nodes"][0]]}" stroke="#1f2933"/>'
        f'<text x="{label_x:.1f}" y="{label_y + 4:.1f}" text-anchor="{anchor}">{escape(key["key"])}</text>'
    )


def _table(nodes: Sequence[Mapping[str, Any]], colours: Mapping[str, str]) -> list[str]:
    largest = max(node["share"] for node in nodes)
    rows = []
    for number, node in enumerate(nodes):
        y = 52 + _ROW * number
        width = 200 * node["share"] / largest
        rows.append(
            f'<rect x="{_TABLE_LEFT}" y="{y}" width="{width:.1f}" height="{_ROW - 4}" fill="{colours[node["name"]]}"/>'
            f'<text x="{_TABLE_LEFT + 6}" y="{y + 11}">{escape(node["name"])}  {100 * node["share"]:.1f}%</text>'
        )
    return rows


def _at(part: float, radius: float) -> tuple[float, float]:
    """A place on the circle: it begins at the top and goes clockwise."""
    angle = 2 * math.pi * part
    return _CENTRE + radius * math.sin(angle), _CENTRE - radius * math.cos(angle)
