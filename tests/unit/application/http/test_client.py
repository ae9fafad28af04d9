"""The client: kept connections, retries, redirects, timeouts, streams; its timings as HAR."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from catenet.application.http import (
    Client,
    ClientError,
    Handler,
    HarLog,
    Request,
    Response,
    Server,
    TooManyRedirects,
    Tunnel,
)
from catenet.application.http.client.url import Origin, split_url
from tests.unit.application.http.har_schema import check_har
from tests.unit.application.http.raw_client import PORT, echo, in_virtual_time

URL = f"http://127.0.0.1:{PORT}"
ONE_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


def with_server(
    handler: Handler, program: Callable[[Client, Server], Awaitable[Any]], *, served_s: float = 0.0, **options: Any
) -> Any:
    async def main() -> Any:
        server = await Server(handler).start("127.0.0.1", PORT)
        async with Client(**options) as client:
            result = await program(client, server)
        await server.close()
        return result

    return in_virtual_time(main)


def with_raw_server(
    serve: Callable[[int, asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
    program: Callable[[Client], Awaitable[Any]],
    **options: Any,
) -> tuple[Any, int]:
    """A server of octets; ``serve`` gets the number of the connection.  Gives the result and how many there were."""

    async def main() -> tuple[Any, int]:
        count = 0

        async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            nonlocal count
            count += 1
            await serve(count, reader, writer)
            writer.close()

        listener = await asyncio.start_server(accept, "127.0.0.1", PORT)
        async with Client(**options) as client:
            result = await program(client)
        listener.close()
        return result, count

    result, count = in_virtual_time(main)
    return result, count


async def text(client: Client, target: str, method: str = "GET", body: Any = b"") -> str:
    answer = await client.request(method, URL + target, body=body)
    return (await answer.read()).decode()


@pytest.mark.slow
def test_one_connection_serves_requests_one_after_another_and_six_serve_many_at_once() -> None:
    async def slow(request: Request) -> Response:
        await asyncio.sleep(1)
        return await echo(request)

    async def program(client: Client, server: Server) -> tuple[int, int, float, list[str]]:
        for number in range(3):
            await text(client, f"/{number}")
        alone = server.connections
        begun = asyncio.get_running_loop().time()
        found = await asyncio.gather(*(text(client, f"/{number}") for number in range(12)))
        return alone, server.connections, asyncio.get_running_loop().time() - begun, found

    alone, together, took_s, found = with_server(slow, program)
    assert (alone, together) == (1, 6)
    assert 2.0 <= took_s < 2.1
    assert found == [f"GET /{number} " for number in range(12)]


@pytest.mark.slow
def test_bodies_of_known_and_unknown_length_are_sent() -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for letter in (b"a", b"b", b""):
            await asyncio.sleep(1)
            yield letter

    async def program(client: Client, _: Server) -> list[str]:
        return [
            await text(client, "/1", "POST", b"xyz"),
            await text(client, "/2", "PUT", pieces()),
            await text(client, "/3"),
        ]

    assert with_server(echo, program) == ["POST /1 xyz", "PUT /2 ab", "GET /3 "]


def test_idle_connection_that_the_server_closed_costs_a_get_nothing_and_a_post_its_answer() -> None:
    async def serve(number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(ONE_ANSWER)
        await reader.readuntil(b"\r\n\r\n")  # and closes instead of an answer

    async def program(client: Client) -> list[str]:
        done = []
        for method in ("GET", "GET", "POST"):
            try:
                answer = await client.request(method, URL)
                done.append((await answer.read()).decode())
            except ClientError as error:
                done.append(type(error).__name__)
        return done

    assert with_raw_server(serve, program) == (["ok", "ok", "DeadConnection"], 2)


def test_new_connection_that_dies_is_not_tried_again() -> None:
    async def serve(number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")

    async def program(client: Client) -> None:
        with pytest.raises(ClientError, match="without an answer"):
            await client.get(URL)

    assert with_raw_server(serve, program) == (None, 1)


@pytest.mark.parametrize(
    "octets",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nz\r\n",
    ],
)
def test_body_that_is_cut_short_is_an_error(octets: bytes) -> None:
    async def serve(number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(octets)

    async def program(client: Client) -> None:
        answer = await client.get(URL)
        with pytest.raises(ClientError, match="within the body"):
            await answer.read()

    with_raw_server(serve, program)


def test_answer_before_the_request_is_complete_is_taken_and_the_connection_closed() -> None:
    async def serve(number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        await asyncio.sleep(5)

    async def program(client: Client) -> list[int]:
        return [(await client.request("POST", URL, body=bytes(8 << 20))).status for _ in range(2)]

    assert with_raw_server(serve, program) == ([413, 413], 2)


def test_timeouts_of_head_and_body() -> None:
    async def serve(number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        if number == 2:
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab")
        await asyncio.sleep(100)

    async def program(client: Client) -> float:
        with pytest.raises(TimeoutError):
            await client.get(URL)
        answer = await client.get(URL)
        with pytest.raises(ClientError, match="nothing came of the body for 7.0 s"):
            await answer.read()
        return asyncio.get_running_loop().time()

    (ended_s, count) = with_raw_server(serve, program, timeout_s=5.0, read_timeout_s=7.0)
    assert (round(ended_s, 3), count) == (12.0, 2)


def redirecting(status: int) -> Handler:
    async def handler(request: Request) -> Response:
        if request.target == "/start":
            response = Response.text("elsewhere", status)
            response.headers.set("location", "/end?x")
            return response
        return await echo(request)

    return handler


@pytest.mark.parametrize(
    ("status", "method", "end"),
    [
        (301, "GET", "GET /end?x "),
        (302, "POST", "GET /end?x "),
        (303, "PUT", "GET /end?x "),
        (307, "POST", "POST /end?x body"),
        (308, "PUT", "PUT /end?x body"),
    ],
)
def test_redirects(status: int, method: str, end: str) -> None:
    async def program(client: Client, server: Server) -> tuple[str, list[str], int]:
        answer = await client.request(method, URL + "/start", body=b"" if method == "GET" else b"body")
        return (await answer.read()).decode(), answer.redirects, server.connections

    assert with_server(redirecting(status), program) == (end, [URL + "/start"], 1)


def test_redirects_can_be_turned_off_and_end_at_the_limit() -> None:
    async def loops(request: Request) -> Response:
        return Response(302, body=b"", headers=redirect_to(request.target + "x"))

    async def program(client: Client, _: Server) -> int:
        with pytest.raises(TooManyRedirects, match="more than 3 times"):
            await client.get(URL + "/")
        return (await client.request("GET", URL + "/", redirects=False)).status

    assert with_server(loops, program, redirects_max=3) == 302


def redirect_to(location: str) -> Any:
    headers = Response().headers
    headers.set("location", location)
    return headers


def test_credentials_stay_with_their_origin() -> None:
    seen: list[str | None] = []

    async def handler(request: Request) -> Response:
        seen.append(request.headers.get("authorization"))
        if request.target == "/here":
            return Response(302, redirect_to("/there"))
        if request.target == "/there":
            return Response(302, redirect_to(f"http://localhost:{PORT}/other"))
        return Response()

    async def program(client: Client, _: Server) -> None:
        await client.get(URL + "/here", headers={"Authorization": "secret"})

    with_server(handler, program)
    assert seen == ["secret", "secret", None]


def test_upgrade_gives_a_tunnel() -> None:
    async def shout(tunnel: Tunnel) -> None:
        while data := await tunnel.read():
            await tunnel.write(data.upper())

    async def handler(request: Request) -> Response:
        headers = Response().headers
        headers.set("upgrade", "shout")
        headers.set("connection", "upgrade")
        return Response(101, headers, upgrade=shout)

    async def program(client: Client, _: Server) -> bytes:
        answer = await client.request("GET", URL, headers={"Connection": "upgrade", "Upgrade": "shout"})
        assert answer.status == 101
        assert answer.tunnel is not None
        await answer.tunnel.write(b"hello")
        reply = await answer.tunnel.read()
        answer.tunnel.close()
        return reply

    assert with_server(handler, program) == b"HELLO"


@pytest.mark.slow
def test_body_that_nobody_reads_frees_its_connection_when_it_is_closed() -> None:
    async def big(request: Request) -> Response:
        return Response(200, body=bytes(4 << 20))

    async def program(client: Client, server: Server) -> list[int]:
        counts = []
        for _ in range(3):
            async with await client.get(URL) as answer:
                await answer.body.chunk()
            await asyncio.sleep(1)
            counts.append(server.connections)
        return counts

    assert with_server(big, program, connections_per_origin=1) == [0, 0, 0]


@pytest.mark.parametrize("url", ["ftp://h/", "h/", "http:///x", "http://h:port/"])
def test_url_of_another_kind_is_an_error(url: str) -> None:
    with pytest.raises(ClientError, match="not a URL"):
        split_url(url)


def test_parts_of_urls() -> None:
    assert split_url("http://h") == (Origin("http", "h", 80), "/")
    assert split_url("https://[::1]:8443/a b?c=d e#f") == (Origin("https", "::1", 8443), "/a%20b?c=d%20e")
    assert Origin("https", "::1", 8443).authority == "[::1]:8443"
    assert Origin("https", "h", 443).authority == "h"


def test_unknown_name_and_closed_port_are_errors_with_their_names() -> None:
    async def program() -> None:
        async with Client() as client:
            with pytest.raises(ClientError, match="'nowhere' has no address"):
                await client.get("http://nowhere/")
            with pytest.raises(ClientError, match=r"no connection to 127\.0\.0\.1 port 9"):
                await client.get("http://127.0.0.1:9/")

    in_virtual_time(program)


def test_archive_follows_har_1_2(tmp_path: Path) -> None:
    log = HarLog()

    async def handler(request: Request) -> Response:
        await asyncio.sleep(0.25)
        response = await echo(request)
        response.headers.add("set-cookie", "a=b; Path=/")
        return response

    async def program(client: Client, _: Server) -> None:
        await text(client, "/1?x=y&z=", "GET")
        await text(client, "/2", "POST", b"abc")
        await (await client.request("HEAD", URL + "/3", headers={"cookie": "a=b; c=d"})).read()

    with_server(handler, program, log=log)
    file = tmp_path / "log.har"
    log.write(file)
    document = json.loads(file.read_text())
    check_har(document)
    first, second, third = document["log"]["entries"]
    assert first["startedDateTime"] == "2025-01-01T00:00:00.000Z"
    assert first["request"]["queryString"] == [{"name": "x", "value": "y"}, {"name": "z", "value": ""}]
    assert first["response"]["cookies"] == [{"name": "a", "value": "b"}]
    assert first["timings"]["wait"] == pytest.approx(250, abs=1)
    assert first["timings"]["connect"] >= 0 > first["timings"]["ssl"]
    assert second["timings"]["connect"] == -1
    assert (second["request"]["bodySize"], second["response"]["content"]["size"]) == (3, len("POST /2 abc"))
    assert third["request"]["cookies"] == [{"name": "a", "value": "b"}, {"name": "c", "value": "d"}]
    assert list(tmp_path.iterdir()) == [file]
