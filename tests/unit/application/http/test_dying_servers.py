"""Servers that refuse a request or die under it: it is noticed at once, and sent again where that is safe."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.events import RequestReceived

from catenet.application.http import Client, ClientError, Server
from catenet.application.http.proxy import ReverseProxy
from tests.unit.application.http.raw_client import PORT, in_virtual_time

URL = f"http://127.0.0.1:{PORT}/"
Meet = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def refusing(code: ErrorCodes, times: int, seen: list[int]) -> Meet:
    """A server of HTTP/2 that resets the first requests with ``code`` and answers the others."""

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        h2 = H2Connection(H2Configuration(client_side=False))
        h2.initiate_connection()
        while data := await reader.read(65536):
            for event in h2.receive_data(data):
                if isinstance(event, RequestReceived) and event.stream_id is not None:
                    seen.append(event.stream_id)
                    if len(seen) <= times:
                        h2.reset_stream(event.stream_id, code)
                    else:
                        h2.send_headers(event.stream_id, [(":status", "204")], end_stream=True)
            writer.write(h2.data_to_send())

    return meet


def post(meet: Meet) -> int:
    async def main() -> int:
        server = await asyncio.start_server(meet, "127.0.0.1", PORT)
        async with server, Client(prior_knowledge=True) as client:
            return (await client.request("POST", URL, body=b"x")).status

    status: int = in_virtual_time(main)
    return status


def test_a_refused_stream_is_sent_again_on_the_same_connection() -> None:
    """RFC 9113 section 8.7."""
    seen: list[int] = []
    assert post(refusing(ErrorCodes.REFUSED_STREAM, 2, seen)) == 204
    assert seen == [1, 3, 5]


def test_a_server_that_refuses_all_streams_is_given_up() -> None:
    seen: list[int] = []
    with pytest.raises(ClientError, match="without an answer"):
        post(refusing(ErrorCodes.REFUSED_STREAM, 9, seen))
    assert len(seen) == 3


def test_a_stream_that_was_reset_otherwise_is_not_sent_again() -> None:
    seen: list[int] = []
    with pytest.raises(ConnectionError, match="reset the stream"):
        post(refusing(ErrorCodes.INTERNAL_ERROR, 1, seen))
    assert seen == [1]


@pytest.mark.parametrize("reset", [False, True], ids=["closed", "reset"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_backend_that_dies_under_a_request_gives_502_at_once(method: str, reset: bool) -> None:
    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        await asyncio.sleep(2)
        writer.transport.abort() if reset else writer.close()

    async def main() -> tuple[int, float]:
        backend = await asyncio.start_server(meet, "127.0.0.1", PORT)
        async with backend, ReverseProxy(URL.rstrip("/")) as proxy, Server(proxy) as server, Client() as client:
            await server.start("127.0.0.1", 80)
            answer = await client.request(method, "http://127.0.0.1/", body=b"x" if method == "POST" else b"")
            return answer.status, asyncio.get_running_loop().time()

    status, now_s = in_virtual_time(main)
    assert status == 502
    assert now_s == pytest.approx(2, abs=0.1)
