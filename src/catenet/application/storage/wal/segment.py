"""Batches of frames, and the classification of a segment's end: complete, torn, or damaged."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from google_crc32c import value

from catenet.application.storage.wal.frame import (
    BEGIN,
    COMMIT,
    HEADER_OCTETS,
    MAGIC,
    PAD,
    SEGMENT,
    Frame,
    emit,
    emit_commit,
    header_at,
    payload_at,
)

SECTOR_OCTETS: Final = 512
"""The smallest unit that a disk writes atomically; a larger sector (4096) is a multiple."""
HOLE: Final = bytes(SECTOR_OCTETS)
VERSION: Final = 2
"""Of the format.  In version 1 a batch had no frame at its beginning, and a file ended with its last batch."""
FLOOR_OCTETS: Final = 8
VERSION_OCTETS: Final = 2


class WrittenBatch(NamedTuple):
    """A complete batch."""

    sequence: int
    frames: tuple[Frame, ...]


class SegmentContent(NamedTuple):
    """The contents of a segment: complete batches up to ``end``, and the classification of the rest.

    ``torn`` means that a crash interrupted the write of the rest; ``damage`` describes what is wrong otherwise; both
    are empty if nothing follows the last batch.
    """

    batches: tuple[WrittenBatch, ...]
    end: int
    torn: bool = False
    damage: str = ""


def emit_batch(frames: Sequence[Frame], sequence: int, offset: int) -> bytes:
    """The octets of a batch at an offset in its segment.  No sector is all zeros, and it does not end with a sector."""
    mask = _mask_for(frames)
    parts = [emit(frame, sequence, mask) for frame in frames]
    if (offset + _batch_octets(parts)) % SECTOR_OCTETS == 0:
        parts.append(emit(Frame(PAD, 0), sequence))
    body = emit(Frame(BEGIN, _batch_octets(parts)), sequence) + b"".join(parts)
    return body + emit_commit(body, sequence)


def _batch_octets(parts: Sequence[bytes]) -> int:
    return HEADER_OCTETS + sum(map(len, parts)) + HEADER_OCTETS


def _mask_for(frames: Sequence[Frame]) -> int:
    """The smallest mask under which no payload contains a sector of zeros."""
    if not any(HOLE in frame.payload for frame in frames):
        return 0
    runs = (bytes([mask]) * SECTOR_OCTETS for mask in range(256))
    fits = (mask for mask, run in enumerate(runs) if not any(run in frame.payload for frame in frames))
    return next(fits, 0)


def read_segment(data: bytes, version: int = VERSION) -> SegmentContent:
    """Read all complete batches, and classify the rest."""
    batches: list[WrittenBatch] = []
    offset = 0
    while offset < len(data):
        found = _batch_at(data, offset)
        if found is None or (batches and found[0].sequence != batches[-1].sequence + 1):
            break
        batches.append(found[0])
        offset = found[1]
    sequence = batches[-1].sequence + 1 if batches else None
    if version == 1:
        if offset == len(data):
            return SegmentContent(tuple(batches), offset, torn=not batches)
        damage = _damage_version_1(data, offset, sequence)
        return SegmentContent(tuple(batches), offset, torn=not damage, damage=damage)
    rest_written = bool(data[offset:].strip(b"\0"))
    damage = _damage_after(data, offset, sequence, rest_written)
    return SegmentContent(tuple(batches), offset, torn=rest_written and not damage, damage=damage)


def version_of(data: bytes) -> int:
    """The version of the format that a segment's first frames name; the newest if they cannot be read."""
    offset = 0
    for _ in range(2):
        header = header_at(data, offset)
        payload = None if header is None else payload_at(data, offset, header)
        if header is None or payload is None:
            break
        if header.kind == SEGMENT:
            return int.from_bytes(payload[FLOOR_OCTETS:][:VERSION_OCTETS], "big") or 1
        offset += header.octets
    return VERSION


def _batch_at(data: bytes, begin: int) -> tuple[WrittenBatch, int] | None:
    """The batch at ``begin``, and its end; None if it is incomplete."""
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
        if header.kind == BEGIN and (offset != begin or header.number > len(data) - begin):
            return None
        if header.kind not in (BEGIN, PAD):
            frames.append(Frame(header.kind, header.number, payload))
        offset += header.octets


def _damage_after(data: bytes, begin: int, sequence: int | None, rest_written: bool) -> str:
    """The damage after the complete batches; empty if a crash explains the rest.

    A segment always begins complete: it is written under a temporary name and renamed.  The file is extended durably,
    by whole sectors, before a batch is written: so a batch never reaches beyond the end of the file, and a file that
    ends within a sector was truncated.
    """
    if sequence is None:
        return "it does not begin with a complete batch"
    if len(data) % SECTOR_OCTETS:
        return "the end of the file is missing"
    if not rest_written:
        return ""
    extent, committed = _extent(data, begin, sequence), begin
    for offset, found, kind, octets in _later_headers(data, begin):
        if found > sequence:
            return f"batch {sequence} is incomplete, although there is a later one at octet {offset}"
        if kind == COMMIT and found == sequence and octets == offset - begin:
            committed = offset + HEADER_OCTETS
    end = max(extent, committed)
    if end > len(data):
        return f"batch {sequence} reaches beyond the end of the file"
    return "" if _has_hole(data, begin, end) else "the last batch is incomplete, although no sector of it is missing"


def _extent(data: bytes, begin: int, sequence: int) -> int:
    """The end of the batch at ``begin`` according to its first frame; without that frame, where it would end."""
    header = header_at(data, begin)
    if header is None or header.kind != BEGIN or header.sequence != sequence:
        return begin + HEADER_OCTETS
    return begin + header.number


def _damage_version_1(data: bytes, begin: int, sequence: int | None) -> str:
    """The damage of an incomplete batch in a segment of version 1; empty if a crash explains it.

    ``sequence`` is the expected number of the batch; None at the beginning of a segment, where any is valid.
    """
    end, committed = len(data), False
    for offset, found, kind, octets in _later_headers(data, begin):
        if sequence is None:
            sequence = found
        if found > sequence:
            return f"batch {sequence} is incomplete, although there is a later one at octet {offset}"
        if kind == COMMIT and found == sequence and octets == offset - begin:
            end, committed = offset + HEADER_OCTETS, True
    if _has_hole(data, begin, end) or (not committed and end % SECTOR_OCTETS == 0):
        return ""
    return "the last batch is incomplete, although no sector of it is missing"


def _later_headers(data: bytes, begin: int) -> list[tuple[int, int, int, int]]:
    """Offset, sequence number, kind and number of every valid header from ``begin`` on."""
    found: list[tuple[int, int, int, int]] = []
    offset = data.find(MAGIC, begin)
    while offset >= 0:
        header = header_at(data, offset)
        if header is not None:
            found.append((offset, header.sequence, header.kind, header.number))
        offset = data.find(MAGIC, offset + 1)
    return found


def _has_hole(data: bytes, begin: int, end: int) -> bool:
    """Whether the part of a sector in ``data[begin:end]`` is all zeros."""
    offset = begin
    while offset < end:
        after = min((offset // SECTOR_OCTETS + 1) * SECTOR_OCTETS, end)
        if not any(data[offset:after]):
            return True
        offset = after
    return False
