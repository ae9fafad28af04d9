"""A request from its octets, or the reason why it is refused (RFC 1035 section 4.1, RFC 6891).

The header bounds the work before anything is parsed: a request has one question, at most one record that goes with it
(the SOA record of IXFR or NOTIFY) and two additional ones (OPT, TSIG).  dnspython follows a compression pointer only
backwards, so a loop is a format error.
"""

from __future__ import annotations

import struct
from typing import Final, NamedTuple

import dns.exception
import dns.flags
import dns.message
import dns.opcode
import dns.rcode
from dns.name import Name
from dns.rcode import Rcode
from dns.rdataclass import RdataClass
from dns.rdatatype import RdataType

HEADER_OCTETS: Final = 12
RECORDS_MAX: Final = (1, 1, 1, 2)
"""Entries of the four sections of a request."""
_HEADER: Final = struct.Struct("!HHHHHH")
_COPIED: Final = 0x7800 | int(dns.flags.RD)
"""The opcode and RD: what an error response takes over from the header."""


class Request(NamedTuple):
    """A well-formed request; ``payload`` is the size of a UDP response that the client accepts."""

    message: dns.message.Message
    name: Name
    rdclass: RdataClass
    rdtype: RdataType
    tcp: bool

    @property
    def payload(self) -> int:
        """Octets: 512 without EDNS (RFC 1035 section 4.2.1)."""
        return max(512, int(self.message.payload)) if self.message.edns >= 0 else 512


class Refusal(NamedTuple):
    """A request that cannot be parsed: the counter's name, and the octets to answer; None for silence."""

    reason: str
    response: bytes | None


def parse_request(octets: bytes, *, tcp: bool = False) -> Request | Refusal:
    """The request, or why it is refused."""
    if len(octets) < HEADER_OCTETS:
        return Refusal("short", None)
    number, flags, *counts = _HEADER.unpack_from(octets)
    if flags & dns.flags.QR:
        return Refusal("not-a-query", None)
    opcode = flags >> 11 & 0xF
    if opcode not in (dns.opcode.QUERY, dns.opcode.NOTIFY):
        return _refuse("opcode", number, flags, Rcode.NOTIMP)
    if counts[0] != 1 or any(count > most for count, most in zip(counts, RECORDS_MAX, strict=True)):
        return _refuse("sections", number, flags, Rcode.FORMERR)
    try:
        message = dns.message.from_wire(octets)
    except (dns.exception.DNSException, ValueError, struct.error):
        return _refuse("format", number, flags, Rcode.FORMERR)
    question = message.question[0]
    return Request(message, question.name, question.rdclass, question.rdtype, tcp)


def _refuse(reason: str, number: int, flags: int, rcode: Rcode) -> Refusal:
    header = _HEADER.pack(number, int(dns.flags.QR) | flags & _COPIED | int(rcode), 0, 0, 0, 0)
    return Refusal(reason, header)
