"""Telling one routing protocol what another knows: the routes of some origins, for as long as they are in use.

A route is **in use** if it is the best of those to its prefix that can be used now.  So what a router prefers to learn
elsewhere is not passed on, and a protocol is never told its own routes back by this router.  Changes are passed on at
the end of the instant in which they happen, each prefix once.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from mypy_extensions import mypyc_attr

from catenet.network.forwarding.fib import Fib, RouteObserver
from catenet.network.forwarding.route import UNICAST, Route
from catenet.network.forwarding.route_selection import CONNECTED
from catenet.network.interface import Interface, InterfaceObserver

if TYPE_CHECKING:
    from catenet.host.host import Host

Prefix = tuple[int, int]
"""Network address as a number, length."""


class Terms(NamedTuple):
    """On what terms the routes of an origin are passed on.

    ``tag`` None keeps the tag that a route has; one with a tag among ``except_tags`` is not passed on, which keeps two
    routers that both join the same protocols from telling each other their own routes.  ``is_type2`` is OSPF's.
    """

    metric: int
    tag: int | None = None
    except_tags: tuple[int, ...] = ()
    is_type2: bool = True


@mypyc_attr(allow_interpreted_subclasses=True)
class RouteTaker:
    """Who is told, such as a routing daemon."""

    def take(self, route: Route, metric: int, tag: int, is_type2: bool) -> None:
        """A route is in use now, in place of any other to its prefix that was taken."""

    def give_back(self, prefix: int, prefix_len: int) -> None:
        """No route to this prefix is to be told of any more."""


class RouteGiver(Protocol):
    """A protocol whose routes are passed on."""

    @property
    def own_prefixes(self) -> set[Prefix]:
        """The networks that it is spoken on: they are passed on with what it has learned."""

    @property
    def distances(self) -> tuple[int, ...]:
        """The administrative distances of its routes; it is known by the first."""

    def tag_of(self, prefix: int, prefix_len: int) -> int:
        """The tag of its route to a prefix; 0 if it has none."""


class Redistribution(RouteObserver):
    """The IPv4 routes of some origins (:mod:`~catenet.network.forwarding.route_selection`), as ``taker`` is to be
    told of them on ``terms``.

    Routes to ``untold`` prefixes are never passed on: what the protocol advertises by itself.  ``givers`` are the
    other protocols of the router, by distance.
    """

    def __init__(
        self,
        host: Host,
        terms: Mapping[int, Terms],
        taker: RouteTaker,
        untold: set[Prefix],
        givers: Mapping[int, RouteGiver],
    ) -> None:
        super().__init__()
        self.taken: Final[dict[Prefix, tuple[Route, int]]] = {}
        self._terms: Final = terms
        self._taker: Final = taker
        self._untold: Final = untold
        self._givers: Final = {origin: giver for origin, giver in givers.items() if origin in terms}
        self._origins: Final = {distance: origin for origin, giver in givers.items() for distance in giver.distances}
        self._kernel: Final = host.kernel
        self._fib: Final = host.ip.fib4
        self._changed: Final[dict[Prefix, None]] = {}
        self._due = False
        self._fib.watch(self)
        host.ip.watch(_Carriers(self))
        self.look_at_all()
        self._update()

    def route_changed(self, fib: Fib, prefix: int, prefix_len: int) -> None:
        self._changed[prefix, prefix_len] = None
        self._schedule_update()

    def look_at_all(self) -> None:
        """A link's change may have changed the best route to any prefix."""
        for route in self._fib.routes():
            if route.metric == CONNECTED or self._origins.get(route.metric, route.metric) in self._terms:
                self._changed[route.prefix, route.prefix_len] = None
        self._schedule_update()

    def _schedule_update(self) -> None:
        if self._changed and not self._due:
            self._due = True
            self._kernel.call_after(0, self._update)

    def _update(self) -> None:
        self._due = False
        changed = list(self._changed)
        self._changed.clear()
        for prefix in changed:
            best = next((route for route in self._fib.routes_to(*prefix) if _usable(route)), None)
            self._redistribute(
                prefix, None if best is None or prefix in self._untold or self._is_discard(best) else best
            )

    def _is_discard(self, route: Route) -> bool:
        """Whether it is a protocol's entry for what its own summary lacks: that is for this router alone."""
        return route.kind != UNICAST and route.metric in self._origins

    def _redistribute(self, prefix: Prefix, best: Route | None) -> None:
        """``best`` is the route in use to a prefix."""
        origin = CONNECTED if best is None else self._origin(best)
        terms = self._terms.get(origin)
        giver = self._givers.get(origin)
        tag = 0 if giver is None else giver.tag_of(*prefix)
        if best is None or terms is None or tag in terms.except_tags:
            if self.taken.pop(prefix, None) is not None:
                self._taker.give_back(*prefix)
        elif self.taken.get(prefix) != (best, tag):
            self.taken[prefix] = best, tag
            self._taker.take(best, terms.metric, tag if terms.tag is None else terms.tag, terms.is_type2)

    def _origin(self, route: Route) -> int:
        """What a route is passed on as: a connected network of another protocol's counts as that protocol's."""
        if route.metric == CONNECTED:
            for origin, giver in self._givers.items():
                if (route.prefix, route.prefix_len) in giver.own_prefixes:
                    return origin
        return self._origins.get(route.metric, route.metric)


class _Carriers(InterfaceObserver):
    def __init__(self, redistribution: Redistribution) -> None:
        super().__init__()
        self._redistribution: Final = redistribution

    def interface_changed(self, interface: Interface) -> None:
        self._redistribution.look_at_all()


def _usable(route: Route) -> bool:
    return route.kind != UNICAST or bool(route.live_hops(True))
