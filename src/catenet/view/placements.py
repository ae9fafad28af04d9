"""A placement in lines for the terminal, read from the JSON of a survey."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from catenet.view import numbers

_BAR: Final = 30


def placement_lines(data: Mapping[str, Any]) -> list[str]:
    """The nodes with their shares as bars, how even they are, and where the keys are."""
    width = max(len(node["name"]) for node in data["nodes"])
    largest = max(node["share"] for node in data["nodes"])
    lines = []
    for node in data["nodes"]:
        bar = "█" * max(1, round(_BAR * node["share"] / largest)) if node["share"] else ""
        lines.append(f"{node['name']:<{width}}  {bar:<{_BAR}}  {100 * node['share']:5.1f}%  {_about(node)}".rstrip())
    lines += ["", evenness(data)]
    if data["keys"]:
        key_width = max(len(each["key"]) for each in data["keys"])
        lines += ["", *(f"{each['key']:<{key_width}}  {' '.join(each['nodes'])}" for each in data["keys"])]
    return lines


def _about(node: Mapping[str, Any]) -> str:
    weight = "" if node["weight"] == 1 else f"weight {node['weight']:g}"
    return " ".join(part for part in (weight, f"in {node['zone']}" if node["zone"] else "") if part)


def evenness(data: Mapping[str, Any]) -> str:
    """How even the shares are, in a sentence."""
    of = "of the circle" if data["points"] else "of keys"
    points = f", {numbers.plural(len(data['points']), 'point')}" if data["points"] else ""
    return (
        f"{data['by']}: {numbers.plural(len(data['nodes']), 'node')}{points}; shares {of} spread by"
        f" {100 * data['spread']:.1f}%, from {data['least']:.2f} to {data['most']:.2f} of the mean"
    )
