"""The connection of HTTP/3 to an origin."""

from __future__ import annotations

import asyncio
import ssl

from catenet.application.http.client.alternatives import Alternative
from catenet.application.http.client.connect import resolve
from catenet.application.http.client.happy_eyeballs import connect_first
from catenet.application.http.client.http3 import Http3ClientConnection, open_quic
from catenet.application.http.client.pool import OriginPool
from catenet.application.http.client.timings import Stopwatch, Timings
from catenet.application.http.client.url import Origin
from catenet.application.http.errors import ClientError


class QuicPool(OriginPool):
    """One connection, at the ``alternative`` that an origin tells, or at the origin's own port."""

    def __init__(
        self, origin: Origin, idle_timeout_s: float, connect_timeout_s: float, alternative: Alternative | None
    ) -> None:
        super().__init__(origin, 1, idle_timeout_s, connect_timeout_s, True)
        self._quic_idle_timeout_s = idle_timeout_s
        host, port = alternative if alternative is not None else (origin.host, origin.port)
        self._place = Origin(origin.scheme, host or origin.host, port)

    async def _connect(self, tls: ssl.SSLContext | None, timings: Timings) -> Http3ClientConnection:
        """QUIC's handshake contains TLS's: all of it is ``tls_s``."""
        assert tls is not None, "HTTP/3 is always encrypted"

        async def connect(address: str) -> Http3ClientConnection:
            return await open_quic(
                self.origin.host, address, self._place.port, tls, self._quic_idle_timeout_s, self.left
            )

        async with asyncio.timeout(self.connect_timeout_s):
            watch = Stopwatch()
            addresses = await resolve(self._place)
            timings.name_s = watch.lap_s()
            try:
                connection = await connect_first(addresses, connect, Http3ClientConnection.close)
            except OSError as error:
                place = f"{self._place.host} port {self._place.port}"
                raise ClientError(f"no connection of QUIC to {place}: {error}") from error
            timings.connect_s, timings.tls_s = 0.0, watch.lap_s()
            return connection
