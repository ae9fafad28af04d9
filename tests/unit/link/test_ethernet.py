"""Frames and their octets."""

from __future__ import annotations

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catenet.kernel import Octets
from catenet.link import Frame, is_group, local_mac, mac_from_text, mac_text
from catenet.link.ethernet import AROUND_OCTETS, MIN_OCTETS, RESIDUE

MACS = st.integers(0, (1 << 48) - 1)
FRAMES = st.builds(
    Frame, MACS, MACS, st.integers(0x600, 0xFFFF), st.binary(min_size=0, max_size=200).map(lambda data: Octets(data))
)


def test_the_octets_of_one_frame_by_hand() -> None:
    frame = Frame(mac_from_text("ff:ff:ff:ff:ff:ff"), mac_from_text("02:00:00:00:00:01"), 0x0806, Octets(b"\x00\x01"))
    data = frame.emit()
    assert data[:-4].hex() == "ffffffffffff" + "020000000001" + "0806" + "0001" + "00" * 44
    assert int.from_bytes(data[-4:], "little") == zlib.crc32(data[:-4])


def test_the_check_sequence_is_the_published_crc() -> None:
    assert zlib.crc32(b"123456789") == 0xCBF43926
    assert RESIDUE == 0x2144DF1C


@pytest.mark.parametrize(("payload", "on_the_wire"), [(0, 84), (46, 84), (47, 85), (1500, 1538)])
def test_what_a_frame_takes_up(payload: int, on_the_wire: int) -> None:
    frame = Frame(1, 2, 0x0800, Octets(bytes(payload)))
    assert frame.octets + AROUND_OCTETS == on_the_wire
    assert frame.wire_length() == len(frame.emit())


@pytest.mark.slow
@given(FRAMES)
def test_parse_undoes_emit(frame: Frame) -> None:
    data = frame.emit()
    assert zlib.crc32(data) == RESIDUE
    parsed = Frame.parse(data)
    assert parsed is not None
    assert (parsed.dst, parsed.src, parsed.ethertype) == (frame.dst, frame.src, frame.ethertype)
    assert parsed.octets == frame.octets == len(data)
    payload = frame.payload.emit()
    assert parsed.payload.emit() == payload.ljust(46, b"\0")
    assert parsed.emit() == data


@pytest.mark.slow
@given(FRAMES, st.data())
def test_any_few_flipped_bits_are_caught(frame: Frame, choose: st.DataObject) -> None:
    data = bytearray(frame.emit())
    for place in choose.draw(st.lists(st.integers(0, len(data) * 8 - 1), unique=True, min_size=1, max_size=3)):
        data[place // 8] ^= 1 << place % 8
    assert Frame.parse(bytes(data)) is None


def test_every_single_flipped_bit_is_caught() -> None:
    data = Frame(1, 2, 0x0800, Octets(b"all of these bits matter")).emit()
    whole = int.from_bytes(data, "big")
    for place in range(len(data) * 8):
        assert Frame.parse((whole ^ 1 << place).to_bytes(len(data), "big")) is None


@pytest.mark.slow
@given(st.binary(max_size=MIN_OCTETS - 5))
def test_a_runt_is_refused_though_its_check_sequence_is_right(data: bytes) -> None:
    assert Frame.parse(data + zlib.crc32(data).to_bytes(4, "little")) is None


def test_a_clone_has_a_header_of_its_own() -> None:
    frame = Frame(1, 2, 0x0800, Octets(b"shared"))
    copy = frame.clone()
    assert isinstance(copy, Frame)
    copy.dst = 3
    assert frame.dst == 1
    assert copy.payload.emit() == b"shared"


@given(MACS)
def test_addresses_have_a_text(mac: int) -> None:
    assert mac_from_text(mac_text(mac)) == mac
    assert mac_from_text(mac_text(mac).replace(":", "-").upper()) == mac


@pytest.mark.parametrize("text", ["", "02:00:00:00:00", "02:00:00:00:00:0g", "02:00-00:00:00:01", "020000000001"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a MAC address"):
        mac_from_text(text)


def test_local_addresses_are_single_stations() -> None:
    assert mac_text(local_mac(0x0102)) == "02:00:00:00:01:02"
    assert not is_group(local_mac((1 << 40) - 1))
    assert is_group(mac_from_text("33:33:00:00:00:01"))
    with pytest.raises(ValueError, match="no locally administered"):
        local_mac(1 << 40)
