"""Default routers and more specific routes that advertisements tell of (RFC 4861 6.3.4 to 6.3.6, RFC 4191 3.1).

A host writes one route for each prefix: through the router with the highest preference among those whose neighbour
entry has not failed.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.kernel.kernel import NEVER
from catenet.network.forwarding.route import UNICAST, NextHop, Route
from catenet.network.interface import Interface
from catenet.network.ip_core import IpCore
from catenet.network.neighbour.neighbour import FAILED

METRIC: Final = 1024
"""Linux's for routes of advertisements; an interface's number is added, so that two interfaces keep theirs apart."""
MAX_ROUTES: Final = 256
"""Entries kept for one interface, against floods."""


class LearnedRouter:
    """A router for one prefix, until its lifetime ends."""

    def __init__(self, address: int, preference: int, until_ns: i64) -> None:
        self.address: Final = address
        self.preference = preference
        self.until_ns: i64 = until_ns


class LearnedRoutes:
    """The routes that one interface has learned; the default routers are those of the prefix of no bits."""

    def __init__(self, core: IpCore, interface: Interface) -> None:
        self.core: Final = core
        self.interface: Final = interface
        self.routers: Final[dict[tuple[int, int], list[LearnedRouter]]] = {}
        """By prefix and its length, in the order in which they were learned."""
        self.chosen: Final[dict[tuple[int, int], int]] = {}
        self._metric: Final = METRIC + core.interfaces.index(interface)

    @property
    def default_routers(self) -> list[LearnedRouter]:
        """The Default Router List."""
        return self.routers.get((0, 0), [])

    def learn(self, prefix: int, prefix_len: int, address: int, preference: int, until_ns: i64) -> None:
        """Add or refresh a router for a prefix; a lifetime that has ended removes it."""
        key = prefix, prefix_len
        routers = self.routers.get(key, [])
        known = [router for router in routers if router.address == address]
        if until_ns <= self.core.kernel.now_ns:
            if known:
                routers.remove(known[0])
        elif known:
            known[0].preference = preference
            known[0].until_ns = until_ns
        elif self._size() < MAX_ROUTES:
            self.routers.setdefault(key, routers).append(LearnedRouter(address, preference, until_ns))
        self.reselect(key)

    def remove(self, address: int) -> None:
        """Forget a router, which is none any more."""
        for key, routers in list(self.routers.items()):
            routers[:] = [router for router in routers if router.address != address]
            self.reselect(key)

    def expire(self, now_ns: i64) -> None:
        """Forget routers whose lifetime has ended."""
        for key, routers in list(self.routers.items()):
            if min([router.until_ns for router in routers], default=NEVER) <= now_ns:
                routers[:] = [router for router in routers if router.until_ns > now_ns]
                self.reselect(key)

    def next_ns(self) -> i64:
        """When the next lifetime ends."""
        earliest: i64 = NEVER
        for routers in self.routers.values():
            for router in routers:
                earliest = min(earliest, router.until_ns)
        return earliest

    def failed(self, address: int) -> None:
        """A router does not answer: use others, one after the other if none does (RFC 4861 6.3.6)."""
        for key, chosen in list(self.chosen.items()):
            if chosen == address:
                self.reselect(key)

    def clear(self) -> None:
        """Forget all."""
        for key in list(self.routers):
            self.routers[key].clear()
            self.reselect(key)

    def reselect(self, key: tuple[int, int]) -> None:
        """Choose the router for a prefix anew, and write its route."""
        routers = self.routers.get(key, [])
        before = self.chosen.get(key)
        if not routers:
            self.routers.pop(key, None)
            if before is not None:
                del self.chosen[key]
                self.core.remove_route(6, key[0], key[1], self._metric)
            return
        chosen = self._choose(routers, before)
        if chosen != before:
            self.chosen[key] = chosen
            hops = [NextHop(self.interface, chosen)]
            self.core.add_route(Route(6, key[0], key[1], UNICAST, hops, self._metric))

    def _choose(self, routers: list[LearnedRouter], before: int | None) -> int:
        best: LearnedRouter | None = None
        for router in routers:
            neighbour = self.interface.neighbours(6).find(router.address)
            if neighbour is not None and neighbour.state == FAILED:
                continue
            if best is None or _precedes(router, best, before):
                best = router
        if best is not None:
            return best.address
        addresses = [router.address for router in routers]
        at = addresses.index(before) + 1 if before in addresses else 0
        return addresses[at % len(addresses)]

    def _size(self) -> int:
        return sum([len(routers) for routers in self.routers.values()])


def _precedes(one: LearnedRouter, other: LearnedRouter, before: int | None) -> bool:
    """Whether one is better than another that was learned earlier: the present one stays among equals."""
    if one.preference != other.preference:
        return one.preference > other.preference
    return one.address == before
