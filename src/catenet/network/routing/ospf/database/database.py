"""The link state database (RFC 2328 section 12.2): all LSAs of one area, or all of AS scope.

An LSA is an object that many routers share; its state in one router is in an :class:`Entry`: its age on arrival, the
time, and the sender.  There is no ageing timer: ages are computed on demand.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.kernel.kernel import NEVER
from catenet.network.routing.ospf.lsa.lsa import MAX_AGE_S, NSSA, Lsa, LsaHeader

SECOND_NS: Final[i64] = 1_000_000_000
AS_SCOPE: Final = -1
"""The ``area_id`` of the database of AS scope."""
OWN: Final = -1
"""``received_from`` of LSAs originated by this router."""

Change = tuple[int, Lsa | None, Lsa | None]
"""An LSA's key, its previous and its present contents (None: none)."""


class Entry:
    """One LSA in this router's database.

    ``received_from`` is the router id of the neighbour that sent it, or :data:`OWN`; ``flooded`` is whether it was
    flooded, not requested.  ``waiting`` counts the neighbours that have not acknowledged it. ``resent_ns`` is when it
    was last sent in reply to an older instance.
    """

    def __init__(self, lsa: Lsa, age_at_install: i64, installed_ns: i64, received_from: int, flooded: bool) -> None:
        self.lsa: Final = lsa
        self.age_at_install: i64 = age_at_install
        self.installed_ns: Final[i64] = installed_ns
        self.received_from: Final = received_from
        self.flooded: Final = flooded
        self.is_change = False
        """Whether its contents differ from the previous instance's."""
        self.resent_ns: i64 = -SECOND_NS * MAX_AGE_S
        self.waiting: i64 = 0

    def age(self, now_ns: i64) -> int:
        """The LSA's age in seconds, 3600 at most."""
        age = self.age_at_install + (now_ns - self.installed_ns) // SECOND_NS
        return int(age) if age < MAX_AGE_S else MAX_AGE_S

    @property
    def is_flushed(self) -> bool:
        """Whether it is at MaxAge, to be removed from the database."""
        return self.age_at_install >= MAX_AGE_S

    def expires_ns(self) -> i64:
        """The time at which it reaches MaxAge."""
        return self.installed_ns + (MAX_AGE_S - self.age_at_install) * SECOND_NS

    def describe(self, now_ns: i64) -> LsaHeader:
        """Its header, as of now."""
        return self.lsa.describe(self.age(now_ns))


class Database:
    """LSAs by key.  ``changed`` are changes that the calculation of routes has not processed yet.

    An LSA at MaxAge stays in the database until all neighbours have acknowledged it (section 14), but has no contents:
    in ``changed`` it is None.  A mere refresh is no change (section 13.2).
    """

    def __init__(self, area_id: int) -> None:
        self.area_id: Final = area_id
        self.entries: Final[dict[int, Entry]] = {}
        self.changed: Final[list[Change]] = []
        self.next_expiry_ns: i64 = NEVER
        """A lower bound of the next time at which an LSA reaches MaxAge."""

    def __len__(self) -> int:
        """The number of LSAs, those at MaxAge included."""
        return len(self.entries)

    def get(self, key: int) -> Entry | None:
        """The entry with this key; None if there is none."""
        return self.entries.get(key)

    def install(self, entry: Entry) -> bool:
        """Install an instance, replacing the last one; returns whether its contents are new."""
        key = entry.lsa.key
        old = self.entries.get(key)
        assert old is None or old.waiting == 0, "a replaced instance is on no retransmission list (section 13 (5) (c))"
        assert entry.waiting == 0, "an instance is installed before it is flooded"
        assert old is None or old.is_flushed or entry.lsa.sequence >= old.lsa.sequence, "newer (section 13.1)"
        self.entries[key] = entry
        before = None if old is None or old.is_flushed else old.lsa
        after = None if entry.is_flushed else entry.lsa
        if after is not None and entry.expires_ns() < self.next_expiry_ns:
            self.next_expiry_ns = entry.expires_ns()
        entry.is_change = self._record_change(key, before, after)
        return entry.is_change

    def expire(self, entry: Entry) -> None:
        """Set an instance to MaxAge."""
        assert entry.waiting == 0, "an instance at MaxAge is flooded anew (section 14.1)"
        if not entry.is_flushed:
            entry.age_at_install = MAX_AGE_S
            self._record_change(entry.lsa.key, entry.lsa, None)

    def remove(self, key: int) -> None:
        """Remove an LSA at MaxAge."""
        assert self.entries[key].is_flushed, "only an LSA at MaxAge leaves the database (section 14)"
        assert self.entries[key].waiting == 0, "all neighbours have acknowledged it (section 14)"
        del self.entries[key]

    def expired(self, now_ns: i64) -> list[Entry]:
        """The entries that have reached MaxAge without a new instance; updates ``next_expiry_ns``."""
        found: list[Entry] = []
        soonest: i64 = NEVER
        for entry in self.entries.values():
            if entry.is_flushed:
                continue
            expires_ns = entry.expires_ns()
            if expires_ns <= now_ns:
                found.append(entry)
            elif expires_ns < soonest:
                soonest = expires_ns
        # At most one scan of the database per second.
        self.next_expiry_ns = soonest if soonest == NEVER else max(soonest, now_ns + SECOND_NS)
        return found

    def _record_change(self, key: int, before: Lsa | None, after: Lsa | None) -> bool:
        if before is None and after is None:
            return False
        if before is not None and after is not None and before.has_same_contents(after):
            return False
        # Routes do not depend on opaque LSAs (RFC 5250).
        if key >> 64 <= NSSA:
            self.changed.append((key, before, after))
        return True
