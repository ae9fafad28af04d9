"""What is read of a packet and marked in it is the same whether it is an object or octets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catenet.kernel import Octets
from catenet.kernel.checksum import internet_checksum
from catenet.link import Frame
from catenet.link.queues.dissector import dissect
from catenet.link.queues.ecn import mark
from catenet.link.queues.ip_fields import IpFields
from catenet.link.vlan_tag import C_TAG, S_TAG, VlanTag
from catenet.network.ip import ipv4, ipv6
from catenet.network.ip.ipv4 import Ipv4Packet
from catenet.network.ip.ipv6 import Ipv6Packet, fragment_header
from catenet.network.packet import IpPacket
from tests.unit.link.queues.one_way import packet, traffic_class

TCP_OR_UDP = bytes([0x12, 0x34, 0x56, 0x78]) + bytes(20)


def told(fields: IpFields | None) -> tuple[int, ...]:
    assert fields is not None
    return tuple(
        int(each)
        for each in (fields.version, fields.traffic_class, fields.protocol, fields.src, fields.dst, fields.ports)
    )


def framed(packet: IpPacket) -> tuple[Frame, Frame]:
    """As an object and as octets with Ethernet's padding behind."""
    ethertype = 0x0800 if packet.version == 4 else 0x86DD
    return Frame(2, 1, ethertype, packet), Frame(2, 1, ethertype, Octets(packet.emit() + bytes(9)))


@pytest.mark.slow
@given(
    st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1), st.integers(0, 255), st.sampled_from([1, 6, 17, 89]),
    st.booleans(), st.sampled_from([0, 8, 1480]), st.sampled_from([b"", bytes([1] * 4)]),
)  # fmt: skip
def test_ipv4(src: int, dst: int, tos: int, protocol: int, more: bool, offset: int, options: bytes) -> None:
    ip = Ipv4Packet(src, dst, protocol, Octets(TCP_OR_UDP), 64, tos, 0, False, options)
    ip.more_fragments, ip.fragment_offset_octets = more, offset
    ports = 0x12345678 if protocol in (6, 17) and not more and not offset else 0
    for frame in framed(ip):
        assert told(dissect(frame)) == (4, tos, protocol, src, dst, ports)


EXTENSIONS = st.lists(st.sampled_from([43, 60]), max_size=3)


@pytest.mark.slow
@given(
    st.integers(0, 2**128 - 1), st.integers(0, 2**128 - 1), st.integers(0, 255), st.sampled_from([6, 17, 58]),
    st.booleans(), EXTENSIONS, st.booleans(),
)  # fmt: skip
def test_ipv6(src: int, dst: int, tclass: int, protocol: int, hop: bool, chain: list[int], fragment: bool) -> None:
    ip = Ipv6Packet(src, dst, protocol, Octets(TCP_OR_UDP), 64, tclass, 0x12345)
    kinds = [0] * hop + chain + [44] * fragment
    following = [*kinds[1:], protocol] if kinds else []
    octets = b""
    for kind, after in zip(kinds, following, strict=True):
        if kind == 44:
            ip.fragment_at = len(octets)
            octets += fragment_header(after, 0, True, 7)
        else:
            octets += bytes([after, 1]) + bytes(14)
    ip.next_header, ip.extensions = (kinds[0] if kinds else protocol), octets
    ports = 0x12345678 if protocol in (6, 17) and not fragment else 0
    for frame in framed(ip):
        assert told(dissect(frame)) == (6, tclass, protocol, src, dst, ports)


@pytest.mark.parametrize("version", [4, 6])
def test_a_packet_that_is_cut_short_has_no_fields(version: int) -> None:
    whole = packet(octets=100, version=version)
    data = whole.payload.emit()
    header = 20 if version == 4 else 40
    for length in range(header):
        assert dissect(Frame(2, 1, whole.ethertype, Octets(data[:length]))) is None
    without_ports = dissect(Frame(2, 1, whole.ethertype, Octets(data[: header + 3])))
    assert without_ports is not None
    assert without_ports.ports == 0
    assert dissect(Frame(2, 1, 0x0806, Octets(data))) is None
    assert dissect(Frame(2, 1, 0x86DD if version == 4 else 0x0800, Octets(data))) is None


def test_a_chain_of_headers_that_reaches_beyond_the_packet() -> None:
    data = bytes([0x60, 0, 0, 0, 0, 4, 60, 64]) + bytes(32)
    assert dissect(Frame(2, 1, 0x86DD, Octets(data + bytes([17, 0, 0, 0])))) is None


