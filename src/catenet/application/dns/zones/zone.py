"""One version of a zone: records by name and type."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import dns.rdataset
import dns.rdatatype
import dns.zone
from dns.name import Name
from dns.rdata import Rdata
from dns.rdataset import Rdataset
from dns.rdatatype import RdataType
from dns.rdtypes.ANY.SOA import SOA

Node = dict[RdataType, Rdataset]
"""The RRsets of one name."""


class Zone:
    """One version of a zone of class IN; it does not change.

    ``nodes`` has the records by name, ``interior`` the names without records that have names below them (empty
    non-terminals, RFC 4592 section 2.2.2).
    """

    def __init__(self, origin: Name, nodes: dict[Name, Node]) -> None:
        self.origin: Final = origin
        self.nodes: Final = nodes
        self.interior: Final = _interior(origin, nodes)
        self.labels_max: Final = max(map(len, nodes))
        """The labels of the longest name: nothing is below it."""
        self.soa_rdataset: Final[Rdataset] = nodes[origin][RdataType.SOA]
        soa = self.soa_rdataset[0]
        assert isinstance(soa, SOA)
        self.soa: Final[Rdata] = soa
        self.serial: Final[int] = soa.serial
        """The version (RFC 1982)."""
        self.refresh_s: Final[int] = soa.refresh
        self.retry_s: Final[int] = soa.retry
        self.expire_s: Final[int] = soa.expire
        self.negative_ttl: Final[int] = min(self.soa_rdataset.ttl, soa.minimum)
        """Seconds for which the absence of a name or type may be cached (RFC 2308 section 3)."""

    def records(self) -> Iterator[tuple[Name, Rdataset]]:
        """All RRsets, the SOA record first."""
        yield self.origin, self.soa_rdataset
        for name, node in self.nodes.items():
            for rdtype, rdataset in node.items():
                if rdtype != RdataType.SOA:
                    yield name, rdataset


def zone_of(loaded: dns.zone.Zone) -> Zone:
    """The zone that dnspython has loaded with absolute names."""
    origin = loaded.origin
    assert origin is not None
    nodes = {
        name: {rdataset.rdtype: rdataset for rdataset in node.rdatasets if len(rdataset)}
        for name, node in loaded.nodes.items()
    }
    return Zone(origin, {name: node for name, node in nodes.items() if node})


def _interior(origin: Name, nodes: dict[Name, Node]) -> set[Name]:
    found: set[Name] = set()
    for name in nodes:
        while len(name) > len(origin) + 1:
            name = name.parent()
            if name in found:
                break
            if name not in nodes:
                found.add(name)
    return found
