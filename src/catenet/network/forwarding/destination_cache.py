"""The destination cache: results of route look-ups, per address (RFC 4861 5.1).

A destination stores the neighbours of its route, so that sending or forwarding a packet takes one dict look-up.  The
cache is cleared when a route, an address or a carrier changes.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.kernel.kernel import NEVER
from catenet.network.neighbour.neighbour import Neighbour
from catenet.network.packet import IpPacket

LOCAL: Final[i64] = 0
"""An address of this host."""
REMOTE: Final[i64] = 1
"""Reached through a neighbour; a router forwards to it."""
BROADCAST: Final[i64] = 2
MULTICAST: Final[i64] = 3
REFUSED: Final[i64] = 4
"""No route, or a rejecting one."""
LOOPBACK: Final[i64] = 5
"""127.0.0.0/8 and ::1, which are never received from a link."""


class Destination:
    """A cached destination.

    ``link_mtu`` is the minimum MTU of the next links, ``path_mtu`` the known path MTU (valid until
    ``path_mtu_until_ns``), both in octets of IP packet.  ``hop_limit`` is what a router of the link advertises, 0 for
    the host's default.  ``errno`` and ``reason`` are the cause of a rejected one.
    """

    def __init__(self, address: int, kind: i64) -> None:
        self.address: Final = address
        self.kind: Final[i64] = kind
        self.neighbours: list[Neighbour] = []
        self.next_hop_count: i64 = 0
        self.hash_seed: i64 = 0
        self.link_mtu: i64 = 65_535
        self.path_mtu: i64 = 65_535
        self.path_mtu_until_ns: i64 = NEVER
        self.hop_limit: i64 = 0
        self.source = 0
        self.checked_source = -1
        self.errno = 0
        self.reason = 0
        self.stays_on_link = False

    def send(self, packet: IpPacket) -> None:
        """Pass a packet to the next hop; of several, the flow's hash selects one."""
        if self.next_hop_count == 1:
            self.neighbours[0].send(packet)
        else:
            self.neighbours[flow_hash(packet, self.hash_seed) % self.next_hop_count].send(packet)


def flow_hash(packet: IpPacket, seed: i64) -> i64:
    """A number of 32 bits from addresses, protocol and ports: the same for every packet of a flow.

    ``seed`` (32 bits) differs from router to router, since otherwise all routers of a path would choose alike.
    """
    return packet.ip_fields().flow_hash(seed)
