"""VLAN tags (IEEE 802.1Q-2018, 9.3 to 9.6): C-tags of 802.1Q, S-tags of 802.1ad.

====== ====== =========================================================
offset octets field
====== ====== =========================================================
0      2      tag control information: priority (3 bits), drop eligible (1), VLAN identifier (12)
2      2      ethertype of what is tagged; that of another tag, if there is one
4             the data
====== ====== =========================================================

The tag protocol identifier (TPID) before it is the frame's ethertype, so a tag is the payload of its frame, and the
data are the payload of the tag.  A frame with an S-tag and a C-tag (QinQ) nests them.

A bridge that tags a frame keeps its padding, and one that takes the tag away pads what is then too short (G.2.3): a
frame of 64 octets becomes one of 68.  ``octets`` keeps the length of the untagged data with its padding for that.
"""

from __future__ import annotations

import struct
from typing import Final

from mypy_extensions import i64

from catenet.kernel.pdu import Octets, Pdu

C_TAG: Final[i64] = 0x8100
"""The TPID of a customer VLAN tag (802.1Q-2018, table 9-1)."""
S_TAG: Final[i64] = 0x88A8
"""The TPID of a service VLAN tag, once 802.1ad."""
TAG_OCTETS: Final[i64] = 4
VLAN_MIN: Final = 1
VLAN_MAX: Final = 4094
"""VLAN identifiers that can be used; 0 is for frames with a priority only, 4095 is reserved (table 9-2)."""
VID_MASK: Final[i64] = 0xFFF
DEFAULT_VLAN: Final = 1

_TAG: Final = struct.Struct("!HH")


def is_tag(ethertype: i64) -> bool:
    """Whether an ethertype is a TPID: the payload is a :class:`VlanTag`."""
    return ethertype in (C_TAG, S_TAG)


class VlanTag(Pdu):
    """One tag and what is behind it.

    ``tci`` is the tag control information, 16 bits.  ``octets`` is the length of the data, padding included; by
    default that of the payload.
    """

    def __init__(self, tci: i64, ethertype: i64, payload: Pdu, octets: i64 = 0) -> None:
        self.tci: Final[i64] = tci
        self.ethertype: Final[i64] = ethertype
        self.payload: Final = payload
        self.octets: Final[i64] = max(octets, payload.wire_length())

    @property
    def vid(self) -> int:
        """The VLAN identifier, 0 to 4095."""
        return self.tci & VID_MASK

    @property
    def priority(self) -> int:
        """The priority code point, 0 to 7."""
        return self.tci >> 13

    def wire_length(self) -> i64:
        return self.octets + TAG_OCTETS

    def emit(self) -> bytes:
        data = self.payload.emit()
        return _TAG.pack(self.tci, self.ethertype) + data + bytes(self.octets - len(data))

    def clone(self) -> Pdu:
        return VlanTag(self.tci, self.ethertype, self.payload.clone(), self.octets)

    @staticmethod
    def parse(data: bytes) -> VlanTag | None:
        """The tag of these octets, tags inside it included; None if they are too few."""
        if len(data) < TAG_OCTETS:
            return None
        tci, ethertype = _TAG.unpack_from(data)
        return VlanTag(tci, ethertype, payload_of(ethertype, data[TAG_OCTETS:]))


def payload_of(ethertype: i64, data: bytes) -> Pdu:
    """What an ethertype says that octets are: a :class:`VlanTag`, or octets."""
    if is_tag(ethertype):
        tag = VlanTag.parse(data)
        if tag is not None:
            return tag
    return Octets(data)
