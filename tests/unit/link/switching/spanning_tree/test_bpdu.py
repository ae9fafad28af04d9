"""BPDUs and their octets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catenet.kernel import Octets
from catenet.link import Frame
from catenet.link.switching.spanning_tree.bpdu import (
    AGREEMENT,
    CONFIGURATION,
    DESIGNATED,
    FORWARDING,
    RAPID,
    ROOT,
    TOPOLOGY_CHANGE_NOTIFICATION,
    Bpdu,
)

SHORT = st.integers(0, 0xFFFF)
LONG = st.integers(0, (1 << 64) - 1)
BPDUS = st.one_of(
    st.builds(Bpdu, st.just(RAPID), st.integers(0, 255), LONG, st.integers(0, (1 << 32) - 1), LONG, *[SHORT] * 5),
    st.builds(
        Bpdu, st.just(CONFIGURATION), st.integers(0, 255), LONG, st.just(7), LONG, SHORT, st.just(256), st.just(512)
    ),
    st.just(Bpdu(TOPOLOGY_CHANGE_NOTIFICATION)),
)


def fields(bpdu: Bpdu) -> tuple[int, ...]:
    return (
        *(bpdu.kind, bpdu.flags, bpdu.root_id, bpdu.root_path_cost, bpdu.bridge_id, bpdu.port_id),
        *(bpdu.message_age, bpdu.max_age, bpdu.hello_time, bpdu.forward_delay),
    )


def test_the_octets_of_one_by_hand() -> None:
    """A rapid spanning tree BPDU: root 32768.00:11:22:33:44:55, cost 20000, port 128.1, max age 20 s, and so on."""
    bpdu = Bpdu(
        RAPID,
        ROOT << 2 | FORWARDING,
        0x8000_0011_2233_4455,
        20_000,
        0x8000_00AA_BBCC_DDEE,
        0x8001,
        256,
        5120,
        512,
        3840,
    )
    assert bpdu.emit().hex() == ("0000020228800000112233445500004e20800000aabbccddee80010100140002000f0000")
    frame = bpdu.frame(0x00AA_BBCC_DDEF)
    assert frame.emit()[:17].hex() == "0180c2000000" + "00aabbccddef" + "0027" + "424203"
    assert Bpdu(TOPOLOGY_CHANGE_NOTIFICATION).emit().hex() == "00000080"


@pytest.mark.slow
@given(BPDUS)
def test_parse_undoes_emit(bpdu: Bpdu) -> None:
    parsed = Bpdu.parse(bpdu.emit())
    assert parsed is not None
    assert fields(parsed) == fields(bpdu)
    frame = Frame.parse(bpdu.frame(2).emit())
    assert frame is not None
    in_frame = Bpdu.of_frame(frame)
    assert in_frame is not None
    assert fields(in_frame) == fields(bpdu)


@given(st.binary(max_size=60))
def test_any_octets_are_parsed_or_refused(data: bytes) -> None:
    bpdu = Bpdu.parse(data)
    assert bpdu is None or Bpdu.parse(bpdu.emit()) is not None


@pytest.mark.parametrize(
    "octets",
    [
        "000000",  # too short
        "00010080",  # another protocol
        "00000001",  # another type
        "00000000" + "00" * 30,  # a configuration that is cut short
        "00000202" + "00" * 31,  # one that is rapid
        "00000002" + "00" * 32,  # version 0 has no rapid one
        "0000000000" + "00" * 22 + "1400140002000f00",  # as old as may be
    ],
)
def test_what_is_discarded(octets: str) -> None:
    assert Bpdu.parse(bytes.fromhex(octets)) is None


def test_a_configuration_is_a_designated_ports() -> None:
    assert Bpdu(CONFIGURATION, flags=AGREEMENT).role == DESIGNATED
    assert Bpdu(RAPID, flags=ROOT << 2).role == ROOT


def test_another_protocol_in_llc_is_no_bpdu() -> None:
    data = b"\xaa\xaa\x03" + Bpdu(TOPOLOGY_CHANGE_NOTIFICATION).emit()
    assert Bpdu.of_frame(Frame(1, 2, len(data), Octets(data))) is None
    assert Bpdu.of_frame(Frame(1, 2, 0x0800, Octets(data))) is None
