"""The neighbour on a point-to-point link: it needs no resolution, and has no link-layer address."""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.kernel.kernel import NEVER
from catenet.link.framing.line import Line
from catenet.network.neighbour.neighbour import NONE, REACHABLE, Neighbour, Resolver
from catenet.network.packet import IpPacket


class PointToPointNeighbour(Neighbour):
    """Any address that is reached across a point-to-point link: all packets go to the same peer.

    For the quick path its state is NONE, so each packet comes to :meth:`_send_unsure`; for all else it is REACHABLE.
    """

    def __init__(self, line: Line, resolver: Resolver, version: i64, address: int) -> None:
        super().__init__(line.port.kernel, line.port, resolver, version, address)
        self._line: Final = line
        self.mac = 0
        self.state = NONE
        self.fresh_until_ns = NEVER

    def current_state(self) -> i64:
        return REACHABLE

    def make_permanent(self, mac: i64) -> None:
        """It is permanent already."""

    def discard(self) -> None:
        """Do nothing: no state was learned."""

    def _send_unsure(self, packet: IpPacket) -> None:
        self._line.send(self.ethertype, packet)
