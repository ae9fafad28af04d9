"""Counts by name: what a server or resolver has done, and what it refused."""

from __future__ import annotations

from collections import Counter
from typing import Final


class Counters:
    """Counts of events; a name appears with its first event.  The code decides the names, never the input."""

    def __init__(self) -> None:
        self._counts: Final[Counter[str]] = Counter()

    def add(self, name: str, count: int = 1) -> None:
        """Count an event."""
        self._counts[name] += count

    def __getitem__(self, name: str) -> int:
        return self._counts[name]

    def as_dict(self) -> dict[str, int]:
        """The counts by name, sorted."""
        return dict(sorted(self._counts.items()))
