"""The pcapng codec: what is written is read, and its octets are those of the specification."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catenet.record.pcapng import (
    INBOUND,
    OUTBOUND,
    CapturedFrame,
    CapturedInterface,
    PcapngError,
    PcapngReader,
    PcapngWriter,
)

TEXTS = st.text("aé→ \n", max_size=20)
INTERFACES = st.builds(CapturedInterface, TEXTS, TEXTS, st.integers(0, 2**63), st.just(4))


def test_a_small_file_by_hand() -> None:
    stream = io.BytesIO()
    writer = PcapngWriter(stream)
    writer.add_interface("a")
    writer.write(0, 0x1_0000_0002, b"\xaa\xbb\xcc", "hi")
    words = [stream.getvalue()[place : place + 4].hex() for place in range(0, len(stream.getvalue()), 4)]
    section = [
        "0a0d0d0a",
        "2c000000",
        "4d3c2b1a",
        "01000000",
        "ffffffff",
        "ffffffff",
        "04000700",
        "43617465",
        "6e657400",
    ]
    assert words[:11] == [*section, "00000000", "2c000000"]
    described = ["01000000", "30000000", "01000000", "00000000", "02000100", "61000000", "09000100", "09000000"]
    assert words[11:23] == [*described, "0d000100", "04000000", "00000000", "30000000"]
    packet = ["06000000", "38000000", "00000000", "01000000", "02000000", "03000000", "03000000", "aabbcc00"]
    options = ["01000200", "68690000", "02000400", "82000000", "00000000", "38000000"]
    assert words[23:] == packet + options


@pytest.mark.slow
@given(
    st.lists(INTERFACES, min_size=1, max_size=3),
    st.lists(
        st.tuples(
            st.integers(0, 2),
            st.integers(0, 2**63),
            st.binary(max_size=70),
            TEXTS,
            st.sampled_from([INBOUND, OUTBOUND]),
        ),
        max_size=8,
    ),
)
def test_what_is_written_is_read(
    interfaces: list[CapturedInterface], frames: list[tuple[int, int, bytes, str, int]]
) -> None:
    stream = io.BytesIO()
    writer = PcapngWriter(stream)
    for one in interfaces:
        writer.add_interface(one.name, one.description, one.speed_bit_s)
    expected = [CapturedFrame(frame[0] % len(interfaces), *frame[1:]) for frame in frames]
    for each in expected:
        writer.write(each.interface, each.time_ns, each.data, each.comment, each.direction)
    stream.seek(0)
    reader = PcapngReader(stream)
    assert list(reader) == expected
    assert reader.interfaces == interfaces


def test_a_frame_of_no_interface_is_refused() -> None:
    writer = PcapngWriter(io.BytesIO())
    with pytest.raises(ValueError, match="interface 0 was not described"):
        writer.write(0, 0, b"")


def whole_file() -> bytes:
    stream = io.BytesIO()
    writer = PcapngWriter(stream)
    writer.add_interface("a")
    writer.write(0, 0, b"data")
    return stream.getvalue()


@pytest.mark.slow
@given(st.integers(1, len(whole_file()) - 1))
def test_a_file_that_is_cut_off_is_refused_unless_it_ends_between_blocks(length: int) -> None:
    ends = (44, 44 + 48)
    if length in ends:
        assert list(PcapngReader(io.BytesIO(whole_file()[:length]))) == []
    else:
        with pytest.raises(PcapngError):
            list(PcapngReader(io.BytesIO(whole_file()[:length])))


@pytest.mark.parametrize("data", [b"", b"not a capture at all", b"\xd4\xc3\xb2\xa1" + bytes(20)])
def test_another_file_is_refused(data: bytes) -> None:
    with pytest.raises(PcapngError):
        PcapngReader(io.BytesIO(data))
