"""Jump hash, which needs no table (Lamping and Veach, "A Fast, Minimal Memory, Consistent Hash Algorithm", 2014).

Buckets are numbered, and the n-th takes 1/n of the keys from those before it: a key's bucket is the last one to which
it jumped.  The balance is perfect, but only the last bucket can be removed.  When another node is removed, the last
node takes its number, so the keys of both move.  The placement depends on the order in which nodes were given.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.application.placement.hashing import COMPILED, MASK_64
from catenet.application.placement.node import PlacementError
from catenet.application.placement.placement import Placement

_MULTIPLIER: Final = 2862933555777941757
_TWO_TO_31: Final = 2147483648.0


def jump(key: int, buckets: int) -> int:
    """The bucket in [0, ``buckets``) of a key in [0, 2^64).  Raises PlacementError if there is no bucket."""
    if buckets < 1:
        raise PlacementError(f"the number of buckets must be at least 1, not {buckets}")
    if not 0 <= key <= MASK_64:
        raise PlacementError(f"a key must be a number from 0 to 2^64 - 1, not {key}")
    return int(_jump(i64(key - (1 << 64) if key >= 1 << 63 else key), buckets))


def _jump(key: i64, buckets: i64) -> i64:
    if COMPILED:
        return _native_jump(key, buckets)
    bucket, following, wide = -1, 0, int(key) & MASK_64
    while following < buckets:
        bucket = following
        wide = (wide * _MULTIPLIER + 1) & MASK_64
        following = int((bucket + 1) * (_TWO_TO_31 / ((wide >> 33) + 1)))
    return i64(bucket)


def _native_jump(key: i64, buckets: i64) -> i64:
    bucket: i64 = -1
    following: i64 = 0
    while following < buckets:
        bucket = following
        key = key * _MULTIPLIER + 1
        following = i64(float(bucket + 1) * (_TWO_TO_31 / float(((key >> 33) & 0x7FFFFFFF) + 1)))
    return bucket


class JumpHash(Placement):
    """Jump hash over nodes in the order in which they were added.  All weights are 1."""

    def remove(self, name: str) -> None:
        """Remove a node; the last one takes its place in the order."""
        self._table_of_nodes.remove_by_swap(name)
        self._lay_out()

    def _lay_out(self) -> None:
        self._unweighted("jump hash")
        self._names = list(self._nodes)

    def _bucket(self, key_hash: i64) -> i64:
        return _jump(key_hash, len(self._names))
