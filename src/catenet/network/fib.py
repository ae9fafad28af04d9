"""The forwarding information base: longest prefix first, several next hops of equal cost.

Prefixes are kept in one dict per length; a look-up tries the lengths that are in use, longest first.
That is at most 33 (or 129) dict hits and usually two or three, and it happens once per destination: what
it finds is kept in :mod:`~catenet.network.destination` until something changes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mypy_extensions import i64

from catenet.network import addresses

if TYPE_CHECKING:
    from catenet.network.interface import Interface

UNICAST: Final[i64] = 0
BLACKHOLE: Final[i64] = 1
"""Drop in silence (on the host itself: EINVAL, as Linux says)."""
UNREACHABLE: Final[i64] = 2
"""Drop and say host unreachable."""
PROHIBIT: Final[i64] = 3
"""Drop and say administratively prohibited."""

KIND_NAMES: Final = ("unicast", "blackhole", "unreachable", "prohibit")


class NextHop:
    """Where a packet goes next: through an interface, to a gateway (0: straight to its destination)."""

    def __init__(self, interface: Interface, gateway: int = 0) -> None:
        self.interface: Final = interface
        self.gateway: Final = gateway


class Route:
    """One line of the table.  The lowest ``metric`` among routes to one prefix wins."""

    def __init__(
        self,
        version: i64,
        prefix: int,
        prefix_len: int,
        kind: i64,
        hops: list[NextHop],
        metric: int = 0,
    ) -> None:
        self.version: Final[i64] = version
        self.prefix: Final = prefix & addresses.mask(version, prefix_len)
        self.prefix_len: Final = prefix_len
        self.kind: Final[i64] = kind
        self.hops: Final = hops
        self.metric: Final = metric

    def live_hops(self, need_carrier: bool) -> list[NextHop]:
        """The hops that can be used; with ``need_carrier`` those through a dead link cannot."""
        return [hop for hop in self.hops if hop.interface.enabled and (hop.interface.up or not need_carrier)]

    def __str__(self) -> str:
        prefix = f"{addresses.text(int(self.version), self.prefix)}/{self.prefix_len}"
        ways = [
            (f"via {addresses.text(int(self.version), hop.gateway)} " if hop.gateway else "")
            + f"dev {hop.interface.name}"
            for hop in self.hops
        ]
        kind = "" if self.kind == UNICAST else KIND_NAMES[self.kind] + " "
        return kind + " ".join([prefix, *ways])


class Fib:
    """The routes of one version of IP."""

    def __init__(self, version: i64) -> None:
        self.version: Final[i64] = version
        self._bits: Final[i64] = addresses.width(version)
        self._by_length: Final[dict[int, dict[int, list[Route]]]] = {}
        self._lengths: list[int] = []

    def add(self, route: Route) -> None:
        """Put a route in; one with the same prefix and metric is replaced."""
        prefixes = self._by_length.get(route.prefix_len)
        if prefixes is None:
            prefixes = self._by_length[route.prefix_len] = {}
            self._lengths = sorted(self._by_length, reverse=True)
        others = [other for other in prefixes.get(route.prefix, []) if other.metric != route.metric]
        place = 0
        while place < len(others) and others[place].metric < route.metric:
            place += 1
        others.insert(place, route)
        prefixes[route.prefix] = others

    def remove(self, prefix: int, prefix_len: int, metric: int = 0) -> bool:
        """Take a route out; False if there is none such."""
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
        if not prefixes:
            del self._by_length[prefix_len]
            self._lengths = sorted(self._by_length, reverse=True)
        return True

    def lookup(self, address: int, need_carrier: bool = False) -> Route | None:
        """The route with the longest prefix that holds the address and can be used; None if there is none.

        O(lengths in use).
        """
        bits: int = self._bits
        for length in self._lengths:
            key = (address >> (bits - length)) << (bits - length)
            routes = self._by_length[length].get(key)
            if routes is not None:
                for route in routes:
                    if route.kind != UNICAST or route.live_hops(need_carrier):
                        return route
        return None

    def routes(self) -> list[Route]:
        """All routes, longest prefix first."""
        return [route for length in self._lengths for routes in self._by_length[length].values() for route in routes]
