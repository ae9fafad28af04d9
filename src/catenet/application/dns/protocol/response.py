"""Responses: sections of RRsets, EDNS and truncation."""

from __future__ import annotations

from typing import Final

import dns.edns
import dns.exception
import dns.flags
import dns.message
import dns.opcode
import dns.renderer
from dns.name import Name
from dns.rcode import Rcode
from dns.rdataset import Rdataset

from catenet.application.dns.protocol.request import Request

UDP_PAYLOAD: Final = 1232
"""Octets of the longest UDP response: it is not fragmented on any usual path (the DNS Flag Day of 2020)."""
TCP_OCTETS_MAX: Final = 65_535
OPT_OCTETS: Final = 11
"""An OPT record without options."""

Section = list[tuple[Name, Rdataset]]


class Response:
    """A response in the making.

    ``required`` are the additional records without which the response is truncated: glue of a referral (RFC 9471).
    ``options`` are EDNS options, sent to a client that sent EDNS.
    """

    def __init__(self, rcode: Rcode = Rcode.NOERROR) -> None:
        self.rcode = rcode
        self.authoritative = False
        self.recursion = False
        self.answer: Final[Section] = []
        self.authority: Final[Section] = []
        self.required: Final[Section] = []
        self.additional: Final[Section] = []
        self.options: Final[list[dns.edns.Option]] = []

    def octets(self, request: Request) -> bytes:
        """The response to a request, truncated to what fits: whole RRsets, TC set (RFC 2181 section 9)."""
        message = request.message
        limit = TCP_OCTETS_MAX if request.tcp else min(request.payload, UDP_PAYLOAD)
        renderer = dns.renderer.Renderer(message.id, self._flags(message), limit)
        edns = message.edns >= 0
        if edns:
            renderer.reserve(OPT_OCTETS + sum(4 + len(option.to_wire() or b"") for option in self.options))
        try:
            for question in message.question:
                renderer.add_question(question.name, question.rdtype, question.rdclass)
            for number, section in (
                (dns.renderer.ANSWER, self.answer),
                (dns.renderer.AUTHORITY, self.authority),
                (dns.renderer.ADDITIONAL, self.required),
            ):
                for name, rdataset in section:
                    renderer.add_rdataset(number, name, rdataset, want_shuffle=False)
            self._add_what_fits(renderer)
        except dns.exception.TooBig:
            renderer.flags |= dns.flags.TC
        if edns:
            renderer.release_reserved()
            # The DO bit is copied (RFC 3225 section 3); nothing is signed.
            ednsflags = int(message.ednsflags & dns.flags.DO) | int(self.rcode) >> 4 << 24
            renderer.add_edns(0, ednsflags, UDP_PAYLOAD, self.options)
        renderer.write_header()
        octets: bytes = renderer.get_wire()
        return octets

    def _flags(self, message: dns.message.Message) -> int:
        flags = int(dns.flags.QR) | int(message.flags & (dns.flags.RD | dns.flags.CD)) | int(self.rcode) & 0xF
        flags |= dns.opcode.to_flags(message.opcode())
        flags |= int(dns.flags.AA) if self.authoritative else 0
        return flags | (int(dns.flags.RA) if self.recursion else 0)

    def _add_what_fits(self, renderer: dns.renderer.Renderer) -> None:
        for name, rdataset in self.additional:
            try:
                renderer.add_rdataset(dns.renderer.ADDITIONAL, name, rdataset, want_shuffle=False)
            except dns.exception.TooBig:
                return


def response_of(request: Request, rcode: Rcode) -> bytes:
    """A response without records."""
    return Response(rcode).octets(request)


def single(name: Name, rdataset: Rdataset, ttl: int) -> tuple[Name, Rdataset]:
    """An RRset with another TTL (seconds)."""
    copy = rdataset.copy()
    copy.ttl = ttl
    return name, copy
