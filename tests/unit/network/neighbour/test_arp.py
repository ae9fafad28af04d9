"""Whom ARP answers, whom it believes, and in whose name it asks (RFC 826, RFC 5227)."""

from __future__ import annotations

from typing import Any

import pytest

from catenet.kernel import Octets
from catenet.network import addresses
from catenet.network.interface import DUPLICATE, OPTIMISTIC, PREFERRED
from catenet.network.neighbour import arp_packet as arp
from catenet.network.neighbour.arp import DEFEND_INTERVAL_NS
from catenet.network.neighbour.arp_packet import REPLY, REQUEST, ArpPacket
from catenet.network.neighbour.neighbour import DELAY, NONE, REACHABLE, STALE

OTHER_MAC = 0x020000000099
ALL = 0xFFFFFFFFFFFF
S = 1_000_000_000


def ip(text: str) -> int:
    return addresses.parse(text)[1]


class Desk:
    """A host with one interface on a link, and all that it says there by ARP."""

    def __init__(self, net: Any, *own: str) -> None:
        self.net = net
        self.host = net.host("a")
        self.interface = net.interface(self.host, *(own or ("10.0.0.1/24",)))
        self.watch = net.watch(net.wire(self.interface, net.interface(net.host("b"))))
        net.kernel.run()
        self.said()

    def hear(self, operation: int, sender: str, target: str, mac: int = OTHER_MAC) -> None:
        self.interface.arp.receive(ArpPacket(operation, mac, ip(sender), 0, ip(target)))

    def said(self) -> list[tuple[int, int, str, str]]:
        """To which MAC, what, in whose name, about whom; what was said before is not told again."""
        self.net.kernel.run(self.net.kernel.now_ns + 1000)
        found = []
        for octets in self.watch.frames:
            message = arp.parse(octets[14:]) if octets[12:14] == b"\x08\x06" else None
            if message is not None and message.sender_mac == self.interface.mac:
                told = addresses.text(4, message.sender), addresses.text(4, message.target)
                found.append((int.from_bytes(octets[:6], "big"), int(message.operation), *told))
        self.watch.frames.clear()
        return found

    def known(self, text: str) -> tuple[int, int] | None:
        entry = self.interface.neighbours4.find(ip(text))
        return None if entry is None else (int(entry.mac), int(entry.current_state()))


def test_who_asks_for_an_own_address_is_answered_alone_and_learned(net: Any) -> None:
    here = Desk(net, "10.0.0.1/24", "10.0.0.7/24")
    here.hear(REQUEST, "10.0.0.2", "10.0.0.7")
    assert here.said() == [(OTHER_MAC, REPLY, "10.0.0.7", "10.0.0.2")]
    assert here.known("10.0.0.2") == (OTHER_MAC, STALE)


@pytest.mark.parametrize(
    ("operation", "sender", "target"),
    [(REQUEST, "10.0.0.2", "10.0.0.3"), (REPLY, "10.0.0.2", "10.0.0.3"), (REPLY, "10.0.0.2", "10.0.0.1")],
)
def test_others_are_not_answered_nor_is_an_answer(net: Any, operation: int, sender: str, target: str) -> None:
    here = Desk(net)
    here.hear(operation, sender, target)
    assert here.said() == []
    assert here.known(sender) == ((OTHER_MAC, STALE) if target == "10.0.0.1" else None)


def test_one_that_is_known_is_followed_when_it_moves_whomever_it_speaks_to(net: Any) -> None:
    """RFC 826: a host whose card was changed would be sent to its old one until that is noticed."""
    here = Desk(net)
    here.hear(REQUEST, "10.0.0.2", "10.0.0.1")
    here.hear(REQUEST, "10.0.0.2", "10.0.0.3", mac=0x77)
    assert here.known("10.0.0.2") == (0x77, STALE)


