"""VLAN tags and their octets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catenet.kernel import Kernel, Octets
from catenet.kernel.pdu import Pdu
from catenet.link import Frame, Port, Station
from catenet.link.vlan_tag import C_TAG, S_TAG, VlanTag
from catenet.physical.wire import Wire

DATA = st.binary(min_size=46, max_size=200).map(Octets)


def tagged(payload: Pdu, tpids: list[int], tci: int, ethertype: int) -> Frame:
    """A frame with these tags, the outermost first."""
    for tpid in reversed(tpids):
        payload, ethertype = VlanTag(tci, ethertype, payload), tpid
    return Frame(1, 2, ethertype, payload)


def test_the_octets_of_a_tag_by_hand() -> None:
    frame = Frame(1, 2, C_TAG, VlanTag(5 << 13 | 1 << 12 | 10, 0x0800, Octets(b"\x45"), octets=46))
    data = frame.emit()
    assert data[12:19].hex() == "8100" + "b00a" + "0800" + "45"
    assert len(data) == frame.octets == 68


@pytest.mark.slow
@given(DATA, st.lists(st.sampled_from([int(C_TAG), int(S_TAG)]), min_size=1, max_size=3), st.integers(0, 0xFFFF))
def test_parse_undoes_emit(data: Octets, tpids: list[int], tci: int) -> None:
    frame = tagged(data, tpids, tci, 0x0800)
    parsed = Frame.parse(frame.emit())
    assert parsed is not None
    assert parsed.emit() == frame.emit()
    assert parsed.octets == frame.octets
    payload: Pdu = parsed.payload
    for tpid, inner in zip(tpids, [*tpids[1:], 0x0800], strict=True):
        assert isinstance(payload, VlanTag)
        assert (payload.tci, payload.ethertype) == (tci, inner), tpid
        assert (payload.vid, payload.priority) == (tci & 0xFFF, tci >> 13)
        payload = payload.payload
    assert payload.emit() == data.data


def test_a_tag_that_is_cut_short_is_octets() -> None:
    assert VlanTag.parse(b"\x00\x0a\x81") is None
    inner = VlanTag.parse(b"\x00\x0a\x81\x00\x00")
    assert inner is not None
    assert isinstance(inner.payload, Octets)


def test_a_clone_is_in_other_hands_and_as_long() -> None:
    tag = VlanTag(10, 0x0800, Frame(1, 2, 0x0800, Octets(b"")), octets=100)
    clone = tag.clone()
    assert isinstance(clone, VlanTag)
    assert clone.payload is not tag.payload
    assert clone.emit() == tag.emit()
    assert clone.wire_length() == 104


class Ear(Station):
    def receive_frame(self, port: Port, frame: Frame) -> None:
        pass


@pytest.mark.parametrize("tpids", [[], [C_TAG], [S_TAG, C_TAG]])
@pytest.mark.parametrize(("octets", "sent"), [(1500, True), (1501, False)])
def test_tags_do_not_count_for_the_mtu(tpids: list[int], octets: int, sent: bool) -> None:
    kernel = Kernel()
    a, b = Port(kernel, "a", 1, Ear()), Port(kernel, "b", 2, Ear())
    a.attach(Wire(kernel, "a", "b", a, b, 10**9, 0).forward)
    frame = tagged(Octets(bytes(octets)), tpids, 10, 0x0800)
    assert frame.overhead_octets() == 18 + 4 * len(tpids)
    assert a.send(frame) is sent
