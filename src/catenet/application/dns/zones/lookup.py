"""What a zone has under a name: RFC 1034 section 4.3.2, with wildcards as in RFC 4592."""

from __future__ import annotations

from enum import Enum
from typing import Final, NamedTuple

from dns.name import Name
from dns.rdataset import Rdataset
from dns.rdatatype import RdataType

from catenet.application.dns.zones.zone import Node, Zone

ADDRESSES: Final = (RdataType.A, RdataType.AAAA)
_NOTHING: Final[Node] = {}


class Kind(Enum):
    """The outcome of a search."""

    ANSWER = "answer"
    CNAME = "cname"
    REFERRAL = "referral"
    NODATA = "nodata"
    NXDOMAIN = "nxdomain"


class Found(NamedTuple):
    """``rdatasets`` belong to ``owner``: the name searched for, or of a referral the zone cut."""

    kind: Kind
    owner: Name
    rdatasets: tuple[Rdataset, ...] = ()


def find(zone: Zone, name: Name, rdtype: RdataType) -> Found:
    """Search a name that is in the zone or below it; ANY finds every RRset."""
    cut = _zone_cut(zone, name, rdtype)
    if cut is not None:
        return Found(Kind.REFERRAL, cut, (zone.nodes[cut][RdataType.NS],))
    node = zone.nodes.get(name)
    if node is None:
        if name in zone.interior:
            return Found(Kind.NODATA, name)
        wildcard = Name((b"*", *_closest_encloser(zone, name).labels))
        node = zone.nodes.get(wildcard)
        if node is None:
            return Found(Kind.NODATA if wildcard in zone.interior else Kind.NXDOMAIN, name)
    return _in_node(name, node, rdtype)


def addresses(zone: Zone, name: Name) -> list[Rdataset]:
    """The zone's A and AAAA records of a name, as additional data: glue below a zone cut included."""
    node = zone.nodes.get(name, _NOTHING) if name.is_subdomain(zone.origin) else _NOTHING
    return [node[rdtype] for rdtype in ADDRESSES if rdtype in node]


def _in_node(name: Name, node: Node, rdtype: RdataType) -> Found:
    if rdtype == RdataType.ANY:
        return Found(Kind.ANSWER, name, tuple(node.values()))
    if rdtype in node:
        return Found(Kind.ANSWER, name, (node[rdtype],))
    if RdataType.CNAME in node:
        return Found(Kind.CNAME, name, (node[RdataType.CNAME],))
    return Found(Kind.NODATA, name)


def _zone_cut(zone: Zone, name: Name, rdtype: RdataType) -> Name | None:
    """The highest delegation on the way to a name; a DS record belongs to the parent (RFC 4035 section 3.1.4.1)."""
    labels = name.labels
    deepest = min(len(labels), zone.labels_max)
    for count in range(len(zone.origin) + 1, deepest + 1):
        ancestor = Name(labels[-count:])
        node = zone.nodes.get(ancestor)
        if node is not None and RdataType.NS in node:
            at_parent = rdtype == RdataType.DS and count == len(labels)
            return None if at_parent else ancestor
    return None


def _closest_encloser(zone: Zone, name: Name) -> Name:
    """The longest ancestor that exists (RFC 4592 section 3.3.1)."""
    labels = name.labels
    for count in range(min(len(labels) - 1, zone.labels_max), len(zone.origin), -1):
        ancestor = Name(labels[-count:])
        if ancestor in zone.nodes or ancestor in zone.interior:
            return ancestor
    return zone.origin
