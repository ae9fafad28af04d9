"""Bridge protocol data units (IEEE 802.1D-2004, clause 9; the first two as in 802.1D-1998).

====== ====== =========================================================
offset octets field
====== ====== =========================================================
0      2      protocol identifier, 0
2      1      version: 0, for RSTP 2
3      1      type: 0 configuration, 0x80 topology change notification (ends here), 2 rapid spanning tree
4      1      flags
5      8      root identifier: priority (2 octets) and MAC address
13     4      root path cost
17     8      bridge identifier
25     2      port identifier: priority (1998: 8 bits, 2004: 4) and number
27     2      message age, in 1/256 s; then max age, hello time and forward delay
35     1      version 1 length, 0: only in type 2
====== ====== =========================================================

In a frame they follow three octets of LLC: both service access points 0x42, and control 3 (unnumbered information).
"""

from __future__ import annotations

import struct
from typing import Final

from catenet.kernel.pdu import Octets
from catenet.link.ethernet import Frame
from catenet.link.switching.reserved import BRIDGE_GROUP

CONFIGURATION: Final = 0x00
TOPOLOGY_CHANGE_NOTIFICATION: Final = 0x80
RAPID: Final = 0x02

TOPOLOGY_CHANGE: Final = 0x01
PROPOSAL: Final = 0x02
ROLE_SHIFT: Final = 2
ALTERNATE_OR_BACKUP: Final = 1
ROOT: Final = 2
DESIGNATED: Final = 3
LEARNING: Final = 0x10
FORWARDING: Final = 0x20
AGREEMENT: Final = 0x40
TOPOLOGY_CHANGE_ACKNOWLEDGMENT: Final = 0x80

LLC: Final = b"\x42\x42\x03"
UNITS_PER_S: Final = 256

_CONFIGURATION: Final = struct.Struct("!HBBBQIQHHHHH")
_NOTIFICATION: Final = struct.Struct("!HBB")


class Bpdu:
    """One BPDU.  Identifiers are integers of 64 bits, times in 1/256 s; a notification has only its type."""

    def __init__(
        self,
        kind: int,
        flags: int = 0,
        root_id: int = 0,
        root_path_cost: int = 0,
        bridge_id: int = 0,
        port_id: int = 0,
        message_age: int = 0,
        max_age: int = 0,
        hello_time: int = 0,
        forward_delay: int = 0,
    ) -> None:
        self.kind: Final = kind
        self.flags: Final = flags
        self.root_id: Final = root_id
        self.root_path_cost: Final = root_path_cost
        self.bridge_id: Final = bridge_id
        self.port_id: Final = port_id
        self.message_age: Final = message_age
        self.max_age: Final = max_age
        self.hello_time: Final = hello_time
        self.forward_delay: Final = forward_delay

    @property
    def role(self) -> int:
        """The port role in the flags; a configuration BPDU is always a designated port's (17.21.8)."""
        return DESIGNATED if self.kind == CONFIGURATION else self.flags >> ROLE_SHIFT & 3

    def emit(self) -> bytes:
        """The octets, without LLC."""
        if self.kind == TOPOLOGY_CHANGE_NOTIFICATION:
            return _NOTIFICATION.pack(0, 0, self.kind)
        data = _CONFIGURATION.pack(
            0,
            2 if self.kind == RAPID else 0,
            self.kind,
            self.flags,
            self.root_id,
            self.root_path_cost,
            self.bridge_id,
            self.port_id,
            self.message_age,
            self.max_age,
            self.hello_time,
            self.forward_delay,
        )
        return data + b"\0" if self.kind == RAPID else data

    def frame(self, src: int) -> Frame:
        """The frame that carries it from a port's MAC address."""
        data = LLC + self.emit()
        return Frame(BRIDGE_GROUP, src, len(data), Octets(data))

    @staticmethod
    def parse(data: bytes) -> Bpdu | None:
        """Parse a BPDU; None if it is to be discarded (9.3.4)."""
        if len(data) < _NOTIFICATION.size:
            return None
        protocol, version, kind = _NOTIFICATION.unpack_from(data)
        if protocol != 0:
            return None
        if kind == TOPOLOGY_CHANGE_NOTIFICATION:
            return Bpdu(kind)
        rapid = kind == RAPID and version >= 2 and len(data) > _CONFIGURATION.size
        if not rapid and (kind != CONFIGURATION or len(data) < _CONFIGURATION.size):
            return None
        fields = _CONFIGURATION.unpack_from(data)
        bpdu = Bpdu(kind, *fields[3:])
        if kind == CONFIGURATION and bpdu.message_age >= bpdu.max_age:
            return None
        return bpdu

    @staticmethod
    def of_frame(frame: Frame) -> Bpdu | None:
        """The BPDU in a frame; None if there is none, or it is to be discarded."""
        data = frame.payload.emit()
        if frame.ethertype > len(data) or data[: len(LLC)] != LLC:
            return None
        return Bpdu.parse(data[len(LLC) : frame.ethertype])
