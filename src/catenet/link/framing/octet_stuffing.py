"""HDLC frames on an asynchronous line: flags, and escapes of what must not appear between them (RFC 1662, section 4).

A frame stands between two flags, 0x7E.  The control escape, 0x7D, is followed by the octet that it stands for, with its
sixth bit complemented.  The flag, the escape, and the control characters that the Async-Control-Character-Map (ACCM)
names are escaped: bit N of the map is set for the character of number N.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

FLAG: Final[i64] = 0x7E
ESCAPE: Final[i64] = 0x7D
COMPLEMENTED: Final[i64] = 0x20
DEFAULT_ACCM: Final[i64] = 0xFFFF_FFFF
"""All 32 control characters (RFC 1662, section 7.1)."""
MAX_OCTETS: Final = 1 << 17
"""Of a frame that a receiver collects: more without a flag is noise."""


def stuffed(frame: bytes, accm: i64 = DEFAULT_ACCM) -> bytes:
    """The octets of a frame, check sequence included, as they are sent between flags."""
    sent = bytearray()
    for value in frame:
        octet: i64 = value
        if octet in (FLAG, ESCAPE) or (octet < 32 and accm >> octet & 1 != 0):
            sent.append(ESCAPE)
            octet ^= COMPLEMENTED
        sent.append(octet)
    return bytes(sent)


def encode(frame: bytes, accm: i64 = DEFAULT_ACCM) -> bytes:
    """A frame, check sequence included, between two flags."""
    flag = bytes([FLAG])
    return flag + stuffed(frame, accm) + flag


class OctetDeframer:
    """Finds frames in the octets of a line, however they are cut.

    ``accm``: control characters that the sender escapes; one that arrives bare was added on the way, and is removed
    (RFC 1662, section 7.1).
    """

    def __init__(self, accm: i64 = 0) -> None:
        self.accm: i64 = accm
        self._frame = bytearray()
        self._escaped = False
        self._hunting = True
        self.aborted: i64 = 0
        """Frames that ended with an escape and a flag (section 4.3)."""

    def feed(self, octets: bytes) -> list[bytes]:
        """The frames, check sequences included, that end in these octets."""
        found: list[bytes] = []
        for value in octets:
            octet: i64 = value
            if octet == FLAG:
                self._end(found)
            elif self._hunting or (octet < 32 and self.accm >> octet & 1 != 0):
                continue
            elif self._escaped:
                self._frame.append(octet ^ COMPLEMENTED)
                self._escaped = False
            elif octet == ESCAPE:
                self._escaped = True
            else:
                self._frame.append(octet)
                self._hunting = len(self._frame) > MAX_OCTETS
        return found

    def _end(self, found: list[bytes]) -> None:
        if self._escaped:
            self.aborted += 1
        elif self._frame and not self._hunting:
            found.append(bytes(self._frame))
        self._frame = bytearray()
        self._escaped = False
        self._hunting = False