def test_flows_are_told_apart_and_each_queue_hashes_in_its_own_way() -> None:
    seen = set()
    for version in (4, 6):
        for flow in range(200):
            fields, octets = (dissect(packet(flow=flow, version=version, octet_form=form)) for form in (False, True))
            assert fields is not None
            assert octets is not None
            assert fields.flow_hash(7) == octets.flow_hash(7)
            seen.add(int(fields.flow_hash(7)))
            assert 0 <= fields.flow_hash(7) < 2**32
    assert len(seen) == 400
    one = dissect(packet())
    assert one is not None
    assert len({int(one.flow_hash(seed)) for seed in range(100)}) == 100


@pytest.mark.slow
@pytest.mark.parametrize("version", [4, 6])
@pytest.mark.parametrize("octet_form", [False, True])
@given(ecn=st.integers(0, 3), dscp=st.integers(0, 63))
def test_marking(version: int, octet_form: bool, ecn: int, dscp: int) -> None:
    frame = packet(octets=200, ecn=ecn, dscp=dscp, version=version, octet_form=octet_form)
    before = frame.payload.emit()
    marked = mark(frame)
    assert (marked is None) == (ecn == 0)
    if marked is None:
        assert frame.payload.emit() == before
        return
    after = marked.payload.emit()
    assert (marked is frame) == (not octet_form or ecn == 3)
    assert (marked.dst, marked.src, marked.ethertype, marked.octets) == (
        frame.dst, frame.src, frame.ethertype, frame.octets,
    )  # fmt: skip
    assert traffic_class(marked) == dscp << 2 | 3
    parsed = (ipv4.parse if version == 4 else ipv6.parse)(after)
    assert parsed is not None, "the checksum is right"
    parsed.traffic_class = dscp << 2 | ecn
    assert parsed.emit() == before, "nothing else has changed"


@pytest.mark.parametrize("version", [4, 6])
@pytest.mark.parametrize("octet_form", [False, True])
@pytest.mark.parametrize("tags", [[(C_TAG, 7)], [(S_TAG, 9), (C_TAG, 7)]])
def test_behind_vlan_tags(version: int, octet_form: bool, tags: list[tuple[int, int]]) -> None:
    plain = packet(octets=70, ecn=1, flow=5, version=version, octet_form=octet_form)
    ethertype, pdu = plain.ethertype, plain.payload
    for tpid, tci in reversed(tags):
        ethertype, pdu = tpid, VlanTag(tci, ethertype, pdu, 60)
    frame = Frame(2, 1, ethertype, pdu)
    assert told(dissect(frame)) == told(dissect(plain))
    before = frame.emit()
    marked = mark(frame)
    assert marked is not None
    after = marked.emit()
    at = 14 + 4 * len(tags) + (0 if version == 6 else 1)
    old, new = before[at : at + 2], after[at : at + 2]
    assert (int.from_bytes(old, "big") ^ int.from_bytes(new, "big")) == (0x0200 if version == 4 else 0x20)
    assert Frame.parse(after) is not None
    assert mark(marked) is marked
    unaware = packet(octets=70, version=version, octet_form=octet_form)
    assert mark(Frame(2, 1, C_TAG, VlanTag(1, unaware.ethertype, unaware.payload))) is None


@pytest.mark.slow
@given(st.binary(min_size=20, max_size=60).map(bytearray))
def test_the_checksum_follows_whatever_it_was(data: bytearray) -> None:
    data[0], data[1] = 0x45, data[1] & 0xFC | 1
    data[10:12] = bytes(2)
    data[10:12] = int(internet_checksum(bytes(data[:20]))).to_bytes(2, "big")
    marked = mark(Frame(2, 1, 0x0800, Octets(bytes(data))))
    assert marked is not None
    assert internet_checksum(marked.payload.emit()[:20]) == 0


def test_what_is_no_ip_packet_is_not_marked() -> None:
    assert mark(Frame(2, 1, 0x0806, Octets(bytes([0x45, 1]) + bytes(60)))) is None
    assert mark(Frame(2, 1, 0x0800, Octets(bytes([0x65, 1]) + bytes(60)))) is None
    assert mark(Frame(2, 1, 0x86DD, Octets(bytes([0x45, 0x10]) + bytes(60)))) is None
    assert mark(Frame(2, 1, 0x0800, Octets(bytes([0x45, 1]) + bytes(17)))) is None
    assert mark(Frame(2, 1, 0x86DD, Octets(bytes([0x60, 0x10]) + bytes(37)))) is None
