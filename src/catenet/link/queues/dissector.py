"""Reads the fields of the IP packet in a frame, whether it is an object or octets, behind VLAN tags or not."""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.kernel.pdu import Octets, Pdu
from catenet.link.ethernet import IPV4, IPV6, Frame
from catenet.link.queues.ip_fields import IpFields, IpPdu
from catenet.link.vlan_tag import VlanTag

IPV4_OCTETS: Final[i64] = 20
IPV6_OCTETS: Final[i64] = 40
HOP_BY_HOP: Final[i64] = 0
TCP: Final[i64] = 6
UDP: Final[i64] = 17
ROUTING: Final[i64] = 43
FRAGMENT: Final[i64] = 44
DESTINATION_OPTIONS: Final[i64] = 60
MAX_EXTENSIONS: Final = 16


def dissect(frame: Frame) -> IpFields | None:
    """The fields of the frame's packet; None if it carries none, or one that is cut short."""
    payload, ethertype = frame.payload, frame.ethertype
    while isinstance(payload, VlanTag):
        ethertype = payload.ethertype
        payload = payload.payload
    return packet_fields(ethertype, payload)


def packet_fields(ethertype: i64, payload: Pdu) -> IpFields | None:
    """The fields of a packet; None if it is none, or cut short."""
    if isinstance(payload, IpPdu):
        return payload.ip_fields()
    if isinstance(payload, Octets):
        if ethertype == IPV4:
            return _ipv4(payload.data)
        if ethertype == IPV6:
            return _ipv6(payload.data)
    return None


def _ipv4(data: bytes) -> IpFields | None:
    if len(data) < IPV4_OCTETS or data[0] >> 4 != 4:
        return None
    protocol: i64 = data[9]
    header_octets: i64 = (data[0] & 0xF) * 4
    fragment = ((data[6] << 8 | data[7]) & 0x3FFF) != 0
    ports = 0 if fragment else _ports(data, header_octets, protocol)
    src, dst = int.from_bytes(data[12:16], "big"), int.from_bytes(data[16:20], "big")
    return IpFields(4, data[1], protocol, src, dst, ports)


def _ipv6(data: bytes) -> IpFields | None:
    if len(data) < IPV6_OCTETS or data[0] >> 4 != 6:
        return None
    protocol: i64 = data[6]
    at: i64 = IPV6_OCTETS
    fragment = False
    for place in range(MAX_EXTENSIONS):
        if fragment or not _is_extension(protocol, place == 0):
            break
        if at + 8 > len(data):
            return None
        fragment = protocol == FRAGMENT
        octets: i64 = 8 if fragment else 8 + data[at + 1] * 8
        protocol = data[at]
        at += octets
    ports = 0 if fragment else _ports(data, at, protocol)
    traffic_class: i64 = (data[0] & 0xF) << 4 | data[1] >> 4
    src, dst = int.from_bytes(data[8:24], "big"), int.from_bytes(data[24:40], "big")
    return IpFields(6, traffic_class, protocol, src, dst, ports)


def _is_extension(header: i64, first: bool) -> bool:
    if header == HOP_BY_HOP:
        return first
    return header in (ROUTING, FRAGMENT, DESTINATION_OPTIONS)


def _ports(data: bytes, at: i64, protocol: i64) -> i64:
    if (protocol != TCP and protocol != UDP) or at + 4 > len(data):
        return 0
    src: i64 = data[at] << 8 | data[at + 1]
    dst: i64 = data[at + 2] << 8 | data[at + 3]
    return src << 16 | dst
