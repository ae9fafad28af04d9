"""Parses any of the five packets (RFC 2328 8.2, A.3).

Each packet type has a file of its own.
"""

from __future__ import annotations

from typing import Final

from catenet.network.routing.ospf import drop_reasons
from catenet.network.routing.ospf.lsa.lsa import L_BIT
from catenet.network.routing.ospf.packets.database_description import Description, parse_description
from catenet.network.routing.ospf.packets.header import (
    DESCRIPTION,
    HEADER_OCTETS,
    HELLO,
    NO_AUTHENTICATION,
    REQUEST,
    UPDATE,
    OspfPacket,
    PacketHeader,
    has_sound_checksum,
    parse_header,
)
from catenet.network.routing.ospf.packets.hello import Hello, parse_hello
from catenet.network.routing.ospf.packets.ls_ack import Acknowledgement, parse_acknowledgement
from catenet.network.routing.ospf.packets.ls_request import Request, parse_request
from catenet.network.routing.ospf.packets.ls_update import Update, parse_update

__all__ = ["Acknowledgement", "Description", "Hello", "OspfPacket", "Request", "Update", "parse_body", "parse_packet"]

_HELLO_OPTIONS: Final = HEADER_OCTETS + 6
_DESCRIPTION_OPTIONS: Final = HEADER_OCTETS + 2


def parse_packet(octets: bytes) -> OspfPacket | int:
    """Parse a packet without authentication; returns the reason if it is rejected."""
    header = parse_header(octets)
    if header.reason != 0:
        return header.reason
    if header.authentication_type != NO_AUTHENTICATION:
        return drop_reasons.AUTHENTICATION_TYPE
    if not has_sound_checksum(octets, header.length):
        return drop_reasons.CHECKSUM
    if len(octets) > header.length and not has_link_data(header, octets):
        return drop_reasons.MALFORMED
    return parse_body(header, octets)


def has_link_data(header: PacketHeader, octets: bytes) -> bool:
    """Whether a block of link-local signalling follows the packet (RFC 5613 2); it is ignored."""
    if header.type == HELLO and header.length > _HELLO_OPTIONS:
        return octets[_HELLO_OPTIONS] & L_BIT != 0
    if header.type == DESCRIPTION and header.length > _DESCRIPTION_OPTIONS:
        return octets[_DESCRIPTION_OPTIONS] & L_BIT != 0
    return False


def parse_body(header: PacketHeader, octets: bytes) -> OspfPacket | int:
    """Parse the body after a valid header; returns the reason if it is rejected."""
    body = octets[HEADER_OCTETS : header.length]
    packet: OspfPacket | int | None
    if header.type == HELLO:
        packet = parse_hello(header, body)
    elif header.type == DESCRIPTION:
        packet = parse_description(header, body)
    elif header.type == REQUEST:
        packet = parse_request(header, body)
    elif header.type == UPDATE:
        packet = parse_update(header, body)
    else:
        packet = parse_acknowledgement(header, body)
    return drop_reasons.MALFORMED if packet is None else packet
