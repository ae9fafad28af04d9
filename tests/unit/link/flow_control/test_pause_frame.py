"""The octets of PAUSE, and how long a quantum is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catenet.kernel.pdu import Octets
from catenet.link import Frame
from catenet.link.flow_control.pause_frame import ETHERTYPE, MAC_CONTROL, pause_frame, quanta_ns, quanta_of


def test_the_octets() -> None:
    frame = pause_frame(0x0200_0000_0001, 0x1234)
    assert frame.emit()[:-4].hex() == "0180c2000001" + "020000000001" + "8808" + "0001" + "1234" + "00" * 42
    assert frame.octets == 64


@pytest.mark.slow
@given(st.integers(0, 0xFFFF), st.integers(0, (1 << 48) - 1))
def test_what_is_sent_is_what_is_read(quanta: int, src: int) -> None:
    assert quanta_of(pause_frame(src, quanta)) == quanta
    parsed = Frame.parse(pause_frame(src, quanta).emit())
    assert parsed is not None
    assert quanta_of(parsed) == quanta


@pytest.mark.parametrize("data", [b"", b"\0\1\0", b"\0\2\0\1" + bytes(42), b"\1\1\0\1"])
def test_other_opcodes_ask_for_nothing(data: bytes) -> None:
    assert quanta_of(Frame(int(MAC_CONTROL), 1, int(ETHERTYPE), Octets(data))) == -1


def test_a_quantum_is_512_bit_times() -> None:
    assert quanta_ns(1, 10**9) == 512
    assert quanta_ns(65_535, 10**7) == 3_355_392_000
    assert quanta_ns(1, 3) == 170_666_666_667
