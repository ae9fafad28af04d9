"""One version of IP in one host: its addresses, routes, destinations and counters."""

from __future__ import annotations

import errno
from typing import Final

from mypy_extensions import i64

from catenet.kernel.kernel import Kernel
from catenet.network import addresses, tracing
from catenet.network.counters import IpCounters
from catenet.network.forwarding import route as routes
from catenet.network.forwarding.destination_cache import (
    BROADCAST,
    LOCAL,
    LOOPBACK,
    MULTICAST,
    REFUSED,
    REMOTE,
    Destination,
)
from catenet.network.forwarding.fib import Fib
from catenet.network.forwarding.route import NextHop, Route
from catenet.network.interface import Interface, LocalAddress
from catenet.network.ip.pmtu import PathMtus
from catenet.network.ip.random_ids import RandomIds
from catenet.network.neighbour.neighbour import Neighbour

MAX_DESTINATIONS: Final = 65_536
"""The size at which the cache is cleared."""

SOURCE_BAD: Final = 0
SOURCE_ON_LINK: Final = 1
"""A link-local source: its packets are not forwarded (RFC 4291 2.5.6, RFC 3927 2.7)."""
SOURCE_GOOD: Final = 2

ROUTE_ERRNO: Final = {
    routes.BLACKHOLE: errno.EINVAL,
    routes.UNREACHABLE: errno.EHOSTUNREACH,
    routes.PROHIBIT: errno.EACCES,
}
"""The errors of Linux's ``connect`` and ``send`` for such a route."""
ROUTE_REASON: Final = {
    routes.BLACKHOLE: tracing.BLACKHOLE,
    routes.UNREACHABLE: tracing.NO_ROUTE,
    routes.PROHIBIT: tracing.PROHIBITED,
}


