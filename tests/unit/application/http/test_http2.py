"""HTTP/2 at both ends, and the server against h2 itself: streams, flow control, floods, broken rules as in h2spec."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
import trustme
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.events import (
    ConnectionTerminated,
    DataReceived,
    Event,
    RequestReceived,
    ResponseReceived,
    StreamEnded,
    StreamReset,
)
from hyperframe.frame import (
    ContinuationFrame,
    DataFrame,
    Frame,
    GoAwayFrame,
    HeadersFrame,
    PingFrame,
    PriorityFrame,
    RstStreamFrame,
    SettingsFrame,
    WindowUpdateFrame,
)

from catenet.application.http import Client, ClientError, Handler, HttpError, Limits, Request, Response, Server
from tests.unit.application.http.raw_client import PORT, echo, in_virtual_time

URL = f"http://127.0.0.1:{PORT}"
GET = [(":method", "GET"), (":scheme", "http"), (":path", "/"), (":authority", "h")]
POST = [(":method", "POST"), *GET[1:]]


class Peer:
    """A client that is h2 and nothing else, and may send any octets."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer
        self.h2 = H2Connection(H2Configuration(client_side=True, validate_outbound_headers=False))
        self.h2.initiate_connection()
        self.events: list[Event] = []

    async def send(self, *frames: Frame | bytes) -> None:
        self.writer.write(self.h2.data_to_send())
        for frame in frames:
            self.writer.write(frame if isinstance(frame, bytes) else frame.serialize())
        await self.writer.drain()

    async def receive(self, *, until: type[Event] | None = None) -> list[Event]:
        """Events until one of a kind, or the server closes."""
        while data := await self.reader.read(65536):
            found = self.h2.receive_data(data)
            self.events += found
            await self.send()
            if until is not None and any(isinstance(event, until) for event in found):
                break
        return self.events


def with_peer(
    program: Callable[[Peer], Awaitable[Any]], handler: Handler = echo, limits: Limits | None = None
) -> tuple[Any, Server]:
    async def main() -> tuple[Any, Server]:
        server = await Server(handler, limits=limits).start("127.0.0.1", PORT)
        peer = Peer(*await asyncio.open_connection("127.0.0.1", PORT))
        await peer.send()
        result = await program(peer)
        peer.writer.close()
        await server.close()
        return result, server

    result, server = in_virtual_time(main)
    return result, server


def goodbye(events: list[Event]) -> ErrorCodes | None:
    """Why the server ended the connection."""
    for event in events:
        if isinstance(event, ConnectionTerminated):
            return ErrorCodes(event.error_code or 0)
    return None


def headers(peer: Peer, number: int, fields: list[tuple[str, str]] = GET, flags: tuple[str, ...] = ()) -> HeadersFrame:
    frame = HeadersFrame(number, peer.h2.encoder.encode(fields))
    frame.flags |= {"END_HEADERS", "END_STREAM"} if not flags else set(flags)
    return frame


def data(number: int, octets: bytes, *flags: str) -> DataFrame:
    frame = DataFrame(number, octets)
    frame.flags |= set(flags)
    return frame


def test_streams_are_answered_as_they_are_ready() -> None:
    async def slow(request: Request) -> Response:
        await asyncio.sleep(float(request.target[1:]))
        return await echo(request)

    async def program(peer: Peer) -> list[int]:
        for number, wait_s in ((1, 3), (3, 1), (5, 2)):
            peer.h2.send_headers(number, [*GET[:2], (":path", f"/{wait_s}"), GET[3]], end_stream=True)
        await peer.send()
        while sum(isinstance(event, StreamEnded) for event in peer.events) < 3:
            await peer.receive(until=StreamEnded)
        return [event.stream_id or 0 for event in peer.events if isinstance(event, StreamEnded)]

    assert with_peer(program, slow)[0] == [3, 5, 1]


