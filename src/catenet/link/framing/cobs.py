"""COBS: Consistent Overhead Byte Stuffing (Cheshire and Baker, IEEE/ACM Trans. Networking 7(2), 1999).

A packet becomes code blocks without a zero, so that a zero ends it.  A block is a code and the octets behind it: code N
stands for N − 1 octets that are followed by a zero, and 0xFF for 254 octets that are not.  The zero of the last block
is not part of the packet.  The overhead is one octet in 254 at most.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

FULL: Final[i64] = 0xFF
"""The code of 254 octets without a zero behind them."""


def stuffed(packet: bytes) -> bytes:
    """The code blocks of a packet.

    A last block of 254 octets is not followed by a block for nothing: the end of the packet says the same.
    """
    blocks = bytearray()
    parts = packet.split(b"\0")
    for number, part in enumerate(parts):
        place: i64 = 0
        while len(part) - place >= FULL - 1:
            blocks.append(FULL)
            blocks += part[place : place + FULL - 1]
            place += FULL - 1
        if place == 0 or place < len(part) or number < len(parts) - 1:
            blocks.append(len(part) - place + 1)
            blocks += part[place:]
    return bytes(blocks)


def unstuffed(blocks: bytes) -> bytes | None:
    """The packet of some code blocks; None if there is a zero in them, or the last one is cut off."""
    packet = bytearray()
    place: i64 = 0
    while place < len(blocks):
        code: i64 = blocks[place]
        end = place + code
        if code == 0 or end > len(blocks):
            return None
        part = blocks[place + 1 : end]
        if 0 in part:
            return None
        packet += part
        place = end
        if code != FULL and place < len(blocks):
            packet.append(0)
    return bytes(packet)


def encode(packet: bytes) -> bytes:
    """A packet between two zeros: the first one ends noise."""
    return b"\0" + stuffed(packet) + b"\0"


def decode(octets: bytes) -> list[bytes]:
    """The packets of a stretch of line, in order; what is no packet is left out."""
    packets: list[bytes] = []
    for part in octets.split(b"\0"):
        if part:
            packet = unstuffed(part)
            if packet is not None:
                packets.append(packet)
    return packets
