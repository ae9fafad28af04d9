"""What the response of a zone's server means, and what of it is believed.

A server is believed about names in its zone only, and about the name that was asked for.  Of an answer, the first link
of a chain is taken and the rest is asked for again; of a referral, the NS records of a zone on the way to the name, and
addresses of those servers that lie in the zone asked.  Everything else is ignored.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import Final, NamedTuple

import dns.flags
import dns.message
from dns.name import Name, root
from dns.rcode import Rcode
from dns.rdata import Rdata
from dns.rdataset import Rdataset
from dns.rdatatype import RdataType
from dns.rrset import RRset

from catenet.application.dns.resolver.cache import Soa

_NAMES: Final = {
    RdataType.NS: ("target",),
    RdataType.CNAME: ("target",),
    RdataType.PTR: ("target",),
    RdataType.MX: ("exchange",),
    RdataType.SRV: ("target",),
    RdataType.SOA: ("mname", "rname"),
}
"""The names in records, which a server may compress to the question's and its random case."""
TARGETS_MAX: Final = 13
"""Name servers of one delegation that are kept."""


class Meaning(Enum):
    """What a response means."""

    ANSWER = "answer"
    CNAME = "cname"
    NODATA = "nodata"
    NXDOMAIN = "nxdomain"
    REFERRAL = "referral"
    LAME = "lame"


class Reply(NamedTuple):
    """A response: ``rdataset`` is the answer, or of a referral the NS records of ``owner``.

    ``glue`` are addresses of the servers that a referral names, and of the root's that the root names.
    """

    meaning: Meaning
    owner: Name
    rdataset: Rdataset | None = None
    authoritative: bool = False
    soa: Soa | None = None
    glue: tuple[tuple[Name, Rdataset], ...] = ()


def read_reply(message: dns.message.Message, zone: Name, name: Name, rdtype: RdataType) -> Reply:
    """The meaning of a response to a question for a name, from a server of a zone."""
    rcode = message.rcode()
    if rcode not in (Rcode.NOERROR, Rcode.NXDOMAIN):
        return Reply(Meaning.LAME, name)
    authoritative = bool(message.flags & dns.flags.AA)
    answers = [rrset for rrset in message.answer if rrset.name == name]
    for wanted, meaning in ((rdtype, Meaning.ANSWER), (RdataType.CNAME, Meaning.CNAME)):
        for rrset in answers:
            if rrset.rdtype == wanted:
                found = canonical(rrset)
                priming = name == root and rdtype == RdataType.NS
                return Reply(
                    meaning, name, found, authoritative, glue=tuple(_glue(message, zone, found) if priming else ())
                )
    soa = _soa(message, zone, name)
    if rcode == Rcode.NXDOMAIN:
        return Reply(Meaning.NXDOMAIN, name, None, authoritative, soa)
    if soa is None and not authoritative:
        for rrset in message.authority:
            if rrset.rdtype == RdataType.NS and _is_cut(rrset.name, zone, name):
                servers = canonical(rrset, TARGETS_MAX)
                return Reply(Meaning.REFERRAL, rrset.name, servers, glue=tuple(_glue(message, zone, servers)))
    if message.answer or not (authoritative or soa):
        return Reply(Meaning.LAME, name)
    return Reply(Meaning.NODATA, name, None, authoritative, soa)


def canonical(rrset: RRset | Rdataset, most: int | None = None) -> Rdataset:
    """The records, or the first of them, as an RRset without owner, the names in them in lower case."""
    fields = _NAMES.get(rrset.rdtype, ())
    found = Rdataset(rrset.rdclass, rrset.rdtype, ttl=rrset.ttl)
    for rdata in list(rrset)[:most]:
        changed: Rdata = rdata.replace(**{field: getattr(rdata, field).canonicalize() for field in fields})
        found.add(changed if fields else rdata)
    found.ttl = rrset.ttl
    return found


def _is_cut(owner: Name, zone: Name, name: Name) -> bool:
    """Whether NS records lead closer to the name."""
    return owner != zone and owner.is_subdomain(zone) and name.is_subdomain(owner)


def _soa(message: dns.message.Message, zone: Name, name: Name) -> Soa | None:
    for rrset in message.authority:
        if rrset.rdtype == RdataType.SOA and name.is_subdomain(rrset.name) and rrset.name.is_subdomain(zone):
            return rrset.name.canonicalize(), canonical(rrset)
    return None


def _glue(message: dns.message.Message, zone: Name, servers: Rdataset) -> Iterator[tuple[Name, Rdataset]]:
    targets = {server.target for server in servers}
    for rrset in message.additional:
        address = rrset.rdtype in (RdataType.A, RdataType.AAAA)
        if address and rrset.name in targets and rrset.name.is_subdomain(zone):
            yield rrset.name.canonicalize(), canonical(rrset)