def test_priorities_are_ignored() -> None:
    async def program(peer: Peer) -> list[Event]:
        await peer.send(PriorityFrame(7, depends_on=3, stream_weight=9, exclusive=True))
        peer.h2.send_headers(1, GET, end_stream=True, priority_weight=200, priority_depends_on=0)
        await peer.send()
        return await peer.receive(until=StreamEnded)

    events, server = with_peer(program)
    assert any(isinstance(event, DataReceived) and event.data == b"GET / " for event in events)
    assert server.refused == {}


def test_response_waits_for_the_clients_window() -> None:
    async def big(request: Request) -> Response:
        return Response(200, body=bytes(100_000))

    async def program(peer: Peer) -> tuple[int, int]:
        peer.h2.send_headers(1, GET, end_stream=True)
        await peer.send()
        sizes = []
        for _ in range(2):
            await asyncio.sleep(5)
            while peer.reader._buffer:  # type: ignore[attr-defined]  # all that has come
                peer.events += peer.h2.receive_data(await peer.reader.read(65536))
            sizes.append(sum(len(event.data or b"") for event in peer.events if isinstance(event, DataReceived)))
            if len(sizes) == 1:
                peer.h2.increment_flow_control_window(100_000)
                peer.h2.increment_flow_control_window(100_000, 1)
                await peer.send()
        return sizes[0], sizes[1]

    assert with_peer(program, big)[0] == (65535, 100_000)


@pytest.mark.slow
def test_upload_waits_for_the_handler() -> None:
    async def patient(request: Request) -> Response:
        await asyncio.sleep(20)
        return Response.text(str(len(await request.body.read())))

    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(40):
            sent.append(asyncio.get_running_loop().time())
            yield bytes(65536)

    sent: list[float] = []

    async def main() -> bytes:
        server = await Server(patient).start("127.0.0.1", PORT)
        async with Client(prior_knowledge=True) as client:
            answer = await client.request("POST", URL, body=pieces())
            body = await answer.read()
        await server.close()
        return body

    assert in_virtual_time(main) == str(40 * 65536).encode()
    assert sum(at_s < 20 for at_s in sent) <= 17  # the window of 1 MiB and one that waits


def test_head_has_no_body_and_an_early_answer_stops_the_upload() -> None:
    async def handler(request: Request) -> Response:
        return Response.text("short")

    async def program(peer: Peer) -> list[Event]:
        peer.h2.send_headers(1, [(":method", "HEAD"), *GET[1:]], end_stream=True)
        await peer.send()
        await peer.receive(until=StreamEnded)
        peer.h2.send_headers(3, POST)
        await peer.send()
        return await peer.receive(until=StreamReset)

    events, _ = with_peer(program, handler)
    assert {event.stream_id for event in events if isinstance(event, DataReceived)} == {3}
    (reset,) = [event for event in events if isinstance(event, StreamReset)]
    assert (reset.stream_id, reset.error_code) == (3, ErrorCodes.NO_ERROR)


def test_reset_cancels_the_handler() -> None:
    cancelled: list[str] = []

    async def hangs(request: Request) -> Response:
        try:
            await asyncio.sleep(1000)
        except asyncio.CancelledError:
            cancelled.append(request.target)
            raise
        return Response()

    async def program(peer: Peer) -> None:
        peer.h2.send_headers(1, GET, end_stream=True)
        await peer.send()
        await asyncio.sleep(1)
        peer.h2.reset_stream(1, ErrorCodes.CANCEL)
        await peer.send()
        await asyncio.sleep(1)
        assert cancelled == ["/"]

    with_peer(program, hangs)


LIMITS = Limits(target_bytes=50, header_count=5, body_bytes=10, resets=20, pings=20, settings=20, empty_frames=20)


