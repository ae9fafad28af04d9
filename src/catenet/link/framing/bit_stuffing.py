"""HDLC frames on a synchronous line: a zero after five ones (ISO/IEC 13239, 4.3; RFC 1662, section 5).

Between two flags, 01111110, no six ones follow one another: the sender adds a zero behind five, and the receiver
removes it.  Seven ones or more abort a frame.  The lowest bit of an octet is sent first.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

FLAG: Final[i64] = 0x7E
MAX_ONES: Final[i64] = 5


def encode(frame: bytes) -> bytes:
    """The bits of a frame between two flags, as octets; ones, an idle line, fill the last."""
    sent = bytearray([FLAG])
    held: i64 = 0
    """Bits that do not fill an octet yet, the first one lowest."""
    count: i64 = 0
    ones: i64 = 0
    for value in frame:
        octet: i64 = value
        for _ in range(8):
            bit = octet & 1
            octet >>= 1
            held |= bit << count
            count += 1
            ones = ones + 1 if bit else 0
            if ones == MAX_ONES:
                count += 1
                ones = 0
            if count >= 8:
                sent.append(held & 0xFF)
                held >>= 8
                count -= 8
    held |= FLAG << count
    count += 8
    held |= 0xFF << count
    while count > 0:
        sent.append(held & 0xFF)
        held >>= 8
        count -= 8
    return bytes(sent)


class BitDeframer:
    """Finds frames in the bits of a line, however they are cut."""

    def __init__(self) -> None:
        self._frame = bytearray()
        self._held: i64 = 0
        self._count: i64 = 0
        self._ones: i64 = 0
        self._hunting = True
        self.aborted: i64 = 0
        """Frames in which seven ones followed one another."""

    def feed(self, octets: bytes) -> list[bytes]:
        """The frames, check sequences included, whose closing flag ends in these octets."""
        found: list[bytes] = []
        for value in octets:
            octet: i64 = value
            for _ in range(8):
                self._bit(octet & 1, found)
                octet >>= 1
        return found

    def _bit(self, bit: i64, found: list[bytes]) -> None:
        if bit:
            self._ones += 1
            if self._ones == 7 and not self._hunting:
                self.aborted += 1 if self._frame or self._count > 7 else 0
                self._hunting = True
            self._keep(1)
            return
        ones = self._ones
        self._ones = 0
        if ones == 6:
            self._flag(found)
        elif ones != MAX_ONES:
            self._keep(0)

    def _keep(self, bit: i64) -> None:
        if self._hunting:
            return
        self._held |= bit << self._count
        self._count += 1
        # The last seven bits may belong to a flag: 0111111 was kept before its end was seen.
        if self._count == 15:
            self._frame.append(self._held & 0xFF)
            self._held >>= 8
            self._count = 7

    def _flag(self, found: list[bytes]) -> None:
        """A flag has ended.  Its first seven bits are held; a frame that is no whole number of octets is no frame."""
        if not self._hunting and self._count == 7 and self._frame:
            found.append(bytes(self._frame))
        self._frame = bytearray()
        self._held = 0
        self._count = 0
        self._hunting = False
