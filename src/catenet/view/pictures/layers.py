"""A traced request as a staircase: seven layers down at the client, the nodes of the route, seven layers up again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, Final, NamedTuple

from catenet.view.numbers import bit_rate, duration
from catenet.view.pictures.layers_middle import draw_answer, draw_frame, draw_stages, frame_parts
from catenet.view.pictures.layers_style import (
    BOX_HEIGHT,
    BOX_WIDTH,
    LANE,
    LINK_WIDTH,
    MARGIN,
    NODE_WIDTH,
    ROW_HEIGHT,
    STEP,
    STYLE,
    TOP,
    row_top,
)
from catenet.view.pictures.svg import Drawing
from catenet.view.pictures.svg_text import wrapped

Data = Mapping[str, Any]
MAX_NODES: Final = 6
"""So many nodes are shown between client and server; of more, those in the middle are counted."""
_FOOT: Final = 112
_STAIR: Final = BOX_WIDTH + 6 * STEP


class Node(NamedTuple):
    """A node between client and server: its title, and a text for each of the layers that it has."""

    title: str
    texts: Mapping[int, str]


def layers_svg(trace: Data) -> str:
    """The picture as SVG."""
    drawing = Drawing(*size_of(trace), _name(trace), STYLE)
    draw_layers(drawing, trace)
    return drawing.svg()


def layers_png(trace: Data) -> bytes:
    """The picture as PNG.  Raises ModuleNotFoundError without Matplotlib."""
    from catenet.view.pictures.raster import RasterDrawing

    drawing = RasterDrawing(*size_of(trace), _name(trace), STYLE)
    draw_layers(drawing, trace)
    return drawing.png()


def _name(trace: Data) -> str:
    return f"The seven layers of one request: {trace['url']}"


def size_of(trace: Data) -> tuple[float, float]:
    """Width and height of the picture in pixels."""
    nodes = len(_nodes(trace["request"]["hops"]))
    width = 2 * (MARGIN + _STAIR) + nodes * NODE_WIDTH + (nodes + 1) * LINK_WIDTH
    return width, TOP + 7 * ROW_HEIGHT + _FOOT


def draw_layers(drawing: Drawing, trace: Data) -> None:
    """Draw a trace, as ``catenet trace --json`` prints it."""
    width, _ = size_of(trace)
    _title(drawing, trace, width)
    request = trace["request"]
    sent = {layer["number"]: layer for layer in request["down"]}
    arrived = {layer["number"]: layer for layer in request["up"]}
    parts = frame_parts(trace)
    for number in range(7, 0, -1):
        _box(drawing, _left(number), sent[number], parts)
        _box(drawing, width - _left(number) - BOX_WIDTH, arrived[number], parts)
        if number > 1:
            place = _left(number) + BOX_WIDTH - 40
            _step(drawing, place, number, down=True)
            _step(drawing, width - place, number, down=False)
    middle = MARGIN + _STAIR, width - MARGIN - _STAIR
    draw_stages(drawing, middle, trace)
    draw_answer(drawing, middle, trace, draw_frame(drawing, middle, trace))
    _route(drawing, request["hops"], width)


def _title(drawing: Drawing, trace: Data, width: float) -> None:
    drawing.text(MARGIN, 38, f"{trace['url']}", "title", width=width - 2 * MARGIN)
    told = (
        f"One request from {trace['client']} to {trace['server']}, and its answer: {trace['status']} "
        f"{trace['reason']} after {duration(trace['stages']['total_ns'])}"
    )
    drawing.text(MARGIN, 60, told, "quiet", width=width - 2 * MARGIN)
    drawing.text(_left(7), TOP - 14, f"down at {trace['client']}", "head", width=BOX_WIDTH + 60)
    drawing.text(width - _left(7), TOP - 14, f"up at {trace['server']}", "head", "end", width=BOX_WIDTH + 60)


def _left(number: int) -> float:
    """The left edge of a layer's box in the client's staircase."""
    return MARGIN + STEP * (7 - number)


def _step(drawing: Drawing, x: float, number: int, *, down: bool) -> None:
    """An arrow between a layer and the one below it."""
    top, bottom = row_top(number) + BOX_HEIGHT, row_top(number - 1)
    drawing.line(x, top, x, bottom, "wire")
    tip, back = (bottom, bottom - 5) if down else (top, top + 5)
    drawing.line(x - 4, back, x, tip, "wire")
    drawing.line(x + 4, back, x, tip, "wire")


def _box(drawing: Drawing, x: float, layer: Data, parts: Sequence[tuple[str, int, int]]) -> None:
    number = layer["number"]
    top = row_top(number)
    drawing.rectangle(x, top, BOX_WIDTH, BOX_HEIGHT, f"layer layer{number}", 5)
    drawing.text(x + 12, top + 20, f"{number}  {layer['name'].capitalize()}", "head")
    drawing.text(x + BOX_WIDTH - 12, top + 20, layer["unit"], "small quiet2", "end")
    for line, words in enumerate(_words(layer)[:2]):
        drawing.text(x + 12, top + 37 + 15 * line, words, "small", width=BOX_WIDTH - 24)
    _strip(drawing, x + 12, top + BOX_HEIGHT - 12, [part for part in parts if part[1] >= number])


def _strip(drawing: Drawing, x: float, y: float, parts: Sequence[tuple[str, int, int]]) -> None:
    """The octets of this layer and those above it, each header in its layer's colour, all to one scale."""
    for _, number, octets in parts:
        width = _strip_width(octets)
        drawing.rectangle(x, y, width, 7, f"part part{number}")
        x += width
    drawing.text(x + 6, y + 7, str(sum(octets for _, _, octets in parts)), "small quiet2")


