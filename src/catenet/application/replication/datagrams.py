"""Messages between replicas over UDP, without retransmission: one datagram per message.

The interface is that of :class:`~catenet.application.replication.peer_links.Mesh`; consensus needs no more from a
network.  A lost message delays no others.  But a message must fit into a datagram, so long logs and snapshots cannot be
sent this way, and senders are not authenticated.  A datagram is the sender's number and a channel (four octets each),
then the message.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from typing import Final

from catenet.application.replication.peer_links import Mesh

MAX_OCTETS: Final = 65_507 - 8

_HEAD: Final = struct.Struct("!II")


class DatagramMesh(Mesh):
    """A mesh without connections."""

    def __init__(self, node: int) -> None:
        super().__init__(node)
        self._transport: asyncio.DatagramTransport | None = None
        self._family = socket.AF_INET
        self._places: Final[dict[int, tuple[str, int]]] = {}
        self._looking: Final[dict[int, asyncio.Task[None]]] = {}

    async def start(self, host: str | None, port: int) -> None:
        """Listen; over IPv4, unless ``host`` is an IPv6 address.  Raises OSError."""
        if host is not None and ":" in host:
            self._family = socket.AF_INET6
        loop = asyncio.get_running_loop()
        own = (host or "0.0.0.0", port)  # noqa: S104 - who names no host listens on all
        self._transport, _ = await loop.create_datagram_endpoint(lambda: _Receiver(self), own, family=self._family)

    def send(self, to: int, channel: int, octets: bytes) -> bool:
        """Send a message to a node; False if it was dropped at once."""
        if self._transport is None or to not in self.addresses or len(octets) > MAX_OCTETS:
            self.dropped += 1
            return False
        place = self._places.get(to)
        if place is None:
            self.dropped += 1
            if to not in self._looking:
                self._looking[to] = asyncio.get_running_loop().create_task(self._look_up(to), name=f"where is {to}")
            return False
        self._transport.sendto(_HEAD.pack(self.node, channel) + octets, place)
        self.sent += 1
        return True

    async def _look_up(self, to: int) -> None:
        """Resolve a node's address; messages sent meanwhile are lost."""
        host, port = self.addresses[to]
        try:
            found = await asyncio.get_running_loop().getaddrinfo(host, port, family=self._family)
            self._places[to] = (str(found[0][4][0]), port)
        except OSError:
            pass  # the next message tries again
        finally:
            del self._looking[to]

    def came(self, datagram: bytes) -> None:
        """Process a received datagram."""
        if len(datagram) >= _HEAD.size:
            speaker, channel = _HEAD.unpack_from(datagram)
            self.heard(speaker, channel, datagram[_HEAD.size :])

    async def close(self) -> None:
        """Close the socket."""
        for task in list(self._looking.values()):
            task.cancel()
        if self._transport is not None:
            self._transport.close()


class _Receiver(asyncio.DatagramProtocol):
    def __init__(self, mesh: DatagramMesh) -> None:
        self._mesh: Final = mesh

    def datagram_received(self, data: bytes, addr: object) -> None:
        self._mesh.came(data)
