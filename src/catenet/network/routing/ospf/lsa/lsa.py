"""A link state advertisement (RFC 2328 12.1, A.4).

A header of twenty octets, then a body of one of four forms::

    age(2) options(1) type(1) link state id(4) advertising router(4) sequence(4) checksum(2) length(2)

An :class:`Lsa` is immutable, so that the databases of all routers of a simulation share one object.  It therefore does
not contain its age, which differs between routers.  A parsed LSA keeps its octets, and emits them unchanged, including
TOS costs.
"""

from __future__ import annotations

import struct
from typing import Final

from catenet.network.routing.ospf import drop_reasons
from catenet.network.routing.ospf.lsa.body import Contents, LsaBody
from catenet.network.routing.ospf.lsa.external_lsa import ExternalBody, parse_external_body
from catenet.network.routing.ospf.lsa.fletcher import fletcher_checksum, is_sound
from catenet.network.routing.ospf.lsa.network_lsa import NetworkBody, parse_network_body
from catenet.network.routing.ospf.lsa.opaque_lsa import OpaqueBody
from catenet.network.routing.ospf.lsa.router_lsa import RouterBody, RouterLink, parse_router_body
from catenet.network.routing.ospf.lsa.summary_lsa import SummaryBody, parse_summary_body

__all__ = [
    "ExternalBody",
    "Lsa",
    "LsaBody",
    "LsaHeader",
    "NetworkBody",
    "RouterBody",
    "RouterLink",
    "SummaryBody",
]

ROUTER: Final = 1
NETWORK: Final = 2
SUMMARY: Final = 3
ASBR_SUMMARY: Final = 4
EXTERNAL: Final = 5
NSSA: Final = 7
OPAQUE_LINK: Final = 9
OPAQUE_AREA: Final = 10
OPAQUE_AS: Final = 11

MAX_AGE_S: Final = 3600
LS_REFRESH_S: Final = 1800
MAX_AGE_DIFF_S: Final = 900
INITIAL_SEQUENCE: Final = -0x7FFFFFFF
MAX_SEQUENCE: Final = 0x7FFFFFFF
RESERVED_SEQUENCE: Final = -0x80000000
"""Never used (section 12.1.6)."""
LS_INFINITY: Final = 0xFFFFFF
"""The cost of unreachable destinations."""

E_BIT: Final = 0x02
"""Option: external routes are accepted."""
NP_BIT: Final = 0x08
"""Option: in a hello, the area is an NSSA (N); in a type 7 LSA, translate it (P; RFC 3101 2.2, 2.4)."""
L_BIT: Final = 0x10
"""Option: data for this link follows the packet (RFC 5613)."""
O_BIT: Final = 0x40
"""Option, in descriptions: opaque LSAs are understood (RFC 5250 section 4.1)."""

HEADER_OCTETS: Final = 20
MAX_OCTETS: Final = 65_423
"""The longest LSA that an update in one IPv4 datagram holds, with the longest digest."""

_HEADER: Final = struct.Struct("!HBBIIiHH")
_TAIL_HEAD: Final = struct.Struct("!BBIIiHH")
_AGE: Final = struct.Struct("!H")
_CHECKSUM: Final = 14
"""The offset of the checksum in the octets that it covers: all but the age."""


def lsa_key(ls_type: int, link_state_id: int, advertising_router: int) -> int:
    """The identity of an LSA (section 12.1), as one number."""
    return ls_type << 64 | link_state_id << 32 | advertising_router


