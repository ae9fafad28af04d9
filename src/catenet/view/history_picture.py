"""A history as a picture (SVG): a lane for each process, a bar for each operation from its invocation to its return.

Distances along the picture are not times: events are as far apart as their labels need, in their order, which is all
that a verdict depends on.  An operation whose end is unknown, or makes no difference, is dashed, to the right edge.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, Final

from catenet.view.verdicts import UNKNOWN_TEXT, culprit_text, operation_text, value_text

_CHARACTER: Final = 6.6
_LANE: Final = 44
_BAR: Final = 26
_LEFT: Final = 96
_TOP: Final = 52
_STEP: Final = 14
_STYLE: Final = """
  text { font: 11px ui-monospace, Menlo, Consolas, monospace; fill: #1f2933 }
  .title { font-size: 14px; font-weight: 600 }
  .lane { stroke: #d9dee4 }
  .bar { fill: #dbe9f8; stroke: #3f74ab }
  .unknown { fill: #f1f3f5; stroke: #8a94a0; stroke-dasharray: 4 3 }
  .culprit { fill: #fbdcd8; stroke: #c2321f; stroke-width: 2 }
  .edge { fill: none; stroke: #c2321f; stroke-width: 1.5; marker-end: url(#head) }
  .why { fill: #c2321f }
"""


def object_picture(data: Mapping[str, Any]) -> str:
    """The part that refutes a history of objects.  ``data`` is a verdict that has one."""
    refutation = data["refutation"]
    whose = "" if refutation["key"] is None else f", key {value_text(refutation['key'])}"
    title = f"not linearizable: {data['model']}{whose}"
    unknown = any(each["end"] != "return" for each in refutation["operations"])
    note = culprit_text(refutation) + (f"  ({UNKNOWN_TEXT})" if unknown else "")
    return _drawn(title, refutation["operations"], refutation["culprit"], [], note)


def transaction_picture(data: Mapping[str, Any]) -> str:
    """The transactions that refute a history, with the edges of their cycles."""
    edges = [edge for anomaly in data["anomalies"] for edge in anomaly["edges"]]
    title = f"not {data['level']}: {', '.join(dict.fromkeys(each['name'] for each in data['anomalies']))}"
    return _drawn(title, data["involved"], -1, edges, "")


def _drawn(
    title: str, operations: Sequence[Mapping[str, Any]], culprit: int, edges: Sequence[Mapping[str, Any]], note: str
) -> str:
    lanes = {process: lane for lane, process in enumerate(sorted({each["process"] for each in operations}))}
    places, right = _places(operations)
    bottom = _TOP + _LANE * len(lanes)
    width = max(right + 20, _LEFT + _CHARACTER * 1.3 * max(len(title), len(note)))
    parts = [_head(title, note, width, bottom)]
    for process, lane in lanes.items():
        y = _TOP + lane * _LANE + _LANE / 2
        parts.append(f'<line class="lane" x1="{_LEFT - 8}" y1="{y:g}" x2="{right:g}" y2="{y:g}"/>')
        parts.append(f'<text x="12" y="{y + 4:g}">process {process}</text>')
    boxes: dict[int, tuple[float, float, float]] = {}
    for each in operations:
        start = places[each["called"]]
        end = places[each["ended"]] if each["end"] == "return" else right
        y = _TOP + lanes[each["process"]] * _LANE + (_LANE - _BAR) / 2
        boxes[each["number"]] = (start, end, y)
        kind = "culprit" if each["number"] == culprit else "bar" if each["end"] == "return" else "unknown"
        parts.append(
            f'<rect class="{kind}" x="{start:g}" y="{y:g}" width="{end - start:g}" height="{_BAR}" rx="4"/>'
            f'<text x="{start + 6:g}" y="{y + 17:g}">{escape(_label(each))}</text>'
        )
    parts += [_edge(edge, boxes) for edge in edges]
    return "\n".join([*parts, "</svg>", ""])


def _head(title: str, note: str, width: float, bottom: float) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}" height="{bottom + 40:g}"'
        f' viewBox="0 0 {width:g} {bottom + 40:g}" role="img">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n"
        '<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8"'
        ' orient="auto"><path class="why" d="M0 0L8 4L0 8z"/></marker></defs>\n'
        '<rect width="100%" height="100%" fill="#ffffff"/>\n'
        f'<text class="title" x="12" y="26">{escape(title)}</text>\n'
        f'<text class="why" x="12" y="{bottom + 22:g}">{escape(note)}</text>'
    )


def _label(operation: Mapping[str, Any]) -> str:
    number = f"T{operation['number']}: " if operation["name"] == "txn" else ""
    return number + operation_text(operation)


def _places(operations: Sequence[Mapping[str, Any]]) -> tuple[dict[int, float], float]:
    """Where each event is, from left to right, and the right edge: bars are as wide as their labels at least."""
    begins: dict[int, float] = {each["called"]: _CHARACTER * len(_label(each)) + 14 for each in operations}
    ends = {each["ended"]: each["called"] for each in operations if each["end"] == "return"}
    last_of: dict[int, tuple[int, float]] = {}
    lanes = {each["called"]: each["process"] for each in operations}
    found: dict[int, float] = {}
    x = float(_LEFT - _STEP)
    for event in sorted([*begins, *ends]):
        x += _STEP
        if event in ends:
            x = max(x, found[ends[event]] + begins[ends[event]])
        else:
            before = last_of.get(lanes[event])
            if before is not None:
                x = max(x, found[before[0]] + before[1] + 4)
            last_of[lanes[event]] = (event, begins[event])
        found[event] = x
    right = max(found[event] + width for event, width in begins.items())
    return found, max(right, x) + _STEP


def _edge(edge: Mapping[str, Any], boxes: Mapping[int, tuple[float, float, float]]) -> str:
    (left, right, y), (to_left, to_right, to_y) = boxes[edge["before"]], boxes[edge["after"]]
    x, to_x = (left + min(right, left + 200)) / 2, (to_left + min(to_right, to_left + 200)) / 2
    down = to_y > y
    start, end = (y + _BAR, to_y) if down else (y, to_y + _BAR)
    bend = 24 if down else -24
    middle = (x + to_x) / 2 + bend, (start + end) / 2
    return (
        f'<path class="edge" d="M{x + bend / 2:g} {start:g}Q{middle[0]:g} {middle[1]:g} {to_x + bend / 2:g} {end:g}"/>'
        f'<text class="why" x="{middle[0]:g}" y="{middle[1] + 4:g}">{escape(edge["kind"])}</text>'
    )
