"""Redirects of IPv4 and IPv6: two routers and a host on one LAN, and a destination behind the second router."""

from __future__ import annotations

from typing import Any

import pytest

from catenet.kernel.quantity import NS_PER_S
from catenet.link import Switch
from catenet.network import addresses
from catenet.network.icmp import icmpv4, icmpv6
from catenet.network.icmp.icmp import IcmpListener
from catenet.network.icmp.message import IcmpMessage
from catenet.network.interface import Interface
from catenet.network.ip.ipv4 import Ipv4Packet
from catenet.network.ip.ipv6 import Ipv6Packet
from catenet.network.packet import PROTOCOL_ICMP, PROTOCOL_ICMPV6, IpPacket
from catenet.network.protocol import IcmpError
from catenet.network.router_discovery.messages import Redirect
from catenet.network.router_discovery.nd_options import NdOptions
from catenet.physical.wire import Wire
from tests.unit.network.conftest import Net

FAR = {4: "10.9.0.1", 6: "2001:db8:9::1"}
NEAR = {4: "10.0.0.4", 6: "2001:db8::4"}


class Ear(IcmpListener):
    """Keeps the lengths of packets with redirects."""

    def __init__(self) -> None:
        super().__init__()
        self.lengths: list[int] = []

    def icmp_received(self, packet: IpPacket, message: IcmpMessage, error: IcmpError | None) -> None:
        if message.kind == icmpv6.REDIRECT:
            self.lengths.append(int(packet.wire_length()))