class LsaHeader:
    """The header alone, as in descriptions and acknowledgements; it identifies one instance of an LSA."""

    def __init__(
        self,
        ls_type: int,
        link_state_id: int,
        advertising_router: int,
        options: int,
        sequence: int,
        checksum: int,
        age: int,
        length: int,
    ) -> None:
        self.type: Final = ls_type
        self.link_state_id: Final = link_state_id
        self.advertising_router: Final = advertising_router
        self.options: Final = options
        self.sequence: Final = sequence
        self.checksum: Final = checksum
        self.age: Final = age
        self.length: Final = length
        self.key: Final = lsa_key(ls_type, link_state_id, advertising_router)

    def emit(self) -> bytes:
        """The header's twenty octets."""
        return _HEADER.pack(
            self.age,
            self.options,
            self.type,
            self.link_state_id,
            self.advertising_router,
            self.sequence,
            self.checksum,
            self.length,
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, LsaHeader) and self.emit() == other.emit()

    def __hash__(self) -> int:
        return hash(self.emit())


def parse_header(octets: bytes, place: int) -> LsaHeader | None:
    """Parse the header at an offset; None if it is truncated."""
    if place + HEADER_OCTETS > len(octets):
        return None
    age, options, ls_type, link_state_id, router, sequence, checksum, length = _HEADER.unpack_from(octets, place)
    return LsaHeader(ls_type, link_state_id, router, options, sequence, checksum, age, length)


class Lsa:
    """One instance of an LSA; ``sequence`` is signed, ``length`` is in octets and counts the header.

    The checksum is computed on first use.  Two are equal if all octets except the age are.
    """

    def __init__(
        self,
        ls_type: int,
        link_state_id: int,
        advertising_router: int,
        options: int,
        sequence: int,
        body: LsaBody,
        tail: bytes = b"",
    ) -> None:
        self.type: Final = ls_type
        self.link_state_id: Final = link_state_id
        self.advertising_router: Final = advertising_router
        self.options: Final = options
        self.sequence: Final = sequence
        self.body: Final = body
        self.key: Final = lsa_key(ls_type, link_state_id, advertising_router)
        self.length: Final = len(tail) + 2 if tail else HEADER_OCTETS + body.length
        assert tail or self.length <= MAX_OCTETS, f"an LSA of {self.length} octets does not fit into a packet"
        self._described: LsaHeader | None = None
        self.contents: Contents | None = None
        """Its contents, cached by :mod:`~catenet.network.routing.ospf.lsa.contents`."""
        self._tail = tail
        """All octets except the age, cached on first use."""

    @property
    def checksum(self) -> int:
        """Fletcher's, over all but the age."""
        tail = self._tail_octets()
        return tail[_CHECKSUM] << 8 | tail[_CHECKSUM + 1]

    def header(self, age: int) -> bytes:
        """The twenty octets of the header, at an age in seconds."""
        return _AGE.pack(age) + self._tail_octets()[: HEADER_OCTETS - 2]

    def emit(self, age: int) -> bytes:
        """All octets, at an age in seconds."""
        return _AGE.pack(age) + self._tail_octets()

    def describe(self, age: int) -> LsaHeader:
        """The header as an object, at an age in seconds; for the same age again, the same one."""
        described = self._described
        if described is not None and described.age == age:
            return described
        self._described = described = LsaHeader(
            self.type,
            self.link_state_id,
            self.advertising_router,
            self.options,
            self.sequence,
            self.checksum,
            age,
            self.length,
        )
        return described

    def has_same_contents(self, other: Lsa) -> bool:
        """Whether two instances of one LSA have the same options and body (section 13.2)."""
        if self.options != other.options or self.length != other.length:
            return False
        if self.body is other.body:
            return True
        start = HEADER_OCTETS - 2
        return self._tail_octets()[start:] == other._tail_octets()[start:]

    def _tail_octets(self) -> bytes:
        if not self._tail:
            head = _TAIL_HEAD.pack(
                self.options,
                self.type,
                self.link_state_id,
                self.advertising_router,
                self.sequence,
                0,
                self.length,
            )
            blank = head + self.body.emit()
            self._tail = blank[:_CHECKSUM] + _AGE.pack(fletcher_checksum(blank, _CHECKSUM)) + blank[_CHECKSUM + 2 :]
        return self._tail

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        return isinstance(other, Lsa) and self._tail_octets() == other._tail_octets()

    def __hash__(self) -> int:
        return hash(self.key)

    @staticmethod
    def parse(octets: bytes, place: int) -> tuple[Lsa, int, int] | None:
        """The LSA at an offset, its age in seconds, and the offset after it; None if it is invalid."""
        parsed = parse_lsa(octets, place)
        lsa = parsed.lsa
        return None if lsa is None else (lsa, parsed.age, parsed.next_place)


