"""ICMP messages on the wire (RFC 792, RFC 1122 3.2.2, RFC 1191 for the MTU, RFC 1812 5.2.7 for more codes)."""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.network.icmp.message import IcmpMessage, parse_message

ECHO_REPLY: Final[i64] = 0
UNREACHABLE: Final[i64] = 3
SOURCE_QUENCH: Final[i64] = 4
REDIRECT: Final[i64] = 5
ECHO: Final[i64] = 8
TIME_EXCEEDED: Final[i64] = 11
PARAMETER_PROBLEM: Final[i64] = 12

NET_UNREACHABLE: Final[i64] = 0
HOST_UNREACHABLE: Final[i64] = 1
PROTOCOL_UNREACHABLE: Final[i64] = 2
PORT_UNREACHABLE: Final[i64] = 3
FRAGMENTATION_NEEDED: Final[i64] = 4
PROHIBITED: Final[i64] = 13

HOST_REDIRECT: Final[i64] = 1

MAX_ERROR_OCTETS: Final[i64] = 576
"""An error, its IP header included, quotes as much as fits into this (RFC 1812 4.3.2.3)."""

NAMES: Final[dict[int, str]] = {
    0: "EchoReps",
    3: "DestUnreachs",
    4: "SrcQuenchs",
    5: "Redirects",
    8: "Echos",
    11: "TimeExcds",
    12: "ParmProbs",
    13: "Timestamps",
    14: "TimestampReps",
    17: "AddrMasks",
    18: "AddrMaskReps",
}
"""The names of types in ICMP-MIB (RFC 2011) and ``netstat -s``."""


def parse(data: bytes) -> IcmpMessage | None:
    """A message from its octets; None if it is truncated or its checksum is wrong."""
    return parse_message(4, data, 0)


def echo(identifier: int, sequence: int, body: bytes) -> IcmpMessage:
    """An echo request."""
    return IcmpMessage(4, ECHO, 0, identifier << 16 | sequence, body)


def echo_reply(request: IcmpMessage) -> IcmpMessage:
    """The answer to an echo request."""
    return IcmpMessage(4, ECHO_REPLY, 0, request.rest, request.body)


def is_error(kind: i64) -> bool:
    """True for messages about a packet; no error is ever sent about these (RFC 1122 3.2.2)."""
    return kind in (UNREACHABLE, SOURCE_QUENCH, REDIRECT, TIME_EXCEEDED, PARAMETER_PROBLEM)
