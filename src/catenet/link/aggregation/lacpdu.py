"""Link aggregation control PDUs (IEEE 802.1AX-2014, 6.4.2.3), in frames of ethertype 0x8809 (slow protocols).

====== ====== =========================================================
offset octets field
====== ====== =========================================================
0      1      subtype: 1
1      1      version: 1
2      2      actor: type 1, length 20
4      18     system priority (2), system (6), key (2), port priority (2), port (2), state (1), reserved (3)
22     20     partner: type 2, length 20, and the same fields
42     2      collector: type 3, length 16
44     14     maximum delay in 10 µs (2), reserved (12)
58     2      terminator: type 0, length 0
60     50     reserved
====== ====== =========================================================

Subtype 2 is the marker protocol (6.5): whoever gets a marker sends it back as a response, behind all frames that were
sent before.
"""

from __future__ import annotations

import struct
from typing import Final

from catenet.kernel.pdu import Octets
from catenet.link.ethernet import Frame

SLOW_PROTOCOLS: Final = 0x0180_C200_0002
"""The group address that no bridge relays."""
ETHERTYPE: Final = 0x8809
LACP: Final = 1
MARKER: Final = 2

ACTIVITY: Final = 0x01
TIMEOUT: Final = 0x02
AGGREGATION: Final = 0x04
SYNCHRONIZATION: Final = 0x08
COLLECTING: Final = 0x10
DISTRIBUTING: Final = 0x20
DEFAULTED: Final = 0x40
EXPIRED: Final = 0x80
STATE_FLAGS: Final = (
    "activity",
    "timeout",
    "aggregation",
    "synchronization",
    "collecting",
    "distributing",
    "defaulted",
    "expired",
)
"""The flags of a state by bit, from the lowest."""

_LACPDU: Final = struct.Struct("!BB BBHHIHHHB3x BBHHIHHHB3x BBH12x BB50x")
_MARKER_INFORMATION: Final = 1
_MARKER_RESPONSE: Final = 2


class PortInfo:
    """What a LACPDU says of one end: its system, key and port, each with its priority, and ``state``, the flags."""

    def __init__(
        self, system_priority: int, system: int, key: int, port_priority: int, port: int, state: int = 0
    ) -> None:
        self.system_priority: Final = system_priority
        self.system: Final = system
        self.key: Final = key
        self.port_priority: Final = port_priority
        self.port: Final = port
        self.state = state

    def same_port(self, other: PortInfo) -> bool:
        """Whether it is the same port of the same system, with the same key, that may be aggregated as well."""
        return self.identity() == other.identity() and (self.state ^ other.state) & AGGREGATION == 0

    def identity(self) -> tuple[int, int, int, int, int]:
        """Everything but the state."""
        return self.system_priority, self.system, self.key, self.port_priority, self.port


class Lacpdu:
    """One LACPDU; ``max_delay`` of the collector is in 10 µs."""

    def __init__(self, actor: PortInfo, partner: PortInfo, max_delay: int = 0) -> None:
        self.actor: Final = actor
        self.partner: Final = partner
        self.max_delay: Final = max_delay

    def emit(self) -> bytes:
        """The octets."""
        return _LACPDU.pack(
            LACP, 1, 1, 20, *_fields(self.actor), 2, 20, *_fields(self.partner), 3, 16, self.max_delay, 0, 0
        )

    def frame(self, src: int) -> Frame:
        """The frame that carries it from a port's MAC address."""
        return slow_frame(src, self.emit())

    @staticmethod
    def parse(data: bytes) -> Lacpdu | None:
        """The LACPDU of these octets; None if there is none.  Version and reserved fields are ignored (6.4.9.2)."""
        if len(data) < _LACPDU.size or data[0] != LACP:
            return None
        fields = _LACPDU.unpack_from(data)
        if fields[2:4] != (1, 20) or fields[11:13] != (2, 20) or fields[20:22] != (3, 16):
            return None
        return Lacpdu(_info(fields[4:11]), _info(fields[13:20]), fields[22])


def slow_frame(src: int, data: bytes) -> Frame:
    """A frame of a slow protocol."""
    return Frame(SLOW_PROTOCOLS, src, ETHERTYPE, Octets(data))


def marker_response(data: bytes) -> bytes | None:
    """The response to a marker; None if these octets are none (6.5.4.2)."""
    if len(data) < 110 or data[0] != MARKER or data[2] != _MARKER_INFORMATION:
        return None
    return data[:2] + bytes((_MARKER_RESPONSE,)) + data[3:110]


def _fields(info: PortInfo) -> tuple[int, ...]:
    high, low = info.system >> 32, info.system & 0xFFFF_FFFF
    return info.system_priority, high, low, info.key, info.port_priority, info.port, info.state


def _info(fields: tuple[int, ...]) -> PortInfo:
    priority, high, low, key, port_priority, port, state = fields
    return PortInfo(priority, high << 32 | low, key, port_priority, port, state)
