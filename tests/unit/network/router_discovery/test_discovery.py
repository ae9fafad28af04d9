"""An advertising router and a host that configures itself, on one wire."""

from __future__ import annotations

from typing import Any

import pytest

from catenet.kernel.quantity import NS_PER_S
from catenet.network import addresses
from catenet.network.icmp.icmpv6 import ND_HOP_LIMIT
from catenet.network.icmp.message import IcmpMessage
from catenet.network.ip.ipv6 import Ipv6Packet
from catenet.network.packet import PROTOCOL_ICMPV6
from catenet.network.router_discovery.advertiser import RouterAdvertiser
from catenet.network.router_discovery.host_discovery import HostDiscovery
from catenet.network.router_discovery.host_settings import HostSettings
from catenet.network.router_discovery.messages import RouterAdvertisement, parse_advertisement
from catenet.network.router_discovery.nd_options import (
    HIGH,
    LOW,
    MEDIUM,
    NameServers,
    NdOptions,
    PrefixInformation,
    RouteInformation,
    SearchList,
)
from catenet.network.router_discovery.router_settings import AdvertiserSettings
from tests.unit.network.conftest import Net

PREFIX = addresses.parse("2001:db8:1::")[1]
SERVER = addresses.parse("2001:db8:1::fe")[1]
FOREVER_S = 0xFFFF_FFFF
HOUR_S = 3600


class Plugged:
    """``router`` at one end of a wire and ``host`` without any address but its link-local one at the other."""

    def __init__(self, net: Net, settings: HostSettings | None = None) -> None:
        self.net = net
        self.router, self.host = net.host("router", forwarding=True), net.host("host")
        self.router_if = net.interface(self.router, "2001:db8:1::fe/64")
        self.router.add_address(self.router.loopback_interface, 6, addresses.parse("2001:db8:9::1")[1], 128)
        self.host_if = net.interface(self.host)
        self.wire = net.wire(self.router_if, self.host_if)
        self.watch = net.watch(self.wire)
        self.discovery = HostDiscovery(self.host, self.host_if, settings or HostSettings())
        self.gateway = self.router_if.link_local()

    def advertise(self, settings: AdvertiserSettings | None = None) -> RouterAdvertiser:
        stream = self.net.kernel.streams.stream("router")
        advertiser = RouterAdvertiser(self.router, self.router_if, settings or AdvertiserSettings(), stream)
        advertiser.start()
        return advertiser

    def run(self, seconds: float) -> None:
        self.net.kernel.run(until_ns=int(self.net.kernel.now_ns + seconds * NS_PER_S))

    def send(self, advertisement: RouterAdvertisement, hop_limit: int = ND_HOP_LIMIT, src: int = 0) -> None:
        """An advertisement as any other router might send it."""
        message = advertisement.message()
        packet = Ipv6Packet(src or self.gateway, addresses.ALL_NODES6, PROTOCOL_ICMPV6, message, hop_limit)
        self.router_if.neighbour_for(6, addresses.ALL_NODES6).send(packet)
        self.run(0.01)

    def told(self, *prefixes: PrefixInformation, lifetime_s: int = 1800, **options: Any) -> None:
        made = NdOptions()
        made.prefixes.extend(prefixes)
        self.send(RouterAdvertisement(made, lifetime_s, **options))

    @property
    def formed(self) -> list[int]:
        return [address for address, length in self.host_if.ipv6 if length == 64][1:]

    def messages(self, kind: int) -> list[bytes]:
        return [frame for frame in self.watch.frames if frame[12:14] == b"\x86\xdd" and frame[54] == kind]


def prefix(valid_s: int, preferred_s: int, on_link: bool = True, autonomous: bool = True) -> PrefixInformation:
    return PrefixInformation(PREFIX, 64, valid_s, preferred_s, on_link, autonomous)


@pytest.fixture
def plugged(net: Net) -> Plugged:
    return Plugged(net)


