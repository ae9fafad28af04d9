"""The octets of LLDP: what is sent is what is read, and what is malformed is discarded as the standard says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catenet.link.lldp.lldpdu import ADDRESS_IPV4, NEAREST_BRIDGE, Lldpdu, ManagementAddress, fitting
from catenet.link.lldp.tlv import emit_tlv, split_tlvs

IDENTIFIER = st.tuples(st.integers(0, 255), st.binary(min_size=1, max_size=255))
TEXT = st.text(st.characters(codec="utf-8"), max_size=60)
UNITS = st.builds(
    Lldpdu,
    IDENTIFIER,
    IDENTIFIER,
    st.integers(1, 65_535),
    TEXT,
    TEXT,
    TEXT,
    st.none() | st.tuples(st.integers(0, 65_535), st.integers(0, 65_535)),
    st.lists(
        st.builds(
            ManagementAddress,
            st.integers(0, 255),
            st.binary(min_size=1, max_size=31),
            st.integers(0, (1 << 32) - 1),
        ),
        max_size=3,
    ),
    st.lists(
        st.tuples(st.binary(min_size=3, max_size=3), st.integers(0, 255), st.binary(max_size=507)),
        max_size=3,
    ),
)

MANDATORY = "0207 04 020000000001  0403 05 7331  0602 0079".replace(" ", "")


def unit(more: str = "0000") -> Lldpdu | None:
    return Lldpdu.parse(bytes.fromhex(MANDATORY + more.replace(" ", "")))


def test_the_octets() -> None:
    said = Lldpdu(
        (4, bytes.fromhex("020000000001")),
        (5, b"s1"),
        121,
        "a-b",
        "sw",
        "x",
        (0x14, 0x04),
        [ManagementAddress(ADDRESS_IPV4, bytes((10, 0, 0, 1)), 7)],
        [(b"\x00\x12\x0f", 4, b"\x05\xee")],
    )
    more = (
        "0803 612d62  0a02 7377  0c01 78  0e04 00140004  100c 05 01 0a000001 02 00000007 00  fe06 00120f 04 05ee 0000"
    )
    assert said.emit().hex() == (MANDATORY + more).replace(" ", "")
    frame = said.frame(0x0200_0000_0009)
    assert (frame.dst, frame.src, frame.ethertype) == (NEAREST_BRIDGE, 0x0200_0000_0009, 0x88CC)


@pytest.mark.slow
@given(UNITS)
def test_what_is_sent_is_what_is_read(said: Lldpdu) -> None:
    heard = Lldpdu.parse(said.emit() + bytes(46))
    assert heard is not None
    assert (heard.discarded, heard.unrecognized) == (0, 0)
    assert heard.emit() == said.emit()
    for name in ("chassis", "port", "ttl_s", "system_name", "system_description", "port_description", "capabilities"):
        assert getattr(heard, name) == getattr(said, name)


@given(st.binary(max_size=80))
def test_any_octets_are_read_or_discarded(data: bytes) -> None:
    heard = Lldpdu.parse(data)
    assert heard is None or Lldpdu.parse(heard.emit()) is not None


def test_a_shutdown_has_the_mandatory_elements_alone() -> None:
    said = Lldpdu((4, b"\1" * 6), (7, b"p"), 0, "description", "name")
    assert [kind for kind, _ in split_tlvs(said.emit()) or []] == [1, 2, 3]


@pytest.mark.parametrize(
    "octets",
    [
        "",
        "0403057331 0207 04 020000000001 06020079 0000",
        "0207 04 020000000001 0403057331 0000",
        "0201 04 0403057331 06020079 0000",
        "0207 04 020000000001 0403057331 060179 0000",
        MANDATORY + "06020079 0000",
        MANDATORY + "0a09 7377",
        MANDATORY + "0001 00",
    ],
    ids=[
        "nothing",
        "wrong order",
        "no TTL",
        "short chassis ID",
        "short TTL",
        "second TTL",
        "too long",
        "end with data",
    ],
)
def test_a_unit_that_is_discarded_whole(octets: str) -> None:
    assert Lldpdu.parse(bytes.fromhex(octets.replace(" ", ""))) is None


def test_an_optional_element_is_discarded_alone() -> None:
    heard = unit("0e03 000400  1003 05010a  0a02 7377  1203 010203  0000")
    assert heard is not None
    assert (heard.capabilities, heard.addresses, heard.system_name) == (None, [], "sw")
    assert (heard.discarded, heard.unrecognized) == (2, 1)
    twice = unit("0a02 7377  0a02 7378 0000")
    assert twice is not None
    assert (twice.system_name, twice.discarded) == ("sw", 1)


def test_the_end_may_be_missing() -> None:
    assert unit("") is not None


def test_texts_and_values_are_bounded() -> None:
    assert fitting("é" * 200) == ("é" * 127).encode()
    with pytest.raises(ValueError, match="at most 511 fit"):
        emit_tlv(5, bytes(512))
