"""All stored responses, by URI; the least recently used go first when their octets are too many."""

from __future__ import annotations

from collections import Counter

from catenet.application.http.cache.stored import StoredResponse
from catenet.application.http.headers import Headers

VARIANTS_MAX = 32
"""Of one URI: a Vary on a field that always differs must not make look-ups slow."""


class Store:
    """At most ``limit_bytes`` of responses.  ``counts`` gets ``evicted``."""

    def __init__(self, limit_bytes: int, counts: Counter[str]) -> None:
        self.limit_bytes: int = limit_bytes
        self.size_bytes: int = 0
        self._counts = counts
        self._variants: dict[str, list[StoredResponse]] = {}
        self._charged: dict[StoredResponse, tuple[str, int]] = {}  # the least recently used first

    def __len__(self) -> int:
        return len(self._charged)

    def holds(self, uri: str) -> bool:
        return uri in self._variants

    def find(self, uri: str, headers: Headers) -> StoredResponse | None:
        """The response for a request with ``headers``; of several, that with the latest Date (RFC 9111 section 4)."""
        found = [one for one in self._variants.get(uri, ()) if one.matches(headers)]
        if not found:
            return None
        best = max(found, key=lambda one: one.made_s)
        self._charged[best] = self._charged.pop(best)
        return best

    def put(self, uri: str, new: StoredResponse) -> bool:
        """Store ``new`` in place of one for the same requests; false if it is larger than the whole store."""
        for old in list(self._variants.get(uri, ())):
            if old.selects_as(new):
                self._remove(old)
        if new.size_bytes > self.limit_bytes:
            return False
        variants = self._variants.get(uri, [])
        if len(variants) >= VARIANTS_MAX:
            self._evict(next(one for one in self._charged if one in variants))
        self._variants.setdefault(uri, []).append(new)
        self._charge(uri, new)
        return True

    def updated(self, stored: StoredResponse) -> None:
        """The fields of ``stored`` have changed, and so has its size."""
        if stored in self._charged:
            uri, size_bytes = self._charged.pop(stored)
            self.size_bytes -= size_bytes
            self._charge(uri, stored)

    def remove(self, uri: str) -> int:
        """Forget all responses of ``uri``; how many there were."""
        gone = list(self._variants.get(uri, ()))
        for one in gone:
            self._remove(one)
        return len(gone)

    def discard(self, stored: StoredResponse) -> None:
        """Forget ``stored``, if it is still there."""
        if stored in self._charged:
            self._remove(stored)

    def _charge(self, uri: str, stored: StoredResponse) -> None:
        self._charged[stored] = (uri, stored.size_bytes)
        self.size_bytes += stored.size_bytes
        while self.size_bytes > self.limit_bytes:
            self._evict(next(iter(self._charged)))

    def _evict(self, stored: StoredResponse) -> None:
        self._remove(stored)
        self._counts["evicted"] += 1

    def _remove(self, stored: StoredResponse) -> None:
        uri, size_bytes = self._charged.pop(stored)
        self.size_bytes -= size_bytes
        self._variants[uri].remove(stored)
        if not self._variants[uri]:
            del self._variants[uri]
