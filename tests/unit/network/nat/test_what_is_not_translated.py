"""What a translator leaves as it is, what it refuses, and what it counts of both (RFC 4787, RFC 5382, RFC 5508)."""

from __future__ import annotations

from typing import Any

import pytest

from catenet.kernel import Octets
from catenet.network import tracing
from catenet.network.icmp import icmpv4
from catenet.network.icmp.message import IcmpMessage
from catenet.network.ip.ipv4 import Ipv4Packet
from catenet.network.nat import table as nat_table
from catenet.network.nat.rewrite import NO_PORTS, is_query, is_reply, parse_quote, ports_of, tcp_flags
from catenet.network.nat.translator_base import Translator
from catenet.transport.datagram import UdpDatagram
from catenet.transport.tcp.segment.segment import ACK, SYN, TcpSegment
from tests.unit.network.nat.test_nat import OUTSIDE, Home, S, X, ip

INSIDE = "192.168.1.2"
NAMES = ["NatOut", "NatIn", "NatHairpinned", "NatErrors", "NatMappings", "NatExhausted", "NatFiltered", "NatHidden"]
NAMES.append("NatUnknown")


def udp(src: str, dst: str, src_port: int = 5000, dst_port: int = 53, hop_limit: int = 64) -> Ipv4Packet:
    return Ipv4Packet(ip(src), ip(dst), 17, UdpDatagram(src_port, dst_port, b"data"), hop_limit)


def tcp(src: str, dst: str, src_port: int, dst_port: int, flags: int) -> Ipv4Packet:
    return Ipv4Packet(ip(src), ip(dst), 6, TcpSegment(src_port, dst_port, 1, 2, flags, 100, b""))


def icmp(src: str, dst: str, kind: int, body: bytes = b"", rest: int = 7 << 16 | 1) -> Ipv4Packet:
    return Ipv4Packet(ip(src), ip(dst), 1, IcmpMessage(4, kind, 1 if kind == 3 else 0, rest, body))


def counted(home: Home) -> list[int]:
    return [home.count(name) for name in NAMES]


def goes_out(home: Home, packet: Ipv4Packet) -> bool:
    destination = home.router.family4.destination(packet.dst)
    return bool(home.nat.leaving(packet, destination, home.inside[0]))


def test_counters_begin_at_nothing_and_count_each_what_its_name_says(net: Any) -> None:
    home = Home(net, filtering=nat_table.ADDRESS_DEPENDENT)
    assert counted(home) == [0] * 9
    assert goes_out(home, udp(INSIDE, X))
    assert counted(home) == [1, 0, 0, 0, 1, 0, 0, 0, 0]
    assert goes_out(home, udp(INSIDE, X))
    assert counted(home) == [2, 0, 0, 0, 1, 0, 0, 0, 0]
    came = home.nat.arriving(udp(X, OUTSIDE, 53, 5000), home.outside)
    assert came is not None
    assert (came.dst, counted(home)) == (ip(INSIDE), [2, 1, 0, 0, 1, 0, 0, 0, 0])
    assert home.nat.arriving(udp("198.51.101.2", OUTSIDE, 53, 5000), home.outside) is None
    assert counted(home) == [2, 1, 0, 0, 1, 0, 1, 0, 0]
    assert home.nat.arriving(udp(X, INSIDE), home.outside) is None
    assert counted(home) == [2, 1, 0, 0, 1, 0, 1, 1, 0]
    assert not goes_out(home, Ipv4Packet(ip(INSIDE), ip(X), 99, Octets(b"what?")))
    assert counted(home) == [2, 1, 0, 0, 1, 0, 1, 1, 1]
    assert net.drops(home.router) == [tracing.NAT_FILTERED, tracing.NAT_HIDDEN, tracing.NAT_UNKNOWN]


