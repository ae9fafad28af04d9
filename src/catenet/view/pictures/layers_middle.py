"""What stands between the two staircases: where the time went, what the frame is made of, and what was lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from catenet.view.numbers import duration, plural
from catenet.view.pictures.layers_style import ROW_HEIGHT, TOP
from catenet.view.pictures.svg import Drawing
from catenet.view.pictures.svg_text import width_px

Data = Mapping[str, Any]
_STAGES: Final = (
    ("name", "name_ns", 6),
    ("connect", "connect_ns", 4),
    ("TLS", "tls_ns", 6),
    ("send", "send_ns", 3),
    ("first octet", "wait_ns", 7),
    ("content", "receive_ns", 2),
)
_PADDING: Final = 70.0
_MAX_LOST: Final = 3


def draw_stages(drawing: Drawing, middle: tuple[float, float], trace: Data) -> None:
    """A bar of the time from the beginning to the last octet, and each part of it."""
    left, right = middle[0] + _PADDING, middle[1] - _PADDING
    top = TOP + 6
    stages = trace["stages"]
    drawing.text(left, top + 12, "Where the time went", "head", width=right - left)
    x, total = left, max(1, stages["total_ns"])
    for _, key, colour in _STAGES:
        if not stages[key]:
            continue
        width = (right - left) * stages[key] / total
        drawing.rectangle(x, top + 24, width, 16, f"part part{colour}")
        x += width
    told = [(f"{name} {duration(stages[key])}", colour) for name, key, colour in _STAGES if stages[key]]
    _legend(drawing, left, top + 58, told, right - left)


def _legend(drawing: Drawing, x: float, y: float, parts: Sequence[tuple[str, int]], width: float) -> float:
    """Names with the colour of their layer, in as many lines as they need; gives the place below them."""
    place = x
    for name, number in parts:
        needed = 14 + width_px(name, "small")
        if place > x and place + needed > x + width:
            place, y = x, y + 16
        drawing.rectangle(place, y - 9, 10, 10, f"part part{number}")
        drawing.text(place + 14, y, name, "small", width=width - 14)
        place += needed + 14
    return y + 16


def frame_parts(trace: Data) -> list[tuple[str, int, int]]:
    """The frame on the first link from its beginning: what each part is, the layer that added it, its octets."""
    down = trace["request"]["down"]
    layers = {layer["number"]: layer for layer in down}
    parts, trailer = [], []
    for number in (2, 3, 4, 6):
        for header in layers[number]["headers"]:
            octets = len(header["hex"].split())
            if header["name"].endswith("trailer"):
                trailer.append(("FCS", number, octets))
            else:
                parts.append((header["name"].removesuffix(" record"), number, octets))
    content = next(field["number"] for field in _record_fields(layers[6])) if layers[6]["headers"] else 0
    octets = content or len(layers[7]["headers"][0]["hex"].split())
    return [*parts, ("HTTP, encrypted" if content else "HTTP", 7, octets), *trailer]


def _record_fields(layer: Data) -> Sequence[Data]:
    return [field for header in layer["headers"] for field in header["fields"] if field["name"] == "length"]


def draw_frame(drawing: Drawing, middle: tuple[float, float], trace: Data) -> float:
    """The frame as the client sends it, part by part; gives the place below it."""
    left, right = middle[0] + _PADDING, middle[1] - _PADDING
    top = TOP + 1.3 * ROW_HEIGHT
    parts = frame_parts(trace)
    total = sum(octets for _, _, octets in parts)
    drawing.text(left, top + 12, f"The frame on the first link: {plural(total, 'octet')}", "head", width=right - left)
    x = left
    for _, number, octets in parts:
        width = (right - left) * octets / total
        drawing.rectangle(x, top + 24, width, 22, f"part part{number}")
        x += width
    told = [(f"{name} {octets}", number) for name, number, octets in parts]
    return _legend(drawing, left, top + 64, told, right - left)


def draw_answer(drawing: Drawing, middle: tuple[float, float], trace: Data, top: float) -> None:
    """What came back, and what was lost on the way."""
    left, right = middle[0] + _PADDING, middle[1] - _PADDING
    width = right - left
    drawing.text(left, top + 30, "The answer comes back through the same layers", "head", width=width)
    layers = {layer["number"]: layer for layer in trace["answer"]["down"]}
    kind = layers[6]["notes"][0]
    told = f"{layers[7]['text']}: {plural(trace['body_octets'], 'octet')} of {kind}"
    drawing.text(left, top + 49, told, "small", width=width)
    _fate(drawing, left, top + 65, trace, width)


def _fate(drawing: Drawing, x: float, y: float, trace: Data, width: float) -> None:
    """How many packets there were, and those that were lost."""
    told = (
        f"{plural(len(trace['packets']), 'packet')} in all, {trace['losses']} lost, "
        f"{plural(trace['retransmissions'], 'retransmission')}"
    )
    drawing.text(x, y, told, "small", width=width)
    y += 16
    lost = [packet for packet in trace["packets"] if packet["lost"]]
    for packet in lost[:_MAX_LOST]:
        drawing.text(x, y, f"{packet['stage']}: {packet['outcome']}", "small bad", width=width)
        y += 15
    if len(lost) > _MAX_LOST:
        drawing.text(x, y, f"and {len(lost) - _MAX_LOST} more", "small bad", width=width)
