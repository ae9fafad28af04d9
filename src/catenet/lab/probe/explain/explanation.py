"""What an explanation holds: plain data, the same in Python and in JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from catenet.lab.probe.explain.automatic import Computed


class NextHopTold(NamedTuple):
    """One of a route's next hops.  ``gateway`` is empty where the destination itself is next.

    ``node`` is who has that address, empty if nobody has; ``link`` is the link at the interface.
    """

    node: str
    gateway: str
    interface: str
    link: str


class RouteTold(NamedTuple):
    """A line of a forwarding table.

    ``protocol`` is connected, static, automatic, ospf or rip; ``distance`` its administrative distance; ``kind`` is
    unicast, or how the route refuses packets.
    """

    prefix: str
    protocol: str
    distance: int
    kind: str
    next_hops: tuple[NextHopTold, ...]


class Other(NamedTuple):
    """Something else that was possible, and why it is not what happens."""

    what: str
    why_not: str


class HopExplained(NamedTuple):
    """A node that packets come by, and what it does with them.

    ``route`` is what its table says of the destination, None at the destination itself and where there is none.
    ``rule`` says why it is that route, ``because`` what its protocol rests it on (with the key ``protocol``), and
    ``others`` what else was possible.  ``end`` says why packets get no further, None if they do.
    """

    node: str
    route: RouteTold | None
    rule: str
    because: Mapping[str, Any]
    others: tuple[Other, ...]
    end: str | None


class RouteExplanation(NamedTuple):
    """Why packets go from ``source`` to ``target`` as they do, at the virtual time ``at_ns``.

    ``paths`` are the paths that the forwarding tables lead, as nodes' names, at most 16 of ``path_count``; none if no
    packet arrives.  ``hops`` are the nodes that packets may come by, in order of distance.  ``computed`` is what
    automatic routing weighed, None where it has no part.
    """

    source: str
    target: str
    address: str
    at_ns: int
    path_count: int
    paths: tuple[tuple[str, ...], ...]
    hops: tuple[HopExplained, ...]
    computed: Computed | None

    @property
    def reached(self) -> bool:
        """Whether any packet arrives."""
        return bool(self.paths)

    def as_data(self) -> dict[str, Any]:
        """The same in dicts and lists, for JSON."""
        return {
            **self._asdict(),
            "reached": self.reached,
            "hops": [_hop(hop) for hop in self.hops],
            "computed": None if self.computed is None else self.computed.as_data(),
        }


def _hop(hop: HopExplained) -> dict[str, Any]:
    route = hop.route
    return {
        **hop._asdict(),
        "route": None
        if route is None
        else {**route._asdict(), "next_hops": [each._asdict() for each in route.next_hops]},
        "others": [other._asdict() for other in hop.others],
    }
