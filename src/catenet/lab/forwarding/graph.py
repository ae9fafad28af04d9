"""What is wrong with where all routers send one destination, worked out on numbers alone.

A router's **branches** are where it may send a packet: the numbers of the routers next on its ways of equal cost, or
one of the negative marks below.  A **loop** is a set of routers from each of which a packet can come back; a
**blackhole** is a router at which a packet is lost though it could get there over links that work.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

DELIVERED: Final = -1
"""It is there, or leaves for where no router of ours is asked."""
REFUSED: Final = -2
"""A route says that it is to be dropped: as intended."""
NOWHERE: Final = -3
"""No route."""
DEAD: Final = -4
"""The next hop is beyond a link that does not work, or is nobody."""

Branches = tuple[int, ...]


class Fault(NamedTuple):
    """``routers`` are those of the loop, in the order in which a packet goes round, or the one of the blackhole.

    ``key`` is the same for the same set of routers.
    """

    is_loop: bool
    routers: tuple[int, ...]

    @property
    def key(self) -> tuple[bool, tuple[int, ...]]:
        """What makes two of them the same fault."""
        return self.is_loop, tuple(sorted(self.routers))


def loops(branches: Sequence[Branches]) -> list[Fault]:
    """Every set of routers that can all send to each other, as one way round it.  O(routers + branches).

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
            node, ways = path[-1]
            for other in ways:
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
    """A way round among the members, from the lowest number on it; the first branch that stays among them is taken."""
    inside = set(members)
    way: list[int] = []
    node = min(members)
    while node not in way:
        way.append(node)
        node = next(other for other in branches[node] if other in inside)
    ring = way[way.index(node) :]
    lowest = ring.index(min(ring))
    return tuple(ring[lowest:] + ring[:lowest])


def lost_at(branches: Sequence[Branches]) -> list[int]:
    """The routers that have no way for a packet, or a dead one among their ways."""
    return [router for router, ways in enumerate(branches) if NOWHERE in ways or DEAD in ways]


def upstream(branches: Sequence[Branches], routers: Sequence[int]) -> list[int]:
    """The routers whose packets may come to one of ``routers``, these included, in order."""
    senders: dict[int, list[int]] = {}
    for router, ways in enumerate(branches):
        for way in ways:
            if way >= 0:
                senders.setdefault(way, []).append(router)
    return sorted(_reached(senders, routers))


def within_reach(links: Sequence[Sequence[int]], delivering: Sequence[int]) -> set[int]:
    """The routers from which a packet could get to one that delivers it; ``links`` are the ways that work."""
    senders: dict[int, list[int]] = {}
    for router, ways in enumerate(links):
        for way in ways:
            senders.setdefault(way, []).append(router)
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
