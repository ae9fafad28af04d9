"""HTTP/1.1 at the server: framing, order, keep-alive, streaming."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from catenet.application.http import Handler, HttpError, Limits, Request, Response, Server, Tunnel
from tests.unit.application.http.raw_client import PORT, answers, echo, get, in_virtual_time, talk


def test_pipelined_requests_are_answered_in_their_order_on_one_connection() -> None:
    async def slow_first(request: Request) -> Response:
        await asyncio.sleep(5.0 if request.target == "/0" else 0.0)
        return Response.text(request.target)

    requests = [get(f"/{number}", last=number == 4) for number in range(5)]
    octets, server = talk(b"".join(requests), handler=slow_first)
    assert [body for _, _, body in answers(octets)] == [b"/0", b"/1", b"/2", b"/3", b"/4"]
    assert server.refused == {}


@pytest.mark.slow
def test_octet_by_octet_gives_the_same_answer() -> None:
    request = (
        b"\r\nPOST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n4;x=y\r\ndefg\r\n0\r\n\r\n"
    )
    pieces = [request[place : place + 1] for place in range(len(request))]
    spaced = [part for piece in pieces for part in (piece, 0.001)]
    octets, _ = talk(*spaced, get("/last"))
    assert [body for _, _, body in answers(octets)] == [b"POST /x abcdefg", b"GET /last "]


def test_http_1_0_closes_and_keeps_open_on_demand() -> None:
    octets, _ = talk(b"GET /a HTTP/1.0\r\n\r\n")
    assert [body for _, _, body in answers(octets)] == [b"GET /a "]


def test_head_has_the_fields_of_get_and_no_body() -> None:
    octets, _ = talk(get("/a", method="HEAD", last=False), get("/b"))
    (status, fields, body), (_, _, second) = answers(octets, "HEAD")
    assert (status, body, fields["content-length"]) == (200, b"", str(len("HEAD /a ")))
    assert second == b"GET /b "


def test_date_is_that_of_the_hosts_clock() -> None:
    octets, _ = talk(30.0, get())
    assert answers(octets)[0][1]["date"] == "Wed, 01 Jan 2025 00:00:30 GMT"


@pytest.mark.parametrize(("version", "chunked"), [("1.1", True), ("1.0", False)])
def test_body_of_unknown_length_is_chunked_or_ends_with_the_connection(version: str, chunked: bool) -> None:
    async def stream(request: Request) -> Response:
        async def pieces() -> AsyncIterator[bytes]:
            for number in range(3):
                yield str(number).encode() * 3

        return Response(200, body=pieces())

    octets, _ = talk(f"GET / HTTP/{version}\r\nHost: h\r\nConnection: close\r\n\r\n".encode(), handler=stream)
    ((status, fields, body),) = answers(octets)
    assert (status, body, fields.get("transfer-encoding") == "chunked") == (200, b"000111222", chunked)


def test_body_that_fails_is_cut_short_so_that_the_client_notices() -> None:
    async def stream(request: Request) -> Response:
        async def pieces() -> AsyncIterator[bytes]:
            yield b"begun"
            raise ValueError("no more")

        return Response(200, body=pieces())

    async def program() -> bytes:
        server = await Server(stream).start("127.0.0.1", PORT)
        reader, writer = await asyncio.open_connection("127.0.0.1", PORT)
        writer.write(get())
        octets = b""
        try:
            while data := await reader.read(65536):
                octets += data
        except ConnectionResetError:
            pass
        writer.close()
        await server.close()
        return octets

    octets = in_virtual_time(program)
    assert not octets.endswith(b"0\r\n\r\n")


@pytest.mark.slow
def test_stream_stops_while_the_client_does_not_read_and_a_reader_gets_all_of_it() -> None:
    sent = 0
    held = 0

    async def stream(request: Request) -> Response:
        async def pieces() -> AsyncIterator[bytes]:
            nonlocal sent
            for _ in range(100):
                sent += 1
                yield bytes(65536)

        return Response(200, body=pieces())

    async def program() -> int:
        nonlocal held
        server = await Server(stream).start("127.0.0.1", PORT)
        reader, writer = await asyncio.open_connection("127.0.0.1", PORT)
        writer.write(get())
        await asyncio.sleep(30)
        held = sent
        size = len(await reader.read())
        writer.close()
        await server.close()
        return size

    assert in_virtual_time(program) > 100 * 65536
    assert held < 60
    assert sent == 100


@pytest.mark.slow
def test_client_that_takes_nothing_is_aborted() -> None:
    async def big(request: Request) -> Response:
        return Response(200, body=bytes(8 << 20))

    async def program() -> Server:
        server = await Server(big).start("127.0.0.1", PORT)
        _, writer = await asyncio.open_connection("127.0.0.1", PORT)
        writer.write(get())
        await asyncio.sleep(100)
        assert server.connections == 0
        writer.close()
        await server.close()
        return server

    assert in_virtual_time(program).refused == {"write_timeout": 1}


@pytest.mark.slow
def test_upload_stops_while_the_handler_does_not_read() -> None:
    async def patient(request: Request) -> Response:
        await asyncio.sleep(50)
        return Response.text(str(len(await request.body.read())))

    async def program() -> tuple[int, bytes]:
        server = await Server(patient).start("127.0.0.1", PORT)
        reader, writer = await asyncio.open_connection("127.0.0.1", PORT)
        size = 8 << 20
        writer.write(f"PUT / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: {size}\r\n\r\n".encode())
        writer.write(bytes(size))
        await asyncio.sleep(40)
        waiting = writer.transport.get_write_buffer_size()
        octets = await reader.read()
        writer.close()
        await server.close()
        return waiting, octets

    waiting, octets = in_virtual_time(program)
    assert waiting > 1 << 20
    assert answers(octets)[0][2] == str(8 << 20).encode()


def test_continue_is_sent_when_the_handler_reads_and_not_when_it_refuses() -> None:
    async def picky(request: Request) -> Response:
        if request.target == "/no":
            raise HttpError(403, "not_allowed")
        return await echo(request)

    head = "PUT {} HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"
    octets, _ = talk(head.format("/yes").encode(), 1.0, b"abc", head.format("/no").encode(), handler=picky)
    assert octets.startswith(b"HTTP/1.1 100 ")
    assert octets.count(b"HTTP/1.1 100 ") == 1
    assert b"HTTP/1.1 403 Forbidden" in octets


def test_body_that_the_handler_left_is_read_before_the_next_request() -> None:
    async def ignore(request: Request) -> Response:
        return Response.text(request.target)

    body = b"PUT /a HTTP/1.1\r\nHost: h\r\nContent-Length: 20\r\n\r\n" + b"GET /evil HTTP/1.1\r\n"
    octets, _ = talk(body, get("/b"), handler=ignore)
    assert [body for _, _, body in answers(octets)] == [b"/a", b"/b"]


def test_handler_that_fails_is_a_500_and_the_connection_goes_on() -> None:
    async def fails(request: Request) -> Response:
        raise KeyError(request.target)

    octets, _ = talk(get("/a", last=False), get("/b"), handler=fails)
    assert [status for status, _, _ in answers(octets)] == [500, 500]


def test_upgrade_hands_the_connection_to_the_handler_with_what_was_sent_early() -> None:
    async def shout(tunnel: Tunnel) -> None:
        while data := await tunnel.read():
            await tunnel.write(data.upper())
        tunnel.close()

    async def upgrade(request: Request) -> Response:
        assert request.headers.get("upgrade") == "shout"
        response = Response(101, upgrade=shout)
        response.headers.set("upgrade", "shout")
        response.headers.set("connection", "upgrade")
        return response

    request = get("/", "Connection: upgrade", "Upgrade: shout", last=False)
    octets, _ = talk(request + b"early", 1.0, b" late", handler=upgrade, keep_open=False)
    head, _, rest = octets.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 101 Switching Protocols")
    assert rest == b"EARLY LATE"


def test_close_ends_idle_connections() -> None:
    async def program() -> bytes:
        server = await Server(echo).start("127.0.0.1", PORT)
        reader, writer = await asyncio.open_connection("127.0.0.1", PORT)
        await asyncio.sleep(1)
        await server.close()
        octets = await reader.read()
        writer.close()
        return octets

    assert in_virtual_time(program) == b""


def quick() -> Handler:
    async def answer(request: Request) -> Response:
        return Response()

    return answer


def test_connections_over_the_limit_get_503() -> None:
    async def program() -> tuple[bytes, Server]:
        server = await Server(quick(), limits=Limits(connections=2)).start("127.0.0.1", PORT)
        kept = [await asyncio.open_connection("127.0.0.1", PORT) for _ in range(2)]
        await asyncio.sleep(0.1)
        reader, writer = await asyncio.open_connection("127.0.0.1", PORT)
        octets = await reader.read()
        for _, other in (*kept, (reader, writer)):
            other.close()
        await asyncio.sleep(0.1)
        assert server.connections == 0
        await server.close()
        return octets, server

    octets, server = in_virtual_time(program)
    assert octets.startswith(b"HTTP/1.1 503 Service Unavailable\r\n")
    assert server.refused == {"connections": 1}


def test_same_code_on_the_operating_systems_sockets() -> None:
    async def program() -> tuple[bytes, int]:
        server = await Server(echo).start("127.0.0.1", 0)
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(get("/real"))
        octets = await reader.read()
        writer.close()
        await server.close()
        return octets, server.connections

    octets, left = asyncio.run(program())
    assert answers(octets)[0][2] == b"GET /real "
    assert left == 0
