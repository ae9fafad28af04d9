"""Batches of frames, and the judgement of a segment's end: whole, torn, or damaged."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from google_crc32c import value

from catenet.application.storage.wal.frame import (
    COMMIT,
    HEADER_OCTETS,
    MAGIC,
    PAD,
    Frame,
    emit,
    emit_commit,
    header_at,
    payload_at,
)

SECTOR_OCTETS: Final = 512
"""The least that a disk writes at once; a larger sector (4096) is a whole number of these."""
HOLE: Final = bytes(SECTOR_OCTETS)


class WrittenBatch(NamedTuple):
    """A batch that was found whole."""

    sequence: int
    frames: tuple[Frame, ...]


class SegmentContent(NamedTuple):
    """What a segment holds: whole batches up to ``end``, and what is behind them.

    ``torn`` says that the rest is a write that a crash cut short; ``damage`` what is wrong if it is not; both empty
    if there is no rest.  An empty segment is torn, too: none is ever left so.
    """

    batches: tuple[WrittenBatch, ...]
    end: int
    torn: bool = False
    damage: str = ""


def emit_batch(frames: Sequence[Frame], sequence: int, offset: int) -> bytes:
    """A batch in octets, for that offset in its segment.  No sector of it is all zeros, and it ends in mid-sector."""
    mask = _mask_for(frames)
    parts = [emit(frame, sequence, mask) for frame in frames]
    if (offset + sum(map(len, parts)) + HEADER_OCTETS) % SECTOR_OCTETS == 0:
        parts.append(emit(Frame(PAD, 0), sequence))
    body = b"".join(parts)
    return body + emit_commit(body, sequence)


def _mask_for(frames: Sequence[Frame]) -> int:
    """The least mask under which no payload holds a sector of zeros."""
    if not any(HOLE in frame.payload for frame in frames):
        return 0
    runs = (bytes([mask]) * SECTOR_OCTETS for mask in range(256))
    fits = (mask for mask, run in enumerate(runs) if not any(run in frame.payload for frame in frames))
    return next(fits, 0)


def read_segment(data: bytes) -> SegmentContent:
    """Read all whole batches, and judge the rest."""
    batches: list[WrittenBatch] = []
    offset = 0
    while offset < len(data):
        found = _batch_at(data, offset)
        if found is None or (batches and found[0].sequence != batches[-1].sequence + 1):
            break
        batches.append(found[0])
        offset = found[1]
    if offset == len(data):
        return SegmentContent(tuple(batches), offset, torn=not batches)
    damage = _judge(data, offset, batches[-1].sequence + 1 if batches else None)
    return SegmentContent(tuple(batches), offset, torn=not damage, damage=damage)


def _batch_at(data: bytes, begin: int) -> tuple[WrittenBatch, int] | None:
    """The batch that begins there and where it ends; None if it is not whole."""
    frames: list[Frame] = []
    offset = begin
    first = header_at(data, begin)
    while True:
        header = header_at(data, offset)
        if header is None or first is None or header.sequence != first.sequence:
            return None
        if header.kind == COMMIT:
            if header.number != offset - begin or header.checksum != value(data[begin:offset]):
                return None
            return WrittenBatch(first.sequence, tuple(frames)), offset + HEADER_OCTETS
        payload = payload_at(data, offset, header)
        if payload is None:
            return None
        if header.kind != PAD:
            frames.append(Frame(header.kind, header.number, payload))
        offset += header.octets


def _judge(data: bytes, begin: int, sequence: int | None) -> str:
    """What is wrong with what begins there and is no whole batch; empty if a crash may have left it so.

    ``sequence`` is the number that the batch would have; None at the beginning of a segment, where any is right.
    """
    end, committed = len(data), False
    for offset, found, kind, octets in _later_headers(data, begin):
        if sequence is None:
            sequence = found
        if found > sequence:
            return f"batch {sequence} is not whole, and there is a later one at octet {offset}"
        if kind == COMMIT and found == sequence and octets == offset - begin:
            end, committed = offset + HEADER_OCTETS, True
    if _has_hole(data, begin, end) or (not committed and end % SECTOR_OCTETS == 0):
        return ""
    return "the last batch is not whole, and no sector of it is missing"


def _later_headers(data: bytes, begin: int) -> list[tuple[int, int, int, int]]:
    """Offset, sequence number, kind and number of every good header from there on."""
    found: list[tuple[int, int, int, int]] = []
    offset = data.find(MAGIC, begin)
    while offset >= 0:
        header = header_at(data, offset)
        if header is not None:
            found.append((offset, header.sequence, header.kind, header.number))
        offset = data.find(MAGIC, offset + 1)
    return found


def _has_hole(data: bytes, begin: int, end: int) -> bool:
    """Whether a sector's share of ``data[begin:end]`` is all zeros."""
    offset = begin
    while offset < end:
        after = min((offset // SECTOR_OCTETS + 1) * SECTOR_OCTETS, end)
        if not any(data[offset:after]):
            return True
        offset = after
    return False
