"""Whom Neighbour Discovery answers, whom it believes, and in whose name it asks (RFC 4861 7.2, RFC 4862, RFC 4429)."""

from __future__ import annotations

from typing import Any

import pytest

from catenet.kernel import Octets
from catenet.link.ethernet import Frame
from catenet.network import addresses
from catenet.network.icmp import icmpv6
from catenet.network.icmp.icmpv6 import (
    FLAG_OVERRIDE,
    FLAG_ROUTER,
    FLAG_SOLICITED,
    NEIGHBOUR_ADVERTISEMENT,
    NEIGHBOUR_SOLICITATION,
    NO_MAC,
    NeighbourMessage,
    advertisement,
    parse_neighbour,
    solicitation,
)
from catenet.network.interface import DUPLICATE, OPTIMISTIC, PREFERRED
from catenet.network.ip import ipv6
from catenet.network.ip.ipv6 import Ipv6Packet
from catenet.network.neighbour.neighbour import INCOMPLETE, REACHABLE, STALE

OWN, OTHER = "2001:db8::1", "2001:db8::2"
OTHER_MAC, SENDER_MAC = 0x99, 0x98


def ip(text: str) -> int:
    return addresses.parse(text)[1]


class Desk:
    """A host with one interface on a link, and all that it says there by Neighbour Discovery."""

    def __init__(self, net: Any, *own: str, forwarding: bool = False) -> None:
        self.net = net
        self.host = net.host("a", forwarding=forwarding)
        self.interface = net.interface(self.host, *(own or (f"{OWN}/64",)))
        self.watch = net.watch(net.wire(self.interface, net.interface(net.host("b"))))
        net.kernel.run()
        self.said()

    def hear(self, message: NeighbourMessage, src: str = OTHER, dst: str = OWN, hop_limit: int = 255) -> None:
        packet = Ipv6Packet(ip(src), ip(dst), 58, message.message(), hop_limit)
        group = addresses.is_multicast(6, ip(dst))
        to_mac = addresses.multicast_mac(6, ip(dst)) if group else self.interface.mac
        self.interface.receive_frame(self.interface.port, Frame(to_mac, SENDER_MAC, 0x86DD, packet))

    def said(self) -> list[tuple[int, str, str, NeighbourMessage]]:
        """To which MAC, from and to which address, what; what was said before is not told again."""
        self.net.kernel.run(self.net.kernel.now_ns + 1000)
        found = []
        for octets in self.watch.frames:
            packet = ipv6.parse(octets[14:-4]) if octets[12:14] == b"\x86\xdd" else None
            message = None if packet is None else icmpv6.parse(packet.payload.emit(), packet.src, packet.dst)
            told = None if message is None else parse_neighbour(message)
            if packet is not None and told is not None:
                assert packet.hop_limit == 255
                src, dst = addresses.text(6, packet.src), addresses.text(6, packet.dst)
                found.append((int.from_bytes(octets[:6], "big"), src, dst, told))
        self.watch.frames.clear()
        return found

    def known(self, text: str = OTHER) -> tuple[int, int] | None:
        entry = self.interface.neighbours6.find(ip(text))
        return None if entry is None else (int(entry.mac), int(entry.current_state()))


@pytest.mark.parametrize(("forwarding", "flags"), [(False, FLAG_OVERRIDE), (True, FLAG_OVERRIDE | FLAG_ROUTER)])
def test_who_asks_for_an_own_address_is_answered_and_learned(net: Any, forwarding: bool, flags: int) -> None:
    here = Desk(net, forwarding=forwarding)
    here.hear(solicitation(ip(OWN), OTHER_MAC))
    ((mac, src, dst, answer),) = here.said()
    assert (mac, src, dst) == (OTHER_MAC, OWN, OTHER)
    assert (answer.kind, answer.target, answer.mac) == (NEIGHBOUR_ADVERTISEMENT, ip(OWN), here.interface.mac)
    assert answer.flags == flags | FLAG_SOLICITED
    assert here.known() == (OTHER_MAC, STALE)


def test_who_does_not_tell_its_mac_is_answered_where_its_frame_came_from_and_not_learned(net: Any) -> None:
    """Two optimistic hosts would otherwise wait for each other (RFC 4429)."""
    here = Desk(net)
    here.hear(solicitation(ip(OWN), NO_MAC))
    ((mac, _, _, answer),) = here.said()
    assert (mac, answer.mac) == (SENDER_MAC, here.interface.mac)
    assert here.known() is None