@pytest.mark.parametrize(
    ("fields", "body", "status", "reason"),
    [
        ([*GET[:2], (":path", "/" + "a" * 60), GET[3]], b"", 414, "target_bytes"),
        ([*GET, *[("x", "y")] * 6], b"", 431, "header_count"),
        ([(":method", "BREW"), *GET[1:]], b"", 501, "method"),
        ([*POST, ("content-length", "11")], b"", 413, "body_bytes"),
        (POST, b"elevenbytes", 413, "body_bytes"),
    ],
)
def test_limits_are_those_of_http_1(fields: list[tuple[str, str]], body: bytes, status: int, reason: str) -> None:
    async def program(peer: Peer) -> list[Event]:
        peer.h2.send_headers(1, fields)
        if body:
            peer.h2.send_data(1, body, end_stream=True)
        await peer.send()
        return await peer.receive(until=ResponseReceived)

    events, server = with_peer(program, limits=LIMITS)
    (response,) = [event for event in events if isinstance(event, ResponseReceived)]
    assert dict(response.headers or [])[b":status"] == str(status).encode()
    assert server.refused == {reason: 1}


def rapid_resets(peer: Peer) -> list[Frame | bytes]:
    return [frame for n in range(1, 61, 2) for frame in (headers(peer, n), RstStreamFrame(n, error_code=8))]


def continuations(peer: Peer) -> list[Frame | bytes]:
    return [headers(peer, 1, flags=("END_STREAM",)), *[ContinuationFrame(1, b"") for _ in range(30)]]


def provoked_resets(peer: Peer) -> list[Frame | bytes]:
    """Each request is followed by a frame for which the server has to reset the stream."""
    frames: list[Frame | bytes] = []
    for number in range(1, 61, 2):
        peer.h2.send_headers(number, GET, end_stream=True)
        frames += [peer.h2.data_to_send(), WindowUpdateFrame(number, window_increment=(1 << 31) - 1)]
    return frames


FLOODS: dict[str, Callable[[Peer], list[Frame | bytes]]] = {
    "resets": rapid_resets,
    "provoked resets": provoked_resets,
    "continuations": continuations,
    "pings": lambda peer: [PingFrame(0, bytes(8)) for _ in range(30)],
    "settings": lambda peer: [SettingsFrame(0) for _ in range(30)],
    "empty_frames": lambda peer: [headers(peer, 1, POST, ("END_HEADERS",)), *[data(1, b"") for _ in range(30)]],
}


@pytest.mark.parametrize("reason", FLOODS)
@pytest.mark.parametrize("split", [False, pytest.param(True, marks=pytest.mark.slow)], ids=["at once", "by octet"])
def test_flood_ends_the_connection_with_enhance_your_calm(reason: str, split: bool) -> None:
    handled: list[Request] = []

    async def handler(request: Request) -> Response:
        handled.append(request)
        await asyncio.sleep(1000)
        return Response()

    async def program(peer: Peer) -> list[Event]:
        await asyncio.sleep(1)
        octets = b"".join(f if isinstance(f, bytes) else f.serialize() for f in FLOODS[reason](peer))
        for place in range(0, len(octets), 1 if split else len(octets)):
            if peer.reader.at_eof():
                break
            await peer.send(octets[place : place + (1 if split else len(octets))])
            if split:
                await asyncio.sleep(0)
        return await peer.receive()

    events, server = with_peer(program, handler, LIMITS)
    assert goodbye(events) is ErrorCodes.ENHANCE_YOUR_CALM
    assert server.refused == {reason.rsplit(maxsplit=1)[-1]: 1}
    assert len(handled) <= LIMITS.resets + 1
    assert server.connections == 0


@pytest.mark.slow
def test_as_many_frames_over_a_longer_time_are_no_flood() -> None:
    async def program(peer: Peer) -> ErrorCodes | None:
        for _ in range(60):
            await peer.send(PingFrame(0, bytes(8)))
            await asyncio.sleep(1)
        peer.h2.send_headers(1, GET, end_stream=True)
        await peer.send()
        return goodbye(await peer.receive(until=StreamEnded))

    assert with_peer(program, limits=LIMITS)[0] is None


