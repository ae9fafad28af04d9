"""A forward proxy: takes requests for any origin, and CONNECT (RFC 9110 sections 7.6 and 9.3.6)."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import replace

from catenet.application.http.client.client import Client
from catenet.application.http.client.connect import open_origin
from catenet.application.http.client.timings import Timings
from catenet.application.http.errors import ClientError, HttpError
from catenet.application.http.message import Request, Response
from catenet.application.http.proxy.proxy import Proxy
from catenet.application.http.proxy.proxy_target import parse_authority, parse_target
from catenet.application.http.server.request_head import METHODS
from catenet.application.http.tunnel import Tunnel, splice

PROXY_METHODS = METHODS | {"CONNECT"}
"""For ``Server(methods=...)``."""
TUNNEL_PORTS = frozenset({443})


class ForwardProxy(Proxy):
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
        super().__init__(name, client)
        self._tunnel_ports = tunnel_ports
        self._connect_timeout_s = connect_timeout_s

    async def __call__(self, request: Request) -> Response:
        return await (self._connect(request) if request.method == "CONNECT" else super().__call__(request))

    def route(self, request: Request) -> tuple[Request, str, str | None]:
        origin, authority, target = parse_target(request)
        return replace(request, target=target), origin, authority

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