def test_a_host_that_is_plugged_in_gets_an_address_and_a_default_route(plugged: Plugged) -> None:
    plugged.advertise()
    plugged.discovery.start()
    plugged.run(10)
    (address,) = plugged.formed
    assert address >> 64 == PREFIX >> 64
    assert [str(route) for route in plugged.host.fib6.routes()] == [
        "2001:db8:1::/64 dev eth0",
        f"::/0 via {addresses.text(6, plugged.gateway)} dev eth0",
    ]
    pinger = plugged.net.pinger(plugged.host, 6)
    pinger.echo.send(addresses.parse("2001:db8:9::1")[1], 1)
    plugged.run(5)
    assert len(pinger.replies) == 1
    assert plugged.host.source_address(6, addresses.parse("2001:db8:9::1")[1]) == address


def test_a_solicitation_is_answered_within_half_a_second(plugged: Plugged) -> None:
    """RFC 4861 6.2.6, and no two multicast advertisements within three seconds."""
    advertiser = plugged.advertise()
    plugged.run(100)
    assert (advertiser.sent, advertiser.solicited) == (4, 0), "the first three come within 16 s of each other"
    plugged.discovery.start()
    before = plugged.net.kernel.now_ns
    plugged.run(1.6)
    assert (advertiser.sent, advertiser.solicited, plugged.discovery.advertisements) == (5, 1, 1)
    assert plugged.net.kernel.now_ns - before < 1.7 * NS_PER_S
    plugged.discovery.solicit()
    plugged.run(1)
    assert advertiser.sent == 5, "too soon after the last one"
    plugged.run(2.6)
    assert advertiser.sent == 6


def test_a_host_gives_up_after_three_solicitations(plugged: Plugged) -> None:
    plugged.discovery.start()
    plugged.net.kernel.run()
    assert plugged.discovery.solicitations == 3
    assert len(plugged.messages(133)) == 3
    assert plugged.messages(133)[0][38:54].hex() == "ff02" + "00" * 13 + "02", "to all routers"
    assert plugged.messages(133)[0][21] == 255
    assert plugged.host.fib6.routes() == []


def test_a_router_that_stops_says_so_and_the_host_drops_it_at_once(plugged: Plugged) -> None:
    """RFC 4861 6.2.5."""
    advertiser = plugged.advertise()
    plugged.discovery.start()
    plugged.run(10)
    assert len(plugged.discovery.routes.default_routers) == 1
    advertiser.stop()
    plugged.run(4)
    assert plugged.discovery.routes.default_routers == []
    assert len(plugged.formed) == 1, "addresses stay until their lifetime ends"
    plugged.run(100)
    said = [parse(frame) for frame in plugged.messages(134)]
    assert [told.lifetime_s for told in said[-3:]] == [0, 0, 0]
    assert said[-4].lifetime_s == 1800
    sent = advertiser.sent
    advertiser.start()
    plugged.run(1)
    assert advertiser.sent == sent + 1
    assert len(plugged.discovery.routes.default_routers) == 1


def parse(frame: bytes) -> RouterAdvertisement:
    length = int.from_bytes(frame[18:20], "big")
    body = frame[54 : 54 + length]
    told = parse_advertisement(IcmpMessage(6, body[0], body[1], int.from_bytes(body[4:8], "big"), body[8:]))
    assert told is not None
    return told


def test_a_silent_router_is_dropped_when_its_lifetime_ends(plugged: Plugged) -> None:
    plugged.discovery.start()
    plugged.told(prefix(40, 20), lifetime_s=30)
    plugged.run(19)
    own = plugged.host_if.own(6, plugged.formed[0])
    assert own is not None
    assert not own.deprecated
    plugged.run(2)
    assert own.deprecated
    plugged.run(8)
    assert len(plugged.discovery.routes.default_routers) == 1
    plugged.run(2)
    assert plugged.discovery.routes.default_routers == []
    plugged.run(8)
    assert len(plugged.formed) == 1
    plugged.run(2)
    assert plugged.formed == []
    assert plugged.host.fib6.routes() == []
    plugged.net.kernel.run()


