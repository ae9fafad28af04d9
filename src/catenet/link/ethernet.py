"""Ethernet II frames (IEEE 802.3-2018, clause 3).

====== ====== =========================================================
offset octets field
====== ====== =========================================================
0      6      destination address
6      6      source address
12     2      ethertype, 0x0600 and above; or the length of an LLC frame's data (clause 3.2.6)
14     46...  payload, padded with zeros to 46 octets
end    4      frame check sequence (clause 3.2.9)
====== ====== =========================================================

The frame check sequence is the CRC-32 of all before it, sent with its lowest octet first.  So the CRC of
a whole frame, check sequence included, is always the same number, :data:`RESIDUE`: that is how a receiver
checks it.
"""

from __future__ import annotations

import struct
import zlib
from typing import Final

from mypy_extensions import i64

from catenet.kernel.pdu import Pdu
from catenet.link.vlan_tag import TAG_OCTETS, VlanTag, payload_of
from catenet.physical.channel import PREAMBLE_AND_GAP

HEADER_OCTETS: Final[i64] = 14
FCS_OCTETS: Final[i64] = 4
MIN_OCTETS: Final[i64] = 64
"""The shortest frame, check sequence included (clause 4.2.3.3)."""
AROUND_OCTETS: Final[i64] = PREAMBLE_AND_GAP
"""What a frame takes up on the wire besides itself: 8 of preamble, 12 of gap (clause 4.2.3.2)."""
RESIDUE: Final = 0x2144DF1C

IPV4: Final[i64] = 0x0800
IPV6: Final[i64] = 0x86DD

_HEADER: Final = struct.Struct("!IHHIH")


class Frame(Pdu):
    """One frame.  Addresses are 48-bit numbers.

    ``octets`` is its length from destination to check sequence, padding included; it is counted once,
    when the frame is made, so the payload's length must not change after.
    """

    def __init__(self, dst: i64, src: i64, ethertype: i64, payload: Pdu) -> None:
        self.dst = dst
        self.src = src
        self.ethertype = ethertype
        self.payload: Final = payload
        octets: i64 = payload.wire_length() + HEADER_OCTETS + FCS_OCTETS
        self.octets: i64 = max(MIN_OCTETS, octets)

    def wire_length(self) -> i64:
        return self.octets

    def emit(self) -> bytes:
        data = _HEADER.pack(self.dst >> 16, self.dst & 0xFFFF, self.src >> 32, self.src & 0xFFFF_FFFF, self.ethertype)
        data += self.payload.emit()
        data += bytes(self.octets - FCS_OCTETS - len(data))
        return data + zlib.crc32(data).to_bytes(4, "little")

    def clone(self) -> Pdu:
        return self.copy()

    def copy(self) -> Frame:
        """A :meth:`clone`, known to be a frame."""
        return Frame(self.dst, self.src, self.ethertype, self.payload.clone())

    def overhead_octets(self) -> i64:
        """What it holds besides its data: header, check sequence, VLAN tags.  They do not count for the MTU."""
        octets = HEADER_OCTETS + FCS_OCTETS
        payload = self.payload
        while isinstance(payload, VlanTag):
            octets += TAG_OCTETS
            payload = payload.payload
        return octets

    @staticmethod
    def parse(data: bytes) -> Frame | None:
        """The frame of these octets; None if they are too few or the check sequence is wrong.

        The payload holds the padding too: only the layer above knows its own length.  Of a tagged frame it is a
        :class:`~catenet.link.vlan_tag.VlanTag`.
        """
        if len(data) < MIN_OCTETS or zlib.crc32(data) != RESIDUE:
            return None
        dst_high, dst_low, src_high, src_low, ethertype = _HEADER.unpack_from(data)
        payload = payload_of(ethertype, data[HEADER_OCTETS : len(data) - FCS_OCTETS])
        return Frame(dst_high << 16 | dst_low, src_high << 32 | src_low, ethertype, payload)