class Family:
    """IPv4, or IPv6, of one host."""

    def __init__(self, kernel: Kernel, version: i64, random_ids: RandomIds) -> None:
        self.kernel: Final = kernel
        self.version: Final[i64] = version
        self.random_ids: Final = random_ids
        self.fib: Final = Fib(version)
        self.counters: Final = IpCounters()
        self.path_mtus: Final = PathMtus(kernel)
        self.own: Final[dict[int, LocalAddress]] = {}
        self.interfaces: Final[list[Interface]] = []
        self.need_carrier = False
        self._destinations: dict[int, Destination] = {}
        self._sources: dict[int, int] = {}
        self.redirected: Final[dict[int, NextHop]] = {}
        """Next hops that routers have told of, by destination: they go before the routes."""

    def destination(self, address: int) -> Destination:
        """The destination of an address: one dict look-up unless it is new."""
        known = self._destinations.get(address)
        if known is not None:
            return known
        if len(self._destinations) >= MAX_DESTINATIONS:
            self._destinations.clear()
        made = self._resolve(address)
        self._destinations[address] = made
        return made

    def source_kind(self, address: int) -> int:
        """Whether an address may be the source of a received packet (RFC 1812 5.3.7)."""
        known = self._sources.get(address, -1)
        if known >= 0:
            return known
        if len(self._sources) >= MAX_DESTINATIONS:
            self._sources.clear()
        kind = self._classify_source(address)
        self._sources[address] = kind
        return kind

    def forget_destinations(self) -> None:
        """Clear the destination cache after a change."""
        self._destinations.clear()
        self._sources.clear()

    def redirect(self, address: int, hop: NextHop) -> None:
        """Use another next hop for one destination from now on."""
        if len(self.redirected) >= MAX_DESTINATIONS:
            self.redirected.clear()
            self.forget_destinations()
        self.redirected[address] = hop
        self._destinations.pop(address, None)

    def forget_redirects(self, neighbour: Neighbour | None = None) -> None:
        """Forget redirects to a neighbour that does not answer, or all."""
        for address, hop in list(self.redirected.items()):
            same = neighbour is None or (
                (hop.gateway or address) == neighbour.address and hop.interface.port is neighbour.port
            )
            if same:
                del self.redirected[address]
                self._destinations.pop(address, None)

    def is_broadcast(self, address: int) -> bool:
        """The limited broadcast address, or that of a subnet of ours (or its all-zeros form, RFC 1122 3.3.6)."""
        if self.version != 4:
            return False
        if address == addresses.BROADCAST:
            return True
        for own in self.own.values():
            if own.prefix_len < 31 and not own.interface.loopback:
                host = (1 << (32 - own.prefix_len)) - 1
                if (address ^ own.address) & ~host == 0 and address & host in (0, host):
                    return True
        return False

    def make(self, address: int, kind: i64, hops: list[NextHop]) -> Destination:
        """A destination reached through these hops."""
        made = Destination(address, kind)
        made.next_hop_count = len(hops)
        if made.next_hop_count > 1:
            made.hash_seed = self.random_ids.hash_seed(self.version)
        made.stays_on_link = addresses.is_link_local(self.version, address)
        least = 65_535
        for hop in hops:
            made.neighbours.append(hop.interface.neighbour_for(self.version, hop.gateway or address))
            least = min(least, hop.interface.mtu_of(self.version))
        if self.version == 6 and hops:
            made.hop_limit = hops[0].interface.ipv6_hop_limit
        made.link_mtu = least
        made.path_mtu = least
        self.path_mtus.apply(made)
        return made

    def _resolve(self, address: int) -> Destination:
        if addresses.is_loopback(self.version, address):
            return Destination(address, LOOPBACK)
        if address in self.own:
            return self._local(address)
        if addresses.is_multicast(self.version, address):
            return self._group(address, MULTICAST)
        if self.is_broadcast(address):
            return self._group(address, BROADCAST)
        if address == addresses.UNSPECIFIED:
            return self._refused(address, errno.ENETUNREACH, tracing.NO_ROUTE)
        if self.version == 6 and addresses.is_link_local(6, address):
            return self._link_local(address)
        if self.redirected:
            hop = self.redirected.get(address)
            if hop is not None and hop.interface.enabled:
                return self.make(address, REMOTE, [hop])
        route = self.fib.lookup(address, self.need_carrier)
        if route is None:
            return self._refused(address, errno.ENETUNREACH, tracing.NO_ROUTE)
        if route.kind != routes.UNICAST:
            return self._refused(address, ROUTE_ERRNO[route.kind], ROUTE_REASON[route.kind])
        return self.make(address, REMOTE, route.live_hops(self.need_carrier))

    def _local(self, address: int) -> Destination:
        made = Destination(address, LOCAL)
        made.stays_on_link = addresses.is_link_local(self.version, address)
        return made

    def _refused(self, address: int, error: int, reason: int) -> Destination:
        made = Destination(address, REFUSED)
        made.errno = error
        made.reason = reason
        return made

    def _group(self, address: int, kind: i64) -> Destination:
        """A group's destination: the interface of its route or the first one, and local delivery if it was joined."""
        interface = self.group_interface(address)
        if interface is None:
            made = Destination(address, kind)
            made.errno = errno.ENETUNREACH
            made.reason = tracing.NO_ROUTE
            return made
        return self.make(address, kind, [NextHop(interface)])

    def group_interface(self, address: int) -> Interface | None:
        """The default interface of a group, for sending and joining."""
        route = self.fib.lookup(address, self.need_carrier)
        if route is not None and route.kind == routes.UNICAST:
            return route.live_hops(self.need_carrier)[0].interface
        return self.first_interface()

    def _link_local(self, address: int) -> Destination:
        """Without a scope a link-local address is valid only if there is exactly one link."""
        candidates = [interface for interface in self.interfaces if not interface.loopback]
        if len(candidates) != 1:
            return self._refused(address, errno.EINVAL, tracing.NOT_FORWARDED)
        return self.make(address, REMOTE, [NextHop(candidates[0])])

    def first_interface(self) -> Interface | None:
        """The first interface with a link and an address of this version."""
        for interface in self.interfaces:
            if not interface.loopback and interface.has_address(self.version):
                return interface
        return None

    def _classify_source(self, address: int) -> int:
        version = self.version
        if address in self.own or addresses.is_loopback(version, address) or self.is_broadcast(address):
            return SOURCE_BAD
        if addresses.is_multicast(version, address) or address == addresses.UNSPECIFIED:
            return SOURCE_BAD
        if version == 4 and (address >> 28 == 0xF or address >> 24 == 0):
            return SOURCE_BAD
        return SOURCE_ON_LINK if addresses.is_link_local(version, address) else SOURCE_GOOD

    def connected_route(self, own: LocalAddress) -> Route:
        """The route to the link that an address is on."""
        return Route(self.version, own.address, own.prefix_len, routes.UNICAST, [NextHop(own.interface)])
