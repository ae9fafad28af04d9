"""Processing of IPv4 options and IPv6 extension headers by a receiver (RFC 1122 3.2.1.8, RFC 8200 section 4)."""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.network import addresses
from catenet.network.ip.ipv4 import Ipv4Packet, is_source_routed
from catenet.network.ip.ipv6 import DESTINATION_OPTIONS, HEADER_OCTETS, HOP_BY_HOP, ROUTING, Ipv6Packet
from catenet.network.packet import IpPacket

PAD1: Final = 0
ERRONEOUS_FIELD: Final[i64] = 0
UNRECOGNIZED_OPTION: Final[i64] = 2


class Verdict:
    """The packet is dropped; with ``code`` of 0 or above its sender gets a parameter problem at ``pointer``."""

    def __init__(self, code: i64, pointer: i64) -> None:
        self.code: Final[i64] = code
        self.pointer: Final[i64] = pointer


def examine(packet: IpPacket) -> Verdict | None:
    """The reason to drop a packet; None if it is accepted.

    A source-routed IPv4 packet is dropped silently, as in Linux by default.
    """
    if isinstance(packet, Ipv4Packet):
        return Verdict(-1, 0) if is_source_routed(packet.options) else None
    if isinstance(packet, Ipv6Packet):
        return _examine6(packet)
    return None


def _examine6(packet: Ipv6Packet) -> Verdict | None:
    chain = packet.extensions
    header = packet.next_header
    at: i64 = 0
    while at < len(chain):
        end = at + 8 + chain[at + 1] * 8
        verdict: Verdict | None = None
        if header in (HOP_BY_HOP, DESTINATION_OPTIONS):
            verdict = _options(chain, at + 2, end, addresses.is_multicast(6, packet.dst))
        elif header == ROUTING and chain[at + 3] != 0:
            verdict = Verdict(ERRONEOUS_FIELD, HEADER_OCTETS + at + 2)
        if verdict is not None:
            return verdict
        header = chain[at]
        at = end
    return None


def _options(chain: bytes, at: i64, end: i64, multicast: bool) -> Verdict | None:
    """The two high bits of an unknown option's type determine the action (RFC 8200 4.2); only padding is known."""
    while at < end:
        kind: i64 = chain[at]
        if kind == PAD1:
            at += 1
            continue
        if at + 1 >= end or at + 2 + chain[at + 1] > end:
            return Verdict(ERRONEOUS_FIELD, HEADER_OCTETS + at)
        action = kind >> 6
        if action == 1 or (action == 3 and multicast):
            return Verdict(-1, 0)
        if action >= 2:
            return Verdict(UNRECOGNIZED_OPTION, HEADER_OCTETS + at)
        at += 2 + chain[at + 1]
    return None
