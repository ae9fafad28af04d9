"""Loops and blackholes for one destination, in a graph of numbered routers.

A router's **branches** are its next hops for a packet: the numbers of the next routers on its equal-cost paths, or one
of the negative marks below.  A **loop** is a set of routers from each of which a packet can come back; a **blackhole**
is a router at which a packet is lost although working links lead to the destination.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

DELIVERED: Final = -1
"""Delivered here, or sent to a neighbour that is no router of this internet."""
REFUSED: Final = -2
"""Dropped by a blackhole route, as intended."""
NOWHERE: Final = -3
"""No route."""
DEAD: Final = -4
"""The next hop is behind a link that does not work, or does not exist."""

Branches = tuple[int, ...]


class Fault(NamedTuple):
    """``routers`` are those of the loop, in the order in which a packet traverses it, or the router of the blackhole.

    ``key`` is the same for the same set of routers.
    """

    is_loop: bool
    routers: tuple[int, ...]

    @property
    def key(self) -> tuple[bool, tuple[int, ...]]:
        """Identifies the fault: its kind and its set of routers."""
        return self.is_loop, tuple(sorted(self.routers))


def loops(branches: Sequence[Branches]) -> list[Fault]:
    """Every set of routers that can all send to each other, as one cycle through it.  O(routers + branches).

    They are the strongly connected components (Tarjan 1972), without those of one router that does not send to itself.
    """
    count = len(branches)
    index = [0] * count
    low = [0] * count
    on_stack = bytearray(count)
    stack: list[int] = []
    found = []
    next_index = 1
    for root in range(count):
        if index[root]:
            continue
        index[root] = low[root] = next_index
        next_index += 1
        stack.append(root)
        on_stack[root] = 1
        path = [(root, iter(branches[root]))]
        while path:
            node, next_hops = path[-1]
            for other in next_hops:
                if other < 0:
                    continue
                if not index[other]:
                    index[other] = low[other] = next_index
                    next_index += 1
                    stack.append(other)
                    on_stack[other] = 1
                    path.append((other, iter(branches[other])))
                    break
                if on_stack[other] and index[other] < low[node]:
                    low[node] = index[other]
            else:
                path.pop()
                if path and low[node] < low[path[-1][0]]:
                    low[path[-1][0]] = low[node]
                if low[node] == index[node]:
                    members = _popped(stack, on_stack, node)
                    if len(members) > 1 or node in branches[node]:
                        found.append(Fault(True, _round(members, branches)))
    return found


def _popped(stack: list[int], on_stack: bytearray, until: int) -> list[int]:
    members = []
    while True:
        node = stack.pop()
        on_stack[node] = 0
        members.append(node)
        if node == until:
            return members


def _round(members: list[int], branches: Sequence[Branches]) -> tuple[int, ...]:
    """A cycle among the members, from its lowest number; the first branch that stays among them is taken."""
    inside = set(members)
    path: list[int] = []
    node = min(members)
    while node not in path:
        path.append(node)
        node = next(other for other in branches[node] if other in inside)
    ring = path[path.index(node) :]
    lowest = ring.index(min(ring))
    return tuple(ring[lowest:] + ring[:lowest])


def lost_at(branches: Sequence[Branches]) -> list[int]:
    """The routers without a next hop, or with a dead one among their next hops."""
    return [router for router, next_hops in enumerate(branches) if NOWHERE in next_hops or DEAD in next_hops]


def upstream(branches: Sequence[Branches], routers: Sequence[int]) -> list[int]:
    """The routers whose packets may reach one of ``routers``, including these, in order."""
    senders: dict[int, list[int]] = {}
    for router, next_hops in enumerate(branches):
        for hop in next_hops:
            if hop >= 0:
                senders.setdefault(hop, []).append(router)
    return sorted(_reached(senders, routers))


def within_reach(links: Sequence[Sequence[int]], delivering: Sequence[int]) -> set[int]:
    """The routers from which a packet can reach one that delivers it; ``links`` are the adjacencies that work."""
    senders: dict[int, list[int]] = {}
    for router, neighbours in enumerate(links):
        for neighbour in neighbours:
            senders.setdefault(neighbour, []).append(router)
    return _reached(senders, delivering)


def _reached(senders: dict[int, list[int]], start: Sequence[int]) -> set[int]:
    found = set(start)
    pending = list(start)
    while pending:
        for sender in senders.get(pending.pop(), ()):
            if sender not in found:
                found.add(sender)
                pending.append(sender)
    return found
