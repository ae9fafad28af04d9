"""The two programs of a traced request: the client, which notes what it sent and got, and a server of one page."""

from __future__ import annotations

import ssl
from collections.abc import Sequence
from html import escape
from typing import Any, Final

from catenet.application.http.client.answer import Answer
from catenet.application.http.client.client import Client
from catenet.application.http.content import Content, respond
from catenet.application.http.message import Request, Response
from catenet.application.http.server.server import Server
from catenet.lab.probe.request.result import Stages
from catenet.presentation.tls.host_tls import machine_tls

ACCEPTED: Final = "gzip"
"""The content codings that the client accepts: presentation shows one if the server uses it."""


class Exchange:
    """One request as the client saw it.  ``error`` is why there is no answer."""

    def __init__(self, url: str) -> None:
        self.url: Final = url
        self.error: Exception | None = None
        self.done: bool = False
        self.status: int = 0
        self.headers: list[tuple[str, str]] = []
        self.body_octets: int = 0
        self.local: tuple[str, int] = ("", 0)
        self.peer: tuple[str, int] = ("", 0)
        self.stages: Stages | None = None
        self.sent: Final[list[bytes]] = []
        """What the client gave to TLS, in the order in which it did."""
        self.received: Final[list[bytes]] = []
        self.tls_version: str = ""
        self.cipher: str = ""
        self.protocol: str = ""

    async def fetch(self) -> None:
        """The client's program: one GET by HTTP/1.1 over a connection of its own."""
        try:
            async with Client(tls=self._context(), http2=False, idle_timeout_s=0.0) as client:
                answer = await client.request("GET", self.url, headers={"accept-encoding": ACCEPTED}, redirects=False)
                body = await answer.read()
                self._note(answer, len(body))
        except (OSError, ssl.SSLError) as error:
            self.error = error
        finally:
            self.done = True

    def _note(self, answer: Answer, body_octets: int) -> None:
        self.status, self.headers, self.body_octets = answer.status, list(answer.headers), body_octets
        self.local = str(answer.local[0]), int(answer.local[1])
        self.peer = str(answer.peer[0]), int(answer.peer[1])
        timings = answer.timings
        self.stages = Stages(
            _ns(timings.name_s),
            _ns(timings.connect_s),
            _ns(timings.tls_s),
            round(timings.send_s * 1e9),
            round(timings.wait_s * 1e9),
            round(timings.receive_s * 1e9),
        )

    def _context(self) -> ssl.SSLContext | None:
        """A context that trusts what the host trusts, and notes the octets above TLS."""
        if not self.url.startswith("https:"):
            return None
        context = machine_tls().client_context()
        exchange = self

        class Noting(ssl.SSLObject):
            def do_handshake(self) -> None:
                super().do_handshake()
                exchange.tls_version = self.version() or ""
                exchange.cipher = (self.cipher() or ("",))[0]
                exchange.protocol = self.selected_alpn_protocol() or ""

            def write(self, data: Any) -> int:
                exchange.sent.append(bytes(data))
                return super().write(data)

            def read(self, len: int = 1024, buffer: Any = None) -> Any:  # noqa: A002  # ssl's own names
                if buffer is None:
                    octets = super().read(len)
                    exchange.received.append(octets)
                    return octets
                count = super().read(len, buffer)
                exchange.received.append(bytes(buffer[:count]))
                return count

        context.sslobject_class = Noting
        return context


def _ns(seconds: float | None) -> int | None:
    return None if seconds is None else round(seconds * 1e9)


class PageServer:
    """The origin server of ``--serve``: every path has one page.  ``error`` is why it does not serve."""

    def __init__(self, name: str, port: int, *, tls: bool) -> None:
        self.error: OSError | None = None
        self._port: Final = port
        self._tls: Final = tls
        self._page: Final = Content(_page(escape(name)).encode(), "text/html; charset=utf-8")

    async def serve(self) -> None:
        """The program."""
        context = machine_tls().server_context(alpn=["http/1.1"]) if self._tls else None
        async with Server(self._answer) as server:
            try:
                await server.start(port=self._port, tls=context)
            except OSError as error:
                self.error = error
                return
            await server.serve_forever()

    async def _answer(self, request: Request) -> Response:
        return respond(request, self._page)


def _page(name: str) -> str:
    lines: Sequence[str] = (
        "<!doctype html>",
        '<html lang="en">',
        f"<head><title>{name}</title></head>",
        "<body>",
        f"<h1>{name}</h1>",
        "<p>This page came from an origin server on a simulated host.</p>",
        "<p>HTTP gave it to TCP, TCP cut it into segments, IP found the route for each packet,",
        "and every link on the way carried the bits of a frame.</p>",
        "</body>",
        "</html>",
    )
    return "\n".join(lines) + "\n"
