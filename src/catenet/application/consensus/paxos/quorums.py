"""How many acceptors are enough (Howard, Malkhi and Spiegelman 2016, "Flexible Paxos").

A quorum that promises and one that accepts must share an acceptor; two that promise need not, nor two that accept.  A
cheap second phase is paid for with a dear first one.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final


class Quorums:
    """``first`` acceptors out of ``members`` make a promise, ``second`` a choice; by default a majority each.

    Nobody is never enough.  Raises ValueError for quorums that may miss each other.
    """

    def __init__(self, members: Iterable[int], first: int = 0, second: int = 0) -> None:
        self.members: Final = tuple(sorted(dict.fromkeys(members)))
        size = len(self.members)
        self.first: Final = first or (size + 1 - second if second else size // 2 + 1)
        self.second: Final = second or (size + 1 - first if first else size // 2 + 1)
        if size and not (1 <= self.first <= size and 1 <= self.second <= size):
            raise ValueError(f"quorums of {self.first} and {self.second} out of {size}: each is 1 to {size}")
        if self.first + self.second <= size:
            raise ValueError(
                f"quorums of {self.first} and {self.second} out of {size} may miss each other; "
                f"together they must be more than {size}"
            )

    def promised(self, nodes: Iterable[int]) -> bool:
        """Whether these are enough to promise."""
        return self._count(nodes) >= self.first

    def chosen(self, nodes: Iterable[int]) -> bool:
        """Whether these are enough to choose."""
        return self._count(nodes) >= self.second

    def _count(self, nodes: Iterable[int]) -> int:
        return len(dict.fromkeys(node for node in nodes if node in self.members))
