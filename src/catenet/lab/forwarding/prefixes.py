"""The addresses that all routers treat alike: one class for each prefix that is in somebody's table.

A class is what belongs to a prefix and to no longer one, and one address of it stands for all.  The division is that
of VeriFlow (Khurshid et al., NSDI 2013), with a sorted list in place of a trie.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from typing import Final

Prefix = tuple[int, int]
"""Network address as a number, length."""


class Prefixes:
    """The prefixes of one version of IP that are in use, each with how many use it."""

    def __init__(self, bits: int) -> None:
        self._bits: Final = bits
        self._uses: Final[dict[Prefix, int]] = {}
        self._sorted: Final[list[Prefix]] = []

    def add(self, prefix: Prefix) -> bool:
        """One more use.  True if it is the first."""
        uses = self._uses.get(prefix, 0)
        self._uses[prefix] = uses + 1
        if uses == 0:
            insort(self._sorted, prefix)
        return uses == 0

    def remove(self, prefix: Prefix) -> bool:
        """One use less.  True if it was the last."""
        uses = self._uses[prefix] - 1
        if uses:
            self._uses[prefix] = uses
            return False
        del self._uses[prefix]
        del self._sorted[bisect_left(self._sorted, prefix)]
        return True

    def within(self, prefix: Prefix) -> list[Prefix]:
        """The prefixes that a prefix holds, itself included if it is in use."""
        first = bisect_left(self._sorted, prefix)
        return self._sorted[first : bisect_left(self._sorted, (self._end(prefix), 0))]

    def around(self, prefix: Prefix) -> list[Prefix]:
        """The shorter prefixes that hold a prefix."""
        network, length = prefix
        shorter = [(network >> (self._bits - bits) << (self._bits - bits), bits) for bits in range(length)]
        return [other for other in shorter if other in self._uses]

    def sample(self, prefix: Prefix) -> int | None:
        """The first address of a prefix's class; None if longer ones leave it none."""
        address = prefix[0]
        for other in self.within(prefix):
            if other[0] > address:
                break
            if other[1] > prefix[1]:
                address = max(address, self._end(other))
        return address if address < self._end(prefix) else None

    def _end(self, prefix: Prefix) -> int:
        return prefix[0] + (1 << (self._bits - prefix[1]))
