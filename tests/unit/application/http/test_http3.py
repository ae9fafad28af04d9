"""HTTP/3 at both ends, and each end against aioquic itself: streams, flow control, limits, failures."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import cache
from typing import Any

import pytest
import trustme
from aioquic.h3.connection import ErrorCode

from catenet.application.http import (
    Client,
    ClientError,
    Handler,
    HarLog,
    HttpError,
    Limits,
    Request,
    Response,
    Server,
)
from catenet.application.http.client.answer import DeadConnection
from catenet.application.http.client.http3 import Http3ClientConnection
from catenet.application.http.http3 import quic, settings
from catenet.application.http.multiplexed.stream import Stream
from catenet.application.http.server.http3 import Http3ServerConnection
from tests.unit.application.http.raw_client import PORT, echo, in_virtual_time

pytestmark = pytest.mark.slow

URL = f"https://127.0.0.1:{PORT}"


@cache
def authority() -> tuple[trustme.CA, str, str]:
    """An authority, and a certificate with its key."""
    made = trustme.CA()
    leaf = made.issue_cert("127.0.0.1")
    chain = b"".join(one.bytes() for one in leaf.cert_chain_pems)
    return made, chain.decode(), leaf.private_key_pem.bytes().decode()


def trusting() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    authority()[0].configure_trust(context)
    return context


async def started(handler: Handler = echo, limits: Limits | None = None) -> Server:
    _, certificate, key = authority()
    return await Server(handler, limits=limits).start_http3("127.0.0.1", PORT, certificate=certificate, key=key)


def with_client(
    program: Callable[[Client], Awaitable[Any]], handler: Handler = echo, limits: Limits | None = None, **options: Any
) -> tuple[Any, Server]:
    async def main() -> tuple[Any, Server]:
        async with (
            await started(handler, limits) as server,
            Client(tls=trusting(), version=3, **options) as client,
        ):
            return await program(client), server

    result, server = in_virtual_time(main)
    return result, server


def connection_of(client: Client) -> Http3ClientConnection:
    """The only one."""
    (pool,) = client._quic_pools.values()
    assert isinstance(pool._shared, Http3ClientConnection)
    return pool._shared


def test_requests_and_answers_are_those_of_other_versions() -> None:
    async def say(request: Request) -> Response:
        if request.path == "/none":
            raise HttpError(404, "not_found", "none")
        body = await request.body.read()
        told = f"{request.version} {request.scheme} {request.method} {request.target} {request.authority} {body!r}"
        return Response.text(told, cookie=request.headers.get("cookie") or "")

    async def program(client: Client) -> list[Any]:
        got: list[Any] = []
        answer = await client.request("PUT", f"{URL}/a?b=c", body=b"xy", headers={"cookie": "k=v"})
        got.append((answer.version, answer.status, answer.headers.get("cookie"), await answer.read()))
        answer = await client.request("HEAD", f"{URL}/")
        got.append((answer.status, answer.headers.get("content-length"), await answer.read()))
        answer = await client.get(f"{URL}/none")
        got.append((answer.status, await answer.read(), answer.peer[:2]))
        return got

    got, server = with_client(program, say)
    assert got == [
        ("3", 200, "k=v", f"3 https PUT /a?b=c 127.0.0.1:{PORT} b'xy'".encode()),
        (200, str(len(f"3 https HEAD / 127.0.0.1:{PORT} b''")), b""),
        (404, b"404 Not Found: none\n", ("127.0.0.1", PORT)),
    ]
    assert server.refused == {}


def test_streams_are_answered_as_they_are_ready_on_one_connection() -> None:
    async def slow(request: Request) -> Response:
        await asyncio.sleep(float(request.target[1:]))
        return await echo(request)

    async def program(client: Client) -> tuple[list[str], set[Any]]:
        order: list[str] = []

        async def ask(wait_s: int) -> Any:
            answer = await client.get(f"{URL}/{wait_s}")
            order.append((await answer.read()).decode())
            return answer.local

        return order, set(await asyncio.gather(*(ask(wait_s) for wait_s in (3, 1, 100))))

    (order, local), _ = with_client(program, slow, timeout_s=200.0)  # 100 s are more than QUIC's idle timeout
    assert order == ["GET /1 ", "GET /3 ", "GET /100 "]
    assert len(local) == 1


def test_streams_over_the_servers_limit_wait() -> None:
    most = 0
    under_way = 0

    async def count(request: Request) -> Response:
        nonlocal most, under_way
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(1)
        under_way -= 1
        return Response(200)

    async def program(client: Client) -> list[int]:
        answers = await asyncio.gather(*(client.get(f"{URL}/") for _ in range(7)))
        return [answer.status for answer in answers]

    assert with_client(program, count, Limits(streams=3))[0] == [200] * 7
    assert most == 3


@pytest.fixture
def small_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (quic, settings):
        monkeypatch.setattr(module, "WINDOW_BYTES", 40_000)
    monkeypatch.setattr(quic, "STEP_BYTES", 10_000)


@pytest.mark.usefixtures("small_windows")
def test_a_handler_that_does_not_read_stops_the_client() -> None:
    taken = 0

    async def body() -> AsyncIterator[bytes]:
        nonlocal taken
        for _ in range(20):
            taken += 10_000
            yield bytes(10_000)

    async def late(request: Request) -> Response:
        await asyncio.sleep(10)
        before = taken
        size = len(await request.body.read())
        return Response.text(f"{before} {size}")

    async def program(client: Client) -> bytes:
        return await (await client.request("POST", f"{URL}/", body=body())).read()

    before, size = map(int, with_client(program, late)[0].split())
    assert 40_000 <= before < 40_000 + 100_000
    assert size == 200_000


@pytest.mark.usefixtures("small_windows")
def test_a_client_that_does_not_read_stops_the_handler() -> None:
    given = 0

    async def body() -> AsyncIterator[bytes]:
        nonlocal given
        for _ in range(20):
            given += 10_000
            yield bytes(10_000)

    async def long(request: Request) -> Response:
        return Response(200, body=body())

    async def program(client: Client) -> tuple[int, int]:
        answer = await client.get(f"{URL}/")
        await asyncio.sleep(10)
        return given, len(await answer.read())

    (before, size), _ = with_client(program, long)
    assert 40_000 <= before < 40_000 + 100_000
    assert size == 200_000


@pytest.mark.usefixtures("small_windows")
def test_a_client_that_takes_nothing_is_given_up() -> None:
    async def long(request: Request) -> Response:
        return Response(200, body=bytes(200_000))

    async def program(client: Client) -> None:
        answer = await client.get(f"{URL}/")
        await asyncio.sleep(100)
        with pytest.raises(ClientError, match="H3_REQUEST_CANCELLED"):
            await answer.read()

    assert with_client(program, long)[1].refused == {"write_timeout": 1}


@pytest.mark.parametrize(
    ("limits", "request_of", "status", "reason"),
    [
        (Limits(header_count=5), {"headers": {f"x-{n}": "y" for n in range(9)}}, 431, "header_count"),
        (Limits(target_bytes=20), {"target": "/" + "a" * 30}, 414, "target_bytes"),
        (Limits(body_bytes=10), {"body": b"12345678901"}, 413, "body_bytes"),
        (Limits(), {"method": "BREW"}, 501, "method"),
    ],
)
def test_a_request_over_a_limit_is_refused_and_the_connection_goes_on(
    limits: Limits, request_of: dict[str, Any], status: int, reason: str
) -> None:
    async def program(client: Client) -> list[int]:
        target, method = request_of.get("target", "/"), request_of.get("method", "POST")
        rest = {name: value for name, value in request_of.items() if name in {"headers", "body"}}
        first = await client.request(method, URL + target, **rest)
        await first.read()
        return [first.status, (await client.get(URL)).status]

    statuses, server = with_client(program, limits=limits)
    assert statuses == [status, 200]
    assert server.refused == {reason: 1}


def test_a_body_over_the_limit_that_has_no_length() -> None:
    async def body() -> AsyncIterator[bytes]:
        while True:
            yield bytes(1000)
            await asyncio.sleep(0)

    async def program(client: Client) -> int:
        return (await client.request("POST", URL, body=body())).status

    status, server = with_client(program, limits=Limits(body_bytes=5000))
    assert status == 413
    assert server.refused == {"body_bytes": 1}


def test_fields_over_the_limit_end_the_connection() -> None:
    async def program(client: Client) -> None:
        with pytest.raises(ClientError, match="header_bytes|longer than"):
            await client.request("POST", URL, headers={"x": "y" * 3000})

    assert with_client(program, limits=Limits(header_bytes=2000))[1].refused == {"header_bytes": 1}


def test_rapid_resets_end_the_connection() -> None:
    async def never(request: Request) -> Response:
        await asyncio.sleep(1000)
        return Response(200)

    async def program(client: Client) -> None:
        tasks = [asyncio.ensure_future(client.get(URL)) for _ in range(1)]
        await asyncio.sleep(1)
        connection = connection_of(client)
        for _ in range(30):
            tasks = [asyncio.ensure_future(client.get(URL)) for _ in range(5)]
            await asyncio.sleep(0.05)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            if connection.over:
                return
        raise AssertionError("the server took 150 resets")

    assert with_client(program, never, Limits(resets=60))[1].refused == {"resets": 1}


def test_a_cancelled_request_cancels_its_handler() -> None:
    ended: list[float] = []

    async def never(request: Request) -> Response:
        try:
            await asyncio.sleep(1000)
        finally:
            ended.append(asyncio.get_running_loop().time())
        return Response(200)

    async def program(client: Client) -> float:
        with pytest.raises(TimeoutError):
            await client.get(URL)
        await asyncio.sleep(1)
        connection = connection_of(client)
        assert not connection.streams
        assert [number for number in connection.quic._streams if number % 4 == 0] == []
        return asyncio.get_running_loop().time()

    now, _ = with_client(program, never, timeout_s=5.0)
    assert ended == [pytest.approx(now - 1, abs=0.1)]


def test_an_answer_before_the_end_of_the_request_ends_the_upload() -> None:
    sent = 0

    async def body() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(1000):
            sent += 1
            yield bytes(1000)
            await asyncio.sleep(0.01)

    async def early(request: Request) -> Response:
        return Response.text("enough")

    async def program(client: Client) -> bytes:
        answer = await client.request("POST", URL, body=body())
        got = await answer.read()
        await asyncio.sleep(20)
        return got

    assert with_client(program, early)[0] == b"enough"
    assert sent < 10


def test_one_connection_too_many_is_refused() -> None:
    async def program(client: Client) -> bytes:
        answer = await client.get(URL)
        async with Client(tls=trusting(), version=3) as other:
            with pytest.raises(ClientError, match="no connection of QUIC"):
                await other.get(URL)
        return await answer.read()

    got, server = with_client(program, limits=Limits(connections=1))
    assert got == b"GET / "
    assert server.refused == {"connections": 1}


def test_an_idle_connection_ends_and_the_next_request_makes_another() -> None:
    async def program(client: Client) -> list[Any]:
        ports = []
        for wait_s in (1, 40, 1):
            answer = await client.get(URL)
            await answer.read()
            ports.append(answer.local[1])
            await asyncio.sleep(wait_s)
        return ports

    (first, second, third), _ = with_client(program, idle_timeout_s=30.0)
    assert first == second != third


def test_the_servers_end_reaches_the_client_at_once() -> None:
    async def main() -> float:
        async def part(request: Request) -> Response:
            async def body() -> AsyncIterator[bytes]:
                yield b"first"
                await asyncio.sleep(1000)

            return Response(200, body=body())

        server = await started(part)
        async with Client(tls=trusting(), version=3) as client:
            answer = await client.get(URL)
            assert await answer.body.chunk() == b"first"
            asyncio.get_running_loop().call_later(2, lambda: asyncio.ensure_future(server.close()))
            with pytest.raises(ClientError, match="ended within the body"):
                await answer.read()
        return asyncio.get_running_loop().time()

    assert in_virtual_time(main) == pytest.approx(2, abs=0.1)


def test_the_certificate_is_checked() -> None:
    async def main() -> None:
        async with await started(), Client(tls=ssl.create_default_context(), version=3) as client:
            with pytest.raises(ClientError, match="unable to get local issuer|self.signed"):
                await client.get(URL)
        async with await started(), Client(tls=trusting(), version=3) as client:
            with pytest.raises(ClientError, match="doesn't match"):
                await client.get(f"https://localhost:{PORT}")

    in_virtual_time(main)


def test_nobody_listens() -> None:
    async def main() -> float:
        async with Client(tls=trusting(), version=3) as client:
            with pytest.raises(ClientError, match="no connection of QUIC to 127.0.0.1 port 8080"):
                await client.get(URL)
            with pytest.raises(ClientError, match="HTTP/3 is for https"):
                await client.get("http://127.0.0.1/")
        return asyncio.get_running_loop().time()

    assert in_virtual_time(main) < 0.1  # ICMP tells


def once(monkeypatch: pytest.MonkeyPatch, do: Callable[[Http3ServerConnection, Stream], None]) -> list[int]:
    """The server meets the second request in this way; gives the streams of all requests."""
    seen: list[int] = []
    real = Http3ServerConnection.begin_request

    def begin(connection: Http3ServerConnection, stream: Stream, fields: Any) -> None:
        seen.append(stream.number)
        if len(seen) == 2:
            do(connection, stream)
        else:
            real(connection, stream, fields)

    monkeypatch.setattr(Http3ServerConnection, "begin_request", begin)
    return seen


async def twice(client: Client, method: str) -> bytes:
    await (await client.get(URL)).read()
    return await (await client.request(method, URL)).read()


def test_a_rejected_request_is_sent_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """RFC 9114 section 4.1.1."""
    reject = ErrorCode.H3_REQUEST_REJECTED
    seen = once(monkeypatch, lambda connection, stream: connection.quic.reset_stream(stream.number, reject))
    assert with_client(lambda client: twice(client, "POST"))[0] == b"POST / "
    assert seen == [0, 4, 8]


def test_a_request_whose_connection_ended_is_sent_again_if_it_is_idempotent(monkeypatch: pytest.MonkeyPatch) -> None:
    """RFC 9110 section 9.2.2."""
    seen = once(monkeypatch, lambda connection, _: connection.say_goodbye())
    assert with_client(lambda client: twice(client, "PUT"))[0] == b"PUT / "
    assert seen == [0, 4, 0]
    seen.clear()

    async def post(client: Client) -> None:
        with pytest.raises(DeadConnection, match="H3_NO_ERROR"):
            await twice(client, "POST")

    with_client(post)
    assert seen == [0, 4]


def test_timings_of_a_handshake() -> None:
    log = HarLog()

    async def program(client: Client) -> None:
        for _ in range(2):
            await (await client.get(URL)).read()

    with_client(program, log=log)
    first, second = (entry["timings"] for entry in log.entries)
    assert first["connect"] == first["ssl"] >= 0
    assert second["connect"] == second["ssl"] == -1
    assert log.entries[0]["request"]["httpVersion"] == "HTTP/3"
