"""A client that sends octets and keeps all that comes back, in virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import h11

import catenet
from catenet.application.http import Handler, Limits, Request, Response, Server

PORT = 8080


async def echo(request: Request) -> Response:
    """Says back method, target and body."""
    body = await request.body.read()
    return Response.text(f"{request.method} {request.target} {body.decode('latin-1')}")


def in_virtual_time(program: Callable[[], Awaitable[Any]]) -> Any:
    """Run ``program`` on a host of its own."""

    async def main() -> Any:
        return await program()

    with asyncio.Runner(loop_factory=catenet.new_event_loop) as runner:
        return runner.run(main())


def talk(
    *pieces: bytes | float, handler: Handler = echo, limits: Limits | None = None, keep_open: bool = True
) -> tuple[bytes, Server]:
    """Send ``pieces`` (a number is a pause in seconds) and read until the server closes; give that and the server."""

    async def program() -> tuple[bytes, Server]:
        server = await Server(handler, limits=limits).start("127.0.0.1", PORT)
        reader, writer = await asyncio.open_connection("127.0.0.1", PORT)

        async def send() -> None:
            for piece in pieces:
                if isinstance(piece, bytes):
                    writer.write(piece)
                else:
                    await asyncio.sleep(piece)
            if not keep_open:
                writer.write_eof()

        sending = asyncio.ensure_future(send())
        answer = await reader.read()
        sending.cancel()
        writer.close()
        await server.close()
        return answer, server

    answer, server = in_virtual_time(program)
    return answer, server


def answers(octets: bytes, *methods: str) -> list[tuple[int, dict[str, str], bytes]]:
    """The responses in ``octets``: status, fields, body.  ``methods`` are those of the requests; GET by default."""
    found = []
    client = h11.Connection(h11.CLIENT)
    client.receive_data(octets)
    client.receive_data(b"")
    for number in range(100):
        method = methods[number] if number < len(methods) else "GET"
        client.send(h11.Request(method=method, target="/", headers=[("host", "h")]))
        client.send(h11.EndOfMessage())
        status, fields, body = 0, {}, b""
        if not client.trailing_data[0]:
            return found
        while not isinstance(event := client.next_event(), h11.EndOfMessage):
            if isinstance(event, h11.Response):
                status, fields = event.status_code, {name.decode(): value.decode() for name, value in event.headers}
            elif isinstance(event, h11.Data):
                body += bytes(event.data)
        found.append((status, fields, body))
        if client.their_state is not h11.DONE:
            return found
        client.start_next_cycle()
    return found


def get(target: str = "/", *fields: str, method: str = "GET", last: bool = True) -> bytes:
    """A request without a body; ``last`` asks the server to close."""
    lines = [f"{method} {target} HTTP/1.1", "Host: h", *fields, *(["Connection: close"] if last else [])]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
