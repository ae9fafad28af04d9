"""Forward and reverse proxy: fields of a connection, Via, targets, CONNECT, WebSocket, origins that fail."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from catenet.application.http import Client, Headers, HttpError, Limits, Request, Response, Server, Tunnel
from catenet.application.http.client.url import Origin
from catenet.application.http.proxy import PROXY_METHODS, ForwardProxy, ReverseProxy
from catenet.application.http.proxy.hops import add_via, end_to_end, is_websocket, passed_before
from catenet.application.http.proxy.proxy_target import as_origin, parse_authority, parse_target
from tests.unit.application.http.raw_client import in_virtual_time

PROXY_PORT, ORIGIN_PORT = 8080, 8081
ORIGIN = f"127.0.0.1:{ORIGIN_PORT}"


@pytest.mark.parametrize(
    ("given", "left"),
    [
        ({"connection": "x, keep-alive", "x": "1", "y": "2"}, ["y"]),
        ({"connection": "Host, Content-Length", "host": "a", "content-length": "1"}, ["host", "content-length"]),
        ({"te": "trailers", "trailer": "a", "transfer-encoding": "chunked", "upgrade": "h2c", "via": "1.1 a"}, ["via"]),
        ({"proxy-connection": "a", "proxy-authorization": "b", "authorization": "c"}, ["authorization"]),
    ],
)
def test_fields_of_the_connection_do_not_pass(given: dict[str, str], left: list[str]) -> None:
    assert [name for name, _ in end_to_end(Headers(given))] == left


def test_via() -> None:
    headers = Headers({"via": "1.0 first (a comment)"})
    assert not passed_before(headers, "second")
    assert not passed_before(Headers({"via": "broken,, 1.1"}), "1.1")
    add_via(headers, "1.1", "Second")
    assert headers.get("via") == "1.0 first (a comment), 1.1 Second"
    assert passed_before(headers, "second")
    assert passed_before(headers, "first")


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"connection": "Upgrade", "upgrade": "WebSocket"}, True),
        ({"upgrade": "websocket"}, False),
        ({"connection": "upgrade, http2-settings", "upgrade": "h2c"}, False),
        ({"connection": "upgrade", "upgrade": "h2c, websocket"}, False),
    ],
)
def test_only_websocket_is_an_upgrade(fields: dict[str, str], expected: bool) -> None:
    assert is_websocket(Headers(fields)) is expected


@pytest.mark.parametrize(
    ("method", "target", "expected"),
    [
        ("GET", "http://a:81/b?c", ("http://a:81", "a:81", "/b?c")),
        ("GET", "HTTP://a", ("http://a", "a", "/")),
        ("GET", "https://[::1]?x", ("https://[::1]", "[::1]", "/?x")),
        ("OPTIONS", "http://a", ("http://a", "a", "*")),
        ("GET", "/b", None),
        ("GET", "http://user@a/", None),
        ("GET", "ftp://a/", None),
        ("GET", "http://a/#f", None),
        ("GET", "http:///x", None),
    ],
)
def test_targets_of_a_forward_proxy(method: str, target: str, expected: tuple[str, str, str] | None) -> None:
    request = Request(method, target, Headers({"host": "other"}))
    if expected is not None:
        assert parse_target(request) == expected
    else:
        with pytest.raises(HttpError, match="400"):
            parse_target(request)


@pytest.mark.parametrize("target", ["a", "a:0", "a:65536", "http://a:1", "u@a:1", "a:1/", "[::1:1", ""])
def test_targets_of_connect_that_are_refused(target: str) -> None:
    with pytest.raises(HttpError, match="400"):
        parse_authority(target)


def test_targets_of_connect() -> None:
    assert parse_authority("a.b:443") == Origin("http", "a.b", 443)
    assert parse_authority("[2001:db8::1]:443") == Origin("http", "2001:db8::1", 443)


@pytest.mark.parametrize("target", ["@evil/", ":81/", ".evil/", "evil", "*", "/a#b"])
def test_a_target_does_not_change_the_origin_of_a_reverse_proxy(target: str) -> None:
    with pytest.raises(HttpError, match="400"):
        as_origin(Request("GET", target))


def test_a_whole_uri_counts_more_than_host() -> None:
    request = as_origin(Request("GET", "http://b/c", Headers({"host": "a"})))
    assert (request.target, request.authority) == ("/c", "b")


async def say(request: Request) -> Response:
    """What the origin got."""
    if is_websocket(request.headers):
        return Response(101, Headers({"connection": "upgrade", "upgrade": "websocket"}), upgrade=capitals)
    if request.path == "/slow":
        await asyncio.sleep(100)
    lines = [f"{name}: {value}" for name, value in request.headers]
    body = await request.body.read()
    text = "\n".join([f"{request.method} {request.target}", *lines, "", body.decode()])
    return Response(200, Headers({"connection": "x-hop", "x-hop": "1", "x-end": "2"}), text.encode())


async def capitals(tunnel: Tunnel) -> None:
    while data := await tunnel.read():
        await tunnel.write(data.upper())
    tunnel.close()


def through(make: Callable[[], Any], program: Callable[[Any], Awaitable[Any]], *, origin: bool = True) -> Any:
    """A proxy on PROXY_PORT, and an origin on ORIGIN_PORT."""

    async def main() -> Any:
        async with (
            make() as proxy,
            Server(say, limits=Limits(body_bytes=5000)) as far,
            Server(proxy, methods=PROXY_METHODS, limits=Limits(body_bytes=3000)) as near,
        ):
            await near.start("127.0.0.1", PROXY_PORT)
            if origin:
                await far.start("127.0.0.1", ORIGIN_PORT)
            return await program(proxy)

    return in_virtual_time(main)


def reverse() -> ReverseProxy:
    client = Client(timeout_s=5.0, connections_per_origin=64)
    return ReverseProxy(f"http://{ORIGIN}/", name="near", client=client)


def forward() -> ForwardProxy:
    return ForwardProxy(name="near", tunnel_ports={ORIGIN_PORT})


async def exchange(*pieces: bytes) -> bytes:
    """Octets to the proxy, and all that comes back until it closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", PROXY_PORT)
    for piece in pieces:
        writer.write(piece)
        await asyncio.sleep(0.01)
    writer.write_eof()
    answer = await reader.read()
    writer.close()
    return answer


