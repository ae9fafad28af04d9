"""PAUSE, a MAC control frame (IEEE 802.3-2018, 31.4 and 31B.2).

====== ====== =========================================================
offset octets field, behind ethertype 0x8808
====== ====== =========================================================
0      2      opcode: 1
2      2      pause time, in quanta of 512 bit times; 0 to go on
4      42     reserved, zeros
====== ====== =========================================================
"""

from __future__ import annotations

import struct
from typing import Final

from mypy_extensions import i64

from catenet.kernel.pdu import Octets
from catenet.link.ethernet import Frame

MAC_CONTROL: Final[i64] = 0x0180_C200_0001
"""The group address of PAUSE, which no bridge relays."""
ETHERTYPE: Final[i64] = 0x8808
PAUSE: Final = 1
QUANTUM_BITS: Final[i64] = 512
SECOND_NS: Final[i64] = 1_000_000_000

_PAUSE: Final = struct.Struct("!HH42x")
_FIELDS: Final = struct.Struct("!HH")


def pause_frame(src: int, quanta: int) -> Frame:
    """A frame that asks for a pause of so many quanta."""
    return Frame(MAC_CONTROL, src, ETHERTYPE, Octets(_PAUSE.pack(PAUSE, quanta)))


def quanta_of(frame: Frame) -> int:
    """How many quanta a MAC control frame asks for; -1 if it asks for none."""
    data = frame.payload.emit()
    if len(data) < _FIELDS.size:
        return -1
    opcode, quanta = _FIELDS.unpack_from(data)
    return quanta if opcode == PAUSE else -1


def quanta_ns(quanta: i64, rate_bit_s: i64) -> i64:
    """How long so many quanta are, in nanoseconds."""
    return (quanta * QUANTUM_BITS * SECOND_NS + rate_bit_s - 1) // rate_bit_s
