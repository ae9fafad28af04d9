"""A forward proxy: takes requests for any origin, and CONNECT (RFC 9110 sections 7.6 and 9.3.6)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import Self

from catenet.application.http.client.client import Client
from catenet.application.http.client.connect import open_origin
from catenet.application.http.client.timings import Timings
from catenet.application.http.errors import ClientError, HttpError
from catenet.application.http.message import Request, Response
from catenet.application.http.proxy.forwarder import Forwarder
from catenet.application.http.proxy.proxy_target import parse_authority, parse_target
from catenet.application.http.server.request_head import METHODS
from catenet.application.http.tunnel import Tunnel, splice

PROXY_METHODS = METHODS | {"CONNECT"}
"""For ``Server(methods=...)``."""
TUNNEL_PORTS = frozenset({443})


class ForwardProxy:
    """A handler for ``Server(ForwardProxy(), methods=PROXY_METHODS)``; ``Cache(ForwardProxy())`` stores what it gets.

    CONNECT leads only to ``tunnel_ports``.  :attr:`counts` counts ``requests``, ``failed``, ``tunnels``,
    ``tunnel_refused`` and ``tunnel_failed``.
    """

    def __init__(
        self,
        *,
        name: str = "catenet",
        client: Client | None = None,
        tunnel_ports: AbstractSet[int] = TUNNEL_PORTS,
        connect_timeout_s: float = 30.0,
    ) -> None:
        self._forwarder = Forwarder(name, client)
        self._tunnel_ports = tunnel_ports
        self._connect_timeout_s = connect_timeout_s
        self.counts: Counter[str] = Counter()

    async def __call__(self, request: Request) -> Response:
        """The handler.  Raises HttpError."""
        if request.method == "CONNECT":
            return await self._connect(request)
        self.counts["requests"] += 1
        try:
            base, authority, target = parse_target(request)
            return await self._forwarder.forward(replace(request, target=target), base, host=authority)
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

    async def _connect(self, request: Request) -> Response:
        origin = parse_authority(request.target)
        if origin.port not in self._tunnel_ports:
            self.counts["tunnel_refused"] += 1
            raise HttpError(403, "tunnel_port", f"no tunnels to port {origin.port}")
        try:
            reader, writer = await open_origin(origin, None, self._connect_timeout_s, Timings())
        except (ClientError, TimeoutError) as error:
            self.counts["tunnel_failed"] += 1
            raise HttpError(504 if isinstance(error, TimeoutError) else 502, "tunnel", "no connection") from error
        self.counts["tunnels"] += 1

        async def pass_through(tunnel: Tunnel) -> None:
            await splice(tunnel, Tunnel(reader, writer))

        return Response(200, upgrade=pass_through)
