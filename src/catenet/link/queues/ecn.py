"""Explicit Congestion Notification: a queue marks a packet where it would have dropped it (RFC 3168, section 5).

The two low bits of the traffic class are 00 (the ends do not support ECN), 01 or 10 (they do), or 11, Congestion
Experienced.  IPv4's header checksum follows the change (RFC 1624).
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.kernel.pdu import Octets, Pdu
from catenet.link.ethernet import IPV4, IPV6, Frame
from catenet.link.queues.ip_fields import IpPdu
from catenet.link.vlan_tag import VlanTag

CE: Final[i64] = 0b11
IPV4_OCTETS: Final = 20
IPV6_OCTETS: Final = 40


def mark(frame: Frame) -> Frame | None:
    """The frame with Congestion Experienced set; None if the ends of its flow do not support ECN.

    It is the frame itself unless its packet is octets.
    """
    payload = frame.payload
    marked = _mark(frame.ethertype, payload)
    if marked is None or marked is payload:
        return None if marked is None else frame
    return Frame(frame.dst, frame.src, frame.ethertype, marked)


def _mark(ethertype: i64, pdu: Pdu) -> Pdu | None:
    """The payload with the mark; None if it cannot be marked."""
    if isinstance(pdu, IpPdu):
        if pdu.traffic_class_octet() & CE == 0:
            return None
        pdu.mark_congestion()
        return pdu
    if isinstance(pdu, VlanTag):
        inner = _mark(pdu.ethertype, pdu.payload)
        if inner is None or inner is pdu.payload:
            return None if inner is None else pdu
        return VlanTag(pdu.tci, pdu.ethertype, inner, pdu.octets)
    if isinstance(pdu, Octets):
        marked = _marked(ethertype, pdu.data)
        if marked is None or marked is pdu.data:
            return None if marked is None else pdu
        return Octets(marked)
    return None


def _marked(ethertype: i64, data: bytes) -> bytes | None:
    """The marked octets of a packet; the same object if they were marked already; None if they cannot be marked."""
    if ethertype == IPV4 and len(data) >= IPV4_OCTETS and data[0] >> 4 == 4:
        if data[1] & CE == 0:
            return None
        return data if data[1] & CE == CE else _marked_ipv4(data)
    if ethertype == IPV6 and len(data) >= IPV6_OCTETS and data[0] >> 4 == 6:
        ecn = data[1] >> 4 & CE
        if ecn == 0:
            return None
        return data if ecn == CE else data[:1] + bytes([data[1] | 0x30]) + data[2:]
    return None


def _marked_ipv4(data: bytes) -> bytes:
    traffic_class = data[1] | 0b11
    old = int.from_bytes(data[:2], "big")
    new = data[0] << 8 | traffic_class
    checksum = int.from_bytes(data[10:12], "big")
    total = (~checksum & 0xFFFF) + (~old & 0xFFFF) + new
    total = (total & 0xFFFF) + (total >> 16)
    total = (total & 0xFFFF) + (total >> 16)
    return data[:1] + bytes([traffic_class]) + data[2:10] + (~total & 0xFFFF).to_bytes(2, "big") + data[12:]