def test_a_reverse_proxy_passes_on_what_is_end_to_end() -> None:
    async def program(proxy: ReverseProxy) -> None:
        async with Client() as client:
            headers = Headers({"connection": "x-mine", "x-mine": "1", "x-other": "2", "host": "name"})
            url = f"http://127.0.0.1:{PROXY_PORT}/a%20b?c=%2F"
            answer = await client.request("PUT", url, headers=headers, body=b"body")
            text = (await answer.read()).decode()
        assert text.splitlines() == [
            "PUT /a%20b?c=%2F",
            "host: name",
            "x-other: 2",
            "content-length: 4",
            "via: 1.1 near",
            "",
            "body",
        ]
        assert ("x-hop" in answer.headers, answer.headers.get("x-end")) == (False, "2")
        assert answer.headers.get("via") == "1.1 near"
        assert proxy.counts == {"requests": 1}

    through(reverse, program)


def test_a_chunked_body_passes_and_one_that_is_too_long_is_the_clients_fault() -> None:
    async def pieces(count: int) -> Any:
        for _ in range(count):
            yield b"x" * 1000

    async def program(proxy: ReverseProxy) -> None:
        async with Client() as client:
            url = f"http://127.0.0.1:{PROXY_PORT}/"
            answer = await client.request("POST", url, body=pieces(2))
            assert (await answer.read()).endswith(b"\n" + b"x" * 2000)
            answer = await client.request("POST", url, body=pieces(4))
            assert answer.status == 413
            await answer.read()

    through(reverse, program)


