"""A server and a client that speak TLS over two routers, and what each of the client's connections came to."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from typing import Any

from catenet.internet import Internet

PORT = 443


async def serve(context: ssl.SSLContext) -> None:
    async def shout(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = await reader.readuntil(b"\r\n\r\n")
        body = asked.split()[1].upper()
        writer.write(b"HTTP/1.0 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(shout, None, PORT, ssl=context)
    await server.serve_forever()


async def ask(context: ssl.SSLContext | None, seen: list[Any], times: int = 1, pause_s: float = 1.0) -> None:
    """Connect by name so often, with the host's default context if none is given."""
    context = context or ssl.create_default_context()
    for _ in range(times):
        try:
            reader, writer = await asyncio.open_connection("server", PORT, ssl=context)
            writer.write(b"GET /hello HTTP/1.0\r\n\r\n")
            answer = (await reader.read()).rsplit(b"\n", 1)[1]
            connection = writer.get_extra_info("ssl_object")
            seen.append((answer, connection.version(), connection.selected_alpn_protocol(), connection.session_reused))
            writer.close()
            await writer.wait_closed()
        except OSError as error:
            seen.append(error)
        await asyncio.sleep(pause_s)


class Exchange:
    """An internet with ``server`` and ``client``; ``contexts`` makes their contexts."""

    def __init__(
        self, contexts: Callable[[Internet], tuple[ssl.SSLContext, ssl.SSLContext | None]], *, loss: str = "0%"
    ) -> None:
        self.net = Internet(seed=5)
        near, far = self.net.routers("near", "far")
        self.net.link(near, far, loss=loss, name="line")
        self.server, self.client = self.net.host("server", at=far), self.net.host("client", at=near)
        self.net.build()
        self.contexts = contexts(self.net)
        self.seen: list[Any] = []

    def run(self, times: int = 1, pause_s: float = 1.0) -> list[Any]:
        self.server.run(serve, self.contexts[0], service=True)
        self.client.run(ask, self.contexts[1], self.seen, times, pause_s)
        self.net.run()
        return self.seen

    def tls(self, host: str) -> dict[str, Any]:
        """What a host counted."""
        (table,) = [each for each in self.net.result().summary()["hosts"] if each["name"] == host]
        counted: dict[str, Any] = table["tls"]
        return counted

    def lines(self) -> list[tuple[str, str]]:
        """The logged failures, by host."""
        entries = self.net.result().summary()["timeline"]
        return [(entry["subject"], entry["text"]) for entry in entries if entry["what"] == "tls-failed"]
