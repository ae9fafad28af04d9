"""Changed octets carry the checksums that a packet made anew would."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catenet.kernel import Octets
from catenet.network.ip.ipv4 import Ipv4Packet
from catenet.network.nat.rewrite import NO_PORTS, changed_checksum, parse_quote, ports_of, readdress, tcp_flags
from catenet.network.nat.table import NatTable, NatTimeouts
from catenet.transport.datagram import UdpDatagram
from catenet.transport.tcp.segment.segment import TcpSegment

ADDRESSES = st.integers(0x01000000, 0xDFFFFFFF)
PORTS = st.integers(0, 0xFFFF)
ENDPOINTS = st.tuples(ADDRESSES, PORTS, ADDRESSES, PORTS)
QUOTED = st.integers(28, 60).filter(lambda octets: octets != 37)
"""How much is quoted; never half of a checksum, which nobody could change."""
DATA = st.binary(max_size=40)
PAYLOADS = st.one_of(
    st.builds(UdpDatagram, PORTS, PORTS, DATA),
    st.builds(TcpSegment, PORTS, PORTS, st.integers(0, 0xFFFFFFFF), st.just(0), st.integers(0, 63), PORTS, DATA),
)


def packet_of(payload: UdpDatagram | TcpSegment, src: int, dst: int) -> Ipv4Packet:
    return Ipv4Packet(src, dst, 17 if isinstance(payload, UdpDatagram) else 6, payload)


@pytest.mark.slow
@given(PAYLOADS, ENDPOINTS, ENDPOINTS)
def test_octets_become_what_the_object_becomes(
    payload: UdpDatagram | TcpSegment, before: tuple[int, int, int, int], after: tuple[int, int, int, int]
) -> None:
    as_object = packet_of(payload, before[0], before[2])
    as_octets = packet_of(payload, before[0], before[2])
    as_octets.payload = Octets(as_object.emit_payload())
    assert ports_of(as_octets) == ports_of(as_object)
    assert tcp_flags(as_octets) == tcp_flags(as_object)
    for packet in (as_object, as_octets):
        readdress(packet, *after)
    assert as_octets.emit() == as_object.emit()
    assert ports_of(as_octets) == after[1] << 16 | after[3]


@pytest.mark.slow
@given(PAYLOADS, ENDPOINTS, ENDPOINTS, QUOTED)
def test_a_quote_becomes_the_start_of_the_other_packet(
    payload: UdpDatagram | TcpSegment, before: tuple[int, int, int, int], after: tuple[int, int, int, int], most: int
) -> None:
    packet = packet_of(payload, before[0], before[2])
    quote = parse_quote(packet.emit()[:most])
    assert quote is not None
    assert (quote.src, quote.dst, quote.src_port, quote.dst_port) == (
        before[0], before[2], payload.src_port, payload.dst_port,
    )  # fmt: skip
    readdress(packet, *after)
    assert quote.readdressed(*after) == packet.emit()[:most]


@pytest.mark.parametrize(
    "payload", [UdpDatagram(1, 2, b"data" * 9), TcpSegment(1, 2, 3, 4, 16, 5, b"data" * 9)], ids=["UDP", "TCP"]
)
def test_a_quote_of_every_length_is_changed_as_far_as_it_goes(payload: UdpDatagram | TcpSegment) -> None:
    """Routers quote as much as they like, from 8 octets of the payload on (RFC 792)."""
    whole, other = packet_of(payload, 0x0A000001, 0x0A000002), packet_of(payload, 0x0A000001, 0x0A000002)
    readdress(other, 0x01020304, 55, 0x05060708, 66)
    for most in range(28, 61):
        quote = parse_quote(whole.emit()[:most])
        assert quote is not None
        changed = quote.readdressed(0x01020304, 55, 0x05060708, 66)
        if isinstance(payload, TcpSegment) and most == 37:  # half of a checksum cannot be changed
            changed, expected = changed[:36], other.emit()[:36]
        else:
            expected = other.emit()[:most]
        assert changed == expected, most


@pytest.mark.parametrize("short", range(28))
def test_a_quote_that_ends_before_the_ports_is_none(short: int) -> None:
    packet = packet_of(UdpDatagram(1, 2, b"data"), 3, 4).emit()
    assert parse_quote(packet[:short]) is None


@given(st.binary(min_size=20, max_size=20))
def test_a_wrong_quote_is_refused(noise: bytes) -> None:
    assert parse_quote(noise) is None


def test_no_checksum_stays_none_and_short_octets_have_no_ports() -> None:
    packet = Ipv4Packet(1, 2, 17, Octets(UdpDatagram(3, 4, b"data").emit()))
    readdress(packet, 5, 6, 7, 8)
    assert packet.payload.emit() == UdpDatagram(6, 8, b"data").emit()
    assert ports_of(Ipv4Packet(1, 2, 17, Octets(b"short"))) == NO_PORTS
    assert ports_of(Ipv4Packet(1, 2, 6, Octets(bytes(19)))) == NO_PORTS


@given(st.integers(0, 0xFFFF))
def test_a_wrong_checksum_stays_wrong_by_as_much(error: int) -> None:
    right = changed_checksum(0x1234, 77)
    wrong = changed_checksum((0x1234 + error) % 0xFFFF, 77)
    assert (wrong - right - error) % 0xFFFF == 0


@pytest.mark.slow
@given(
    st.lists(
        st.tuples(st.sampled_from([1, 6, 17]), st.integers(1, 3), st.integers(0, 9), st.integers(0, 400)), max_size=60
    )
)
def test_no_two_endpoints_ever_share_a_port(asked: list[tuple[int, int, int, int]]) -> None:
    """Whatever is asked for in whatever order, and however time passes."""
    table, now_ns = NatTable(4, 9), 0
    for protocol, address, port, seconds in asked:
        now_ns += seconds * 1_000_000_000
        mapping = table.inside(protocol, address, port + 2000, now_ns)
        if mapping is None:
            mapping = table.create(protocol, address, port + 2000, now_ns)
        if mapping is None:
            continue
        mapping.passed(99, 80, 2, True, now_ns, NatTimeouts())
        assert table.outside(protocol, mapping.outside_port, now_ns) is mapping
        live = [m for m in table.mappings() if m.alive(now_ns)]
        assert len({(m.protocol, m.outside_port) for m in live}) == len(live)
        assert len({(m.protocol, m.address, m.port) for m in live}) == len(live)
