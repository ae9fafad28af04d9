"""What a packet socket receives of a frame: octets and address, and the tag that Linux has taken off (packet(7)).

Linux takes the outer VLAN tag off a received frame, and tells it by PACKET_AUXDATA only.  What it sends has its tags.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final

from catenet.link.ethernet import FCS_OCTETS, HEADER_OCTETS, Frame
from catenet.link.framing.encoding import CiscoHdlcEncoding, LineFrame
from catenet.link.packet_tap import PACKET_OTHERHOST, PACKET_OUTGOING
from catenet.link.vlan_tag import TAG_OCTETS, VID_MASK, is_tag
from catenet.network.interface import Interface
from catenet.session.sockets.packet.address import LinkAddress, hardware_type

ETH_P_802_3: Final = 0x0001
ETH_P_ALL: Final = 0x0003
ETH_P_802_2: Final = 0x0004
MIN_ETHERTYPE: Final = 0x0600
"""Below, the field is a length: the frame is LLC's, or Novell's without LLC."""
NOVELL: Final = b"\xff\xff"
MAC_OCTETS: Final = 12
HEADER: Final = int(HEADER_OCTETS)
TP_STATUS_USER: Final = 0x01
TP_STATUS_VLAN_VALID: Final = 0x10
TP_STATUS_VLAN_TPID_VALID: Final = 0x40

_AUXDATA: Final = struct.Struct("=IIIHHHH")
_SHARED_INFO_OCTETS: Final = 320
_SK_BUFF_OCTETS: Final = 256


@dataclass(frozen=True, slots=True)
class Arrival:
    """``data`` are those of the socket's type, of which ``header_octets`` are the frame's header."""

    data: bytes
    header_octets: int
    address: LinkAddress
    tci: int = 0
    tpid: int = 0

    @property
    def buffer_octets(self) -> int:
        """What it takes of the receive buffer: Linux's SKB_TRUESIZE."""
        return (len(self.data) + 63) // 64 * 64 + _SHARED_INFO_OCTETS + _SK_BUFF_OCTETS

    def auxdata(self) -> bytes:
        """``struct tpacket_auxdata``."""
        status = TP_STATUS_USER
        if self.tpid:
            status |= TP_STATUS_VLAN_VALID | TP_STATUS_VLAN_TPID_VALID
        octets = len(self.data)
        return _AUXDATA.pack(status, octets, octets, 0, self.header_octets, self.tci, self.tpid)


def arrival_of(interface: Interface, frame: Frame, packet_type: int, wanted: int, cooked: bool) -> Arrival | None:
    """What a socket gets that wants an ethertype, or ETH_P_ALL; ``cooked`` leaves out the header (SOCK_DGRAM).

    None if the frame is not for it: what is sent is only for those who want all, unless it is on the loopback, where it
    is received, too.
    """
    if packet_type == PACKET_OUTGOING and wanted != ETH_P_ALL:
        return None
    if isinstance(frame, LineFrame):
        return _of_line(interface, frame, packet_type, wanted, cooked)
    octets = frame.emit()
    if packet_type == PACKET_OUTGOING:
        return _of_sent(interface, frame, octets, cooked)
    octets = _unpadded(frame, octets) if interface.loopback else octets[: -int(FCS_OCTETS)]
    return _of_received(interface, frame, octets, packet_type, wanted, cooked)


def _unpadded(frame: Frame, octets: bytes) -> bytes:
    """What is given to the network card, which pads it."""
    return octets[: HEADER + int(frame.payload.wire_length())]


def _of_sent(interface: Interface, frame: Frame, octets: bytes, cooked: bool) -> Arrival:
    """All tags are part of the header."""
    octets = _unpadded(frame, octets)
    protocol, header = _innermost(octets, int(frame.ethertype))
    if not cooked:
        return Arrival(octets, header, _address(interface, frame, int(frame.ethertype), int(PACKET_OUTGOING)))
    address = _address(interface, frame, protocol, int(PACKET_OUTGOING))
    if header == HEADER:
        return Arrival(octets[HEADER:], 0, address)
    return Arrival(octets[header:], 0, address, _tci(octets), int(frame.ethertype))


def _of_received(
    interface: Interface, frame: Frame, octets: bytes, packet_type: int, wanted: int, cooked: bool
) -> Arrival | None:
    """Those who want one ethertype come after the VLANs' interfaces: they see no tag, and another host's frame."""
    tci, tpid = 0, 0
    if is_tag(frame.ethertype):
        tci, tpid = _tci(octets), int(frame.ethertype)
        octets = octets[:MAC_OCTETS] + octets[MAC_OCTETS + int(TAG_OCTETS) :]
    protocol = _protocol(octets)
    if wanted not in (ETH_P_ALL, protocol):
        return None
    if wanted != ETH_P_ALL:
        packet_type = int(PACKET_OTHERHOST) if tci & VID_MASK else packet_type
        tci, tpid = 0, 0
    told = _innermost(octets, protocol)[0] if cooked else protocol
    address = _address(interface, frame, told, packet_type)
    if cooked:
        return Arrival(octets[HEADER:], 0, address, tci, tpid)
    return Arrival(octets, HEADER, address, tci, tpid)


def _tci(octets: bytes) -> int:
    return int.from_bytes(octets[HEADER : HEADER + 2], "big")


def _innermost(octets: bytes, protocol: int) -> tuple[int, int]:
    """The ethertype behind all tags, and where its data begin."""
    at = HEADER
    while is_tag(protocol) and len(octets) >= at + int(TAG_OCTETS):
        protocol = int.from_bytes(octets[at + 2 : at + 4], "big")
        at += int(TAG_OCTETS)
    return protocol, at


def _protocol(octets: bytes) -> int:
    """What Linux's eth_type_trans gives."""
    ethertype = int.from_bytes(octets[MAC_OCTETS:HEADER], "big")
    if ethertype >= MIN_ETHERTYPE:
        return ethertype
    return ETH_P_802_3 if octets[HEADER : HEADER + 2] == NOVELL else ETH_P_802_2


def _address(interface: Interface, frame: Frame, protocol: int, packet_type: int) -> LinkAddress:
    source = int(frame.src).to_bytes(6, "big")
    return interface.name, protocol, int(packet_type), hardware_type(interface), source


def _of_line(interface: Interface, frame: LineFrame, packet_type: int, wanted: int, cooked: bool) -> Arrival | None:
    """On a line a packet has no header, but for HDLC's.  Frames that carry no packet are PPP's own."""
    protocol = int(frame.ethertype)
    if protocol == 0 or wanted not in (ETH_P_ALL, protocol):
        return None
    header = frame.header if isinstance(frame.encoding, CiscoHdlcEncoding) and not cooked else b""
    address = interface.name, protocol, int(packet_type), hardware_type(interface), b""
    return Arrival(header + frame.payload.emit(), len(header), address)
