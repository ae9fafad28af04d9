"""The octets of LACPDUs and markers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catenet.link.aggregation.lacpdu import Lacpdu, PortInfo, marker_response

WORD = st.integers(0, 0xFFFF)
INFOS = st.builds(PortInfo, WORD, st.integers(0, (1 << 48) - 1), WORD, WORD, WORD, st.integers(0, 255))


def test_the_octets() -> None:
    pdu = Lacpdu(PortInfo(0x8000, 0x0200_0000_0001, 7, 0xFF, 3, 0x3D), PortInfo(1, 0x0A0B_0C0D_0E0F, 2, 3, 4, 0x45), 50)
    head = "0101 0114 8000 020000000001 0007 00ff 0003 3d 000000"
    partner = "0214 0001 0a0b0c0d0e0f 0002 0003 0004 45 000000"
    rest = "0310 0032" + "00" * 12 + "0000" + "00" * 50
    assert pdu.emit().hex() == (head + partner + rest).replace(" ", "")
    frame = pdu.frame(9)
    assert (frame.dst, frame.src, frame.ethertype, frame.octets) == (0x0180_C200_0002, 9, 0x8809, 128)


@pytest.mark.slow
@given(INFOS, INFOS, WORD, st.binary(max_size=20))
def test_what_is_sent_is_what_is_read(actor: PortInfo, partner: PortInfo, delay: int, padding: bytes) -> None:
    sent = Lacpdu(actor, partner, delay)
    heard = Lacpdu.parse(sent.emit() + padding)
    assert heard is not None
    assert heard.emit() == sent.emit()


@given(st.binary(max_size=130))
def test_any_octets_are_read_or_refused(data: bytes) -> None:
    heard = Lacpdu.parse(data)
    assert heard is None or Lacpdu.parse(heard.emit()) is not None


def test_a_later_version_is_read_and_other_elements_are_not() -> None:
    data = bytearray(Lacpdu(PortInfo(1, 2, 3, 4, 5), PortInfo(1, 2, 3, 4, 5)).emit())
    data[1] = 2
    assert Lacpdu.parse(bytes(data)) is not None
    for place in (0, 2, 3, 22, 42):
        other = bytearray(data)
        other[place] ^= 0x40
        assert Lacpdu.parse(bytes(other)) is None
    assert Lacpdu.parse(bytes(data[:109])) is None


def test_a_marker_is_answered_with_all_that_it_held() -> None:
    marker = bytes.fromhex("0201 0110 0003 020000000009 00000007 0000 0000".replace(" ", "")) + bytes(90)
    assert marker_response(marker) == marker[:2] + b"\x02" + marker[3:]
    assert marker_response(marker[:2] + b"\x02" + marker[3:]) is None
    assert marker_response(marker[:50]) is None
