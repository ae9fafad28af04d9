"""A host that finds routers on one link, and configures itself by what they advertise (RFC 4861 6.3, RFC 4862)."""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64, mypyc_attr

from catenet.kernel.kernel import NEVER
from catenet.kernel.quantity import NS_PER_S
from catenet.kernel.timer import Timer
from catenet.network import addresses
from catenet.network.forwarding.route import UNICAST, NextHop, Route
from catenet.network.icmp import icmpv6
from catenet.network.icmp.icmpv6 import NO_MAC
from catenet.network.icmp.message import IcmpMessage
from catenet.network.interface import PREFERRED, Interface
from catenet.network.ip.ipv6 import MIN_MTU_OCTETS
from catenet.network.ip_core import IpCore
from catenet.network.neighbour.nd_listener import NdListener
from catenet.network.packet import IpPacket
from catenet.network.router_discovery import output
from catenet.network.router_discovery.autoconfiguration import Autoconfiguration
from catenet.network.router_discovery.host_settings import HostSettings
from catenet.network.router_discovery.interface_id import SECRET_OCTETS
from catenet.network.router_discovery.learned_dns import LearnedDns
from catenet.network.router_discovery.learned_routes import LearnedRoutes
from catenet.network.router_discovery.messages import RouterAdvertisement, parse_advertisement, solicitation
from catenet.network.router_discovery.nd_options import NdOptions, PrefixInformation
from catenet.network.router_discovery.output import seconds_after

MAX_SOLICITATION_DELAY_NS: Final[i64] = NS_PER_S
SOLICITATION_INTERVAL_NS: Final[i64] = 4 * NS_PER_S
MAX_SOLICITATIONS: Final[i64] = 3
PREFIX_METRIC: Final = 256
"""Linux's for routes of advertised prefixes; an interface's number is added."""
MAX_PREFIXES: Final = 64
MAX_REACHABLE_MS: Final = 3_600_000
"""MAX_REACHABLE_TIME of a router, in milliseconds (RFC 4861 6.2.1); longer ones are ignored."""
MS: Final[i64] = NS_PER_S // 1000


@mypyc_attr(allow_interpreted_subclasses=True)
class DiscoveryWatcher:
    """Told of what an interface has learned."""

    def configuration_changed(self, interface: Interface) -> None:
        """Addresses, routers or name servers may have changed."""


