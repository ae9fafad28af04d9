"""The response of an authoritative server to one question: RFC 1034 section 4.3.2."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from dns.name import Name
from dns.rcode import Rcode
from dns.rdataset import Rdataset
from dns.rdatatype import RdataType

from catenet.application.dns.protocol.response import Response, Section, single
from catenet.application.dns.zones.lookup import Kind, addresses, find
from catenet.application.dns.zones.zone import Zone

CHAIN_MAX: Final = 11
"""CNAME records followed in one response; the client can ask for the rest."""
_TARGETS: Final = {RdataType.NS: "target", RdataType.MX: "exchange", RdataType.SRV: "target"}
"""The types whose data name a host, and the field with its name (RFC 1035 section 3.3, RFC 2782)."""


class Zones:
    """The zones of a server by origin; None for one that cannot be served now."""

    def __init__(self) -> None:
        self.by_origin: Final[dict[Name, Zone | None]] = {}
        self._labels_max = 0

    def put(self, origin: Name, zone: Zone | None) -> None:
        """Serve a version of a zone from now on."""
        self.by_origin[origin] = zone
        self._labels_max = max(self._labels_max, len(origin))

    def origin_of(self, name: Name, rdtype: RdataType = RdataType.NONE) -> Name | None:
        """The nearest enclosing zone of a name; of a DS record, the parent's (RFC 4035 section 3.1.4.1)."""
        skipped = name if rdtype == RdataType.DS else None
        labels = name.labels
        origins = [Name(labels[start:]) for start in range(max(0, len(labels) - self._labels_max), len(labels))]
        found = [origin for origin in origins if origin in self.by_origin]
        if found and found[0] == skipped and len(found) > 1:
            return found[1]
        return found[0] if found else None


def answer(zones: Zones, name: Name, rdtype: RdataType, *, minimal_any: bool) -> Response:
    """The response to a question of class IN.

    ``minimal_any`` gives one RRset for a question of type ANY (RFC 8482 section 4.1).
    """
    response = Response()
    asked: set[Name] = set()
    while len(asked) <= CHAIN_MAX:
        if name in asked:
            response.rcode = Rcode.SERVFAIL  # a loop of CNAME records (RFC 1034 section 3.6.2)
            break
        asked.add(name)
        origin = zones.origin_of(name, rdtype)
        if origin is None:
            if not response.answer:
                response.rcode = Rcode.REFUSED
            break
        zone = zones.by_origin[origin]
        if zone is None:
            response.rcode = Rcode.SERVFAIL
            break
        target = _add(response, zone, name, rdtype, minimal_any)
        if target is None:
            break
        name = target
    _add_targets(response, zones)
    return response


def _add(response: Response, zone: Zone, name: Name, rdtype: RdataType, minimal_any: bool) -> Name | None:
    """Add what a zone has under a name; returns the name at which a CNAME record points."""
    found = find(zone, name, rdtype)
    if not response.answer:
        response.authoritative = found.kind is not Kind.REFERRAL
    rdatasets = found.rdatasets
    if found.kind in (Kind.ANSWER, Kind.CNAME):
        if rdtype == RdataType.ANY and minimal_any:
            rdatasets = rdatasets[:1]
        response.answer.extend((found.owner, rdataset) for rdataset in rdatasets)
        return rdatasets[0][0].target if found.kind is Kind.CNAME else None
    if found.kind is Kind.REFERRAL:
        response.authority.extend((found.owner, rdataset) for rdataset in rdatasets)
        _add_glue(response, zone, found.owner, rdatasets[0])
        return None
    if found.kind is Kind.NXDOMAIN:
        response.rcode = Rcode.NXDOMAIN
    response.authority.append(single(zone.origin, zone.soa_rdataset, zone.negative_ttl))
    return None


def _add_glue(response: Response, zone: Zone, cut: Name, servers: Rdataset) -> None:
    """The addresses of name servers; those below the cut can be learned nowhere else (RFC 9471 section 2.1)."""
    for server in servers:
        target: Name = server.target
        section = response.required if target.is_subdomain(cut) else response.additional
        section.extend((target, rdataset) for rdataset in addresses(zone, target))


def _add_targets(response: Response, zones: Zones) -> None:
    """The addresses of the hosts that the answer names."""
    known = {(name, rdataset.rdtype) for name, rdataset in _all(response)}
    for name in _hosts(response.answer):
        origin = zones.origin_of(name)
        zone = None if origin is None else zones.by_origin[origin]
        for found in () if zone is None else addresses(zone, name):
            if (name, found.rdtype) not in known:
                known.add((name, found.rdtype))
                response.additional.append((name, found))


def _hosts(section: Section) -> Iterator[Name]:
    for _, rdataset in section:
        field = _TARGETS.get(rdataset.rdtype)
        for rdata in rdataset if field is not None else ():
            yield getattr(rdata, field or "")


def _all(response: Response) -> Iterator[tuple[Name, Rdataset]]:
    yield from response.answer
    yield from response.required
    yield from response.additional
