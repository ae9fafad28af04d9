"""Classes of addresses that all routers treat alike: one for each prefix in any router's table.

A class contains the addresses of a prefix that belong to no longer one; one sample address represents it.  The
division is that of VeriFlow (Khurshid et al., NSDI 2013), with a sorted list in place of a trie.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from typing import Final

Prefix = tuple[int, int]
"""Network address as a number, length."""


class Prefixes:
    """The prefixes of one version of IP in use, with reference counts."""

    def __init__(self, bits: int) -> None:
        self._bits: Final = bits
        self._uses: Final[dict[Prefix, int]] = {}
        self._sorted: Final[list[Prefix]] = []

    def add(self, prefix: Prefix) -> bool:
        """Add a reference.  True if it is the first."""
        uses = self._uses.get(prefix, 0)
        self._uses[prefix] = uses + 1
        if uses == 0:
            insort(self._sorted, prefix)
        return uses == 0

    def remove(self, prefix: Prefix) -> bool:
        """Remove a reference.  True if it was the last."""
        uses = self._uses[prefix] - 1
        if uses:
            self._uses[prefix] = uses
            return False
        del self._uses[prefix]
        del self._sorted[bisect_left(self._sorted, prefix)]
        return True

    def within(self, prefix: Prefix) -> list[Prefix]:
        """The prefixes in use within a prefix, including the prefix itself."""
        first = bisect_left(self._sorted, prefix)
        return self._sorted[first : bisect_left(self._sorted, (self._end(prefix), 0))]

    def around(self, prefix: Prefix) -> list[Prefix]:
        """The shorter prefixes in use that contain a prefix."""
        network, length = prefix
        shorter = [(network >> (self._bits - bits) << (self._bits - bits), bits) for bits in range(length)]
        return [other for other in shorter if other in self._uses]

    def sample(self, prefix: Prefix) -> int | None:
        """The first address of a prefix's class; None if longer prefixes cover all of it."""
        address = prefix[0]
        for other in self.within(prefix):
            if other[0] > address:
                break
            if other[1] > prefix[1]:
                address = max(address, self._end(other))
        return address if address < self._end(prefix) else None

    def _end(self, prefix: Prefix) -> int:
        return prefix[0] + (1 << (self._bits - prefix[1]))