def _strip_width(octets: int) -> float:
    return max(4.0, min(octets * 0.75, 90.0))


def _words(layer: Data) -> list[str]:
    """What stands in the box: the fields that decide there."""
    fields = {field["name"]: field["text"] for header in layer["headers"] for field in header["fields"]}
    number = layer["number"]
    if number == 7:
        words = [layer["text"], f"host: {fields['host']}" if "host" in fields else ""]
    elif number == 4:
        words = [
            f"port {fields['Source Port']} → {fields['Destination Port']}, {_flags(fields['Control Bits'])}",
            f"sequence number {fields['Sequence Number']}",
        ]
    elif number == 3:
        limit = fields.get("Time to Live", fields.get("Hop Limit"))
        words = [f"{fields['Source Address']} → {fields['Destination Address']}", f"hop limit {limit}"]
        if len(words[0]) > 36:
            words = [f"from {fields['Source Address']}", f"to {fields['Destination Address']}, hop limit {limit}"]
    elif number == 2 and "EtherType" in fields:
        words = [f"from {fields['Source Address']}", f"to {fields['Destination Address']}"]
    elif number == 6 and layer["headers"]:
        suite, _, record = layer["text"].partition(": ")
        version, _, cipher = suite.partition(", ")
        words = [f"{version}, {record}", cipher]
    elif number == 1:
        bits, _, sending = layer["text"].partition(": ")
        travel = layer["notes"][0].partition(": ")[2]
        words = [bits, f"{sending}, {travel} to travel"]
    else:
        words = wrapped(layer["text"], BOX_WIDTH - 24, "small", 2)
    return [each for each in words if each]


def _flags(text: str) -> str:
    return text.partition("(")[2].rstrip(")") or text


def _nodes(hops: Sequence[Data]) -> list[Node]:
    """The nodes between client and server."""
    every = [_node(before, after) for before, after in pairwise(hops)]
    if len(every) <= MAX_NODES:
        return every
    hidden = len(every) - MAX_NODES + 1
    first = MAX_NODES // 2
    return [*every[:first], Node(f"{hidden} more nodes", {}), *every[first + hidden :]]