def test_an_optimistic_address_answers_without_override_and_asks_without_its_mac(net: Any) -> None:
    """RFC 4429 3.3: no cache is changed by an address that may be another's."""
    here = Desk(net)
    for own in here.interface.addresses:
        own.state = OPTIMISTIC
    here.hear(solicitation(ip(OWN), OTHER_MAC))
    ((_, _, _, answer),) = here.said()
    assert answer.flags == FLAG_SOLICITED
    here.interface.nd.solicit(here.interface.neighbours6.entry(ip("2001:db8::3")), False)
    ((_, _, _, question),) = here.said()
    assert question.mac == NO_MAC


def test_others_and_what_was_given_up_are_not_answered_for(net: Any) -> None:
    here = Desk(net, f"{OWN}/64", "2001:db8::7/64")
    here.interface.own(6, ip("2001:db8::7")).state = DUPLICATE
    for target in ("2001:db8::7", "2001:db8::3"):
        here.hear(solicitation(ip(target), OTHER_MAC))
    assert here.said() == []
    assert here.known() is None


def test_what_a_router_has_passed_on_is_not_believed(net: Any) -> None:
    """RFC 4861 7.1: with a hop limit of less than 255 it may come from anywhere in the world."""
    here = Desk(net)
    here.hear(solicitation(ip(OWN), OTHER_MAC), hop_limit=254)
    assert (here.said(), here.known()) == ([], None)


@pytest.mark.parametrize(
    ("state", "nonce", "dst", "mac", "outcome"),
    [
        (PREFERRED, b"", "ff02::1:ff00:1", NO_MAC, "told"),
        (OPTIMISTIC, b"", "ff02::1:ff00:1", NO_MAC, "lost"),
        (OPTIMISTIC, b"nonce!", "ff02::1:ff00:1", NO_MAC, "lost"),
        (OPTIMISTIC, b"", "ff02::1", NO_MAC, "kept"),
        (OPTIMISTIC, b"", "ff02::1:ff00:1", OTHER_MAC, "kept"),
    ],
)
def test_another_s_probe_is_told_by_who_has_the_address_and_lost_by_who_only_tries(
    net: Any, state: int, nonce: bytes, dst: str, mac: int, outcome: str
) -> None:
    """RFC 4862 5.4.3; a solicitation that is no probe (RFC 4861 7.1.1) has no effect."""
    here = Desk(net)
    own = here.interface.own(6, ip(OWN))
    own.state = state
    here.hear(solicitation(ip(OWN), mac, nonce), src="::", dst=dst)
    said = here.said()
    assert (own.state == DUPLICATE) == (outcome == "lost")
    assert [(src, to, told.flags) for _, src, to, told in said] == (
        [(OWN, "ff02::1", FLAG_OVERRIDE)] if outcome == "told" else []
    )


def test_an_own_probe_that_comes_back_is_known_by_its_nonce(net: Any) -> None:
    """RFC 7527: a loop in the network would otherwise take the host's address away."""
    here = Desk(net)
    own = here.interface.own(6, ip(OWN))
    own.state = OPTIMISTIC
    here.interface.nd.probe(own)
    ((mac, src, dst, probe),) = here.said()
    assert (src, dst, probe.kind, probe.mac) == ("::", "ff02::1:ff00:1", NEIGHBOUR_SOLICITATION, NO_MAC)
    assert mac == addresses.multicast_mac(6, ip("ff02::1:ff00:1"))
    assert len(probe.nonce) == 6
    here.hear(probe, src="::", dst="ff02::1:ff00:1")
    assert own.state == OPTIMISTIC
    here.hear(solicitation(ip(OWN), NO_MAC, b"others"), src="::", dst="ff02::1:ff00:1")
    assert own.state == DUPLICATE


@pytest.mark.parametrize(("state", "is_lost"), [(OPTIMISTIC, True), (PREFERRED, False)])
def test_who_is_told_that_another_has_its_address_gives_it_up_while_it_only_tries(
    net: Any, state: int, is_lost: bool
) -> None:
    """RFC 4862 5.4.4: a settled one is not taken away by whoever sends an advertisement."""
    here = Desk(net)
    own = here.interface.own(6, ip(OWN))
    own.state = state
    here.hear(advertisement(ip(OWN), OTHER_MAC, FLAG_OVERRIDE), dst="ff02::1")
    assert (own.state == DUPLICATE) == is_lost


def waiting(net: Any) -> Desk:
    """A host that has asked for its neighbour."""
    here = Desk(net)
    net.send(here.host, OTHER, b"x")
    here.said()
    return here


@pytest.mark.parametrize(
    ("mac", "flags", "known"),
    [
        (OTHER_MAC, FLAG_SOLICITED, (OTHER_MAC, REACHABLE)),
        (OTHER_MAC, 0, (OTHER_MAC, STALE)),
        (NO_MAC, FLAG_SOLICITED, (NO_MAC, INCOMPLETE)),
    ],
)
def test_the_first_answer_of_a_neighbour(net: Any, mac: int, flags: int, known: tuple[int, int]) -> None:
    """RFC 4861 7.2.5."""
    here = waiting(net)
    here.hear(advertisement(ip(OTHER), mac, flags))
    assert here.known() == known