def test_what_the_interface_said_itself_comes_back_without_an_effect(net: Any) -> None:
    """A loop in the network would make a host give up its own address."""
    here = Desk(net)
    here.hear(REQUEST, "10.0.0.1", "10.0.0.1", mac=here.interface.mac)
    assert here.said() == []
    assert here.interface.own(4, ip("10.0.0.1")).state == PREFERRED


@pytest.mark.parametrize("sender", ["0.0.0.0", "224.0.0.5"])
def test_a_sender_that_is_no_host_is_answered_and_not_kept(net: Any, sender: str) -> None:
    """Another host's probe (RFC 5227 2.1.1) is answered, so that it takes another address."""
    here = Desk(net)
    here.hear(REQUEST, sender, "10.0.0.1")
    assert here.said() == [(OTHER_MAC, REPLY, "10.0.0.1", sender)]
    assert here.known(sender) is None


def test_an_answer_that_was_waited_for_confirms_and_any_other_is_hearsay(net: Any) -> None:
    """RFC 4861 7.2.5, for ARP alike: only who answered is known to be reached."""
    here = Desk(net)
    here.hear(REPLY, "10.0.0.2", "10.0.0.1")
    assert here.known("10.0.0.2") == (OTHER_MAC, STALE)
    net.send(here.host, "10.0.0.2", b"x")
    assert here.known("10.0.0.2") == (OTHER_MAC, DELAY)
    here.hear(REPLY, "10.0.0.2", "10.0.0.1")
    assert here.known("10.0.0.2") == (OTHER_MAC, DELAY), "nobody had asked"
    net.send(here.host, "10.0.0.3", b"x")
    here.hear(REQUEST, "10.0.0.3", "10.0.0.1")
    assert here.known("10.0.0.3") == (OTHER_MAC, STALE), "a question is no answer"
    net.send(here.host, "10.0.0.4", b"x")
    here.hear(REPLY, "10.0.0.4", "10.0.0.9")
    assert here.known("10.0.0.4") == (OTHER_MAC, STALE), "an answer to another"
    net.send(here.host, "10.0.0.5", b"x")
    here.hear(REPLY, "10.0.0.5", "10.0.0.1")
    assert here.known("10.0.0.5") == (OTHER_MAC, REACHABLE)


def test_an_address_that_was_given_up_is_not_answered_for(net: Any) -> None:
    here = Desk(net, "10.0.0.1/24", "10.0.0.7/24")
    here.interface.own(4, ip("10.0.0.7")).state = DUPLICATE
    here.hear(REQUEST, "10.0.0.2", "10.0.0.7")
    assert here.said() == []
    assert here.known("10.0.0.2") is None
    here.hear(REQUEST, "10.0.0.7", "10.0.0.1", mac=0x77)
    assert here.said() == [(0x77, REPLY, "10.0.0.1", "10.0.0.7")], "whoever has it now is a neighbour like any other"


def test_an_own_address_is_defended_once_within_ten_seconds(net: Any) -> None:
    """RFC 5227 2.4 (b): twice within the interval, and it is given up; a hair later, and it is defended again."""
    for pause_ns, is_kept in ((DEFEND_INTERVAL_NS, True), (DEFEND_INTERVAL_NS - 1, False)):
        here = Desk(net)
        own = here.interface.own(4, ip("10.0.0.1"))
        here.hear(REQUEST, "10.0.0.1", "10.0.0.3")
        begun_ns = net.kernel.now_ns
        assert here.said() == [(ALL, REQUEST, "10.0.0.1", "10.0.0.1")]
        net.kernel.run()
        net.kernel.advance_to(begun_ns + pause_ns)
        here.hear(REPLY, "10.0.0.1", "10.0.0.3")
        assert (own.state == PREFERRED) == is_kept
        assert (own.state == DUPLICATE) != is_kept
        assert len(here.said()) == is_kept
    assert DEFEND_INTERVAL_NS == 10 * S