class HostDiscovery(NdListener):
    """Router discovery of one interface; :meth:`start` begins.

    ``managed`` and ``other`` are the flags of the last advertisement; ``solicitations``, ``advertisements`` and
    ``invalid`` count messages sent, accepted and rejected.
    """

    def __init__(
        self, core: IpCore, interface: Interface, settings: HostSettings, watcher: DiscoveryWatcher | None = None
    ) -> None:
        super().__init__()
        self.core: Final = core
        self.interface: Final = interface
        self.settings: Final = settings
        self.routes: Final = LearnedRoutes(core, interface)
        self.prefixes: Final[dict[tuple[int, int], int]] = {}
        """On-link prefixes, with the ends of their lifetimes."""
        self.dns: Final = LearnedDns()
        self.managed: bool = False
        self.other: bool = False
        self.solicitations: int = 0
        self.advertisements: int = 0
        self.invalid: int = 0
        streams = core.kernel.streams
        self._stream: Final = streams.stream(f"host:{core.name}:{interface.name}:router-discovery")
        secret = streams.stream(f"host:{core.name}:stable-secret").octets(SECRET_OCTETS) if settings.stable else None
        self.autoconfiguration: Final = Autoconfiguration(core, interface, secret)
        self._watcher: Final = watcher
        self._prefix_metric: Final = PREFIX_METRIC + core.interfaces.index(interface)
        self._base_reachable_ms = 0
        self._solicitation: Final = _SolicitationTimer(self)
        self._lifetimes: Final = _LifetimeTimer(self)

    def start(self) -> None:
        """Find routers, now if the link is up, and whenever it comes up."""
        self.interface.nd_listeners.append(self)
        self.link_changed(self.interface.up and self.interface.enabled)

    # -- what the interface tells

    def link_changed(self, usable: bool) -> None:
        self._solicitation.forget()
        if usable:
            self._solicitation.left = MAX_SOLICITATIONS
            self._solicitation.arm(self.core.kernel.now_ns + self._stream.below(MAX_SOLICITATION_DELAY_NS + 1))
        elif not self.interface.enabled:
            self._forget_all()

    def address_preferred(self, version: i64, address: int) -> None:
        self._tell()

    def address_duplicate(self, version: i64, address: int) -> None:
        if version == 6:
            self.autoconfiguration.duplicate(address)
            self._tell()

    def neighbour_failed(self, version: i64, address: int) -> None:
        if version == 6:
            self.routes.failed(address)

    def neighbour_is_host(self, address: int) -> None:
        self.routes.remove(address)
        self._tell()

    def receive_nd(self, packet: IpPacket, message: IcmpMessage) -> None:
        if message.kind != icmpv6.ROUTER_ADVERTISEMENT:
            return
        told = parse_advertisement(message) if addresses.is_link_local(6, packet.src) else None
        if told is None:
            self.invalid += 1
            return
        self.advertisements += 1
        if told.lifetime_s > 0:
            self._solicitation.stop()
        self._learn(packet.src, told, self.core.kernel.now_ns)
        self._tell()

    # -- solicitations

    def solicit(self) -> None:
        """Send a solicitation; an optimistic address must not have its MAC learned (RFC 4429 3.3)."""
        own = output.link_local(self.interface)
        options = NdOptions()
        if own is not None and own.state == PREFERRED and self.interface.has_mac:
            options.source_mac = self.interface.port.mac
        src = addresses.UNSPECIFIED if own is None else own.address
        self.solicitations += 1
        output.send(self.core, self.interface, src, addresses.ALL_ROUTERS6, solicitation(options))

    # -- advertisements (RFC 4861 6.3.4)

    def _learn(self, router: int, told: RouterAdvertisement, now_ns: i64) -> None:
        self.managed = told.managed
        self.other = told.other
        self._learn_parameters(told)
        options = told.options
        if options.source_mac != NO_MAC:
            self.interface.neighbours(6).entry(router).heard(options.source_mac)
        neighbour = self.interface.neighbours(6).find(router)
        if neighbour is not None:
            neighbour.is_router = True
        if self.settings.default_route:
            self.routes.learn(0, 0, router, told.preference, now_ns + told.lifetime_s * NS_PER_S)
            for route in options.routes:
                until_ns = seconds_after(now_ns, route.lifetime_s)
                self.routes.learn(route.prefix, route.prefix_len, router, route.preference, until_ns)
        for prefix in options.prefixes:
            if prefix.on_link:
                self._learn_on_link(prefix, now_ns)
            if prefix.autonomous and self.settings.addresses:
                self.autoconfiguration.learn(prefix, now_ns)
        self.dns.learn(options, now_ns)
        self._rearm()

    def _learn_parameters(self, told: RouterAdvertisement) -> None:
        interface = self.interface
        resolver = interface.neighbours(6).resolver
        if told.hop_limit and told.hop_limit != interface.ipv6_hop_limit:
            interface.ipv6_hop_limit = told.hop_limit
            self.core.forget_destinations()
        if 0 < told.reachable_ms <= MAX_REACHABLE_MS and told.reachable_ms != self._base_reachable_ms:
            self._base_reachable_ms = told.reachable_ms
            # uniform between half and one and a half of it (RFC 4861 6.3.2)
            resolver.reachable_ns = told.reachable_ms * (MS // 2) + self._stream.below(told.reachable_ms * int(MS) + 1)
        if told.retransmit_ms:
            resolver.retransmit_ns = told.retransmit_ms * MS
        mtu = told.options.mtu
        if MIN_MTU_OCTETS <= mtu <= interface.mtu and mtu != interface.ipv6_mtu:
            interface.ipv6_mtu = mtu
            self.core.forget_destinations()

    def _learn_on_link(self, told: PrefixInformation, now_ns: i64) -> None:
        key = told.prefix, told.prefix_len
        if addresses.is_link_local(6, told.prefix):
            return
        if told.valid_s == 0:
            self._forget_prefix(key)
            return
        if key not in self.prefixes:
            if len(self.prefixes) >= MAX_PREFIXES:
                return
            hops = [NextHop(self.interface)]
            self.core.add_route(Route(6, told.prefix, told.prefix_len, UNICAST, hops, self._prefix_metric))
        self.prefixes[key] = int(seconds_after(now_ns, told.valid_s))

    def _forget_prefix(self, key: tuple[int, int]) -> None:
        if self.prefixes.pop(key, None) is not None:
            self.core.remove_route(6, key[0], key[1], self._prefix_metric)

    # -- lifetimes

    def expire(self) -> None:
        """Forget what has run out."""
        now_ns = self.core.kernel.now_ns
        self.routes.expire(now_ns)
        for key, until_ns in list(self.prefixes.items()):
            if until_ns <= now_ns:
                self._forget_prefix(key)
        self.autoconfiguration.expire(now_ns)
        self.dns.expire(now_ns)
        self._rearm()
        self._tell()

    def _rearm(self) -> None:
        next_ns = min(self.routes.next_ns(), self.autoconfiguration.next_ns(), self.dns.next_ns())
        for until_ns in self.prefixes.values():
            next_ns = min(next_ns, until_ns)
        if next_ns >= NEVER:
            self._lifetimes.forget()
        else:
            self._lifetimes.arm(next_ns)

    def _forget_all(self) -> None:
        """The interface was disabled: what was learned is of a link that may be another next time."""
        self.routes.clear()
        for key in list(self.prefixes):
            self._forget_prefix(key)
        self.autoconfiguration.clear()
        self.dns.clear()
        self.interface.ipv6_mtu = 0
        self.interface.ipv6_hop_limit = 0
        self.interface.neighbours(6).resolver.reset_times()
        self._base_reachable_ms = 0
        self._lifetimes.forget()
        self._tell()

    def _tell(self) -> None:
        if self._watcher is not None:
            self._watcher.configuration_changed(self.interface)


class _SolicitationTimer(Timer):
    def __init__(self, discovery: HostDiscovery) -> None:
        super().__init__(discovery.core.kernel)
        self.discovery: Final = discovery
        self.left: i64 = 0

    def expired(self) -> None:
        self.left -= 1
        if self.left > 0:
            self.arm(self.kernel.now_ns + SOLICITATION_INTERVAL_NS)
        self.discovery.solicit()


class _LifetimeTimer(Timer):
    def __init__(self, discovery: HostDiscovery) -> None:
        super().__init__(discovery.core.kernel)
        self.discovery: Final = discovery

    def expired(self) -> None:
        self.discovery.expire()
