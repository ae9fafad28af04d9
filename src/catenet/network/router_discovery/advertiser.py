"""A router that advertises itself on one link (RFC 4861 6.2)."""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.kernel.quantity import NS_PER_S
from catenet.kernel.streams import Stream
from catenet.kernel.timer import Timer
from catenet.network import addresses
from catenet.network.icmp import icmpv6
from catenet.network.icmp.icmpv6 import NO_MAC
from catenet.network.icmp.message import IcmpMessage
from catenet.network.interface import PREFERRED, Interface
from catenet.network.ip_core import IpCore
from catenet.network.neighbour.nd_listener import NdListener
from catenet.network.packet import IpPacket
from catenet.network.router_discovery import output
from catenet.network.router_discovery.messages import RouterAdvertisement, parse_advertisement, parse_solicitation
from catenet.network.router_discovery.nd_options import NdOptions, PrefixInformation
from catenet.network.router_discovery.router_settings import AdvertiserSettings

MAX_INITIAL_INTERVAL_NS: Final[i64] = 16 * NS_PER_S
MAX_INITIAL_ADVERTISEMENTS: Final[i64] = 3
MAX_FINAL_ADVERTISEMENTS: Final[i64] = 3
MIN_DELAY_BETWEEN_NS: Final[i64] = 3 * NS_PER_S
"""MIN_DELAY_BETWEEN_RAS."""
MAX_DELAY_NS: Final[i64] = NS_PER_S // 2
"""MAX_RA_DELAY_TIME: the longest delay of the answer to a solicitation."""


