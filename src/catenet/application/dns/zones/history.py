"""The versions of a zone: the current one, and the differences that led to it (RFC 1995)."""

from __future__ import annotations

from collections import deque
from typing import Final, NamedTuple

from dns.name import Name
from dns.rdata import Rdata
from dns.rdataset import Rdataset
from dns.serial import Serial

from catenet.application.dns.zones.zone import Zone

VERSIONS_MAX: Final = 16
"""Differences kept; a secondary with an older version gets the whole zone."""

Record = tuple[Name, int, Rdata]
"""Name, TTL in seconds, data."""


class Difference(NamedTuple):
    """One step from a version to the next: both SOA RRsets, and the records without them."""

    old_soa: Rdataset
    new_soa: Rdataset
    removed: tuple[Record, ...]
    added: tuple[Record, ...]


class History:
    """A zone with its recent past."""

    def __init__(self, zone: Zone) -> None:
        self.zone: Zone = zone
        self._steps: Final[deque[Difference]] = deque(maxlen=VERSIONS_MAX)

    def replace(self, zone: Zone) -> None:
        """Make a newer version the current one.  Raises ValueError if its serial number is not newer (RFC 1982)."""
        if not Serial(zone.serial) > Serial(self.zone.serial):
            raise ValueError(
                f"{zone.origin}: the new version has serial {zone.serial}, which is not newer than {self.zone.serial}"
            )
        self._steps.append(difference(self.zone, zone))
        self.zone = zone

    def restart(self, zone: Zone) -> None:
        """Make an unrelated version the current one, and forget the past."""
        self._steps.clear()
        self.zone = zone

    def since(self, serial: int) -> list[Difference] | None:
        """The steps from a version to the current one; None if that version is not known."""
        for number, step in enumerate(self._steps):
            if step.old_soa[0].serial == serial:
                return list(self._steps)[number:]
        return None


def difference(old: Zone, new: Zone) -> Difference:
    """The records to remove and to add, in the order of the zones."""
    before, after = _flat(old), _flat(new)
    removed = tuple(record for record in before if record not in after)
    added = tuple(record for record in after if record not in before)
    return Difference(old.soa_rdataset, new.soa_rdataset, removed, added)


def _flat(zone: Zone) -> dict[Record, None]:
    rdatasets = zone.records()
    next(rdatasets)
    return {(name, rdataset.ttl, rdata): None for name, rdataset in rdatasets for rdata in rdataset}
