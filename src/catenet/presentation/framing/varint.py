"""Whole numbers of variable length, small ones in one octet, and frames whose length is one.

``leb128`` is the form of Protocol Buffers: seven bits in an octet, least first, all but the last octet marked; up to 64
bits in ten octets.  ``quic`` is that of RFC 9000 section 16: the first two bits tell the length, 1, 2, 4 or 8 octets in
network byte order; up to 62 bits.
"""

from __future__ import annotations

from typing import Final, Literal

from catenet.presentation.framing.decoder import MESSAGE_BYTES_MAX, FrameDecoder

VarintForm = Literal["leb128", "quic"]
FORMS: Final = ("leb128", "quic")
LEB128_BYTES_MAX: Final = 10
LEB128_END: Final = 1 << 64
QUIC_END: Final = 1 << 62


def encode_varint(value: int, form: VarintForm = "leb128") -> bytes:
    """A number, in the shortest form.  Raises ValueError if it is out of range."""
    end = QUIC_END if _checked(form) == "quic" else LEB128_END
    if not 0 <= value < end:
        raise ValueError(f"{value} is out of the range of {form}, 0 to {end - 1}")
    if form == "quic":
        octets, code = next((1 << code, code) for code in range(4) if value < 1 << (8 << code) - 2)
        return (value | code << octets * 8 - 2).to_bytes(octets, "big")
    encoded = bytearray()
    while value > 127:
        encoded.append(value & 127 | 128)
        value >>= 7
    encoded.append(value)
    return bytes(encoded)


def decode_varint(data: bytes | bytearray, at: int = 0, form: VarintForm = "leb128") -> tuple[int, int] | None:
    """The number at an offset, and the offset behind it; None if it is incomplete.

    Longer forms than the shortest are valid.  Raises ValueError for a number of more than 64 bits.
    """
    if _checked(form) == "quic":
        if at >= len(data):
            return None
        octets = 1 << (data[at] >> 6)
        if at + octets > len(data):
            return None
        return int.from_bytes(data[at : at + octets], "big") & (1 << octets * 8 - 2) - 1, at + octets
    value = 0
    for number, octet in enumerate(data[at : at + LEB128_BYTES_MAX]):
        value |= (octet & 127) << 7 * number
        if octet < 128:
            if value >= LEB128_END:
                break
            return value, at + number + 1
    else:
        if len(data) - at < LEB128_BYTES_MAX:
            return None
    raise ValueError(f"a number of more than 64 bits, or of more than {LEB128_BYTES_MAX} octets")


def varint_prefixed(message: bytes, form: VarintForm = "leb128") -> bytes:
    """The frame of a message: its length, and the message."""
    return encode_varint(len(message), form) + message


class VarintDecoder(FrameDecoder):
    """Decodes :func:`varint_prefixed`."""

    def __init__(self, form: VarintForm = "leb128", message_bytes_max: int = MESSAGE_BYTES_MAX) -> None:
        super().__init__(message_bytes_max)
        _checked(form)
        self._form: Final[VarintForm] = form

    def _take(self) -> bytes | None:
        try:
            head = decode_varint(self._buffer, self._at, self._form)
        except ValueError as error:
            raise self.error(f"the length is {error}") from None
        if head is None:
            return None
        size, end = head
        return self._cut(end - self._at, self.check_size(size))


def _checked(form: str) -> str:
    if form not in FORMS:
        raise ValueError(f"varint form {form!r} is not one of {', '.join(FORMS)}")
    return form
