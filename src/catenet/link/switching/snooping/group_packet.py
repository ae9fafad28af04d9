"""Parses frames to groups: the packet's addresses, and its IGMP, MLD or PIM message."""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.kernel.checksum import internet_checksum
from catenet.kernel.pdu import Pdu
from catenet.kernel.quantity import NS_PER_S
from catenet.link.ethernet import IPV4, IPV6
from catenet.link.multicast.message import GroupMessage, is_mld, parse_message
from catenet.link.queues.dissector import packet_fields

ALL_HOSTS4: Final = 0xE0000001
ALL_NODES6: Final = 0xFF020000000000000000000000000001
LOCAL_CONTROL: Final = 0xE00000
"""224.0.0.0/24, shifted by 8: always flooded (RFC 4541 section 2.1.2)."""
ALL_PIM_ROUTERS: Final = (0xE000000D, 0xFF02000000000000000000000000000D)
IGMP: Final = 2
ICMPV6: Final = 58
PIM: Final = 103
PIM_HELLO: Final = 0x20
PIM_HOLD_NS: Final[i64] = 105 * NS_PER_S
"""Default_Hello_Holdtime (RFC 7761 section 4.11)."""


class GroupPacket:
    """A packet to a group: its IGMP or MLD ``message``, or None; the hold time of a PIM hello in ``hello_ns``, or 0."""

    def __init__(self, version: i64, src: int, group: int, message: GroupMessage | None, hello_ns: i64) -> None:
        self.version: Final[i64] = version
        self.src: Final = src
        self.group: Final = group
        self.message: Final = message
        self.hello_ns: Final[i64] = hello_ns

    @property
    def always_flooded(self) -> bool:
        """True for 224.0.0.0/24 and ff02::1 (RFC 4541 sections 2.1.2 and 3)."""
        return self.group >> 8 == LOCAL_CONTROL if self.version == 4 else self.group == ALL_NODES6


def group_packet(ethertype: i64, payload: Pdu) -> GroupPacket | None:
    """The packet in a frame; None if there is none, or if it is not to a group."""
    if ethertype not in (IPV4, IPV6):
        return None
    fields = packet_fields(ethertype, payload)
    if fields is None:
        return None
    version = fields.version
    if (fields.dst >> 28 != 0xE) if version == 4 else (fields.dst >> 120 != 0xFF):
        return None
    message: GroupMessage | None = None
    hello_ns: i64 = 0
    if fields.protocol == (IGMP if version == 4 else ICMPV6):
        message = _message(version, payload.emit())
    elif fields.protocol == PIM and fields.dst in ALL_PIM_ROUTERS:
        hello_ns = _hello_ns(_body(version, payload.emit()))
    return GroupPacket(version, fields.src, fields.dst, message, hello_ns)


def _body(version: i64, data: bytes) -> bytes:
    """The payload of a packet after its headers; empty if it cannot be determined."""
    if version == 4:
        total: i64 = data[2] << 8 | data[3]
        fragment = (data[6] << 8 | data[7]) & 0x3FFF != 0
        return b"" if fragment else data[(data[0] & 0xF) * 4 : total]
    end: i64 = 40 + (data[4] << 8 | data[5])
    if data[6] != 0:
        return data[40:end]
    return data[48 + data[41] * 8 : end] if len(data) > 41 else b""


def _message(version: i64, data: bytes) -> GroupMessage | None:
    """An IGMP message, or an MLD message of a station on the link (RFC 3810 section 6.2), with a valid checksum."""
    body = _body(version, data)
    if version == 4:
        return parse_message(4, body) if internet_checksum(body) == 0 else None
    if not body or not is_mld(body[0]) or data[7] != 1 or data[6] != 0 or data[40] != ICMPV6:
        return None
    pseudo = data[8:40] + len(body).to_bytes(4, "big") + bytes([0, 0, 0, ICMPV6])
    return parse_message(6, body) if internet_checksum(pseudo + body) == 0 else None


def _hello_ns(body: bytes) -> i64:
    """The hold time of a PIM hello (RFC 7761 section 4.9.2): its Holdtime option, or the default."""
    if len(body) < 4 or body[0] != PIM_HELLO:
        return 0
    at: i64 = 4
    while at + 4 <= len(body):
        octets: i64 = body[at + 2] << 8 | body[at + 3]
        if body[at] == 0 and body[at + 1] == 1 and octets == 2 and at + 6 <= len(body):
            seconds: i64 = body[at + 4] << 8 | body[at + 5]
            return seconds * NS_PER_S
        at += 4 + octets
    return PIM_HOLD_NS
