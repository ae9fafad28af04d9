"""A placement of keys as lines of text, made from a survey's JSON data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from catenet.view import numbers
from catenet.view.layout import LABEL, NAME, NUMBER, TEXT, Cell, Column, plain, table_lines

_BAR: Final = 30


def placement_lines(data: Mapping[str, Any], width: int | None = None) -> list[str]:
    """The nodes with their shares as bars, the spread of the shares, and the nodes of each key; ``width`` in cells."""
    largest = max(node["share"] for node in data["nodes"])
    cells = _BAR if width is None else max(10, min(_BAR, width - 40))
    rows = []
    for node in data["nodes"]:
        bar = "█" * max(1, round(cells * node["share"] / largest)) if node["share"] else ""
        rows.append([Cell(node["name"]), Cell(bar), Cell(f"{100 * node['share']:.1f}%"), Cell(_about(node))])
    columns = [
        Column(Cell(""), NAME),
        Column(Cell(""), LABEL, cells),
        Column(Cell(""), NUMBER, 6),
        Column(Cell(""), TEXT),
    ]
    lines = plain(table_lines(columns, rows, width)[1:])
    lines += ["", evenness(data)]
    if data["keys"]:
        placed = [[Cell(each["key"]), Cell(" ".join(each["nodes"]))] for each in data["keys"]]
        lines += ["", *plain(table_lines([Column(Cell("")), Column(Cell(""), TEXT)], placed, width)[1:])]
    return lines


def _about(node: Mapping[str, Any]) -> str:
    weight = "" if node["weight"] == 1 else f"weight {node['weight']:g}"
    return " ".join(part for part in (weight, f"in {node['zone']}" if node["zone"] else "") if part)


def evenness(data: Mapping[str, Any]) -> str:
    """A sentence about the spread of the shares."""
    of = "of the circle" if data["points"] else "of keys"
    points = f", {numbers.plural(len(data['points']), 'point')}" if data["points"] else ""
    return (
        f"{data['by']}: {numbers.plural(len(data['nodes']), 'node')}{points}; shares {of} spread by"
        f" {100 * data['spread']:.1f}%, from {data['least']:.2f} to {data['most']:.2f} of the mean"
    )
