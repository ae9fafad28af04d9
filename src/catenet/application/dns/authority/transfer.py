"""Zone transfers to secondary servers: AXFR (RFC 5936) and IXFR (RFC 1995)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import dns.exception
import dns.flags
import dns.message
import dns.renderer
from dns.name import Name
from dns.rdata import Rdata
from dns.rdataset import Rdataset, from_rdata
from dns.rdatatype import RdataType
from dns.rdtypes.ANY.SOA import SOA
from dns.serial import Serial

from catenet.application.dns.protocol.request import Request
from catenet.application.dns.protocol.response import TCP_OCTETS_MAX, UDP_PAYLOAD
from catenet.application.dns.zones.history import History, Record
from catenet.application.dns.zones.zone import Zone

MESSAGE_OCTETS: Final = 16_000
"""A message of a transfer ends here: compression pointers reach no farther than 16,383 octets."""

Item = tuple[Name, Rdataset]


def transfer(request: Request, history: History) -> Iterator[bytes]:
    """The messages that answer a request of type AXFR or IXFR for a zone."""
    if request.rdtype == RdataType.AXFR:
        return messages(request, whole(history.zone))
    zone = history.zone
    own: list[Item] = [(zone.origin, zone.soa_rdataset)]
    serial = client_serial(request)
    if serial is None or not Serial(zone.serial) > Serial(serial):
        return messages(request, own)
    items = list(_incremental(history, serial) or (whole(zone) if request.tcp else own))
    if request.tcp:
        return messages(request, items)
    octets = list(messages(request, items))
    fits = len(octets) == 1 and len(octets[0]) <= min(request.payload, UDP_PAYLOAD)
    return iter(octets) if fits else messages(request, own)  # RFC 1995 section 2: the client retries over TCP


def client_serial(request: Request) -> int | None:
    """The serial number of the client's version, in the authority section of IXFR; None if there is none."""
    for rrset in request.message.authority:
        if rrset.rdtype == RdataType.SOA and rrset.name == request.name:
            soa = rrset[0]
            return soa.serial if isinstance(soa, SOA) else None
    return None


def whole(zone: Zone) -> Iterator[Item]:
    """Every record of a zone between two copies of its SOA record."""
    for name, rdataset in zone.records():
        for rdata in rdataset:
            yield name, from_rdata(rdataset.ttl, rdata)
    yield zone.origin, zone.soa_rdataset


def _incremental(history: History, serial: int) -> Iterable[Item] | None:
    steps = history.since(serial)
    if steps is None:
        return None
    origin = history.zone.origin
    items: list[Item] = [(origin, history.zone.soa_rdataset)]
    for step in steps:
        items.append((origin, step.old_soa))
        items.extend(map(_item, step.removed))
        items.append((origin, step.new_soa))
        items.extend(map(_item, step.added))
    items.append((origin, history.zone.soa_rdataset))
    return items


def _item(record: Record) -> Item:
    name, ttl, rdata = record
    data: Rdata = rdata
    return name, from_rdata(ttl, data)


def messages(request: Request, items: Iterable[Item]) -> Iterator[bytes]:
    """Records as the answer sections of as many messages as they take."""
    renderer = _renderer(request)
    empty = True
    for name, rdataset in items:
        try:
            renderer.add_rdataset(dns.renderer.ANSWER, name, rdataset)
        except dns.exception.TooBig:
            if not empty:
                yield _finished(renderer)
                renderer = _renderer(request)
            renderer.max_size = TCP_OCTETS_MAX
            renderer.add_rdataset(dns.renderer.ANSWER, name, rdataset)
            renderer.max_size = MESSAGE_OCTETS
        empty = False
    yield _finished(renderer)


def _renderer(request: Request) -> dns.renderer.Renderer:
    flags = int(dns.flags.QR | dns.flags.AA) | int(request.message.flags & dns.flags.RD)
    renderer = dns.renderer.Renderer(request.message.id, flags, MESSAGE_OCTETS)
    renderer.add_question(request.name, request.rdtype, request.rdclass)
    return renderer


def _finished(renderer: dns.renderer.Renderer) -> bytes:
    renderer.write_header()
    octets: bytes = renderer.get_wire()
    return octets