@pytest.mark.parametrize(
    ("mac", "flags", "known"),
    [
        (0x77, FLAG_SOLICITED, (OTHER_MAC, STALE)),
        (0x77, 0, (OTHER_MAC, STALE)),
        (0x77, FLAG_SOLICITED | FLAG_OVERRIDE, (0x77, REACHABLE)),
        (0x77, FLAG_OVERRIDE, (0x77, STALE)),
        (OTHER_MAC, 0, (OTHER_MAC, REACHABLE)),
        (NO_MAC, FLAG_SOLICITED, (OTHER_MAC, REACHABLE)),
        (NO_MAC, 0, (OTHER_MAC, REACHABLE)),
    ],
)
def test_what_a_known_neighbour_says_of_itself(net: Any, mac: int, flags: int, known: tuple[int, int]) -> None:
    here = waiting(net)
    here.hear(advertisement(ip(OTHER), OTHER_MAC, FLAG_SOLICITED))
    here.hear(advertisement(ip(OTHER), mac, flags))
    assert here.known() == known


def test_an_advertisement_of_one_that_nobody_asked_for_is_not_kept(net: Any) -> None:
    here = Desk(net)
    here.hear(advertisement(ip(OTHER), OTHER_MAC, FLAG_OVERRIDE), dst="ff02::1")
    assert here.known() is None


def test_an_answer_to_all_is_none(net: Any) -> None:
    """RFC 4861 7.1.2: a solicited advertisement goes to who asked."""
    here = waiting(net)
    here.hear(advertisement(ip(OTHER), OTHER_MAC, FLAG_SOLICITED), dst="ff02::1")
    assert here.known() == (NO_MAC, INCOMPLETE)
    here.hear(advertisement(ip(OTHER), OTHER_MAC, 0), dst="ff02::1")
    assert here.known() == (OTHER_MAC, STALE)


def test_whether_a_neighbour_is_a_router_is_what_it_said_last(net: Any) -> None:
    here = waiting(net)
    entry = here.interface.neighbours6.find(ip(OTHER))
    for flags, is_router in ((FLAG_SOLICITED | FLAG_ROUTER, True), (FLAG_SOLICITED, False)):
        here.hear(advertisement(ip(OTHER), OTHER_MAC, flags))
        assert entry.is_router == is_router


def test_it_asks_in_the_name_of_the_packet_s_source_or_of_the_link_local_address(net: Any) -> None:
    here = Desk(net, f"{OWN}/64", "2001:db8::7/64")
    local = addresses.text(6, here.interface.link_local())
    group = "ff02::1:ff00:2"
    here.host.send(6, ip("2001:db8::7"), ip(OTHER), 253, Octets(b"x"))
    ((mac, src, dst, question),) = here.said()
    assert (mac, src, dst) == (addresses.multicast_mac(6, ip(group)), "2001:db8::7", group)
    assert (question.target, question.mac) == (ip(OTHER), here.interface.mac)
    here.interface.nd.solicit(here.interface.neighbours6.entry(ip("2001:db8::3")), False)
    assert [src for _, src, _, _ in here.said()] == [local]
    here.interface.own(6, here.interface.link_local()).state = DUPLICATE
    here.interface.nd.solicit(here.interface.neighbours6.entry(ip("2001:db8::3")), False)
    assert [src for _, src, _, _ in here.said()] == [OWN]
    for own in here.interface.addresses:
        own.state = DUPLICATE
    here.interface.nd.solicit(here.interface.neighbours6.entry(ip("2001:db8::3")), False)
    assert here.said() == []


def test_one_whose_mac_is_doubted_is_asked_itself(net: Any) -> None:
    here = Desk(net)
    entry = here.interface.neighbours6.entry(ip(OTHER))
    entry.heard(OTHER_MAC)
    here.interface.nd.solicit(entry, True)
    assert [(mac, dst) for mac, _, dst, _ in here.said()] == [(OTHER_MAC, OTHER)]


def test_what_it_says_is_counted(net: Any) -> None:
    here = Desk(net)
    before = here.host.counters()
    here.interface.nd.announce(here.interface.own(6, ip(OWN)))
    after = here.host.counters()
    grown = {name: after[name] - before.get(name, 0) for name in after if after[name] != before.get(name, 0)}
    assert grown == {"Ip6OutRequests": 1, "Icmp6OutMsgs": 1, "Icmp6OutNeighborAdvertisements": 1}
