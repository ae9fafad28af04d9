"""Frames and batches in octets."""

from __future__ import annotations

from itertools import pairwise

import pytest
from google_crc32c import value
from hypothesis import given
from hypothesis import strategies as st

from catenet.application.storage.wal.frame import RECORD, STATE, Frame, emit, header_at, payload_at
from catenet.application.storage.wal.segment import SECTOR_OCTETS, emit_batch, read_segment
from tests.unit.application.storage.crashing_disk import octets

FRAMES = st.lists(st.builds(Frame, st.sampled_from([RECORD, STATE]), st.integers(0, 2**64 - 1), octets()), max_size=6)


@pytest.mark.parametrize(
    ("data", "checksum"),
    [
        (bytes(32), 0x8A9136AA),
        (b"\xff" * 32, 0x62A8AB43),
        (bytes(range(32)), 0x46DD794E),
        (bytes(reversed(range(32))), 0x113FDB5C),
        (b"123456789", 0xE3069283),
    ],
)
def test_the_checksum_is_castagnolis(data: bytes, checksum: int) -> None:
    """The examples of RFC 3720 section B.4, and the catalogue's check value."""
    assert value(data) == checksum


@pytest.mark.slow
@given(st.integers(0, 2**64 - 1), octets(), st.integers(0, 255), st.integers(0, 2**64 - 1))
def test_a_frame_comes_back(number: int, payload: bytes, mask: int, sequence: int) -> None:
    data = emit(Frame(RECORD, number, payload), sequence, mask)
    header = header_at(data, 0)
    assert header is not None
    assert (header.kind, header.number, header.sequence, header.octets) == (RECORD, number, sequence, len(data))
    assert payload_at(data, 0, header) == payload
    assert len(data) % 8 == 0


@pytest.mark.slow
@given(st.lists(FRAMES, min_size=1, max_size=5))
def test_batches_come_back(groups: list[list[Frame]]) -> None:
    data = b""
    for sequence, frames in enumerate(groups, 7):
        data += emit_batch(frames, sequence, len(data))
        assert len(data) % SECTOR_OCTETS != 0
    content = read_segment(data.ljust(-(-len(data) // SECTOR_OCTETS) * SECTOR_OCTETS, b"\0"))
    assert [list(batch.frames) for batch in content.batches] == groups
    assert [batch.sequence for batch in content.batches] == list(range(7, 7 + len(groups)))
    assert (content.end, content.torn, content.damage) == (len(data), False, "")


@pytest.mark.parametrize("offset", [0, 8, 136, 256, 504, 520])
def test_a_batch_ends_within_a_sector_wherever_it_begins(offset: int) -> None:
    """A file that was cut at the end of a sector has thereby lost octets of its last batch, and cannot look whole."""
    for octets_of_payload in range(0, 2 * SECTOR_OCTETS, 8):
        data = emit_batch([Frame(RECORD, 1, b"x" * octets_of_payload)], 1, offset)
        assert (offset + len(data)) % SECTOR_OCTETS != 0, octets_of_payload


@pytest.mark.slow
@given(FRAMES, st.integers(0, 600))
def test_no_sector_of_a_batch_is_all_zeros(frames: list[Frame], before: int) -> None:
    offset = before * 8
    data = emit_batch(frames, 1, offset)
    edges = [0, *range(SECTOR_OCTETS - offset % SECTOR_OCTETS, len(data), SECTOR_OCTETS), len(data)]
    assert all(any(data[begin:end]) for begin, end in pairwise(edges))