@pytest.mark.slow
def test_header_list_over_the_limit_is_refused_before_it_is_whole() -> None:
    async def program(peer: Peer) -> list[Event]:
        block = peer.h2.encoder.encode([*GET, *[("x", "y" * 100) for _ in range(2000)]])  # one octet or so each
        frame = HeadersFrame(1, block[:16000])
        frame.flags.add("END_STREAM")
        rest = ContinuationFrame(1, block[16000:])
        rest.flags.add("END_HEADERS")
        await peer.send(frame, rest)
        return await peer.receive()

    events, server = with_peer(program)
    assert goodbye(events) is ErrorCodes.ENHANCE_YOUR_CALM
    assert server.refused == {"http2": 1}


BROKEN: dict[str, tuple[Callable[[Peer], list[Frame | bytes]], set[ErrorCodes]]] = {
    "5.1: DATA on an idle stream": (lambda p: [data(1, b"x")], {ErrorCodes.PROTOCOL_ERROR}),
    "5.1: RST_STREAM on an idle stream": (lambda p: [RstStreamFrame(1, error_code=8)], {ErrorCodes.PROTOCOL_ERROR}),
    "5.1: WINDOW_UPDATE on an idle stream": (
        lambda p: [WindowUpdateFrame(1, window_increment=1)],
        {ErrorCodes.PROTOCOL_ERROR},
    ),
    "5.1.1: an even stream": (lambda p: [headers(p, 2)], {ErrorCodes.PROTOCOL_ERROR}),
    "5.1.1: a smaller number": (
        lambda p: [headers(p, 5), headers(p, 3)],
        {ErrorCodes.PROTOCOL_ERROR, ErrorCodes.STREAM_CLOSED},
    ),
    "4.2: a frame over the size": (
        lambda p: [b"\x00\x40\x01\x01\x04\x00\x00\x00\x01" + bytes(16385)],
        {ErrorCodes.FRAME_SIZE_ERROR},
    ),
    "4.3: a header block that cannot be decoded": (
        lambda p: [b"\x00\x00\x01\x01\x05\x00\x00\x00\x01\xff"],
        {ErrorCodes.PROTOCOL_ERROR, ErrorCodes.COMPRESSION_ERROR},
    ),
    "6.1: DATA on stream 0": (lambda p: [b"\x00\x00\x01\x00\x00\x00\x00\x00\x00x"], {ErrorCodes.PROTOCOL_ERROR}),
    "6.2: another frame inside a header block": (
        lambda p: [headers(p, 1, flags=("END_STREAM",)), PingFrame(0, bytes(8))],
        {ErrorCodes.PROTOCOL_ERROR},
    ),
    "6.5: SETTINGS on a stream": (lambda p: [b"\x00\x00\x00\x04\x00\x00\x00\x00\x01"], {ErrorCodes.PROTOCOL_ERROR}),
    "6.5.2: a window over 2^31-1": (
        lambda p: [b"\x00\x00\x06\x04\x00\x00\x00\x00\x00\x00\x04\xff\xff\xff\xff"],
        {ErrorCodes.FLOW_CONTROL_ERROR},
    ),
    "6.7: PING of another length": (
        lambda p: [b"\x00\x00\x06\x06\x00\x00\x00\x00\x00abcdef"],
        {ErrorCodes.FRAME_SIZE_ERROR},
    ),
    "6.9: WINDOW_UPDATE of 0": (
        lambda p: [b"\x00\x00\x04\x08\x00\x00\x00\x00\x00\x00\x00\x00\x00"],
        {ErrorCodes.PROTOCOL_ERROR},
    ),
    "6.9.1: the connection's window over 2^31-1": (
        lambda p: [WindowUpdateFrame(0, window_increment=(1 << 31) - 1)],
        {ErrorCodes.FLOW_CONTROL_ERROR},
    ),
    "8.2: a name in capitals": (lambda p: [headers(p, 1, [*GET, ("X-Y", "z")])], {ErrorCodes.PROTOCOL_ERROR}),
    "8.2.2: a field of the connection": (
        lambda p: [headers(p, 1, [*GET, ("connection", "close")])],
        {ErrorCodes.PROTOCOL_ERROR},
    ),
    "8.2.2: a transfer coding": (
        lambda p: [headers(p, 1, [*GET, ("transfer-encoding", "chunked")])],
        {ErrorCodes.PROTOCOL_ERROR},
    ),
    "8.3: a pseudo field after another": (
        lambda p: [headers(p, 1, [*GET[:3], ("x", "y"), GET[3]])],
        {ErrorCodes.PROTOCOL_ERROR},
    ),
    "8.3: an unknown pseudo field": (lambda p: [headers(p, 1, [*GET, (":x", "y")])], {ErrorCodes.PROTOCOL_ERROR}),
    "8.3.1: no path": (lambda p: [headers(p, 1, [*GET[:2], GET[3]])], {ErrorCodes.PROTOCOL_ERROR}),
    "8.3.1: two methods": (lambda p: [headers(p, 1, [GET[0], *GET])], {ErrorCodes.PROTOCOL_ERROR}),
    "8.1.1: a body longer than its length": (
        lambda p: [headers(p, 1, [*POST, ("content-length", "1")], ("END_HEADERS",)), data(1, b"abc", "END_STREAM")],
        {ErrorCodes.PROTOCOL_ERROR},
    ),
}


