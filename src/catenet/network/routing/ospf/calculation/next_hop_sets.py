"""Sets of next hops, identified by numbers and shared by many destinations (RFC 2328 16.1.1).

A router has few neighbours, and so few different sets of next hops, even in a network of many destinations.  Number 0
is the empty set.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import mypyc_attr

from catenet.network.routing.ospf.calculation.routes import Hop
from catenet.network.routing.ospf.lsa.lsa import RouterLink


@mypyc_attr(allow_interpreted_subclasses=True)
class NextHopResolver:
    """Resolves the router's own links.  Override the first and the last method, with virtual links all of them."""

    def resolve(self, area_id: int, link: RouterLink) -> Hop | None:
        """The interface of a link in the router's own router-LSA, and the neighbour's address.

        The address is used on point-to-point links only; it is 0 on others.  None if there is no such interface or
        neighbour (any more): then nothing is sent over the link.
        """
        return None

    def transit_area(self, link: RouterLink) -> int:
        """The transit area of a virtual link in the router's own router-LSA; -1 if there is no such link."""
        return -1

    def area_of(self, number: int) -> int:
        """The area of the interface with this number; -1 if there is no such interface."""
        return -1

    def on_link(self, area_id: int, address: int) -> Hop | None:
        """The interface whose network contains an address, and the address; None if there is none in that area."""
        return None


class TransitPaths:
    """The paths through the transit areas of virtual links."""

    def hops_through(self, area_id: int, router_id: int) -> int:
        """The number of the set of next hops to a router within an area; 0 if it is unreachable there."""
        return 0


class NextHopSets:
    """All sets of next hops of one router."""

    def __init__(self, max_paths: int) -> None:
        self.members: Final[list[tuple[Hop, ...]]] = [()]
        """The members of each set, in order."""
        self._most: Final = max_paths
        self._numbers: Final[dict[tuple[Hop, ...], int]] = {(): 0}
        self._unions: Final[dict[int, int]] = {}
        self._limited: Final[list[tuple[Hop, ...]]] = [()]

    def number(self, hops: list[Hop]) -> int:
        """The number of a set, given in any order."""
        return self.number_of(tuple(sorted(set(hops))))

    def number_of(self, members: tuple[Hop, ...]) -> int:
        """The number of a set, given in ascending order."""
        number = self._numbers.get(members, -1)
        if number < 0:
            number = len(self.members)
            self._numbers[members] = number
            self.members.append(members)
            self._limited.append(members[: self._most])
        return number

    def union(self, one: int, other: int) -> int:
        """The number of the union of two sets."""
        if one == other or other == 0:
            return one
        if one == 0:
            return other
        assert 0 < one < len(self.members)
        assert 0 < other < len(self.members)
        pair = one << 30 | other if one < other else other << 30 | one
        number = self._unions.get(pair, -1)
        if number < 0:
            number = self._unions[pair] = self.number([*self.members[one], *self.members[other]])
        return number

    def is_direct(self, number: int) -> bool:
        """Whether one of the next hops is a link to which the destination is directly attached."""
        return any(gateway == 0 for _, gateway in self.members[number])

    def through(self, number: int, gateways: list[int]) -> int:
        """The set with these neighbours as gateways in place of the link itself."""
        hops: list[Hop] = []
        for interface, gateway in self.members[number]:
            if gateway != 0:
                hops.append((interface, gateway))
            else:
                hops.extend([(interface, address) for address in gateways])
        return self.number(hops)

    def limited(self, number: int) -> tuple[Hop, ...]:
        """The members that are used: as many as the limit permits, the first ones."""
        return self._limited[number]
