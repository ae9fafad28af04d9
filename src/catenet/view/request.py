"""A traced request as text: down the layers at the client, over the links, up at the server, and every packet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from catenet.view.layout import LABEL, NAME, NUMBER, TEXT, Cell, Column, plain, table_lines, wrapped
from catenet.view.numbers import bit_rate, duration

Data = Mapping[str, Any]
_INDENT: Final = 4
_DUMPED: Final = 12
"""Octets in a line of a hex dump, which then fits 60 columns."""
_STAGES: Final = (
    ("name", "name_ns"),
    ("connect", "connect_ns"),
    ("TLS", "tls_ns"),
    ("send", "send_ns"),
    ("first octet", "wait_ns"),
    ("content", "receive_ns"),
    ("in all", "total_ns"),
)
_TEXT_HEADERS: Final = ("HTTP request", "HTTP response")


def request_lines(trace: Data, width: int | None = None) -> list[str]:
    """The whole page, in lines of at most ``width`` cells.  ``trace`` is the JSON of ``catenet trace``."""
    lines = list(_head(trace))
    request, answer = trace["request"], trace["answer"]
    lines += ["", f"Down at {trace['client']}: the request"]
    lines += _layers(request["down"], width)
    lines += ["", *_hops(request["hops"], width)]
    lines += ["", f"Up at {trace['server']}: what changed on the way"]
    lines += _changes(request["down"], request["up"], width)
    lines += ["", f"Down at {trace['server']}: the answer"]
    lines += _layers(answer["down"], width, octets=False)
    lines += ["", *_hops(answer["hops"], width)]
    lines += ["", f"Up at {trace['client']}: what changed on the way"]
    lines += _changes(answer["down"], answer["up"], width)
    lines += ["", *_packets(trace, width)]
    return [part for line in lines for part in wrapped(line, width)]


def _head(trace: Data) -> Iterator[str]:
    yield f"{trace['url']}: {trace['status']} {trace['reason']}, {trace['body_octets']} octets of content"
    yield f"from {trace['client']} to {trace['server']}"
    parts = [f"{name} {duration(trace['stages'][key])}" for name, key in _STAGES if trace["stages"][key] is not None]
    yield ", ".join(parts)
    yield f"{_count(trace['losses'], 'loss', 'losses')}, {_count(trace['retransmissions'], 'retransmission')}"


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"


def _layers(layers: Sequence[Data], width: int | None, *, octets: bool = True) -> Iterator[str]:
    for layer in layers:
        yield ""
        yield f" {layer['number']} {layer['name']}: {layer['text']}"
        for note in layer["notes"]:
            yield " " * _INDENT + note
        for header in layer["headers"] if octets else ():
            yield ""
            yield from header_lines(header, width)


def header_lines(header: Data, width: int | None) -> Iterator[str]:
    """A header: its octets in hexadecimal beside its fields; of a text, the dump first."""
    own = header["hex"].split()
    yield f"{' ' * _INDENT}{header['name']}, {header['standard']}, {_count(len(own), 'octet')}"
    if header["name"] in _TEXT_HEADERS:
        yield from _dump(own)
    columns = [Column(Cell("octet")), Column(Cell("hex")), Column(Cell("field"), TEXT), Column(Cell("value"), TEXT)]
    columns[0] = Column(Cell("octet"), NUMBER)
    rows = [list(_field(field, own, header["name"] in _TEXT_HEADERS)) for field in header["fields"]]
    if header["name"] in _TEXT_HEADERS:
        columns, rows = [columns[0], *columns[2:]], [[row[0], *row[2:]] for row in rows]
    rows = [row for field in rows for row in _broken(field, len(columns) == len(_FIELD_PARTS))]
    yield from plain(table_lines(columns, rows, width, indent=_INDENT))


_FIELD_PARTS: Final = ("octet", "hex", "field", "value")
_HEX_OCTETS: Final = 4
"""So many octets of a field stand in one line."""


def _field(field: Data, own: Sequence[str], is_text: bool) -> Iterator[Cell]:
    bit, bits = field["bit"], field["bits"]
    yield Cell(str(bit // 8))
    if is_text:
        yield Cell("")
    elif bit % 8 or bits % 8:
        yield Cell(f"{field['number']:0{bits}b}")
    else:
        yield Cell(" ".join(own[bit // 8 : (bit + bits) // 8]))
    yield Cell(field["name"])
    yield Cell(field["text"])


def _broken(row: Sequence[Cell], has_octets: bool) -> Iterator[list[Cell]]:
    """A field in one row for each four of its octets."""
    if not has_octets:
        yield list(row)
        return
    place, octets, name, value = row
    parts = octets.text.split(" ")
    groups = [" ".join(parts[start : start + _HEX_OCTETS]) for start in range(0, len(parts), _HEX_OCTETS)]
    yield [place, Cell(groups[0]), name, value]
    for group in groups[1:]:
        yield [Cell(""), Cell(group), Cell(""), Cell("")]


def _dump(own: Sequence[str]) -> Iterator[str]:
    for start in range(0, len(own), _DUMPED):
        part = own[start : start + _DUMPED]
        letters = "".join(chr(code) if 32 <= (code := int(octet, 16)) < 127 else "." for octet in part)
        yield f"{' ' * _INDENT}{start:04x}  {' '.join(part):<{3 * _DUMPED - 1}}  {letters}"


def _hops(hops: Sequence[Data], width: int | None) -> Iterator[str]:
    yield f"Over {_count(len(hops), 'link')}"
    heads = ("link", "ports", "hop limit", "waits", "rate", "sending", "propagation")
    kinds = (NAME, TEXT, NUMBER, NUMBER, NUMBER, NUMBER, NUMBER)
    columns = [Column(Cell(head), kind) for head, kind in zip(heads, kinds, strict=True)]
    rows = []
    for hop in hops:
        lost = hop["propagation_ns"] is None
        cells = (
            hop["link"],
            " → ".join(hop["ports"]),
            str(hop["hop_limit"]),
            duration(hop["waited_ns"]),
            bit_rate(hop["rate_bit_s"]),
            duration(hop["sending_ns"]),
            hop["outcome"] if lost else duration(hop["propagation_ns"]),
        )
        rows.append([Cell(text) for text in cells])
    yield from plain(table_lines(columns, rows, width, indent=1))


def _changes(down: Sequence[Data], up: Sequence[Data], width: int | None) -> Iterator[str]:
    before = {layer["number"]: layer for layer in down}
    columns = [
        Column(Cell("layer")),
        Column(Cell("field"), TEXT),
        Column(Cell("sent"), TEXT),
        Column(Cell("arrived"), TEXT),
    ]
    rows = []
    same = []
    for layer in up:
        changed = list(changed_fields(before[layer["number"]], layer))
        name = f"{layer['number']} {layer['name']}"
        rows += [[Cell(name), Cell(field), Cell(sent), Cell(arrived)] for field, sent, arrived in changed]
        if layer["headers"] and not changed:
            same.append(name)
    yield from plain(table_lines(columns, rows, width, indent=1))
    if same:
        yield f" unchanged: {', '.join(same)}"


def changed_fields(sent: Data, arrived: Data) -> Iterator[tuple[str, str, str]]:
    """The fields of a layer whose values differ at the two ends: name, value as sent, value as arrived."""
    before = {
        (header["name"], field["name"]): field["text"] for header in sent["headers"] for field in header["fields"]
    }
    for header in arrived["headers"]:
        for field in header["fields"]:
            was = before.get((header["name"], field["name"]), "–")
            if was != field["text"]:
                yield field["name"], was, field["text"]


def _packets(trace: Data, width: int | None) -> Iterator[str]:
    yield "Every packet, with its time since the client began"
    heads = ("", "sent", "arrived", "from", "to", "octets", "protocol", "what")
    kinds = (NUMBER, NUMBER, NUMBER, NAME, NAME, NUMBER, LABEL, TEXT)
    columns = [Column(Cell(head), kind) for head, kind in zip(heads, kinds, strict=True)]
    rows = [[Cell(text) for text in _packet(packet, trace["started_ns"])] for packet in trace["packets"]]
    yield from plain(table_lines(columns, rows, width, indent=1))


def _packet(packet: Data, started_ns: int) -> Sequence[str]:
    arrived = packet["arrived_ns"]
    text = packet["text"]
    if packet["retransmission"]:
        text += "; retransmission"
    if packet["outcome"]:
        text += f"; {packet['outcome']}"
    return (
        str(packet["number"]),
        f"{(packet['sent_ns'] - started_ns) / 1e6:.3f} ms",
        "lost" if arrived is None else f"{(arrived - started_ns) / 1e6:.3f} ms",
        packet["sender"],
        packet["receiver"],
        str(packet["octets"]),
        packet["protocol"],
        text,
    )
