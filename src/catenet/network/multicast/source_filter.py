"""Source filters: the sources of a group that a socket or an interface listens to (RFC 3376 sections 2 and 3)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final


class SourceFilter:
    """INCLUDE listens to these sources only, EXCLUDE to all but these.  ``sources`` are in ascending order."""

    def __init__(self, exclude: bool, sources: Iterable[int] = ()) -> None:
        self.exclude: Final = exclude
        self.sources: Final = tuple(sorted(set(sources)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SourceFilter) and (other.exclude, other.sources) == (self.exclude, self.sources)

    def __hash__(self) -> int:
        return hash((self.exclude, self.sources))

    def __repr__(self) -> str:
        return f"{'EXCLUDE' if self.exclude else 'INCLUDE'}{set(self.sources) or '{}'}"

    @property
    def is_nothing(self) -> bool:
        """True for INCLUDE of no source: not a member."""
        return not self.exclude and not self.sources

    def accepts(self, source: int) -> bool:
        """Whether packets of a source are listened to."""
        return (source in self.sources) != self.exclude


ANY_SOURCE: Final = SourceFilter(True)
"""A member without a filter."""
NOTHING: Final = SourceFilter(False)
"""Not a member."""
