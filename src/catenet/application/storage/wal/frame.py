"""One frame of the log: a header of 32 octets, and a payload padded to a multiple of 8.

::

    0  magic      2 octets  0xCA7E
    2  kind       1
    3  mask       1         the payload's octets are stored XOR this
    4  length     4         of the payload, without padding
    8  sequence   8         of the batch
    16 number     8         the record's index; what else, depends on the kind
    24 checksum   4         CRC32C of the payload as it is stored, with its padding; in a commit frame, of the batch
    28 checksum   4         CRC32C of the header up to here

All numbers are big endian.  CRC32C is Castagnoli's (RFC 3720 section 12.1): it finds every burst of up to 32 bits.
"""

from __future__ import annotations

import struct
from typing import Final, NamedTuple

from google_crc32c import value

MAGIC: Final = b"\xca\x7e"
HEADER: Final = struct.Struct(">2sBBIQQI")
CHECKSUM: Final = struct.Struct(">I")
HEADER_OCTETS: Final = HEADER.size + CHECKSUM.size
ALIGNMENT: Final = 8
PADDING: Final = b"\xa5" * ALIGNMENT
MAX_PAYLOAD_OCTETS: Final = 1 << 30

SEGMENT: Final = 1
"""Opens a segment: ``number`` is its own; the payload is the number of the first segment that is still needed (8
octets), then the version of the format (2 octets; version 1 had none)."""
STATE: Final = 2
"""The payload is the replica's state."""
RECORD: Final = 3
"""The payload is the record whose index is ``number``."""
CUT: Final = 4
"""Every record from index ``number`` on is forgotten."""
FORGET: Final = 5
"""Every record below index ``number`` is forgotten."""
SNAPSHOT: Final = 6
"""The snapshot up to index ``number`` is in the file that the payload names."""
FLOOR: Final = 7
"""Segments below ``number`` are not needed any more."""
PAD: Final = 8
"""Means nothing."""
COMMIT: Final = 9
"""Ends a batch: ``number`` is the octets of its other frames."""
BEGIN: Final = 10
"""Begins a batch: ``number`` is the octets of the whole batch, so that its extent is known if its end is missing."""


class Header(NamedTuple):
    """What a header says; ``checksum`` is the payload's."""

    kind: int
    mask: int
    length: int
    sequence: int
    number: int
    checksum: int

    @property
    def octets(self) -> int:
        """What the whole frame takes."""
        return HEADER_OCTETS + padded(self.length)


class Frame(NamedTuple):
    """A frame that was read or is to be written."""

    kind: int
    number: int
    payload: bytes = b""


def padded(length: int) -> int:
    """A payload's length with its padding."""
    return -(-length // ALIGNMENT) * ALIGNMENT


def _emit_header(kind: int, mask: int, length: int, sequence: int, number: int, checksum: int) -> bytes:
    data = HEADER.pack(MAGIC, kind, mask, length, sequence, number, checksum)
    return data + CHECKSUM.pack(value(data))


def emit(frame: Frame, sequence: int, mask: int = 0) -> bytes:
    """A frame in octets.  ValueError if its payload is longer than 1 GiB."""
    length = len(frame.payload)
    if length > MAX_PAYLOAD_OCTETS:
        raise ValueError(f"a record of {length} octets is longer than {MAX_PAYLOAD_OCTETS}")
    stored = masked(frame.payload, mask) + PADDING[: -length % ALIGNMENT]
    return _emit_header(frame.kind, mask, length, sequence, frame.number, value(stored)) + stored


def emit_commit(frames: bytes, sequence: int) -> bytes:
    """The frame that ends a batch."""
    return _emit_header(COMMIT, 0, 0, sequence, len(frames), value(frames))


def header_at(data: bytes, offset: int) -> Header | None:
    """The header that begins there; None if there is none, or not a whole one."""
    if data[offset : offset + 2] != MAGIC or offset + HEADER_OCTETS > len(data):
        return None
    end = offset + HEADER.size
    if CHECKSUM.unpack_from(data, end)[0] != value(data[offset:end]):
        return None
    _, kind, mask, length, sequence, number, checksum = HEADER.unpack_from(data, offset)
    return Header(kind, mask, length, sequence, number, checksum)


def payload_at(data: bytes, offset: int, header: Header) -> bytes | None:
    """The payload of the frame that begins there; None if it is not what was written."""
    begin = offset + HEADER_OCTETS
    stored = data[begin : offset + header.octets]
    if len(stored) < padded(header.length) or value(stored) != header.checksum:
        return None
    return masked(stored[: header.length], header.mask)


def masked(payload: bytes, mask: int) -> bytes:
    """Every octet XOR the mask."""
    return payload.translate(bytes(octet ^ mask for octet in range(256))) if mask else payload