@pytest.mark.parametrize(
    ("state", "operation", "is_lost"),
    [(OPTIMISTIC, REQUEST, True), (OPTIMISTIC, REPLY, False), (PREFERRED, REQUEST, False)],
)
def test_another_s_probe_takes_an_address_only_while_it_is_being_probed_here(
    net: Any, state: int, operation: int, is_lost: bool
) -> None:
    """RFC 5227 2.1.1: of two that begin with one address neither may keep on with it."""
    here = Desk(net)
    own = here.interface.own(4, ip("10.0.0.1"))
    own.state = state
    here.hear(operation, "0.0.0.0", "10.0.0.1")
    assert (own.state == DUPLICATE) == is_lost
    assert here.host.is_local(4, ip("10.0.0.1")) != is_lost


def test_who_uses_an_address_that_is_being_probed_here_has_it(net: Any) -> None:
    here = Desk(net)
    own = here.interface.own(4, ip("10.0.0.1"))
    own.state = OPTIMISTIC
    here.hear(REPLY, "10.0.0.1", "10.0.0.3")
    assert own.state == DUPLICATE
    assert here.said() == []


def test_it_asks_in_the_name_of_the_packet_s_source_or_of_an_address_on_the_neighbour_s_network(net: Any) -> None:
    """A host that is asked by an address of another network would have no way to answer."""
    here = Desk(net, "10.1.0.1/24", "10.2.0.1/24", "10.3.0.1/30")
    here.host.send(4, ip("10.1.0.1"), ip("10.2.0.9"), 253, Octets(b"x"))
    assert here.said() == [(ALL, REQUEST, "10.1.0.1", "10.2.0.9")]
    for target, speaker in (("10.2.0.8", "10.2.0.1"), ("10.3.0.2", "10.3.0.1"), ("10.3.0.5", "10.1.0.1")):
        here.interface.arp.solicit(here.interface.neighbours4.entry(ip(target)), False)
        assert here.said() == [(ALL, REQUEST, speaker, target)]
    here.interface.own(4, ip("10.2.0.1")).state = DUPLICATE
    here.interface.arp.solicit(here.interface.neighbours4.entry(ip("10.2.0.8")), False)
    assert here.said() == [(ALL, REQUEST, "10.1.0.1", "10.2.0.8")]


def test_a_neighbour_whose_mac_is_doubted_is_asked_itself(net: Any) -> None:
    here = Desk(net)
    entry = here.interface.neighbours4.entry(ip("10.0.0.2"))
    entry.heard(OTHER_MAC)
    here.interface.arp.solicit(entry, True)
    assert here.said() == [(OTHER_MAC, REQUEST, "10.0.0.1", "10.0.0.2")]


def test_a_host_without_an_address_asks_nobody(net: Any) -> None:
    here = Desk(net, "2001:db8::1/64")
    here.interface.arp.solicit(here.interface.neighbours4.entry(ip("10.0.0.2")), False)
    assert here.said() == []


def test_an_unnumbered_link_speaks_and_answers_by_the_address_that_it_borrows(net: Any) -> None:
    """RFC 1812 2.2.7."""
    here = Desk(net, "2001:db8::1/64")
    lender = net.interface(here.host, "10.9.0.1/24")
    here.interface.borrowed = lender.own(4, ip("10.9.0.1"))
    here.interface.arp.solicit(here.interface.neighbours4.entry(ip("10.8.0.2")), False)
    assert here.said() == [(ALL, REQUEST, "10.9.0.1", "10.8.0.2")]
    here.hear(REQUEST, "10.8.0.2", "10.9.0.1")
    assert here.said() == [(OTHER_MAC, REPLY, "10.9.0.1", "10.8.0.2")]
    here.hear(REQUEST, "10.8.0.3", "10.9.0.2")
    assert here.said() == []
    entry = here.interface.neighbours4.find(ip("10.8.0.3"))
    assert entry is None or entry.current_state() == NONE
