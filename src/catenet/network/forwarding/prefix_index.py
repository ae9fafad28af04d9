"""Longest-prefix match in large tables: the prefixes divide the addresses into ranges, which are searched.

Within a range one prefix is the longest match; a range begins where a prefix begins or ends.  The starts are sorted in
one byte array, the routes in one list, and a third array gives the first range for the first 16 bits of an address.  A
binary search follows, over three or four ranges in IPv4, and over more in IPv6, whose prefixes have common beginnings.
The cost is dominated by cache misses: about four, where a tree of objects took a dozen (Lampson, Srinivasan and
Varghese, "IP lookups using multiway and multicolumn search", 1999).

The index is immutable: :class:`~catenet.network.forwarding.fib.Fib` drops it when a route changes, and rebuilds it
after enough look-ups.  It indexes the first 64 bits of IPv6 addresses; a range with longer prefixes has no result
here.
"""

from __future__ import annotations

import struct
from itertools import accumulate
from typing import Final

from librt.strings import read_i32_le, read_i64_le
from mypy_extensions import i64

from catenet.network.forwarding.route import Route

CHUNKS: Final[i64] = 1 << 16
KEY_BITS6: Final[i64] = 64
HALF: Final[i64] = 1 << 31


class PrefixIndex:
    """``routes`` are the best route to each prefix of one version of IP, whose addresses have ``bits`` bits."""

    def __init__(self, bits: i64, routes: list[Route]) -> None:
        self._bits: Final[i64] = bits
        self._key_bits: Final[i64] = 32 if bits == 32 else KEY_BITS6
        self.partial: bool = False
        """Whether a result of None is not final."""
        self._best: Final[list[Route | None]] = []
        starts = self._cut_into_ranges(self._sorted(routes))
        self._starts: Final = struct.pack(f"<{len(starts)}q", *starts)
        self._firsts: Final = self._made_firsts(starts)

    def longest(self, address: int) -> Route | None:
        """The best route of the longest matching prefix; None if there is none, or see ``partial``."""
        key: i64
        chunk: i64
        if self._bits == 32:
            key = address
            chunk = key >> 16
        else:
            high: i64 = address >> 96
            low: i64 = (address >> 64) & 0xFFFFFFFF
            key = (high - HALF) << 32 | low
            chunk = high >> 16
        firsts, starts = self._firsts, self._starts
        first = i64(read_i32_le(firsts, chunk * 4))
        end = i64(read_i32_le(firsts, chunk * 4 + 4))
        while first < end:
            middle = (first + end) >> 1
            if read_i64_le(starts, middle * 8) <= key:
                first = middle + 1
            else:
                end = middle
        return self._best[first - 1]

    def _sorted(self, routes: list[Route]) -> list[tuple[int, int, Route | None]]:
        """Where prefixes begin, their lengths and routes: in order, covering prefixes first."""
        found: list[tuple[int, int, int, Route | None]] = []
        cut: int = self._bits - self._key_bits
        for number, route in enumerate(routes):
            if route.prefix_len <= self._key_bits:
                found.append((route.prefix >> cut, route.prefix_len, number, route))
            else:
                self.partial = True
                found.append((route.prefix >> cut, self._key_bits + 1, number, None))
        found.sort()
        return [(start, length, route) for start, length, _, route in found]

    def _cut_into_ranges(self, held: list[tuple[int, int, Route | None]]) -> list[int]:
        """Fill in the best route of each range; returns the starts of the ranges, for IPv6 less 2^63."""
        bits: int = self._key_bits
        bias = 0 if bits == 32 else 1 << 63
        starts = [-bias]
        self._best.append(None)
        ends: list[int] = []
        open_routes: list[Route | None] = [None]
        for start, length, route in held:
            while ends and ends[-1] <= start:
                open_routes.pop()
                self._begin(starts, ends.pop() - bias, open_routes[-1])
            self._begin(starts, start - bias, route)
            ends.append(start + (1 << max(bits - length, 0)))
            open_routes.append(route)
        while ends:
            open_routes.pop()
            self._begin(starts, ends.pop() - bias, open_routes[-1])
        if starts[-1] + bias == 1 << bits:
            starts.pop()
            self._best.pop()
        return starts

    def _begin(self, starts: list[int], start: int, route: Route | None) -> None:
        """Begin a range with this best route; it replaces a range that began at the same address."""
        if starts[-1] == start:
            self._best[-1] = route
        elif self._best[-1] is not route:
            starts.append(start)
            self._best.append(route)

    def _made_firsts(self, starts: list[int]) -> bytes:
        """For each value of an address's first 16 bits, the number of ranges that start before it; then their total."""
        shift: int = self._key_bits - 16
        bias = 0 if self._key_bits == 32 else 1 << 63
        counts = [0] * (CHUNKS + 1)
        for start in starts:
            counts[((start + bias) >> shift) + 1] += 1
        return struct.pack(f"<{len(counts)}i", *accumulate(counts))
