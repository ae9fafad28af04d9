"""Telling one routing protocol what another knows: the routes of some origins, for as long as they are in use.

A route is **in use** if it is the best of those to its prefix that can be used now.  So what a router prefers to learn
elsewhere is not passed on, and a protocol is never told its own routes back by this router.  Changes are passed on at
the end of the instant in which they happen, each prefix once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final

from catenet.host.distances import CONNECTED
from catenet.network.fib import UNICAST, Fib, Route
from catenet.network.interface import Interface
from catenet.network.watcher import InterfaceWatcher, RouteWatcher

if TYPE_CHECKING:
    from catenet.host.machine import Host

Prefix = tuple[int, int]
"""Network address as a number, length."""


class RouteTaker:
    """Who is told, such as a routing daemon."""

    def take(self, route: Route, origin: int) -> None:
        """A route is in use now, in place of any other to its prefix that was taken; ``origin`` is its distance.

        A connected network of another protocol's counts as that protocol's.
        """

    def give_back(self, prefix: int, prefix_len: int) -> None:
        """No route to this prefix is to be told of any more."""


class Redistribution(RouteWatcher):
    """The IPv4 routes of ``distances`` (see :mod:`~catenet.host.distances`), as ``taker`` is told of them.

    Routes to ``untold`` prefixes are never passed on: what the protocol advertises by itself.  ``spoken_on`` are the
    networks that another protocol, known by its distance, is spoken on: they are passed on with what it has learned.
    """

    def __init__(
        self,
        host: Host,
        distances: Iterable[int],
        taker: RouteTaker,
        untold: set[Prefix],
        spoken_on: Mapping[int, set[Prefix]],
    ) -> None:
        super().__init__()
        self.taken: Final[dict[Prefix, Route]] = {}
        self._distances: Final = frozenset(distances)
        self._taker: Final = taker
        self._untold: Final = untold
        self._spoken_on: Final = {origin: spoken_on[origin] for origin in self._distances if origin in spoken_on}
        self._kernel: Final = host.kernel
        self._fib: Final = host.ip.fib4
        self._changed: Final[dict[Prefix, None]] = {}
        self._due = False
        self._fib.watch(self)
        host.ip.watch(_Carriers(self))
        self.look_at_all()
        self._settle()

    def route_changed(self, fib: Fib, prefix: int, prefix_len: int) -> None:
        self._changed[prefix, prefix_len] = None
        self._settle_soon()

    def look_at_all(self) -> None:
        """A link's change may have changed the best route to any prefix."""
        for route in self._fib.routes():
            if route.metric in self._distances or route.metric == CONNECTED:
                self._changed[route.prefix, route.prefix_len] = None
        self._settle_soon()

    def _settle_soon(self) -> None:
        if self._changed and not self._due:
            self._due = True
            self._kernel.call_after(0, self._settle)

    def _settle(self) -> None:
        self._due = False
        changed = list(self._changed)
        self._changed.clear()
        for prefix in changed:
            best = next((route for route in self._fib.routes_to(*prefix) if _usable(route)), None)
            known = self.taken.get(prefix)
            origin = None if best is None else self._origin(best)
            if best is None or origin is None or prefix in self._untold:
                if known is not None:
                    del self.taken[prefix]
                    self._taker.give_back(*prefix)
            elif best is not known:
                self.taken[prefix] = best
                self._taker.take(best, origin)

    def _origin(self, route: Route) -> int | None:
        """What a route is passed on as; None if it is not."""
        if route.metric == CONNECTED:
            for origin, prefixes in self._spoken_on.items():
                if (route.prefix, route.prefix_len) in prefixes:
                    return origin
        return route.metric if route.metric in self._distances else None


class _Carriers(InterfaceWatcher):
    def __init__(self, redistribution: Redistribution) -> None:
        super().__init__()
        self._redistribution: Final = redistribution

    def interface_changed(self, interface: Interface) -> None:
        self._redistribution.look_at_all()


def _usable(route: Route) -> bool:
    return route.kind != UNICAST or bool(route.live_hops(True))
