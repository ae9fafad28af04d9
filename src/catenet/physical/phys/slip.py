"""SLIP: packets on a serial line, delimited by END (RFC 1055).

====== ===== ==================================================
octet  name  on the line
====== ===== ==================================================
0xC0   END   ends a packet; sent before one too, it ends noise
0xDB   ESC   begins ESC ESC_END (0xDC) and ESC ESC_ESC (0xDD)
====== ===== ==================================================

There is no check sequence: what is damaged is found by the layer above, or not at all.
"""

from __future__ import annotations

from typing import Final

END: Final = 0xC0
ESC: Final = 0xDB
ESC_END: Final = 0xDC
ESC_ESC: Final = 0xDD

_END: Final = bytes([END])
_ESC: Final = bytes([ESC])
_END_ESCAPED: Final = bytes([ESC, ESC_END])
_ESC_ESCAPED: Final = bytes([ESC, ESC_ESC])


def encode(packet: bytes) -> bytes:
    """A packet between two ENDs."""
    return _END + packet.replace(_ESC, _ESC_ESCAPED).replace(_END, _END_ESCAPED) + _END


def decode(octets: bytes) -> list[bytes]:
    """The packets of a stretch of line, in order; empty ones, between two ENDs, are none.

    What is no escape behind an ESC stays as it is (RFC 1055, the protocol violation of its program).
    """
    return [unescaped(part) for part in octets.split(_END) if part]


def unescaped(part: bytes) -> bytes:
    """What stands between two ENDs, without its escapes."""
    return part.replace(_END_ESCAPED, _END).replace(_ESC_ESCAPED, _ESC)