def test_expect_100_continue() -> None:
    async def program(proxy: ReverseProxy) -> None:
        head = b"PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n"
        reader, writer = await asyncio.open_connection("127.0.0.1", PROXY_PORT)
        writer.write(head)
        assert await reader.readline() == b"HTTP/1.1 100 \r\n"
        writer.write(b"body")
        writer.write_eof()
        assert (await reader.read()).endswith(b"\nbody")
        writer.close()

    through(reverse, program)


def test_origins_that_fail() -> None:
    async def program(proxy: ReverseProxy) -> None:
        async with Client() as client:
            answer = await client.get(f"http://127.0.0.1:{PROXY_PORT}/slow")
            assert answer.status == 504
            await answer.read()

    async def nobody(proxy: ReverseProxy) -> None:
        async with Client() as client:
            answer = await client.get(f"http://127.0.0.1:{PROXY_PORT}/")
            assert (answer.status, await answer.read()) == (502, b"502 Bad Gateway: the origin gave no answer\n")
            assert proxy.counts == {"requests": 1, "failed": 1}

    through(reverse, program)
    through(reverse, nobody, origin=False)


def test_a_loop_ends() -> None:
    async def program(proxy: ReverseProxy) -> None:
        async with Client() as client:
            answer = await client.get(f"http://127.0.0.1:{PROXY_PORT}/")
            assert answer.status == 508
            await answer.read()
            assert proxy.counts["requests"] == 2

    through(lambda: ReverseProxy(f"http://127.0.0.1:{PROXY_PORT}"), program, origin=False)


@pytest.mark.parametrize(("left", "far"), [("0", False), ("3", True)])
def test_max_forwards(left: str, far: bool) -> None:
    async def program(proxy: ReverseProxy) -> None:
        async with Client() as client:
            url = f"http://127.0.0.1:{PROXY_PORT}/"
            answer = await client.request("OPTIONS", url, headers={"max-forwards": left})
            assert ("max-forwards: 2" in (await answer.read()).decode()) is far
            assert ("allow" in answer.headers) is not far

    through(reverse, program)


def test_a_forward_proxy_tells_the_origin_the_host_of_the_target() -> None:
    async def program(proxy: ForwardProxy) -> None:
        head = f"GET http://{ORIGIN}/x HTTP/1.1\r\nHost: wrong\r\nProxy-Authorization: Basic eA==\r\n\r\n"
        answer = await exchange(head.encode())
        body = answer.partition(b"\r\n\r\n")[2].decode()
        assert body.splitlines()[:3] == ["GET /x", f"host: {ORIGIN}", "via: 1.1 near"]
        answer = await exchange(b"GET /x HTTP/1.1\r\nHost: wrong\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 400 ")

    through(forward, program)


def test_connect() -> None:
    async def program(proxy: ForwardProxy) -> None:
        connect = f"CONNECT {ORIGIN} HTTP/1.1\r\nHost: {ORIGIN}\r\n\r\n".encode()
        inner = b"GET /inner HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
        answer = await exchange(connect, inner)
        assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
        assert b"GET /inner\nhost: a\nconnection: close\n" in answer
        assert (await exchange(connect + inner)).count(b"GET /inner") == 1  # without waiting for 200
        answer = await exchange(connect.replace(str(ORIGIN_PORT).encode(), b"22"))
        assert answer.startswith(b"HTTP/1.1 403 ")
        assert proxy.counts == {"tunnels": 2, "tunnel_refused": 1}

    async def nobody(proxy: ForwardProxy) -> None:
        assert (await exchange(f"CONNECT {ORIGIN} HTTP/1.1\r\nHost: a\r\n\r\n".encode())).startswith(b"HTTP/1.1 502 ")
        assert proxy.counts == {"tunnel_failed": 1}

    through(forward, program)
    through(forward, nobody, origin=False)


def test_websocket_passes_through() -> None:
    async def program(proxy: ReverseProxy) -> None:
        head = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
        answer = await exchange(head, b"hello ", b"again")
        head, _, rest = answer.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 101 ")
        assert b"upgrade: websocket" in head.lower()
        assert rest == b"HELLO AGAIN"
        answer = await exchange(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 200 ")
        assert b"h2c" not in answer

    through(reverse, program)