def frame(kind: int, flags: int, stream: int, payload: bytes) -> bytes:
    """Any frame, also one that no library would make (RFC 9113 section 4.1)."""
    return len(payload).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big") + payload


def setting(number: int, value: int) -> bytes:
    return number.to_bytes(2, "big") + value.to_bytes(4, "big")


DATA, HEADERS, PRIORITY, RST_STREAM, SETTINGS, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = 0, 1, 2, 3, 4, 6, 7, 8, 9
END, END_HEADERS, PADDED, ACK = 1, 4, 8, 1


def asked(peer: Peer, fields: list[tuple[str, str]] = GET, *, end_stream: bool = True) -> bytes:
    """A request of which the peer knows, so that it understands what is said of its stream."""
    peer.h2.send_headers(1, fields, end_stream=end_stream)
    return peer.h2.data_to_send()


def opened(peer: Peer) -> bytes:
    """A request whose body is still to come."""
    return asked(peer, POST, end_stream=False)


def block(octets: bytes) -> Callable[[Peer], list[Frame | bytes]]:
    """A request's header block in these octets of HPACK."""
    return lambda _: [frame(HEADERS, END | END_HEADERS, 1, octets)]


PROTOCOL, SIZE, FLOW = ErrorCodes.PROTOCOL_ERROR, ErrorCodes.FRAME_SIZE_ERROR, ErrorCodes.FLOW_CONTROL_ERROR
CLOSED, COMPRESSION = ErrorCodes.STREAM_CLOSED, ErrorCodes.COMPRESSION_ERROR

