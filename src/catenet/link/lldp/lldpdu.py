"""LLDP data units (IEEE 802.1AB-2016, clause 8), in frames of ethertype 0x88CC.

=========================== ==== ==================================================================
element                     type value
=========================== ==== ==================================================================
chassis ID (first)          1    subtype (4 MAC address, 5 network address, 7 local …), identifier
port ID (second)            2    subtype (3 MAC address, 5 interface name, 7 local …), identifier
time to live (third)        3    seconds, 2 octets; 0 takes back what was said
port description            4    text
system name                 5    text
system description          6    text
system capabilities         7    those that there are, then those that are enabled; 2 octets each
management address          8    length, subtype (1 IPv4, 2 IPv6, 6 MAC), address, interface, OID
organizationally specific   127  OUI (3 octets), subtype, information
end                         0    empty
=========================== ==== ==================================================================

Of the organizations' elements these are known: 802.1's port VLAN ID (802.1Q-2018, D.2.1) and link aggregation (D.2.7),
and 802.3's maximum frame size (802.3-2018, 79.3.4).
"""

from __future__ import annotations

import struct
from typing import Final

from catenet.kernel.pdu import Octets
from catenet.link.ethernet import Frame
from catenet.link.lldp.tlv import (
    CHASSIS_ID,
    END,
    MANAGEMENT_ADDRESS,
    ORGANIZATIONALLY_SPECIFIC,
    PORT_DESCRIPTION,
    PORT_ID,
    SYSTEM_CAPABILITIES,
    SYSTEM_DESCRIPTION,
    SYSTEM_NAME,
    TIME_TO_LIVE,
    emit_tlv,
    split_tlvs,
)

ETHERTYPE: Final = 0x88CC
NEAREST_BRIDGE: Final = 0x0180_C200_000E
"""The group address that no bridge relays (table 7-1)."""

CHASSIS_MAC: Final = 4
PORT_MAC: Final = 3
PORT_INTERFACE_NAME: Final = 5
ADDRESS_IPV4: Final = 1
ADDRESS_IPV6: Final = 2
ADDRESS_MAC: Final = 6
"""The subtypes of management addresses are IANA's address family numbers."""
INTERFACE_NUMBER: Final = 2
"""The interface of a management address is given by ifIndex (table 8-5)."""

BRIDGE: Final = 1 << 2
ROUTER: Final = 1 << 4
STATION: Final = 1 << 7
CAPABILITIES: Final = (
    "other",
    "repeater",
    "bridge",
    "WLAN access point",
    "router",
    "telephone",
    "DOCSIS cable device",
    "station",
    "C-VLAN component",
    "S-VLAN component",
    "two-port MAC relay",
)
"""By bit, from the lowest (table 8-4)."""

OUI_8021: Final = b"\x00\x80\xc2"
OUI_8023: Final = b"\x00\x12\x0f"
PORT_VLAN_ID: Final = 1
LINK_AGGREGATION: Final = 7
MAXIMUM_FRAME_SIZE: Final = 4

LONGEST_ID: Final = 255
LONGEST_TEXT: Final = 255
_LENGTHS: Final = {CHASSIS_ID: (2, 256), PORT_ID: (2, 256), TIME_TO_LIVE: (2, 511)}


class ManagementAddress:
    """An address of the system; ``subtype`` is :data:`ADDRESS_IPV4` and so on, ``interface`` an ifIndex, 0 if none."""

    def __init__(self, subtype: int, address: bytes, interface: int = 0) -> None:
        self.subtype: Final = subtype
        self.address: Final = address
        self.interface: Final = interface

    def emit(self) -> bytes:
        """The value of the element; there is no object identifier."""
        head = bytes((len(self.address) + 1, self.subtype))
        return head + self.address + struct.pack("!BIB", INTERFACE_NUMBER if self.interface else 1, self.interface, 0)

    @staticmethod
    def parse(value: bytes) -> ManagementAddress | None:
        """The address of an element; None if it is malformed (8.5.9)."""
        length = value[0] if value else 0
        if not 2 <= length <= 32 or len(value) < length + 7 or len(value) < length + 7 + value[length + 6]:
            return None
        numbering, interface = struct.unpack_from("!BI", value, length + 1)
        return ManagementAddress(value[1], value[2 : length + 1], interface if numbering == INTERFACE_NUMBER else 0)