class RouterAdvertiser(NdListener):
    """Advertises on one interface from :meth:`start` to :meth:`stop`.

    ``sent`` and ``solicited`` count advertisements and valid solicitations; ``inconsistent`` counts advertisements of
    other routers that contradict this one's (RFC 4861 6.2.7).
    """

    def __init__(self, core: IpCore, interface: Interface, settings: AdvertiserSettings, stream: Stream) -> None:
        super().__init__()
        self.core: Final = core
        self.interface: Final = interface
        self.settings: Final = settings
        self.advertising: bool = False
        self.sent: int = 0
        self.solicited: int = 0
        self.inconsistent: int = 0
        self._stream: Final = stream
        self._timer: Final = _AdvertisementTimer(self)
        self._initial: i64 = 0
        self._final: i64 = 0
        self._last_ns: i64 = -MIN_DELAY_BETWEEN_NS

    def start(self) -> None:
        """Become a router that advertises.  Nothing happens if it is one."""
        if self.advertising:
            return
        self.advertising = True
        self._final = 0
        self.interface.nd_listeners.append(self)
        self.interface.join(6, addresses.ALL_ROUTERS6)
        self.link_changed(self.interface.up and self.interface.enabled)

    def stop(self) -> None:
        """Tell the hosts that this is no default router any more (RFC 4861 6.2.5), and stop."""
        if not self.advertising:
            return
        self.advertising = False
        self.interface.nd_listeners.remove(self)
        self.interface.leave(6, addresses.ALL_ROUTERS6)
        self._final = MAX_FINAL_ADVERTISEMENTS
        self._timer.forget()
        self._timer.arm(max(self.core.kernel.now_ns, self._last_ns + MIN_DELAY_BETWEEN_NS))

    def expired(self) -> None:
        """The time of the next advertisement has come."""
        now_ns = self.core.kernel.now_ns
        if not self.advertising:
            if self._final > 0 and self._send(0):
                self._final -= 1
                if self._final > 0:
                    self._timer.arm(now_ns + MIN_DELAY_BETWEEN_NS)
            return
        if not self._send(self.settings.lifetime_s):
            return
        interval_ns = self.settings.min_interval_ns
        interval_ns += self._stream.below(self.settings.max_interval_ns - self.settings.min_interval_ns + 1)
        if self._initial > 0:
            self._initial -= 1
            interval_ns = min(interval_ns, MAX_INITIAL_INTERVAL_NS)
        self._timer.arm(now_ns + interval_ns)

    # -- what the interface tells

    def link_changed(self, usable: bool) -> None:
        self._timer.forget()
        if usable:
            self._initial = MAX_INITIAL_ADVERTISEMENTS
            self._timer.arm(self.core.kernel.now_ns + self._stream.below(MAX_DELAY_NS + 1))

    def address_preferred(self, version: i64, address: int) -> None:
        if version == 6 and addresses.is_link_local(6, address) and not self._timer.armed:
            self._timer.arm(self.core.kernel.now_ns)

    def receive_nd(self, packet: IpPacket, message: IcmpMessage) -> None:
        if message.kind == icmpv6.ROUTER_SOLICITATION:
            self._receive_solicitation(packet, message)
        elif message.kind == icmpv6.ROUTER_ADVERTISEMENT and addresses.is_link_local(6, packet.src):
            told = parse_advertisement(message)
            if told is not None:
                self._compare(packet.src, told)

    def _receive_solicitation(self, packet: IpPacket, message: IcmpMessage) -> None:
        """RFC 4861 6.1.1 and 6.2.6; the answer goes to all nodes."""
        options = parse_solicitation(message)
        if options is None or (packet.src == addresses.UNSPECIFIED and options.source_mac != NO_MAC):
            return
        self.solicited += 1
        if packet.src != addresses.UNSPECIFIED and options.source_mac != NO_MAC:
            neighbour = self.interface.neighbours(6).entry(packet.src)
            neighbour.is_router = False
            neighbour.heard(options.source_mac)
        now_ns = self.core.kernel.now_ns
        delay_ns: i64 = self._stream.below(MAX_DELAY_NS + 1)
        answer_ns = max(now_ns, self._last_ns + MIN_DELAY_BETWEEN_NS) + delay_ns
        if not self._timer.armed or answer_ns < self._timer.deadline_ns:
            self._timer.arm(answer_ns)

    def _compare(self, src: int, told: RouterAdvertisement) -> None:
        """Learn another router, and note what it says otherwise (RFC 4861 6.2.7)."""
        mac = told.options.source_mac
        if mac != NO_MAC:
            neighbour = self.interface.neighbours(6).entry(src)
            neighbour.is_router = True
            neighbour.heard(mac)
        mine = self._advertisement(self.settings.lifetime_s)
        if _contradicts(mine, told):
            self.inconsistent += 1

    # -- sending

    def _send(self, lifetime_s: int) -> bool:
        """Send an advertisement; False if there is no link-local address that is known to be unique."""
        own = output.link_local(self.interface)
        if own is None or own.state != PREFERRED or not (self.interface.up and self.interface.enabled):
            return False
        self._last_ns = self.core.kernel.now_ns
        self.sent += 1
        message = self._advertisement(lifetime_s).message()
        output.send(self.core, self.interface, own.address, addresses.ALL_NODES6, message)
        return True

    def _advertisement(self, lifetime_s: int) -> RouterAdvertisement:
        settings = self.settings
        options = NdOptions()
        if self.interface.has_mac:
            options.source_mac = self.interface.port.mac
        options.mtu = settings.mtu
        options.prefixes.extend(self._prefixes())
        options.routes.extend(settings.routes)
        if settings.name_servers is not None:
            options.name_servers.append(settings.name_servers)
        if settings.search_list is not None:
            options.search_lists.append(settings.search_list)
        return RouterAdvertisement(
            options,
            lifetime_s,
            settings.hop_limit,
            settings.managed,
            settings.other,
            settings.preference,
            settings.reachable_ms,
            settings.retransmit_ms,
        )

    def _prefixes(self) -> list[PrefixInformation]:
        """Those that were given, or those of the interface's addresses; hosts make addresses in a prefix of /64."""
        given = self.settings.prefixes
        if given is not None:
            return given
        found: dict[tuple[int, int], PrefixInformation] = {}
        for address, length in self.interface.ipv6:
            if not addresses.is_link_local(6, address):
                prefix = address & addresses.mask(6, length)
                found[prefix, length] = PrefixInformation(
                    prefix, length, self.settings.valid_s, self.settings.preferred_s, True, length == 64
                )
        return list(found.values())


class _AdvertisementTimer(Timer):
    def __init__(self, advertiser: RouterAdvertiser) -> None:
        super().__init__(advertiser.core.kernel)
        self.advertiser: Final = advertiser

    def expired(self) -> None:
        self.advertiser.expired()


def _contradicts(mine: RouterAdvertisement, told: RouterAdvertisement) -> bool:
    """Whether two advertisements differ where routers of one link must agree; a value of zero agrees with any."""
    for one, other in (
        (mine.hop_limit, told.hop_limit),
        (mine.reachable_ms, told.reachable_ms),
        (mine.retransmit_ms, told.retransmit_ms),
        (mine.options.mtu, told.options.mtu),
    ):
        if one and other and one != other:
            return True
    if mine.managed != told.managed or mine.other != told.other:
        return True
    lifetimes = {(each.prefix, each.prefix_len): (each.valid_s, each.preferred_s) for each in mine.options.prefixes}
    for each in told.options.prefixes:
        known = lifetimes.get((each.prefix, each.prefix_len))
        if known is not None and known != (each.valid_s, each.preferred_s):
            return True
    return False