OF_H2SPEC: dict[str, tuple[Callable[[Peer], list[Frame | bytes]], set[ErrorCodes]]] = {
    "5.1: DATA after the end": (lambda p: [asked(p), data(1, b"x")], {CLOSED}),
    "5.1: HEADERS after the end": (lambda p: [asked(p), headers(p, 1)], {CLOSED}),
    "5.1: DATA after RST_STREAM": (
        lambda p: [opened(p), RstStreamFrame(1, error_code=8), data(1, b"x")],
        {CLOSED},
    ),
    "5.1: HEADERS after RST_STREAM": (
        lambda p: [opened(p), RstStreamFrame(1, error_code=8), headers(p, 1)],
        {CLOSED},
    ),
    "6.1: DATA with more padding than octets": (lambda p: [opened(p), frame(DATA, PADDED, 1, b"\x09ab")], {PROTOCOL}),
    "6.2: HEADERS on stream 0": (
        lambda p: [frame(HEADERS, END | END_HEADERS, 0, p.h2.encoder.encode(GET))],
        {PROTOCOL},
    ),
    "6.2: HEADERS with more padding than octets": (
        lambda p: [frame(HEADERS, END | END_HEADERS | PADDED, 1, b"\xff" + p.h2.encoder.encode(GET))],
        {PROTOCOL},
    ),
    "6.3: PRIORITY on stream 0": (lambda _: [frame(PRIORITY, 0, 0, bytes(5))], {PROTOCOL}),
    "6.3: PRIORITY of another length": (lambda _: [frame(PRIORITY, 0, 1, bytes(4))], {SIZE}),
    "6.4: RST_STREAM on stream 0": (lambda _: [frame(RST_STREAM, 0, 0, bytes(4))], {PROTOCOL}),
    "6.4: RST_STREAM of another length": (lambda p: [opened(p), frame(RST_STREAM, 0, 1, bytes(3))], {SIZE}),
    "6.5: an acknowledgement with settings": (
        lambda _: [frame(SETTINGS, ACK, 0, setting(3, 5))],
        {SIZE, PROTOCOL},
    ),  # h2 says the second
    "6.5: SETTINGS of another length": (lambda _: [frame(SETTINGS, 0, 0, bytes(5))], {SIZE}),
    "6.5.2: ENABLE_PUSH of 2": (lambda _: [frame(SETTINGS, 0, 0, setting(2, 2))], {PROTOCOL}),
    "6.5.2: frames too small": (lambda _: [frame(SETTINGS, 0, 0, setting(5, 16383))], {PROTOCOL}),
    "6.5.2: frames too large": (lambda _: [frame(SETTINGS, 0, 0, setting(5, 1 << 24))], {PROTOCOL}),
    "6.7: PING on a stream": (lambda _: [frame(PING, 0, 1, bytes(8))], {PROTOCOL}),
    "6.8: GOAWAY on a stream": (lambda _: [frame(GOAWAY, 0, 1, bytes(8))], {PROTOCOL}),
    "6.9: WINDOW_UPDATE of another length": (lambda _: [frame(WINDOW_UPDATE, 0, 0, bytes(3))], {SIZE}),
    "6.9: a stream's WINDOW_UPDATE of 0": (lambda p: [opened(p), frame(WINDOW_UPDATE, 0, 1, bytes(4))], {PROTOCOL}),
    "6.9.1: a stream's window over 2^31-1": (
        lambda p: [opened(p), WindowUpdateFrame(1, window_increment=(1 << 31) - 1)],
        {FLOW},
    ),
    "6.9.2: settings that take a stream's window over 2^31-1": (
        lambda p: [
            opened(p),
            WindowUpdateFrame(1, window_increment=(1 << 31) - 1 - 65535),
            frame(SETTINGS, 0, 0, setting(4, 65536)),
        ],
        {FLOW},
    ),
    "6.10: CONTINUATION of nothing": (lambda _: [frame(CONTINUATION, END_HEADERS, 1, b"")], {PROTOCOL}),
    "6.10: CONTINUATION after the block's end": (
        lambda p: [opened(p), frame(CONTINUATION, END_HEADERS, 1, b"")],
        {PROTOCOL},
    ),
    "6.10: CONTINUATION on stream 0": (
        lambda p: [headers(p, 1, flags=("END_STREAM",)), frame(CONTINUATION, END_HEADERS, 0, b"")],
        {PROTOCOL},
    ),
    "6.10: CONTINUATION of another stream": (
        lambda p: [headers(p, 1, flags=("END_STREAM",)), frame(CONTINUATION, END_HEADERS, 3, b"")],
        {PROTOCOL},
    ),
    "HPACK 2.3.3: an index beyond the tables": (block(b"\xff\x30"), {COMPRESSION, PROTOCOL}),
    "HPACK 4.2: a table larger than allowed": (block(b"\x3f\xff\xff\x7f\x82"), {COMPRESSION, PROTOCOL}),
    "HPACK 4.2: a table's size at the end": (
        lambda p: [frame(HEADERS, END | END_HEADERS, 1, p.h2.encoder.encode(GET) + b"\x20")],
        {COMPRESSION, PROTOCOL},
    ),
    "HPACK 5.2: eight bits of padding": (block(b"\x00\x82\x1f\xff\x01a"), {COMPRESSION, PROTOCOL}),
    "HPACK 5.2: the symbol EOS": (block(b"\x00\x84\xff\xff\xff\xff\x01a"), {COMPRESSION, PROTOCOL}),
    "HPACK 6.1: the index 0": (block(b"\x80"), {COMPRESSION, PROTOCOL}),
}
BROKEN |= OF_H2SPEC


