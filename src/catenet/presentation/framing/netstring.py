"""Netstrings (Bernstein, 1997): the length in decimal digits, a colon, the message, a comma: ``5:hello,``."""

from __future__ import annotations

from typing import Final

from catenet.presentation.framing.decoder import MESSAGE_BYTES_MAX, FrameDecoder

COLON: Final = ord(":")
COMMA: Final = ord(",")
ZERO: Final = ord("0")
NINE: Final = ord("9")


def netstring(message: bytes) -> bytes:
    """The frame of a message."""
    return b"%d:%b," % (len(message), message)


class NetstringDecoder(FrameDecoder):
    """Decodes :func:`netstring`.  A length has no leading zeros."""

    def __init__(self, message_bytes_max: int = MESSAGE_BYTES_MAX) -> None:
        super().__init__(message_bytes_max)
        self._digits_max: Final = len(str(message_bytes_max))

    def _take(self) -> bytes | None:
        head = self._head()
        if head is None:
            return None
        digits, size = head
        end = self._at + digits + 1 + size
        if len(self._buffer) > end and self._buffer[end] != COMMA:
            raise self.error(
                f"a comma must follow the message, not {bytes(self._buffer[end : end + 1])!r}", end - self._at
            )
        return self._cut(digits + 1, size, 1)

    def _head(self) -> tuple[int, int] | None:
        """The number of digits, and the message's size; None if there is no colon yet."""
        size = 0
        for number, octet in enumerate(self._buffer[self._at : self._at + self._digits_max + 1]):
            if octet == COLON and number:
                return number, self.check_size(size)
            if not ZERO <= octet <= NINE:
                raise self.error(f"{bytes((octet,))!r} in a length, which is digits and a colon, like 5:hello,", number)
            if number == 1 and size == 0:
                raise self.error("a length begins with 0, which only the length 0 does")
            size = size * 10 + octet - ZERO
        if len(self._buffer) - self._at > self._digits_max:
            raise self.error(f"a length of more than {self._digits_max} digits; the limit is {self.message_bytes_max}")
        return None