def test_a_deprecated_address_is_a_source_only_if_there_is_no_other(plugged: Plugged) -> None:
    """RFC 6724 rule 3."""
    plugged.discovery.start()
    plugged.told(prefix(7200, 100))
    plugged.run(2)
    (old,) = plugged.formed
    target = addresses.parse("2001:db8:1::77")[1]
    assert plugged.host.source_address(6, target) == old
    other = PrefixInformation(addresses.parse("2001:db8:2::")[1], 64, 7200, 7200)
    plugged.told(other)
    plugged.run(2)
    new = plugged.formed[1]
    assert plugged.host.source_address(6, target) == old, "the longer common prefix"
    plugged.run(100)
    assert plugged.host.source_address(6, target) == new
    plugged.told(prefix(7200, 100))
    assert plugged.host.source_address(6, target) == old, "preferred again"


@pytest.mark.parametrize(
    ("remains_s", "told_s", "then_s"),
    [
        (HOUR_S, 600, HOUR_S),  # an advertisement cannot end what remains of less than two hours
        (5 * HOUR_S, 600, 2 * HOUR_S),
        (5 * HOUR_S, 0, 2 * HOUR_S),
        (5 * HOUR_S, 3 * HOUR_S, 3 * HOUR_S),
        (HOUR_S, 90 * 60, 90 * 60),
    ],
)
def test_the_two_hour_rule(plugged: Plugged, remains_s: int, told_s: int, then_s: int) -> None:
    """RFC 4862 5.5.3 (e)."""
    plugged.discovery.start()
    plugged.told(prefix(remains_s, 0))
    plugged.told(prefix(told_s, 0))
    (formed,) = plugged.discovery.autoconfiguration.formed.values()
    left_s = (formed.valid_until_ns - plugged.net.kernel.now_ns) / NS_PER_S
    assert then_s - 0.1 < left_s <= then_s


def test_lifetimes_without_end_do_not_end(plugged: Plugged) -> None:
    plugged.discovery.start()
    plugged.told(prefix(FOREVER_S, FOREVER_S))
    plugged.run(10_000_000)
    assert len(plugged.formed) == 1
    assert plugged.discovery.routes.default_routers == []
    plugged.net.kernel.run()
    assert len(plugged.formed) == 1


def test_prefixes_that_form_no_address(plugged: Plugged) -> None:
    plugged.discovery.start()
    plugged.told(
        prefix(100, 200),
        prefix(0, 0),
        PrefixInformation(addresses.parse("fe80::")[1], 64, 100, 100),
        PrefixInformation(addresses.parse("2001:db8:3::")[1], 56, 100, 100),
        PrefixInformation(addresses.parse("2001:db8:4::")[1], 64, 100, 100, True, False),
    )
    assert plugged.formed == []
    assert [str(route) for route in plugged.host.fib6.routes() if route.prefix_len] == [
        "2001:db8:4::/64 dev eth0",
        "2001:db8:3::/56 dev eth0",
    ], "a prefix with no lifetime is not on the link, nor a route to link-local addresses"


def test_an_address_whose_prefix_is_not_on_the_link(plugged: Plugged) -> None:
    plugged.discovery.start()
    plugged.told(prefix(100, 100, on_link=False))
    assert len(plugged.formed) == 1
    assert [str(route) for route in plugged.host.fib6.routes()] == [
        f"::/0 via {addresses.text(6, plugged.gateway)} dev eth0"
    ]
    plugged.told(prefix(100, 100), lifetime_s=0)
    assert [str(route) for route in plugged.host.fib6.routes()] == ["2001:db8:1::/64 dev eth0"]
    plugged.told(prefix(0, 0), lifetime_s=0)
    assert plugged.host.fib6.routes() == []
    assert len(plugged.formed) == 1