def test_what_comes_in_for_no_mapping_is_the_router_s_own_as_it_is(net: Any) -> None:
    home = Home(net)
    for packet in (
        udp(X, OUTSIDE),
        tcp(X, OUTSIDE, 80, 1023, SYN),
        tcp(X, OUTSIDE, 80, 5000, ACK),
        tcp(X, OUTSIDE, 80, 5000, SYN | ACK),
        Ipv4Packet(ip(X), ip(OUTSIDE), 17, Octets(b"short")),
        Ipv4Packet(ip(X), ip(OUTSIDE), 99, Octets(b"what?")),
        Ipv4Packet(ip(X), ip(OUTSIDE), 1, Octets(b"bad checksum")),
        icmp(X, OUTSIDE, icmpv4.ECHO),
        icmp(X, OUTSIDE, icmpv4.ECHO_REPLY),
        icmp(X, OUTSIDE, icmpv4.UNREACHABLE),
        icmp(X, OUTSIDE, icmpv4.UNREACHABLE, udp(OUTSIDE, X).emit()),
        icmp(X, OUTSIDE, icmpv4.UNREACHABLE, udp(INSIDE, X).emit()),
        icmp(X, OUTSIDE, 99),
    ):
        before = packet.emit()
        assert home.nat.arriving(packet, home.outside) is packet
        assert packet.emit() == before
    assert counted(home) == [0] * 9


def test_a_syn_that_nobody_expects_waits_and_is_then_refused_unless_one_went_out(net: Any) -> None:
    """RFC 5382 REQ-4: of two that open at once, each behind a translator, neither must be refused."""
    for answered in (False, True):
        home = Home(net.__class__())
        home.net.recorder(home.stacks["x"], 6)
        assert home.nat.arriving(tcp(X, OUTSIDE, 80, 5000, SYN), home.outside) is None
        if answered:
            assert goes_out(home, tcp(INSIDE, X, 5000, 80, SYN))
        told = home.router.counters().get("IcmpOutDestUnreachs", 0)
        home.net.kernel.run(6 * S - 1)
        assert home.router.counters().get("IcmpOutDestUnreachs", 0) == told
        home.net.kernel.run(7 * S)
        assert home.router.counters().get("IcmpOutDestUnreachs", 0) - told == (not answered)


def test_a_syn_that_the_filter_keeps_out_is_refused_after_a_while_too(net: Any) -> None:
    home = Home(net, filtering=nat_table.ADDRESS_DEPENDENT)
    assert goes_out(home, tcp(INSIDE, X, 5000, 80, SYN))
    for flags, refused in ((SYN, 1), (ACK, 0)):
        before = home.router.counters().get("IcmpOutDestUnreachs", 0)
        assert home.nat.arriving(tcp("198.51.101.2", OUTSIDE, 80, 5000, flags), home.outside) is None
        net.kernel.run(net.kernel.now_ns + 7 * S)
        assert home.router.counters().get("IcmpOutDestUnreachs", 0) - before == refused


def test_only_so_many_syns_are_held(net: Any) -> None:
    """A flood of them must not fill the router's memory."""
    home = Home(net)
    for port in range(80):
        assert home.nat.arriving(tcp(X, OUTSIDE, 1000 + port, 5000, SYN), home.outside) is None
    net.kernel.run(7 * S)
    assert home.router.counters()["IcmpOutDestUnreachs"] <= 64
    assert home.nat._held == 0


def test_what_leaves_by_another_link_or_came_from_none_inside_is_not_translated(net: Any) -> None:
    home = Home(net)
    for packet, interface in (
        (udp(INSIDE, "192.168.2.2"), home.inside[0]),
        (udp(X, "198.51.101.2"), home.outside),
        (udp(OUTSIDE, X), home.outside),
    ):
        before = packet.emit()
        assert home.nat.leaving(packet, home.router.family4.destination(packet.dst), interface)
        assert packet.emit() == before
    assert counted(home) == [0] * 9


def test_an_icmp_message_from_inside_that_is_no_query_is_refused_or_dropped(net: Any) -> None:
    home = Home(net)
    assert not goes_out(home, Ipv4Packet(ip(INSIDE), ip(X), 1, Octets(b"bad checksum")))
    assert counted(home)[-1] == 1
    assert not goes_out(home, icmp(INSIDE, X, icmpv4.ECHO_REPLY))
    assert counted(home)[-1] == 1
    for body in (b"", udp(X, INSIDE).emit(), udp(X, INSIDE).emit()[:27]):
        before = counted(home)[-1]
        assert not goes_out(home, icmp(INSIDE, X, icmpv4.UNREACHABLE, body))
        assert counted(home)[-1] == before + 1
    assert net.drops(home.router) == [tracing.NAT_UNKNOWN] * 4


