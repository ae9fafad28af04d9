"""The ring of ketama (R. Jones, last.fm, 2007): it places keys on the same servers as memcached's clients.

A server has 40 labels, ``name-0`` to ``name-39``; the MD5 digest of each gives four points of 32 bits, least
significant octet first.  With weights, a server has ``40 n weight / total`` labels, rounded down, so a new server also
changes the points of others unless all weights are equal.  The position of a key is the first four octets of its MD5
digest.
"""

from __future__ import annotations

import hashlib

from mypy_extensions import i64

from catenet.application.placement.node import Node, Nodes
from catenet.application.placement.ring import HashRing


class KetamaRing(HashRing):
    """A ring compatible with ketama.  ``labels`` is the number of labels of a server of mean weight."""

    def __init__(self, nodes: Nodes = (), labels: int = 40) -> None:
        super().__init__(nodes, labels)

    def _counts(self) -> dict[str, float]:
        total = sum(each.weight for each in self._nodes.values())
        labels = self.points_each * len(self._nodes)
        return {each.name: labels * each.weight / total for each in self._nodes.values()}

    def _positions_of(self, node: Node, points: float) -> list[int]:
        found: list[int] = []
        for number in range(int(points + 1e-10)):
            digest = _md5(f"{node.identity}-{number}".encode())
            found += [int.from_bytes(digest[start : start + 4], "little") for start in (0, 4, 8, 12)]
        return found

    def _hash(self, octets: bytes) -> i64:
        found: i64 = int.from_bytes(_md5(octets)[:4], "little")
        return found << 32 if found < 0x80000000 else (found - 0x100000000) << 32


def _md5(octets: bytes) -> bytes:
    return hashlib.md5(octets, usedforsecurity=False).digest()