@pytest.mark.parametrize("rule", BROKEN)
def test_broken_rule_ends_the_connection_or_the_stream(rule: str) -> None:
    make, codes = BROKEN[rule]

    async def program(peer: Peer) -> list[Event]:
        await peer.send(*make(peer))
        async with asyncio.timeout(30):
            return await peer.receive(until=StreamReset)

    events, server = with_peer(program)
    resets = {ErrorCodes(event.error_code or 0) for event in events if isinstance(event, StreamReset)}
    assert (resets | {goodbye(events)}) & codes
    assert server.connections == 0


@pytest.mark.parametrize(
    "first",
    [frame(PING, 0, 0, bytes(8)), frame(HEADERS, END | END_HEADERS, 1, b"\x82"), frame(SETTINGS, ACK, 0, b"x")],
    ids=["PING", "HEADERS", "a broken SETTINGS"],
)
def test_preface_without_settings_ends_the_connection(first: bytes) -> None:
    """RFC 9113 section 3.4."""

    async def main() -> tuple[bytes, int]:
        server = await Server(echo).start("127.0.0.1", PORT)
        reader, writer = await asyncio.open_connection("127.0.0.1", PORT)
        writer.write(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + first)
        async with asyncio.timeout(30):
            answer = await reader.read()
        writer.close()
        await asyncio.sleep(1)
        left = server.connections
        await server.close()
        return answer, left

    answer, left = in_virtual_time(main)
    assert b"\x07" in answer[3:4] or answer[-17:][3:4] == b"\x07", "GOAWAY is the last frame"
    assert left == 0


@pytest.mark.parametrize("rule", ["5.5: an unknown frame", "6.7: PING", "6.5: an unknown setting", "6.3: PRIORITY"])
def test_what_is_allowed_goes_on(rule: str) -> None:
    frames: dict[str, Frame | bytes] = {
        "5.5: an unknown frame": b"\x00\x00\x08\x16\x00\x00\x00\x00\x00" + bytes(8),
        "6.7: PING": PingFrame(0, b"abcdefgh"),
        "6.5: an unknown setting": b"\x00\x00\x06\x04\x00\x00\x00\x00\x00\x00\xff\x00\x00\x00\x01",
        "6.3: PRIORITY": PriorityFrame(1, depends_on=0),
    }

    async def program(peer: Peer) -> list[Event]:
        await peer.send(frames[rule])
        peer.h2.send_headers(1, GET, end_stream=True)
        await peer.send()
        return await peer.receive(until=StreamEnded)

    events, _ = with_peer(program)
    assert goodbye(events) is None
    assert any(isinstance(event, StreamEnded) for event in events)


@pytest.mark.slow
def test_client_sends_many_requests_over_one_connection() -> None:
    async def handler(request: Request) -> Response:
        await asyncio.sleep(1)
        if request.target == "/no":
            raise HttpError(404, "not_found")
        return await echo(request)

    async def main() -> tuple[list[tuple[int, str, bytes]], int, float]:
        server = await Server(handler).start("127.0.0.1", PORT)
        async with Client(prior_knowledge=True) as client:

            async def one(target: str) -> tuple[int, str, bytes]:
                answer = await client.request("POST", URL + target, body=b"body")
                return answer.status, answer.version, await answer.read()

            found = await asyncio.gather(*(one(f"/{number}") for number in range(150)), one("/no"))
            took_s = asyncio.get_running_loop().time()
            count = server.connections
        await server.close()
        return found, count, took_s

    found, connections, took_s = in_virtual_time(main)
    assert found[:150] == [(200, "2", f"POST /{number} body".encode()) for number in range(150)]
    assert (found[150][0], connections) == (404, 1)
    assert 2 <= took_s < 2.5  # 100 streams at one time