class Lldpdu:
    """What a port says of its system.

    Identifiers are a subtype and octets; texts are empty if they are not said; ``capabilities`` are bits, and those
    that are enabled, or None; of ``organizational`` elements each is an OUI, a subtype and octets.  ``discarded`` and
    ``unrecognized`` count elements that were ignored.
    """

    def __init__(
        self,
        chassis: tuple[int, bytes],
        port: tuple[int, bytes],
        ttl_s: int,
        port_description: str = "",
        system_name: str = "",
        system_description: str = "",
        capabilities: tuple[int, int] | None = None,
        addresses: list[ManagementAddress] | None = None,
        organizational: list[tuple[bytes, int, bytes]] | None = None,
    ) -> None:
        self.chassis: Final = chassis
        self.port: Final = port
        self.ttl_s: Final = ttl_s
        self.port_description = port_description
        self.system_name = system_name
        self.system_description = system_description
        self.capabilities: tuple[int, int] | None = capabilities
        self.addresses: Final[list[ManagementAddress]] = addresses or []
        self.organizational: Final[list[tuple[bytes, int, bytes]]] = organizational or []
        self.discarded: int = 0
        self.unrecognized: int = 0

    def organizational_value(self, oui: bytes, subtype: int) -> bytes | None:
        """The information of an organization's element; None if it was not sent."""
        for each_oui, each_subtype, value in self.organizational:
            if each_oui == oui and each_subtype == subtype:
                return value
        return None

    def emit(self) -> bytes:
        """The octets.  A shutdown (``ttl_s`` 0) has the mandatory elements alone (9.1.2.2)."""
        data = emit_tlv(CHASSIS_ID, bytes((self.chassis[0],)) + self.chassis[1])
        data += emit_tlv(PORT_ID, bytes((self.port[0],)) + self.port[1])
        data += emit_tlv(TIME_TO_LIVE, self.ttl_s.to_bytes(2, "big"))
        if self.ttl_s != 0:
            data += self._emit_optional()
        return data + emit_tlv(END, b"")

    def frame(self, src: int) -> Frame:
        """The frame that carries it from a port's MAC address."""
        return Frame(NEAREST_BRIDGE, src, ETHERTYPE, Octets(self.emit()))

    def _emit_optional(self) -> bytes:
        texts = (
            (PORT_DESCRIPTION, self.port_description),
            (SYSTEM_NAME, self.system_name),
            (SYSTEM_DESCRIPTION, self.system_description),
        )
        data = b"".join([emit_tlv(kind, fitting(text)) for kind, text in texts if text])
        if self.capabilities is not None:
            data += emit_tlv(SYSTEM_CAPABILITIES, struct.pack("!HH", self.capabilities[0], self.capabilities[1]))
        for address in self.addresses:
            data += emit_tlv(MANAGEMENT_ADDRESS, address.emit())
        for oui, subtype, value in self.organizational:
            data += emit_tlv(ORGANIZATIONALLY_SPECIFIC, oui + bytes((subtype,)) + value)
        return data

    @staticmethod
    def parse(data: bytes) -> Lldpdu | None:
        """The data unit of these octets; None if it is to be discarded whole (9.2.7.7.1).

        An optional element that is malformed is discarded alone.
        """
        elements = split_tlvs(data)
        if elements is None or [kind for kind, _ in elements[:3]] != [CHASSIS_ID, PORT_ID, TIME_TO_LIVE]:
            return None
        for kind, value in elements[:3]:
            least, most = _LENGTHS[kind]
            if not least <= len(value) <= most:
                return None
        if any(kind <= TIME_TO_LIVE for kind, _ in elements[3:]):
            return None
        chassis, port, ttl = elements[0][1], elements[1][1], elements[2][1]
        unit = Lldpdu((chassis[0], chassis[1:]), (port[0], port[1:]), int.from_bytes(ttl[:2], "big"))
        for kind, value in elements[3:]:
            _take(unit, kind, value)
        return unit


def fitting(text: str) -> bytes:
    """The octets of a text, cut between characters to what an element holds."""
    return text.encode()[:LONGEST_TEXT].decode(errors="ignore").encode()


def _take(unit: Lldpdu, kind: int, value: bytes) -> None:
    """Take an optional element; a second one of a kind that may be there once is discarded."""
    if kind == PORT_DESCRIPTION and not unit.port_description:
        unit.port_description = value.decode(errors="replace")
    elif kind == SYSTEM_NAME and not unit.system_name:
        unit.system_name = value.decode(errors="replace")
    elif kind == SYSTEM_DESCRIPTION and not unit.system_description:
        unit.system_description = value.decode(errors="replace")
    elif kind == SYSTEM_CAPABILITIES and unit.capabilities is None and len(value) >= 4:
        unit.capabilities = (int.from_bytes(value[:2], "big"), int.from_bytes(value[2:4], "big"))
    elif kind == MANAGEMENT_ADDRESS:
        address = ManagementAddress.parse(value)
        if address is None:
            unit.discarded += 1
        else:
            unit.addresses.append(address)
    elif kind == ORGANIZATIONALLY_SPECIFIC and len(value) >= 4:
        unit.organizational.append((value[:3], value[3], value[4:]))
    elif kind in (PORT_DESCRIPTION, SYSTEM_NAME, SYSTEM_DESCRIPTION, SYSTEM_CAPABILITIES, ORGANIZATIONALLY_SPECIFIC):
        unit.discarded += 1
    else:
        unit.unrecognized += 1
