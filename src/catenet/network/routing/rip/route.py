"""A route of RIP's table, and its next hops."""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.kernel.kernel import NEVER
from catenet.network.routing.rip.message import INFINITY
from catenet.network.routing.rip.settings import RipInterface


class Hop:
    """A next hop: ``source`` advertised it, ``gateway`` is the next hop of packets (mostly the same)."""

    def __init__(self, interface: RipInterface, source: int, gateway: int, deadline_ns: i64) -> None:
        self.interface: Final = interface
        self.source: Final = source
        self.gateway = gateway
        self.deadline_ns: i64 = deadline_ns


class RipRoute:
    """A destination, its metric, and its next hops.

    A **given** route is a network of the router itself (on ``interface``, if it has one) or a configured one; others
    were learned, through ``hops`` of equal cost.  A route is **dead** at metric 16: it is not used, and is advertised
    as unreachable until ``garbage_at_ns``.
    """

    def __init__(self, prefix: int, prefix_len: int, metric: int, tag: int) -> None:
        self.prefix: Final = prefix
        self.prefix_len: Final = prefix_len
        self.metric = metric
        self.tag = tag
        self.given = False
        self.interface: RipInterface | None = None
        self.next_hop = 0
        self.hops: list[Hop] = []
        self.changed = False
        self.garbage_at_ns: i64 = NEVER

    @property
    def dead(self) -> bool:
        """Whether it is unreachable."""
        return self.metric >= INFINITY

    @property
    def gateway(self) -> int:
        """The gateway of the first next hop; 0 for a given or a dead route."""
        return self.hops[0].gateway if self.hops else 0

    def hop_from(self, interface: RipInterface, source: int) -> Hop | None:
        """The next hop that a neighbour advertised."""
        for hop in self.hops:
            if hop.source == source and hop.interface is interface:
                return hop
        return None

    def leaves_by(self, interface: RipInterface) -> bool:
        """Whether one of its next hops uses the interface."""
        return any(hop.interface is interface for hop in self.hops)
