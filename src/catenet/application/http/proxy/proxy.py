"""What a forward and a reverse proxy do alike: pass requests on, and count them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from typing import Self

from catenet.application.http.client.client import Client
from catenet.application.http.errors import HttpError
from catenet.application.http.message import Request, Response
from catenet.application.http.proxy.forwarder import Forwarder


class Proxy(ABC):
    """A handler that passes requests on.  :attr:`counts` counts ``requests`` and ``failed``."""

    def __init__(self, name: str, client: Client | None) -> None:
        self._forwarder = Forwarder(name, client)
        self.counts: Counter[str] = Counter()

    @abstractmethod
    def route(self, request: Request) -> tuple[Request, str, str | None]:
        """The request with the target that its origin gets, the origin, and the Host if it is not the client's.

        Raises HttpError.
        """

    async def __call__(self, request: Request) -> Response:
        """The handler.  Raises HttpError."""
        self.counts["requests"] += 1
        try:
            passed_on, origin, host = self.route(request)
            return await self._forwarder.forward(passed_on, origin, host=host)
        except HttpError:
            self.counts["failed"] += 1
            raise

    async def close(self) -> None:
        """End the connections to origins; tunnels end with their clients."""
        await self._forwarder.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()
