"""The forwarding information base: longest prefix first, several next hops of equal cost.

Prefixes are kept in one dict per length; a look-up tries the lengths that are in use, longest first. That usually
takes two or three dict look-ups, once per destination: :mod:`~catenet.network.forwarding.destination_cache` caches the
result until a change.  A table of very many prefixes, which uses nearly all lengths there are, has an index beside the
dicts (:mod:`~catenet.network.forwarding.prefix_index`).  Routes computed from shared data need not be stored in each
table (:class:`RouteSource`).
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64, mypyc_attr

from catenet.network import addresses
from catenet.network.forwarding.prefix_index import PrefixIndex
from catenet.network.forwarding.route import Route
from catenet.network.forwarding.route_selection import inserted, preference, wins_over

INDEXED_FROM: Final = 16_384
"""The number of prefixes from which on a table has an index.

It is built after an eighth as many look-ups without it since the last change, which is about its cost.
"""


@mypyc_attr(allow_interpreted_subclasses=True)
class RouteSource:
    """A source of routes computed on demand.

    They count as routes of the :class:`Fib` whose ``source`` this is, without being stored in a table.

    After a change of its results, call :meth:`Fib.changed`, and clear the host's destination cache.
    """

    def lookup(self, address: int, need_carrier: bool) -> Route | None:
        """The usable route of this source with the longest prefix that contains the address."""
        return None

    def routes_to(self, prefix: int, prefix_len: int) -> list[Route]:
        """All routes to exactly this prefix, the best first."""
        return []

    def routes(self) -> list[Route]:
        """All routes of this source, in any order."""
        return []


@mypyc_attr(allow_interpreted_subclasses=True)
class RouteObserver:
    """An observer of a :class:`Fib`, registered by ``watch``."""

    def route_changed(self, fib: Fib, prefix: int, prefix_len: int) -> None:
        """A route to this prefix was added, replaced or removed; ``fib.routes_to`` returns the present ones.

        It is called during a change: record it, and act after the change.
        """


class Fib:
    """The routes of one version of IP."""

    def __init__(self, version: i64) -> None:
        self.version: Final[i64] = version
        self._bits: Final[i64] = addresses.width(version)
        self._by_length: Final[dict[int, dict[int, list[Route]]]] = {}
        self._lengths: list[int] = []
        self._size = 0
        self._index: PrefixIndex | None = None
        self._unindexed = 0
        self.source: RouteSource | None = None
        self._watchers: Final[list[RouteObserver]] = []

    def watch(self, watcher: RouteObserver) -> None:
        """Add an observer of route changes."""
        self._watchers.append(watcher)

    def is_watched(self) -> bool:
        """Whether there is an observer."""
        return bool(self._watchers)

    def add(self, route: Route) -> None:
        """Add a route; one with the same prefix and metric is replaced."""
        prefixes = self._by_length.get(route.prefix_len)
        if prefixes is None:
            prefixes = self._by_length[route.prefix_len] = {}
            self._lengths = sorted(self._by_length, reverse=True)
        others = prefixes.get(route.prefix)
        if others is None:
            self._size += 1
            prefixes[route.prefix] = [route]
        else:
            prefixes[route.prefix] = inserted(route, others)
        self._notify(route.prefix, route.prefix_len)

    def remove(self, prefix: int, prefix_len: int, metric: int = 0) -> bool:
        """Remove a route; False if there is none."""
        prefixes = self._by_length.get(prefix_len, {})
        key = prefix & addresses.mask(self.version, prefix_len)
        routes = prefixes.get(key, [])
        kept = [route for route in routes if route.metric != metric]
        if len(kept) == len(routes):
            return False
        if kept:
            prefixes[key] = kept
        else:
            del prefixes[key]
            self._size -= 1
        if not prefixes:
            del self._by_length[prefix_len]
            self._lengths = sorted(self._by_length, reverse=True)
        self._notify(key, prefix_len)
        return True

    def routes_to(self, prefix: int, prefix_len: int) -> list[Route]:
        """All routes to exactly this prefix, the best first; do not change the list."""
        prefixes = self._by_length.get(prefix_len)
        own = [] if prefixes is None else prefixes.get(prefix, [])
        given = [] if self.source is None else self.source.routes_to(prefix, prefix_len)
        return sorted([*own, *given], key=preference) if given else own

    def lookup(self, address: int, need_carrier: bool = False) -> Route | None:
        """The usable route with the longest prefix that contains the address; None if there is none.

        O(lengths in use), or that of :meth:`~catenet.network.forwarding.prefix_index.PrefixIndex.longest` for a large
        table.
        """
        own = self._lookup_own(address, need_carrier)
        source = self.source
        if source is None:
            return own
        given = source.lookup(address, need_carrier)
        return given if own is None or (given is not None and wins_over(given, own)) else own

    def routes(self) -> list[Route]:
        """All routes, longest prefix first."""
        own = [route for length in self._lengths for routes in self._by_length[length].values() for route in routes]
        return own if self.source is None else sorted([*own, *self.source.routes()], key=preference)

    def changed(self, prefix: int, prefix_len: int) -> None:
        """The source's routes to this prefix have changed: notify the observers."""
        for watcher in self._watchers:
            watcher.route_changed(self, prefix, prefix_len)

    def _lookup_own(self, address: int, need_carrier: bool) -> Route | None:
        """The same without the source's routes."""
        index = self._index
        if index is not None:
            route = index.longest(address)
            if route is None and not index.partial:
                return None
            if route is not None and route.is_usable(need_carrier):
                return route
        elif self._size >= INDEXED_FROM:
            self._unindexed += 1
            if self._unindexed > self._size >> 3:
                self._index = self._made_index()
        bits: int = self._bits
        for length in self._lengths:
            key = (address >> (bits - length)) << (bits - length)
            routes = self._by_length[length].get(key)
            if routes is not None:
                for route in routes:
                    if route.is_usable(need_carrier):
                        return route
        return None

    def _made_index(self) -> PrefixIndex:
        held = [self._by_length[length] for length in self._lengths]
        return PrefixIndex(self._bits, [routes[0] for prefixes in held for routes in prefixes.values()])

    def _notify(self, prefix: int, prefix_len: int) -> None:
        """Notify observers that a route to this prefix was added, replaced or removed."""
        self._index = None
        self._unindexed = 0
        self.changed(prefix, prefix_len)
