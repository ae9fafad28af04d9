"""ICMPv6 messages on the wire (RFC 4443), neighbour solicitation and advertisement among them (RFC 4861).

:mod:`catenet.network.router_discovery.messages` has those of routers.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.kernel.checksum import pseudo_header_sum
from catenet.network.icmp.message import IcmpMessage, parse_message
from catenet.network.packet import PROTOCOL_ICMPV6

UNREACHABLE: Final[i64] = 1
PACKET_TOO_BIG: Final[i64] = 2
TIME_EXCEEDED: Final[i64] = 3
PARAMETER_PROBLEM: Final[i64] = 4
ECHO: Final[i64] = 128
ECHO_REPLY: Final[i64] = 129
ROUTER_SOLICITATION: Final[i64] = 133
ROUTER_ADVERTISEMENT: Final[i64] = 134
NEIGHBOUR_SOLICITATION: Final[i64] = 135
NEIGHBOUR_ADVERTISEMENT: Final[i64] = 136
REDIRECT: Final[i64] = 137

NO_ROUTE: Final[i64] = 0
PROHIBITED: Final[i64] = 1
ADDRESS_UNREACHABLE: Final[i64] = 3
PORT_UNREACHABLE: Final[i64] = 4
UNRECOGNIZED_NEXT_HEADER: Final[i64] = 1

MAX_ERROR_OCTETS: Final[i64] = 1280
"""An error, its IP header included, quotes as much as fits into this (RFC 4443 2.4 c)."""

FLAG_ROUTER: Final[i64] = 0x80000000
FLAG_SOLICITED: Final[i64] = 0x40000000
FLAG_OVERRIDE: Final[i64] = 0x20000000

OPTION_SOURCE_MAC: Final = 1
OPTION_TARGET_MAC: Final = 2
OPTION_NONCE: Final = 14
"""RFC 7527: detects looped-back solicitations of our own."""

ND_HOP_LIMIT: Final[i64] = 255
"""A packet from another link cannot have this hop limit (RFC 4861 3.1)."""
NO_MAC: Final[i64] = -1

NAMES: Final[dict[int, str]] = {
    1: "DestUnreachs",
    2: "PktTooBigs",
    3: "TimeExcds",
    4: "ParmProblems",
    128: "Echos",
    129: "EchoReplies",
    130: "GroupMembQueries",
    131: "GroupMembResponses",
    132: "GroupMembReductions",
    133: "RouterSolicits",
    134: "RouterAdvertisements",
    135: "NeighborSolicits",
    136: "NeighborAdvertisements",
    137: "Redirects",
    143: "MLDv2Reports",
}
"""The names of types in Linux's ``/proc/net/snmp6`` (ICMPv6-MIB, RFC 2466)."""


def parse(data: bytes, src: int, dst: int) -> IcmpMessage | None:
    """A message from its octets; None if it is truncated or its checksum is wrong."""
    return parse_message(6, data, pseudo_header_sum(6, src, dst, PROTOCOL_ICMPV6, len(data)))


def echo(identifier: int, sequence: int, body: bytes) -> IcmpMessage:
    """An echo request."""
    return IcmpMessage(6, ECHO, 0, identifier << 16 | sequence, body)


def echo_reply(request: IcmpMessage) -> IcmpMessage:
    """The answer to an echo request."""
    return IcmpMessage(6, ECHO_REPLY, 0, request.rest, request.body)


def is_error(kind: i64) -> bool:
    """True for messages about a packet (RFC 4443 2.1)."""
    return kind < 128


class NeighbourMessage:
    """A parsed solicitation or advertisement.  ``mac`` is the link-layer address option, or -1."""

    def __init__(self, kind: i64, target: int, mac: i64, flags: i64 = 0, nonce: bytes = b"") -> None:
        self.kind: Final[i64] = kind
        self.target: Final = target
        self.mac: Final[i64] = mac
        self.flags: Final[i64] = flags
        self.nonce: Final = nonce

    def message(self) -> IcmpMessage:
        """The ICMPv6 message that carries it."""
        option = OPTION_SOURCE_MAC if self.kind == NEIGHBOUR_SOLICITATION else OPTION_TARGET_MAC
        body = self.target.to_bytes(16, "big")
        if self.mac != NO_MAC:
            body += bytes([option, 1]) + int(self.mac).to_bytes(6, "big")
        if self.nonce:
            body += bytes([OPTION_NONCE, (len(self.nonce) + 2) // 8]) + self.nonce
        return IcmpMessage(6, self.kind, 0, self.flags, body)


def solicitation(target: int, source_mac: i64, nonce: bytes = b"") -> NeighbourMessage:
    """Who has ``target``?  A nonce has 6 octets, or 8 n - 2."""
    return NeighbourMessage(NEIGHBOUR_SOLICITATION, target, source_mac, 0, nonce)


def advertisement(target: int, target_mac: i64, flags: i64) -> NeighbourMessage:
    """``target`` is at ``target_mac``."""
    return NeighbourMessage(NEIGHBOUR_ADVERTISEMENT, target, target_mac, flags)


def parse_neighbour(message: IcmpMessage) -> NeighbourMessage | None:
    """A solicitation or advertisement from its message; None if RFC 4861 7.1 calls it invalid.

    (The hop limit and the addresses are the IP header's, and checked by the receiver.)
    """
    body = message.body
    if message.code != 0 or len(body) < 16:
        return None
    target = int.from_bytes(body[:16], "big")
    if target >> 120 == 0xFF:
        return None
    wanted = OPTION_SOURCE_MAC if message.kind == NEIGHBOUR_SOLICITATION else OPTION_TARGET_MAC
    mac: i64 = NO_MAC
    nonce = b""
    at: i64 = 16
    size: i64 = len(body)
    while at < size:
        if at + 2 > size or body[at + 1] == 0 or at + body[at + 1] * 8 > size:
            return None
        end = at + body[at + 1] * 8
        if body[at] == wanted and end == at + 8:
            mac = i64(int.from_bytes(body[at + 2 : end], "big"))
        elif body[at] == OPTION_NONCE:
            nonce = body[at + 2 : end]
        at = end
    flags = message.rest if message.kind == NEIGHBOUR_ADVERTISEMENT else 0
    return NeighbourMessage(message.kind, target, mac, flags & 0xE0000000, nonce)
