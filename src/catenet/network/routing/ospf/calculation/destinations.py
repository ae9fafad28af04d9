"""Destinations: the candidates for the route to each network."""

from __future__ import annotations

from typing import Final

from catenet.network.routing.ospf.calculation.inter_area_lsas import InterAreaLsa
from catenet.network.routing.ospf.calculation.routes import OspfRoute

NOBODY: Final = -1


class Destination:
    """One network: the vertices that it is attached to, the inter-area and external LSAs for it, and its route.

    A holder is a vertex with its area, as one number.  Nearly all networks have one or two, so the first two are stored
    in the object itself.
    """

    def __init__(self, key: int) -> None:
        self.key: Final = key
        self.route: OspfRoute | None = None
        self.summaries: list[InterAreaLsa] | None = None
        self.externals: list[InterAreaLsa] | None = None
        self._first = NOBODY
        self._second = NOBODY
        self._others: list[int] | None = None

    def add_holder(self, holder: int) -> None:
        """Add a vertex that the network is attached to."""
        assert holder not in (self._first, self._second), "a network hangs on a vertex once"
        if self._first == NOBODY:
            self._first = holder
        elif self._second == NOBODY:
            self._second = holder
        elif self._others is None:
            self._others = [holder]
        else:
            self._others.append(holder)

    def remove_holder(self, holder: int) -> None:
        """Remove a vertex that the network was attached to."""
        others = self._others
        if others is not None and holder in others:
            others.remove(holder)
        elif self._first == holder:
            self._first = self._last()
        else:
            assert self._second == holder, "the network hung on that vertex"
            self._second = self._last() if others else NOBODY

    def _last(self) -> int:
        """Remove the last holder, and return it."""
        if self._others:
            return self._others.pop()
        holder, self._second = self._second, NOBODY
        return holder

    def holders(self) -> list[int]:
        """The vertices that the network is attached to."""
        if self._second == NOBODY:
            return [] if self._first == NOBODY else [self._first]
        found = [self._first, self._second]
        if self._others is not None:
            found.extend(self._others)
        return found

    def add_advertisement(self, advertisement: InterAreaLsa, is_summary: bool) -> None:
        """Add an LSA that advertises the network: a summary-LSA, or one of type 5 or 7."""
        known = self.summaries if is_summary else self.externals
        if known is not None:
            known.append(advertisement)
        elif is_summary:
            self.summaries = [advertisement]
        else:
            self.externals = [advertisement]

    def remove_advertisement(self, advertisement: InterAreaLsa, is_summary: bool) -> None:
        """Remove an LSA that advertised the network."""
        known = self.summaries if is_summary else self.externals
        assert known is not None
        known.remove(advertisement)
        if not known:
            if is_summary:
                self.summaries = None
            else:
                self.externals = None

    @property
    def is_inside(self) -> bool:
        """Whether it has a route inside the AS."""
        return self.route is not None and self.route.is_internal

    @property
    def is_forgotten(self) -> bool:
        """Whether it has no candidate and no route, and can be deleted."""
        return self._first == NOBODY and self.summaries is None and self.externals is None and self.route is None


class Destinations:
    """All known networks, by :func:`~catenet.network.routing.ospf.lsa.prefixes.pack_prefix`."""

    def __init__(self) -> None:
        self.by_key: Final[dict[int, Destination]] = {}

    def get(self, key: int) -> Destination:
        """The destination with this key, created if it is new."""
        destination = self.by_key.get(key)
        if destination is None:
            destination = self.by_key[key] = Destination(key)
        return destination

    def forget(self, key: int) -> None:
        """Delete a destination without candidates and route."""
        destination = self.by_key.get(key)
        if destination is not None and destination.is_forgotten:
            del self.by_key[key]

    def match_internal(self, address: int) -> OspfRoute | None:
        """The route inside the AS with the longest prefix that contains the address; None if there is none."""
        for length in range(32, -1, -1):
            destination = self.by_key.get(address >> (32 - length) << (32 - length + 6) | length)
            if destination is not None:
                route = destination.route
                if route is not None and route.is_internal:
                    return route
        return None