def _node(before: Data, after: Data) -> Node:
    waits = f"waits {duration(after['waited_ns'])}" if after["waited_ns"] else "no wait"
    ports = f"{_port(before['ports'][1])} → {_port(after['ports'][0])}"
    texts = {2: ports, 1: waits}
    if before["receiver_kind"] == "router":
        texts = {3: f"hop limit {before['hop_limit']} → {after['hop_limit']}", **texts}
    return Node(before["receiver"], texts)


def _port(name: str) -> str:
    own = name.rpartition(".")[2]
    return f"port {own}" if own.isdigit() else own


def _route(drawing: Drawing, hops: Sequence[Data], width: float) -> None:
    """The wire along the bottom, up into each node and down again."""
    wire = row_top(1) + BOX_HEIGHT + 26
    nodes = _nodes(hops)
    shown = _shown_hops(hops, len(nodes))
    start = _left(1) + BOX_WIDTH / 2
    drawing.line(start, row_top(1) + BOX_HEIGHT, start, wire, "wire")
    x, edge = start, MARGIN + _STAIR
    for node, hop in zip(nodes, shown, strict=False):
        left = edge + LINK_WIDTH
        drawing.line(x, wire, left + LANE, wire, "wire")
        _cable(drawing, edge, wire, hop)
        _stack(drawing, left, node, wire)
        x, edge = left + NODE_WIDTH - LANE, left + NODE_WIDTH
    end = width - start
    drawing.line(x, wire, end, wire, "wire")
    drawing.line(end, wire, end, row_top(1) + BOX_HEIGHT, "wire")
    _cable(drawing, edge, wire, shown[-1])


def _shown_hops(hops: Sequence[Data], nodes: int) -> list[Data]:
    if len(hops) == nodes + 1:
        return list(hops)
    first = MAX_NODES // 2
    return [*hops[: first + 1], *hops[-(nodes - first) :]]


def _cable(drawing: Drawing, x: float, wire: float, hop: Data) -> None:
    lines = list(_cable_lines(hop))
    for number, (words, kind) in enumerate(lines):
        place = x + LINK_WIDTH / 2
        drawing.text(place, wire + 20 + 15 * number, words, f"small {kind}", "middle", LINK_WIDTH + NODE_WIDTH - 30)


def _cable_lines(hop: Data) -> Iterator[tuple[str, str]]:
    yield hop["link"], ""
    yield f"{bit_rate(hop['rate_bit_s'])}, {duration(hop['sending_ns'])} to send", "quiet"
    if hop["propagation_ns"] is not None:
        yield f"{duration(hop['propagation_ns'])} to travel", "quiet"
    if hop["phy"]:
        yield f"{hop['phy']}{', as a waveform' if hop['fidelity'] == 'signal' else ''}", "quiet"
    if hop["outcome"]:
        yield hop["outcome"], "bad"


def _stack(drawing: Drawing, left: float, node: Node, wire: float) -> None:
    """A node of the route: the layers that it has, and the way of the packet through them."""
    highest = max(node.texts, default=0)
    if not highest:
        drawing.line(left + LANE, wire, left + NODE_WIDTH - LANE, wire, "wire dots")
        drawing.text(left + NODE_WIDTH / 2, wire - 12, node.title, "small quiet", "middle", NODE_WIDTH)
        return
    for number in range(highest, 0, -1):
        top = row_top(number)
        drawing.rectangle(left, top, NODE_WIDTH, BOX_HEIGHT, f"layer layer{number}", 5)
        drawing.text(left + NODE_WIDTH / 2, top + 40, node.texts[number], "small", "middle", NODE_WIDTH - 2 * LANE - 10)
    drawing.text(left + NODE_WIDTH / 2, row_top(highest) + 20, node.title, "head", "middle", NODE_WIDTH - 2 * LANE - 10)
    peak = row_top(highest) + BOX_HEIGHT - 14
    near, far = left + LANE, left + NODE_WIDTH - LANE
    drawing.line(near, wire, near, peak, "wire")
    drawing.line(near, peak, far, peak, "wire")
    drawing.line(far, peak, far, wire, "wire")
