"""Application, presentation and session: the upper three layers, alike at both ends."""

from __future__ import annotations

from typing import NamedTuple

from catenet.kernel.quantity import counted
from catenet.lab.probe.request.exchange import Exchange
from catenet.lab.probe.request.headers import http, tls
from catenet.lab.probe.request.messages import Message
from catenet.lab.probe.request.result import Layer

APPLICATION, PRESENTATION, SESSION = 7, 6, 5


class Side(NamedTuple):
    """One end: its host, its own end of the connection, and the other end."""

    host: str
    own: tuple[str, int]
    other: tuple[str, int]


def upper_layers(message: Message, exchange: Exchange, side: Side, *, request: bool) -> list[Layer]:
    """Layers 7, 6 and 5 of a message at one end."""
    return [
        _application(message, exchange, request=request),
        _presentation(message, exchange, request=request),
        _session(exchange, side),
    ]


def _application(message: Message, exchange: Exchange, *, request: bool) -> Layer:
    header = http.head(message.head, request=request)
    line = message.head.split(b"\r\n", 1)[0].decode("latin-1")
    body = 0 if request else exchange.body_octets
    notes = (f"head of {counted(len(message.head), 'octet')}, content of {counted(body, 'octet')}",)
    return Layer(APPLICATION, "application", "message", line, notes, (header,))


def _presentation(message: Message, exchange: Exchange, *, request: bool) -> Layer:
    notes = [] if request else [_content(exchange)]
    if message.record is None:
        text = "no TLS: the message is sent in clear, as ASCII text"
        return Layer(PRESENTATION, "presentation", "encoding", text, tuple(notes), ())
    version, cipher = exchange.tls_version.replace("TLSv", "TLS "), exchange.cipher
    record = message.record
    header = tls.record_header(record.header + record.fragment, exchange.tls_version)
    text = f"{version}, {cipher}: a record of {counted(record.octets, 'octet')}"
    if exchange.protocol:
        notes.append(f"the two ends agreed on {exchange.protocol} (ALPN)")
    return Layer(PRESENTATION, "presentation", "record", text, tuple(notes), (header,))


def _content(exchange: Exchange) -> str:
    fields = dict(exchange.headers)
    kind = fields.get("content-type", "no media type")
    coding = fields.get("content-encoding", "identity")
    return f"{kind}; content coding {coding}"


def _session(exchange: Exchange, side: Side) -> Layer:
    text = f"a connection of {side.host}'s event loop, for one request and its answer"
    notes = [f"socket {end_text(side.own)}, connected to {end_text(side.other)}"]
    if exchange.tls_version:
        notes.append("TLS's handshake made a session of its own over this connection")
    return Layer(SESSION, "session", "connection", text, tuple(notes), ())


def end_text(end: tuple[str, int]) -> str:
    """Address and port of one end."""
    address, port = end
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