def test_parameters_are_taken_over_and_given_back(plugged: Plugged) -> None:
    advertiser = AdvertiserSettings(hop_limit=33, reachable_ms=10_000, retransmit_ms=250, mtu=1400)
    plugged.advertise(advertiser)
    plugged.discovery.start()
    plugged.run(5)
    resolver = plugged.host_if.neighbours(6).resolver
    assert plugged.host_if.ipv6_hop_limit == 33
    assert 5 * NS_PER_S <= resolver.reachable_ns <= 15 * NS_PER_S
    assert resolver.retransmit_ns == NS_PER_S // 4
    assert plugged.host.path_mtu(6, SERVER) == 1400
    plugged.net.pinger(plugged.host, 6).echo.send(SERVER, 1)
    plugged.run(1)
    assert plugged.messages(128)[0][21] == 33
    plugged.host.set_power(False)
    assert (plugged.host_if.ipv6_hop_limit, plugged.formed, plugged.host.fib6.routes()) == (0, [], [])
    assert (resolver.reachable_ns, resolver.retransmit_ns) == (30 * NS_PER_S, NS_PER_S)
    plugged.host.set_power(True)
    assert plugged.host.path_mtu(6, SERVER) in (0, 1500, 65_535)
    plugged.run(8)
    assert len(plugged.formed) == 1


def test_an_mtu_that_the_link_cannot_have_is_ignored(plugged: Plugged) -> None:
    plugged.discovery.start()
    for mtu in (1279, 1501):
        options = NdOptions()
        options.mtu = mtu
        plugged.send(RouterAdvertisement(options, 1800))
        assert plugged.host_if.ipv6_mtu == 0


def test_an_advertisement_from_elsewhere_is_ignored(plugged: Plugged) -> None:
    plugged.discovery.start()
    plugged.send(RouterAdvertisement(NdOptions(), 1800), hop_limit=254)
    assert plugged.discovery.routes.default_routers == []
    plugged.send(RouterAdvertisement(NdOptions(), 1800), src=SERVER)
    assert (plugged.discovery.routes.default_routers, plugged.discovery.invalid) == ([], 1)


def test_name_servers_and_domains_with_their_lifetimes(plugged: Plugged) -> None:
    settings = AdvertiserSettings(
        name_servers=NameServers([SERVER], 60), search_list=SearchList(["lab.example", "example"], 90)
    )
    advertiser = plugged.advertise(settings)
    plugged.discovery.start()
    plugged.run(5)
    assert list(plugged.discovery.dns.servers) == [SERVER]
    assert list(plugged.discovery.dns.domains) == ["lab.example", "example"]
    advertiser.advertising = False
    plugged.run(75)
    assert list(plugged.discovery.dns.servers) == []
    assert list(plugged.discovery.dns.domains) == ["lab.example", "example"]
    plugged.run(30)
    assert list(plugged.discovery.dns.domains) == []


def test_the_router_with_the_higher_preference_is_used(plugged: Plugged) -> None:
    """RFC 4191 3.1."""
    second = addresses.LINK_LOCAL6 | 0x77
    plugged.discovery.start()
    plugged.told(preference=MEDIUM)
    plugged.send(RouterAdvertisement(NdOptions(), 1800, preference=LOW), src=second)
    chosen = plugged.discovery.routes.chosen
    assert chosen[0, 0] == plugged.gateway
    plugged.send(RouterAdvertisement(NdOptions(), 1800, preference=HIGH), src=second)
    assert chosen[0, 0] == second
    plugged.send(RouterAdvertisement(NdOptions(), 0), src=second)
    assert chosen[0, 0] == plugged.gateway


def test_a_router_that_does_not_answer_gives_way_to_the_next(plugged: Plugged) -> None:
    """RFC 4861 6.3.6: and if none answers, each is tried in turn."""
    second, third = addresses.LINK_LOCAL6 | 0x77, addresses.LINK_LOCAL6 | 0x78
    plugged.discovery.start()
    for router in (second, third):
        plugged.send(RouterAdvertisement(NdOptions(), 18_000), src=router)
    far = addresses.parse("2001:db8:9::1")[1]
    pinger = plugged.net.pinger(plugged.host, 6)
    used = []
    for number in range(4):
        used.append(plugged.discovery.routes.chosen[0, 0])
        pinger.echo.send(far, number, src=plugged.host_if.link_local())
        plugged.run(5)
    assert used == [second, third, second, third]


