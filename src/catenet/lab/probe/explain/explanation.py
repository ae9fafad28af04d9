"""The data of an explanation, the same in Python and in JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from catenet.lab.probe.explain.automatic import Computed


class ExplainedNextHop(NamedTuple):
    """One of a route's next hops.  ``gateway`` is empty where the destination itself is next.

    ``node`` is the node with that address, empty if there is none; ``link`` is the link at the interface.
    """

    node: str
    gateway: str
    interface: str
    link: str


class ExplainedRoute(NamedTuple):
    """An entry of a forwarding table.

    ``protocol`` is connected, static, automatic, ospf or rip; ``distance`` its administrative distance; ``kind`` is
    unicast, or the way in which the route rejects packets.
    """

    prefix: str
    protocol: str
    distance: int
    kind: str
    next_hops: tuple[ExplainedNextHop, ...]


class Other(NamedTuple):
    """An alternative, and why it was not chosen."""

    what: str
    why_not: str


class ExplainedHop(NamedTuple):
    """A node on the path of packets, and what it does with them.

    ``route`` is its table's route to the destination, None at the destination itself and where there is no route.
    ``rule`` is why this route was chosen, ``because`` its protocol's information (with the key ``protocol``), and
    ``others`` are the alternatives.  ``end`` is why packets get no further, None if they do.
    """

    node: str
    route: ExplainedRoute | None
    rule: str
    because: Mapping[str, Any]
    others: tuple[Other, ...]
    end: str | None


class RouteExplanation(NamedTuple):
    """Why packets from ``source`` to ``target`` take their path at the virtual time ``at_ns``.

    ``paths`` are the paths by the forwarding tables, as lists of node names, at most 16 of ``path_count``; empty if no
    packet arrives.  ``hops`` are the nodes that packets may traverse, in order of distance.  ``computed`` is the
    computation of automatic routing, None if there was none.
    """

    source: str
    target: str
    address: str
    at_ns: int
    path_count: int
    paths: tuple[tuple[str, ...], ...]
    hops: tuple[ExplainedHop, ...]
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


def _hop(hop: ExplainedHop) -> dict[str, Any]:
    route = hop.route
    return {
        **hop._asdict(),
        "route": None
        if route is None
        else {**route._asdict(), "next_hops": [each._asdict() for each in route.next_hops]},
        "others": [other._asdict() for other in hop.others],
    }