@pytest.mark.slow
def test_a_query_for_which_no_identifier_is_free_is_told(net: Any) -> None:
    home = Home(net)
    for identifier in range(1 << 16):
        home.nat.table.fix(1, identifier, ip("192.168.2.2"), identifier)
    assert not goes_out(home, icmp(INSIDE, X, icmpv4.ECHO))
    assert counted(home)[5] == 1
    assert net.drops(home.router) == [tracing.NAT_EXHAUSTED]


@pytest.mark.parametrize("hop_limit", [1, 64])
def test_what_is_quoted_of_a_query_is_what_was_sent(net: Any, hop_limit: int) -> None:
    """A host that is told of its own ping must know it again, by its identifier."""
    home = Home(net)
    packet = icmp(INSIDE, X, icmpv4.ECHO)
    packet.hop_limit, packet.dont_fragment = hop_limit, True
    before = packet.emit()
    assert goes_out(home, packet)
    assert packet.src == ip(OUTSIDE)
    assert home.nat.original(packet).emit() == before
    reply = icmp(X, OUTSIDE, icmpv4.ECHO_REPLY)
    outside_reply = reply.emit()
    came = home.nat.arriving(reply, home.outside)
    assert isinstance(came, Ipv4Packet)
    assert came.dst == ip(INSIDE)
    assert home.nat.original(came).emit() == outside_reply


def test_what_has_no_mapping_is_quoted_as_it_is(net: Any) -> None:
    home = Home(net)
    for packet in (
        udp(INSIDE, X),
        udp(OUTSIDE, X),
        udp(X, INSIDE),
        Ipv4Packet(ip(OUTSIDE), ip(X), 99, Octets(b"what?")),
        Ipv4Packet(ip(OUTSIDE), ip(X), 1, Octets(b"bad checksum")),
        icmp(OUTSIDE, X, icmpv4.UNREACHABLE),
        icmp(OUTSIDE, X, icmpv4.ECHO),
    ):
        assert home.nat.original(packet) is packet
    assert goes_out(home, udp(INSIDE, X))
    fragment = udp(OUTSIDE, X)
    fragment.more_fragments = True
    assert home.nat.original(fragment) is fragment


def test_a_translator_by_itself_changes_nothing(net: Any) -> None:
    home = Home(net)
    packet = udp(INSIDE, X)
    nothing = Translator()
    assert nothing.arriving(packet, home.outside) is packet
    assert nothing.leaving(packet, home.router.family4.destination(packet.dst), home.outside)
    assert nothing.original(packet) is packet
    assert nothing.named_counters() == {}


@pytest.mark.parametrize(
    ("kind", "query", "reply"),
    [(8, True, False), (13, True, False), (0, False, True), (14, False, True), (3, False, False)],
)
def test_which_messages_ask_and_which_answer(kind: int, query: bool, reply: bool) -> None:
    assert (is_query(kind), is_reply(kind)) == (query, reply)


def test_ports_and_flags_of_octets() -> None:
    segment, datagram = TcpSegment(1, 2, 3, 4, SYN, 5, b"").emit_over(0), UdpDatagram(7, 8, b"").emit_over(0)
    assert ports_of(Ipv4Packet(1, 2, 6, Octets(segment))) == 1 << 16 | 2
    assert ports_of(Ipv4Packet(1, 2, 17, Octets(datagram))) == 7 << 16 | 8
    assert ports_of(Ipv4Packet(1, 2, 6, Octets(segment[:19]))) == NO_PORTS
    assert ports_of(Ipv4Packet(1, 2, 17, Octets(datagram[:7]))) == NO_PORTS
    assert tcp_flags(Ipv4Packet(1, 2, 6, Octets(segment))) == SYN
    assert tcp_flags(Ipv4Packet(1, 2, 17, Octets(datagram))) == 0


def test_what_is_no_quote_of_a_translated_packet() -> None:
    good = udp(INSIDE, X).emit()
    assert parse_quote(good) is not None
    later, other, wrong = udp(INSIDE, X), udp(INSIDE, X), bytearray(good)
    later.fragment_offset_octets, other.protocol, wrong[10] = 8, 99, wrong[10] ^ 1
    six = b"\x65" + good[1:]
    for octets in (later.emit(), other.emit(), bytes(wrong), six, b"", icmp(INSIDE, X, 3, good).emit()):
        assert parse_quote(octets) is None
    quote = parse_quote(icmp(INSIDE, X, 8).emit())
    assert quote is not None
    assert (quote.src_port, quote.dst_port, quote.protocol) == (7, 0, 1)
