"""Numbers in groups of seven bits, least first, all but the last marked: small ones take one octet."""

from __future__ import annotations

from typing import Final

_ONE_OCTET: Final[list[bytes]] = [bytes((value,)) for value in range(128)]


def put_varint(value: int) -> bytes:
    """Of a number that is not negative."""
    if value < 128:
        return _ONE_OCTET[value]
    octets = bytearray()
    while value > 127:
        octets.append(value & 127 | 128)
        value >>= 7
    octets.append(value)
    return bytes(octets)


def take_varint(data: bytes, at: int) -> tuple[int, int]:
    """The number at an offset, and the offset after it. Raises IndexError where it is cut off."""
    value = 0
    shift = 0
    while data[at] > 127:
        value |= (data[at] & 127) << shift
        shift += 7
        at += 1
    return value | data[at] << shift, at + 1