class ParsedLsa:
    """The result of parsing: an LSA, or the reason to reject it (of :mod:`~catenet.network.routing.ospf.drop_reasons`).

    ``next_place`` is the offset of the next LSA; 0 if it is unknown.
    """

    def __init__(self, reason: int, lsa: Lsa | None, age: int, next_place: int) -> None:
        self.reason: Final = reason
        self.lsa: Final = lsa
        self.age: Final = age
        self.next_place: Final = next_place


def parse_lsa(octets: bytes, place: int) -> ParsedLsa:
    """Parse the LSA at an offset, with its body, and check it by section 13 (1) and (2)."""
    header = parse_header(octets, place)
    if header is None or header.length < HEADER_OCTETS or place + header.length > len(octets):
        return ParsedLsa(drop_reasons.LSA_MALFORMED, None, 0, 0)
    end = place + header.length
    tail = octets[place + 2 : end]
    reason = drop_reasons.LSA_CHECKSUM
    if header.checksum != 0 and is_sound(tail):
        reason = header_fault(header)
    if reason != 0:
        return ParsedLsa(reason, None, header.age, end)
    body = _parse_body(header.type, tail[HEADER_OCTETS - 2 :])
    if body is None:
        return ParsedLsa(drop_reasons.LSA_MALFORMED, None, header.age, end)
    lsa = Lsa(
        header.type,
        header.link_state_id,
        header.advertising_router,
        header.options,
        header.sequence,
        body,
        tail,
    )
    return ParsedLsa(0, lsa, header.age, end)


def header_fault(header: LsaHeader) -> int:
    """The fault of an LSA's header; 0 for none."""
    if not is_known_type(header.type):
        return drop_reasons.LSA_UNKNOWN_TYPE
    if header.age > MAX_AGE_S:
        return drop_reasons.LSA_AGE
    if header.sequence == RESERVED_SEQUENCE:
        return drop_reasons.LSA_SEQUENCE
    if header.type == ROUTER and header.link_state_id != header.advertising_router:
        return drop_reasons.LSA_FORGED
    return 0


def is_known_type(ls_type: int) -> bool:
    """Whether it is the type of a known LSA."""
    return ROUTER <= ls_type <= EXTERNAL or ls_type == NSSA or OPAQUE_LINK <= ls_type <= OPAQUE_AS


def _parse_body(ls_type: int, octets: bytes) -> LsaBody | None:
    if ls_type == ROUTER:
        return parse_router_body(octets)
    if ls_type == NETWORK:
        return parse_network_body(octets)
    if ls_type in (SUMMARY, ASBR_SUMMARY):
        return parse_summary_body(octets, ls_type == SUMMARY)
    if ls_type >= OPAQUE_LINK:
        return OpaqueBody(octets)
    return parse_external_body(octets)


def newer(a_sequence: int, a_checksum: int, a_age: int, b_sequence: int, b_checksum: int, b_age: int) -> int:
    """Which of two instances of an LSA is newer (section 13.1): 1 the first, -1 the second, 0 they are the same."""
    if a_sequence != b_sequence:
        return 1 if a_sequence > b_sequence else -1
    if a_checksum != b_checksum:
        return 1 if a_checksum > b_checksum else -1
    if (a_age == MAX_AGE_S) != (b_age == MAX_AGE_S):
        return 1 if a_age == MAX_AGE_S else -1
    if abs(a_age - b_age) > MAX_AGE_DIFF_S:
        return 1 if a_age < b_age else -1
    return 0
