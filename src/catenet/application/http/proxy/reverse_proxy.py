"""A reverse proxy (gateway): stands for one origin server.  A load balancer stands for several."""

from __future__ import annotations

from collections import Counter
from typing import Self

from catenet.application.http.client.client import Client
from catenet.application.http.errors import HttpError
from catenet.application.http.message import Request, Response
from catenet.application.http.proxy.forwarder import Forwarder
from catenet.application.http.proxy.proxy_target import as_origin


class ReverseProxy:
    """A handler that passes all requests on to ``origin``, such as ``http://server:8080``.

    The origin gets the Host that the client sent.  :attr:`counts` counts ``requests`` and ``failed``.
    """

    def __init__(self, origin: str, *, name: str = "catenet", client: Client | None = None) -> None:
        self._origin = origin.rstrip("/")
        self._forwarder = Forwarder(name, client)
        self.counts: Counter[str] = Counter()

    async def __call__(self, request: Request) -> Response:
        """The handler.  Raises HttpError."""
        self.counts["requests"] += 1
        try:
            return await self._forwarder.forward(as_origin(request), self._origin)
        except HttpError:
            self.counts["failed"] += 1
            raise

    async def close(self) -> None:
        """End the connections to the origin."""
        await self._forwarder.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()
