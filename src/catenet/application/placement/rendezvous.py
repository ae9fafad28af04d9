"""Rendezvous hashing: a key is on the node that draws the highest number for it (Thaler and Ravishankar, 1998).

Balance and movement of keys are optimal, also with weights; a look-up takes time linear in the number of nodes.
"""

from __future__ import annotations

from mypy_extensions import i64

from catenet.application.placement.hashing import octets_of, signed_hash
from catenet.application.placement.node import Nodes, PlacementError
from catenet.application.placement.placement import Placement
from catenet.application.placement.score import draw, weighed


class Rendezvous(Placement):
    """Highest random weight.  ``preference`` is the order of the draws, so the keys of a lost node spread over all."""

    def __init__(self, nodes: Nodes = ()) -> None:
        self._hashes: list[int] = []
        self._weights: list[float] = []
        self._equal = True
        super().__init__(nodes)

    def preference(self, key: str | bytes, most: int = 0) -> list[str]:
        if not self._names:
            raise PlacementError("there is no node to place a key on")
        if most == 1:
            return [self.place(key)]
        order = self._by_draw(self._hash(octets_of(key)))
        return order[:most] if most else order

    def _lay_out(self) -> None:
        nodes = sorted(self._nodes.values(), key=lambda each: each.name)
        self._names = [each.name for each in nodes]
        self._weights = [each.weight for each in nodes]
        self._hashes = [int(signed_hash(octets_of(each.identity))) for each in nodes]
        self._equal = len(set(self._weights)) <= 1

    def _bucket(self, key_hash: i64) -> i64:
        return self._highest(key_hash) if self._equal else self._highest_weighed(key_hash)

    def _highest(self, key_hash: i64) -> i64:
        best: i64 = 0
        most: i64 = -1
        count: i64 = len(self._hashes)
        at: i64 = 0
        while at < count:
            drawn = draw(key_hash, self._hashes[at])
            if drawn > most:
                best, most = at, drawn
            at += 1
        return best

    def _highest_weighed(self, key_hash: i64) -> i64:
        best: i64 = 0
        most = -1.0
        count: i64 = len(self._hashes)
        at: i64 = 0
        while at < count:
            score = weighed(draw(key_hash, self._hashes[at]), self._weights[at])
            if score > most:
                best, most = at, score
            at += 1
        return best
