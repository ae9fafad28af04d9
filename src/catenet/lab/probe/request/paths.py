"""Follows a packet from link to link: routers, switches and address translators pass it on with the same key."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from catenet.lab.model.nodes import IpNode
from catenet.lab.probe.request.crossings import Crossing
from catenet.lab.probe.request.result import Hop

Path = tuple[Crossing, ...]
MAX_HOPS: Final = 255


class Paths:
    """The paths of packets among the crossings of all links.  Each crossing belongs to at most one path."""

    def __init__(self, crossings: Sequence[Crossing]) -> None:
        self._from: Final[dict[tuple[str, bytes], list[Crossing]]] = {}
        for crossing in crossings:
            if crossing.headers is not None:
                key = crossing.sender.node.name, crossing.headers.packet_key
                self._from.setdefault(key, []).append(crossing)
        self._used: Final[set[Crossing]] = set()

    def take(self, first: Crossing) -> Path:
        """The path of the packet that crossed its first link there.

        Of several copies, as a switch makes them, it is the one that came furthest.
        """
        path = self._longest(first, MAX_HOPS)
        self._used.update(path)
        return path

    def _longest(self, crossing: Crossing, hops_left: int) -> Path:
        if crossing.lost or not hops_left or crossing.headers is None:
            return (crossing,)
        here = crossing.receiver.node.name, crossing.headers.packet_key
        onward = [each for each in self._from.get(here, ()) if self._continues(crossing, each)]
        branches = [self._longest(each, hops_left - 1) for each in onward]
        return (crossing, *max(branches, key=_reach, default=()))

    def _continues(self, crossing: Crossing, after: Crossing) -> bool:
        """Whether the second may be the first, passed on by the node between them."""
        return after not in self._used and after.started_ns >= crossing.arrived_ns and after is not crossing


def _reach(path: Path) -> tuple[bool, int, int]:
    """How far a copy came: to the node that has its address, else over many links, and first."""
    last = path[-1]
    return not last.lost and _is_addressed(last), len(path), -path[0].started_ns


def _is_addressed(crossing: Crossing) -> bool:
    node, headers = crossing.receiver.node, crossing.headers
    if not isinstance(node, IpNode) or headers is None or headers.network is None:
        return isinstance(node, IpNode)
    return headers.network.text("Destination Address") in map(str, node.addresses)


def hops_of(path: Path) -> tuple[Hop, ...]:
    """A path as data."""
    hops: list[Hop] = []
    arrived_ns = path[0].started_ns
    for crossing in path:
        hops.append(_hop(crossing, crossing.started_ns - arrived_ns))
        arrived_ns = crossing.arrived_ns
    return tuple(hops)


def _hop(crossing: Crossing, waited_ns: int) -> Hop:
    link, headers = crossing.link, crossing.headers
    assert headers is not None, "a path has only crossings with headers"
    medium = link.medium
    network = headers.network
    return Hop(
        link=link.name,
        sender=crossing.sender.node.name,
        receiver=crossing.receiver.node.name,
        sender_kind=crossing.sender.node.kind,
        receiver_kind=crossing.receiver.node.kind,
        ports=(crossing.sender.port.name, crossing.receiver.port.name),
        framing=crossing.framing,
        rate_bit_s=crossing.rate_bit_s,
        phy="" if medium is None else medium.phy.name,
        fidelity=link.fidelity(crossing.sender),
        wire_octets=crossing.wire_octets,
        waited_ns=waited_ns,
        started_ns=crossing.started_ns,
        sent_ns=crossing.sent_ns,
        arrived_ns=None if crossing.lost else crossing.arrived_ns,
        outcome=crossing.outcome,
        hop_limit=None
        if network is None
        else network.number("Time to Live" if network.name == "IPv4" else "Hop Limit"),
        headers=(*headers.link, *(each for each in (network, headers.transport, headers.message) if each is not None)),
    )
