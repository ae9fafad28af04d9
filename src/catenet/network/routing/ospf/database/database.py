"""The link state database (RFC 2328 section 12.2): all LSAs of one area, or all that flood through the whole AS.

An LSA is an object that many routers share; what differs from router to router stands beside it in an
:class:`Entry`: how old it was when it came, when that was, and from whom.  Nothing counts seconds: an age is worked
out when somebody asks for it.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.kernel.kernel import NEVER
from catenet.network.routing.ospf.lsa.lsa import MAX_AGE_S, NSSA, Lsa, LsaHeader

SECOND_NS: Final[i64] = 1_000_000_000
AS_SCOPE: Final = -1
"""The ``area_id`` of the database of what floods through the whole AS."""
OWN: Final = -1
"""``received_from`` of what this router originated itself."""

Change = tuple[int, Lsa | None, Lsa | None]
"""An LSA's key, and what it said before and says now (None: nothing)."""


class Entry:
    """One LSA as this router has it.

    ``received_from`` is the router id of the neighbour that sent it, or :data:`OWN`; ``flooded`` is whether that one
    sent it of itself, and not because it was asked.  ``waiting`` counts the neighbours that have not acknowledged it.
    ``resent_ns`` is when it was last sent to somebody who had an older one.
    """

    def __init__(self, lsa: Lsa, age_at_install: i64, installed_ns: i64, received_from: int, flooded: bool) -> None:
        self.lsa: Final = lsa
        self.age_at_install: i64 = age_at_install
        self.installed_ns: Final[i64] = installed_ns
        self.received_from: Final = received_from
        self.flooded: Final = flooded
        self.is_news = False
        """Whether it said something else than the instance before it."""
        self.resent_ns: i64 = -SECOND_NS * MAX_AGE_S
        self.waiting: i64 = 0

    def age(self, now_ns: i64) -> int:
        """The LSA's age in seconds, 3600 at most."""
        age = self.age_at_install + (now_ns - self.installed_ns) // SECOND_NS
        return int(age) if age < MAX_AGE_S else MAX_AGE_S

    @property
    def is_flushed(self) -> bool:
        """Whether it is at MaxAge, on its way out of the database."""
        return self.age_at_install >= MAX_AGE_S

    def expires_ns(self) -> i64:
        """When its age comes to MaxAge."""
        return self.installed_ns + (MAX_AGE_S - self.age_at_install) * SECOND_NS

    def describe(self, now_ns: i64) -> LsaHeader:
        """Its header, as of now."""
        return self.lsa.describe(self.age(now_ns))


class Database:
    """LSAs by key.  ``changed`` is what the calculation of routes has not seen yet.

    An LSA at MaxAge stands in the database until all neighbours have it (section 14), but says nothing any more: in
    ``changed`` it is None.  A mere refresh is no change (section 13.2).
    """

    def __init__(self, area_id: int) -> None:
        self.area_id: Final = area_id
        self.entries: Final[dict[int, Entry]] = {}
        self.changed: Final[list[Change]] = []
        self.next_expiry_ns: i64 = NEVER
        """No LSA comes to MaxAge before."""

    def __len__(self) -> int:
        """How many LSAs there are, those at MaxAge included."""
        return len(self.entries)

    def get(self, key: int) -> Entry | None:
        """The entry of that key."""
        return self.entries.get(key)

    def install(self, entry: Entry) -> bool:
        """Put an instance in, in place of the last one; whether it says anything new."""
        key = entry.lsa.key
        old = self.entries.get(key)
        self.entries[key] = entry
        said = None if old is None or old.is_flushed else old.lsa
        says = None if entry.is_flushed else entry.lsa
        if says is not None and entry.expires_ns() < self.next_expiry_ns:
            self.next_expiry_ns = entry.expires_ns()
        entry.is_news = self._note(key, said, says)
        return entry.is_news

    def expire(self, entry: Entry) -> None:
        """An instance came to MaxAge where it stands, or is made to."""
        if not entry.is_flushed:
            entry.age_at_install = MAX_AGE_S
            self._note(entry.lsa.key, entry.lsa, None)

    def remove(self, key: int) -> None:
        """Forget an LSA at MaxAge."""
        del self.entries[key]

    def expired(self, now_ns: i64) -> list[Entry]:
        """The entries whose age has come to MaxAge by itself; ``next_expiry_ns`` is as late as it can be then."""
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
        # Not more than one look through the database in a second.
        self.next_expiry_ns = soonest if soonest == NEVER else max(soonest, now_ns + SECOND_NS)
        return found

    def _note(self, key: int, said: Lsa | None, says: Lsa | None) -> bool:
        if said is None and says is None:
            return False
        if said is not None and says is not None and said.says_the_same(says):
            return False
        # Routes do not depend on what OSPF does not read (RFC 5250).
        if key >> 64 <= NSSA:
            self.changed.append((key, said, says))
        return True