@pytest.mark.slow
@pytest.mark.parametrize(("offered", "version"), [(True, "2"), (False, "1.1")])
def test_tls_chooses_the_version(offered: bool, version: str) -> None:
    authority = trustme.CA()
    server_tls, client_tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    authority.issue_cert("localhost").configure_cert(server_tls)
    authority.configure_trust(client_tls)

    async def main() -> tuple[set[str], int]:
        server = await Server(echo).start("127.0.0.1", PORT, tls=server_tls)
        async with Client(tls=client_tls, http2=offered) as client:

            async def one() -> str:
                answer = await client.get(f"https://localhost:{PORT}/")
                await answer.read()
                return answer.version

            found = set(await asyncio.gather(*(one() for _ in range(4))))
            count = server.connections
        await server.close()
        return found, count

    assert in_virtual_time(main) == ({version}, 1 if offered else 4)


@pytest.mark.slow
def test_answer_that_is_closed_early_resets_its_stream_only() -> None:
    async def big(request: Request) -> Response:
        return Response(200, body=bytes(3 << 20))

    async def main() -> tuple[list[int], int]:
        server = await Server(big).start("127.0.0.1", PORT)
        sizes = []
        async with Client(prior_knowledge=True) as client:
            for whole in (False, True, False, True):
                async with await client.get(URL) as answer:
                    sizes.append(len(await (answer.read() if whole else answer.body.chunk())))
            count = server.connections
        await server.close()
        return sizes, count

    sizes, count = in_virtual_time(main)
    assert (sizes[1], sizes[3], count) == (3 << 20, 3 << 20, 1)
    assert max(sizes[0], sizes[2]) < 1 << 20


@pytest.mark.slow
def test_server_that_ends_the_connection_is_an_error_and_the_next_request_connects_anew() -> None:
    async def slow(request: Request) -> Response:
        await asyncio.sleep(10)
        return Response()

    async def main() -> int:
        async with Client(prior_knowledge=True) as client:
            server = await Server(slow).start("127.0.0.1", PORT)
            asking = asyncio.ensure_future(client.request("POST", URL))
            await asyncio.sleep(1)
            await server.close()
            with pytest.raises(ClientError, match="the connection of HTTP/2 ended"):
                await asking
            server = await Server(echo).start("127.0.0.1", PORT)
            status = (await client.get(URL)).status
        await server.close()
        return status

    assert in_virtual_time(main) == 200


@pytest.mark.slow
def test_goodbye_of_the_server_leaves_the_answers_that_it_has_begun_and_the_next_request_connects_anew() -> None:
    connections = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        server = H2Connection(H2Configuration(client_side=False))
        server.initiate_connection()
        while data := await reader.read(65536):
            for event in server.receive_data(data):
                if isinstance(event, RequestReceived):
                    writer.write(server.data_to_send() + GoAwayFrame(0, last_stream_id=1, error_code=0).serialize())
                    server.send_headers(1, [(":status", "200")])
                    server.send_data(1, b"all of it", end_stream=True)
            writer.write(server.data_to_send())
            if server.open_inbound_streams == 0 and server.highest_inbound_stream_id:
                break
        writer.close()

    async def main() -> list[bytes]:
        listener = await asyncio.start_server(serve, "127.0.0.1", PORT)
        async with Client(prior_knowledge=True) as client:
            found = []
            for _ in range(3):
                answer = await client.get(URL)
                await asyncio.sleep(1)  # the server has closed the connection
                found.append(await answer.read())
        listener.close()
        return found

    assert in_virtual_time(main) == [b"all of it"] * 3
    assert connections == 3
