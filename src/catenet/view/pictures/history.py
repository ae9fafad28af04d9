"""A history as a picture (SVG): a lane for each process, a bar for each operation from its invocation to its return.

Horizontal distances are not times: a verdict depends only on the order of events, so they are as far apart as their
labels need.  A dashed bar that reaches the right edge is an operation whose end is unknown or makes no difference.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from catenet.view.pictures.arrows import Arrow, Box, place_labels
from catenet.view.pictures.svg import Drawing
from catenet.view.pictures.svg_text import line_px, width_px, wrapped
from catenet.view.verdicts import UNKNOWN_TEXT, culprit_text, operation_text, value_text

MIN_WIDTH: Final = 480
MAX_PROCESS: Final = 180
_LANE: Final = 56
_BAR: Final = 26
_MARGIN: Final = 14
_STEP: Final = 14
_LABEL: Final = "small"
_STYLE: Final = """\
  .lane { stroke: #d9dee4; }
  .bar { fill: #dbe9f8; stroke: #3f74ab; }
  .unknown { fill: #f1f3f5; stroke: #8a94a0; stroke-dasharray: 4 3; }
  .culprit { fill: #fbdcd8; stroke: #c2321f; stroke-width: 2; }
  .edge { fill: none; stroke: #c2321f; stroke-width: 1.5; }
  .tip { fill: #c2321f; }
  .why { fill: #b02a18; }
  @media (prefers-color-scheme: dark) {
    .lane { stroke: #2a313a; } .bar { fill: #20344b; stroke: #7fb0ff; } .unknown { fill: #1c2228; stroke: #9aa5b1; }
    .culprit { fill: #4a1f1b; stroke: #ff8a78; } .edge { stroke: #ff8a78; } .tip, .why { fill: #ff8a78; }
  }
"""


def object_picture(data: Mapping[str, Any]) -> str:
    """The operations that refute linearizability.  ``data`` is a verdict with a refutation."""
    refutation = data["refutation"]
    whose = "" if refutation["key"] is None else f", key {value_text(refutation['key'])}"
    title = f"not linearizable: {data['model']}{whose}"
    unknown = any(each["end"] != "return" for each in refutation["operations"])
    note = culprit_text(refutation) + (f"  ({UNKNOWN_TEXT})" if unknown else "")
    return _drawn(title, refutation["operations"], refutation["culprit"], [], note)


def stretch_picture(title: str, operations: Sequence[Mapping[str, Any]], note: str) -> str:
    """A part of a history without a refutation, with a title and a note."""
    return _drawn(title, operations, -1, [], note)


def transaction_picture(data: Mapping[str, Any]) -> str:
    """The transactions that refute serializability, with the edges of their cycles."""
    edges = [edge for anomaly in data["anomalies"] for edge in anomaly["edges"]]
    title = f"not {data['level']}: {', '.join(dict.fromkeys(each['name'] for each in data['anomalies']))}"
    return _drawn(title, data["involved"], -1, edges, "")


def _drawn(
    title: str, operations: Sequence[Mapping[str, Any]], culprit: int, edges: Sequence[Mapping[str, Any]], note: str
) -> str:
    lanes = {process: lane for lane, process in enumerate(sorted({each["process"] for each in operations}))}
    names = max((width_px(f"process {process}", _LABEL) for process in lanes), default=0.0)
    left = _MARGIN + min(MAX_PROCESS, names) + 16
    places, right = _places(operations, left)
    width = max(right + _MARGIN, MIN_WIDTH)
    title_lines = wrapped(title, width - 2 * _MARGIN, "head", 4)
    note_lines = wrapped(note, width - 2 * _MARGIN, max_lines=6) if note else []
    top = 28 + len(title_lines) * line_px("head")
    bottom = top + _LANE * len(lanes)
    drawing = Drawing(width, bottom + 20 + len(note_lines) * line_px(), title, _STYLE)
    for number, line in enumerate(title_lines):
        drawing.text(_MARGIN, 26 + number * line_px("head"), line, "head")
    for process, lane in lanes.items():
        y = top + lane * _LANE + _LANE / 2
        drawing.line(left - 8, y, right, y, "lane")
        drawing.text(_MARGIN, y + 4, f"process {process}", "quiet small", width=MAX_PROCESS)
    boxes = _bars(
        drawing, operations, culprit, places, right, {process: top + lanes[process] * _LANE for process in lanes}
    )
    _edges(drawing, edges, boxes, Box(left, top - 6, width - _MARGIN, bottom + 6))
    for number, line in enumerate(note_lines):
        drawing.text(_MARGIN, bottom + 20 + number * line_px(), line, "why")
    return drawing.svg()


def _bars(
    drawing: Drawing,
    operations: Sequence[Mapping[str, Any]],
    culprit: int,
    places: Mapping[int, float],
    right: float,
    tops: Mapping[Any, float],
) -> dict[int, Box]:
    """Draw each operation; returns its box by its number."""
    boxes: dict[int, Box] = {}
    for each in operations:
        known = each["end"] == "return"
        start, end = places[each["called"]], places[each["ended"]] if known else right
        y = tops[each["process"]] + (_LANE - _BAR) / 2
        boxes[each["number"]] = Box(start, y, end, y + _BAR)
        kind = "culprit" if each["number"] == culprit else "bar" if known else "unknown"
        drawing.rectangle(start, y, end - start, _BAR, kind, 4)
        drawing.text(start + 6, y + 17, _label(each), _LABEL)
    return boxes


def _label(operation: Mapping[str, Any]) -> str:
    number = f"T{operation['number']}: " if operation["name"] == "txn" else ""
    return number + operation_text(operation)


def _label_px(operation: Mapping[str, Any]) -> float:
    return width_px(_label(operation), _LABEL) + 14


def _places(operations: Sequence[Mapping[str, Any]], left: float) -> tuple[dict[int, float], float]:
    """The x position of each event, and the right edge; each bar is at least as wide as its label."""
    begins: dict[int, float] = {each["called"]: _label_px(each) for each in operations}
    ends = {each["ended"]: each["called"] for each in operations if each["end"] == "return"}
    last_of: dict[Any, tuple[int, float]] = {}
    lanes = {each["called"]: each["process"] for each in operations}
    found: dict[int, float] = {}
    x = left - _STEP
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
    right = max((found[event] + width for event, width in begins.items()), default=left)
    return found, max(right, x) + _STEP


def _edges(drawing: Drawing, edges: Sequence[Mapping[str, Any]], boxes: Mapping[int, Box], page: Box) -> None:
    """Draw the edges of the cycles, then their labels where they overlap nothing."""
    arrows = []
    pairs: dict[tuple[int, int], int] = {}
    for edge in edges:
        pair = (min(edge["before"], edge["after"]), max(edge["before"], edge["after"]))
        pairs[pair] = pairs.get(pair, 0) + 1
        arrows.append(Arrow.between(boxes[edge["before"]], boxes[edge["after"]], edge["kind"], pairs[pair] - 1))
    for arrow in arrows:
        drawing.path(arrow.steps(), "edge", arrow.label)
        drawing.path(arrow.head_steps(), "tip")
    for arrow, (x, y) in zip(arrows, place_labels(arrows, list(boxes.values()), page), strict=True):
        drawing.text(x, y, arrow.label, "why small halo", "middle")