def test_a_router_that_says_it_is_a_host_is_no_router(plugged: Plugged) -> None:
    """RFC 4861 7.3.3."""
    plugged.advertise()
    plugged.discovery.start()
    plugged.run(5)
    assert len(plugged.discovery.routes.default_routers) == 1
    plugged.router.forwarding = False
    own = plugged.router_if.own(6, plugged.gateway)
    plugged.router_if.nd.announce(own)  # type: ignore[attr-defined]
    plugged.run(0.1)
    assert plugged.discovery.routes.default_routers == []


def test_routes_that_a_router_advertises(plugged: Plugged) -> None:
    beyond = addresses.parse("2001:db8:b::")[1]
    plugged.advertise(AdvertiserSettings(lifetime_s=0, routes=[RouteInformation(beyond, 48, 60, HIGH)]))
    plugged.discovery.start()
    plugged.run(4)
    gateway = addresses.text(6, plugged.gateway)
    assert f"2001:db8:b::/48 via {gateway} dev eth0" in [str(route) for route in plugged.host.fib6.routes()]
    assert plugged.discovery.routes.default_routers == []


def test_identifiers_from_the_mac(net: Net) -> None:
    plugged = Plugged(net, HostSettings(stable=False))
    plugged.advertise()
    plugged.discovery.start()
    plugged.run(5)
    assert plugged.formed == [PREFIX | plugged.host_if.link_local() & 0xFFFF_FFFF_FFFF_FFFF]


def test_stable_identifiers_are_the_same_after_a_restart_and_differ_by_prefix(make_net: type[Net]) -> None:
    """RFC 7217 section 5."""
    found = []
    for seed in (1, 1, 2):
        plugged = Plugged(make_net(seed))
        plugged.discovery.start()
        other = PrefixInformation(addresses.parse("2001:db8:2::")[1], 64, 7200, 7200)
        plugged.told(prefix(7200, 7200), other)
        before = plugged.formed
        plugged.host.set_power(False)
        plugged.host.set_power(True)
        plugged.told(prefix(7200, 7200), other)
        assert plugged.formed == before
        found.append(before)
    assert found[0] == found[1] != found[2]
    assert len({address & 0xFFFF_FFFF_FFFF_FFFF for pair in found for address in pair}) == 4


def test_after_a_conflict_a_stable_address_is_another_one(plugged: Plugged) -> None:
    """RFC 7217 section 5: the DAD counter is part of the identifier, and tries end."""
    plugged.discovery.start()
    plugged.told(prefix(7200, 7200))
    tried = []
    for _ in range(4):
        tried.append(plugged.formed[0])
        own = plugged.host_if.own(6, tried[-1])
        plugged.host_if.disable_duplicate(own)  # type: ignore[arg-type]
    assert len(set(tried)) == 4
    assert plugged.formed == []


def test_routers_of_one_link_that_contradict_each_other_are_counted(plugged: Plugged) -> None:
    """RFC 4861 6.2.7: what a host would send."""
    advertiser = plugged.advertise(AdvertiserSettings(mtu=1400))
    source = plugged.host_if.link_local()

    def hear(mtu: int, valid_s: int) -> int:
        options = NdOptions()
        options.mtu = mtu
        options.prefixes.append(PrefixInformation(PREFIX, 64, valid_s, 604_800))
        packet = Ipv6Packet(
            source, addresses.ALL_NODES6, PROTOCOL_ICMPV6, RouterAdvertisement(options, 9).message(), 255
        )
        plugged.host_if.neighbour_for(6, addresses.ALL_NODES6).send(packet)
        plugged.run(0.01)
        return advertiser.inconsistent

    assert [hear(1400, 2_592_000), hear(0, 2_592_000), hear(1300, 2_592_000), hear(1400, 5)] == [0, 0, 1, 2]
