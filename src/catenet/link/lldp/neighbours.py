"""What a port's neighbours said, until it is too old (IEEE 802.1AB-2016, 9.2.7.7)."""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.link.lldp.lldpdu import Lldpdu
from catenet.link.lldp.settings import SECOND_NS

MAX_NEIGHBOURS: Final = 64
"""Others are ignored: a shared medium, or a switch that relays LLDP, may have any number."""
NEVER_NS: Final[i64] = 1 << 62

NEW: Final = 1
CHANGED: Final = 2
SHUTDOWN: Final = 3
AGED_OUT: Final = 4
REFRESHED: Final = 5
TOO_MANY: Final = 6

Key = tuple[tuple[int, bytes], tuple[int, bytes]]
"""A chassis ID and a port ID, which name a neighbour."""


class Neighbour:
    """One neighbour: what it said last, and when that is too old."""

    def __init__(self, unit: Lldpdu, expires_ns: i64) -> None:
        self.unit = unit
        self.expires_ns = expires_ns


class Neighbours:
    """All neighbours of a port, in the order in which they were heard first."""

    def __init__(self) -> None:
        self.known: Final[dict[Key, Neighbour]] = {}

    def heard(self, unit: Lldpdu, now_ns: i64) -> int:
        """A neighbour has said something; returns what that changes: :data:`NEW` and so on."""
        key = (unit.chassis, unit.port)
        known = self.known.get(key)
        if unit.ttl_s == 0:
            if known is None:
                return REFRESHED
            del self.known[key]
            return SHUTDOWN
        expires_ns = now_ns + unit.ttl_s * SECOND_NS
        if known is None:
            if len(self.known) >= MAX_NEIGHBOURS:
                return TOO_MANY
            self.known[key] = Neighbour(unit, expires_ns)
            return NEW
        change = REFRESHED if known.unit.emit() == unit.emit() else CHANGED
        known.unit = unit
        known.expires_ns = expires_ns
        return change

    def next_expiry_ns(self) -> i64:
        """When the first of them is too old."""
        soonest = NEVER_NS
        for neighbour in self.known.values():
            soonest = min(soonest, neighbour.expires_ns)
        return soonest

    def take_expired(self, now_ns: i64) -> list[Lldpdu]:
        """Forget those that are too old, and return what they said."""
        expired = [(key, neighbour.unit) for key, neighbour in self.known.items() if neighbour.expires_ns <= now_ns]
        for key, _ in expired:
            del self.known[key]
        return [unit for _, unit in expired]