class Lan:
    def __init__(self, net: Net) -> None:
        self.net = net
        self.switch = Switch(net.kernel, "switch")
        self.host = net.host("host")
        self.first, self.second = net.host("first", forwarding=True), net.host("second", forwarding=True)
        self.other = net.host("other")
        self.host_if = self.join(self.host, "10.0.0.1/24", "2001:db8::1/64")
        self.first_if = self.join(self.first, "10.0.0.2/24", "2001:db8::2/64")
        self.second_if = self.join(self.second, "10.0.0.3/24", "2001:db8::3/64")
        self.other_if = self.join(self.other, "10.0.0.4/24", "2001:db8::4/64")
        lo = self.second.loopback_interface
        self.second.add_address(lo, 4, addresses.parse(FAR[4])[1], 32)
        self.second.add_address(lo, 6, addresses.parse(FAR[6])[1], 128)
        for stack, interface, via in (
            (self.host, self.host_if, self.first_if),
            (self.first, self.first_if, self.second_if),
        ):
            net.route(stack, "0.0.0.0/0", (interface, addresses.text(4, via.ipv4[0][0])))
            net.route(stack, "::/0", (interface, addresses.text(6, via.link_local())))
        for stack in (self.first, self.second):
            stack.send_redirects(True)
        self.host.accept_redirects(True)

    def join(self, stack: Any, *texts: str) -> Interface:
        interface = self.net.interface(stack, *texts)
        port = self.switch.add_port(f"port-{stack.name}", 0x060000000000 + self.net.macs)
        wire = Wire(self.net.kernel, interface.port.name, port.name, interface.port, port, 1_000_000_000, 1000)
        interface.port.attach(wire.forward)
        port.attach(wire.backward)
        return interface

    def ping(self, version: int, to: str, count: int = 1) -> int:
        pinger = self.net.pinger(self.host, version)
        for number in range(count):
            pinger.echo.send(addresses.parse(to)[1], number)
            self.net.kernel.run(until_ns=int(self.net.kernel.now_ns) + NS_PER_S // 10)
        return len(pinger.replies)

    def hop(self, version: int, to: str) -> str:
        destination = self.host.family(version).destination(addresses.parse(to)[1])
        return addresses.text(version, destination.neighbours[0].address)

    def counts(self) -> tuple[int, int, int]:
        sender, receiver = self.first.redirect_sender, self.host.icmp.redirects
        assert sender is not None
        assert receiver is not None
        return sender.sent, receiver.accepted, receiver.rejected

    def inject(self, version: int, packet: Any) -> None:
        """From the first router's link to the host."""
        (own,) = [address for address, length in (self.host_if.ipv4 if version == 4 else self.host_if.ipv6[1:])]
        self.first_if.neighbour_for(version, own).send(packet)
        self.net.kernel.run(until_ns=int(self.net.kernel.now_ns) + NS_PER_S // 10)


@pytest.fixture
def lan(net: Net) -> Lan:
    return Lan(net)


@pytest.mark.parametrize("version", [4, 6])
def test_the_host_goes_directly_from_the_second_packet_on(lan: Lan, version: int) -> None:
    assert lan.ping(version, FAR[version], 3) == 3
    assert lan.counts() == (1, 1, 0)
    second = (
        addresses.text(4, lan.second_if.ipv4[0][0]) if version == 4 else addresses.text(6, lan.second_if.link_local())
    )
    assert lan.hop(version, FAR[version]) == second
    forwarded = lan.first.family(version).counters.forwarded
    assert forwarded == 1


@pytest.mark.parametrize("version", [4, 6])
def test_a_destination_on_the_link_itself(lan: Lan, version: int) -> None:
    """The host does not know that it is a neighbour: its route says otherwise."""
    to = NEAR[version]
    via = addresses.text(4, lan.first_if.ipv4[0][0]) if version == 4 else addresses.text(6, lan.first_if.link_local())
    lan.net.route(lan.host, f"{to}/{32 if version == 4 else 128}", (lan.host_if, via))
    assert lan.ping(version, to, 2) == 2
    assert lan.counts() == (1, 1, 0)
    assert lan.hop(version, to) == to


@pytest.mark.parametrize("version", [4, 6])
def test_a_host_that_takes_none_goes_on_as_before_and_is_told_once_a_second(lan: Lan, version: int) -> None:
    lan.host.accept_redirects(False)
    assert lan.ping(version, FAR[version], 25) == 25
    assert lan.first.redirect_sender is not None
    assert lan.first.redirect_sender.sent == 3
    assert lan.first.family(version).counters.forwarded == 25


@pytest.mark.parametrize("version", [4, 6])
def test_a_router_that_sends_none(lan: Lan, version: int) -> None:
    lan.first.send_redirects(False)
    assert lan.ping(version, FAR[version], 3) == 3
    assert lan.host.family(version).redirected == {}


@pytest.mark.parametrize("version", [4, 6])
def test_a_next_hop_that_fails_is_given_up(lan: Lan, version: int) -> None:
    assert lan.ping(version, FAR[version], 2) == 2
    lan.second_if.set_enabled(False)
    lan.host_if.neighbours(version).flush()
    assert lan.ping(version, FAR[version], 1) == 0
    lan.net.kernel.run(until_ns=int(lan.net.kernel.now_ns) + 10 * NS_PER_S)
    assert lan.host.family(version).redirected == {}


@pytest.mark.parametrize("version", [4, 6])
def test_another_route_ends_redirects(lan: Lan, version: int) -> None:
    assert lan.ping(version, FAR[version], 2) == 2
    assert len(lan.host.family(version).redirected) == 1
    lan.net.route(
        lan.host, "10.8.0.0/16" if version == 4 else "2001:db8:8::/48", (lan.host_if, lan.hop(version, FAR[version]))
    )
    assert lan.host.family(version).redirected == {}


def redirect4(lan: Lan, src: str, gateway: str, quoted_src: str = "10.0.0.1", code: int = 1) -> None:
    (lan_src, to, quoted) = (addresses.parse(each)[1] for each in (src, "10.0.0.1", quoted_src))
    about = Ipv4Packet(quoted, addresses.parse(FAR[4])[1], 17, IcmpMessage(4, 8, 0, 0, b""))
    body = about.emit()[:28]
    message = IcmpMessage(4, icmpv4.REDIRECT, code, addresses.parse(gateway)[1], body)
    lan.inject(4, Ipv4Packet(lan_src, to, PROTOCOL_ICMP, message))


@pytest.mark.parametrize(
    ("src", "gateway", "quoted", "code", "accepted"),
    [
        ("10.0.0.2", "10.0.0.3", "10.0.0.1", 1, True),
        ("10.0.0.2", "10.0.0.3", "10.0.0.1", 0, True),
        ("10.0.0.2", "10.0.0.3", "10.0.0.1", 4, False),  # no such code
        ("10.0.0.3", "10.0.0.3", "10.0.0.1", 1, False),  # not the present first hop
        ("10.0.0.2", "10.1.0.3", "10.0.0.1", 1, False),  # not on the link
        ("10.0.0.2", "10.0.0.1", "10.0.0.1", 1, False),  # the host itself
        ("10.0.0.2", "10.0.0.255", "10.0.0.1", 1, False),  # all hosts
        ("10.0.0.2", "10.0.0.3", "10.0.0.9", 1, False),  # about a packet of another
    ],
)
def test_which_redirects_of_ipv4_are_taken(
    lan: Lan, src: str, gateway: str, quoted: str, code: int, accepted: bool
) -> None:
    """RFC 1122 3.2.2.2."""
    lan.ping(4, NEAR[4])
    redirect4(lan, src, gateway, quoted, code)
    assert lan.counts()[1:] == ((1, 0) if accepted else (0, 1))
    assert lan.hop(4, FAR[4]) == (gateway if accepted else "10.0.0.2")


@pytest.mark.parametrize(
    ("src", "target", "hop_limit", "accepted"),
    [
        ("first", "second", 255, True),
        ("first", "second", 254, False),  # from beyond the link
        ("second", "second", 255, False),  # not the present first hop
        ("first", "host", 255, False),
        ("global", "second", 255, False),
    ],
)
def test_which_redirects_of_ipv6_are_taken(lan: Lan, src: str, target: str, hop_limit: int, accepted: bool) -> None:
    """RFC 4861 8.1."""
    known = {
        "first": lan.first_if.link_local(),
        "second": lan.second_if.link_local(),
        "host": lan.host_if.link_local(),
        "global": addresses.parse("2001:db8::2")[1],
    }
    far = addresses.parse(FAR[6])[1]
    lan.ping(6, NEAR[6])
    message = Redirect(known[target], far, NdOptions()).message()
    packet = Ipv6Packet(known[src], addresses.parse("2001:db8::1")[1], PROTOCOL_ICMPV6, message, hop_limit)
    lan.inject(6, packet)
    assert lan.counts()[1:] == ((1, 0) if accepted else (0, 1))
    assert lan.hop(6, FAR[6]) == addresses.text(6, known["second" if accepted else "first"])


def test_a_router_takes_no_redirects(lan: Lan) -> None:
    """RFC 1812 5.2.7.2."""
    lan.host.forwarding = True
    lan.ping(4, NEAR[4])
    redirect4(lan, "10.0.0.2", "10.0.0.3")
    assert lan.counts()[1:] == (0, 1)


def test_an_ipv6_redirect_is_no_longer_than_the_least_mtu(lan: Lan) -> None:
    lan.net.pinger(lan.first, 6).echo.send(addresses.parse(FAR[6])[1], 1)
    lan.net.kernel.run(until_ns=NS_PER_S)
    pinger = lan.net.pinger(lan.host, 6)
    ear = Ear()
    lan.host.icmp.listeners.append(ear)
    pinger.echo.send(addresses.parse(FAR[6])[1], 1, bytes(1400))
    lan.net.kernel.run(until_ns=2 * NS_PER_S)
    assert ear.lengths == [1280]
