"""One server behind a load balancer, and what the balancer knows of it."""

from __future__ import annotations

from collections import Counter


class Backend:
    """``url`` is scheme and authority, such as ``http://server:8080``.  A backend of weight 2 gets twice as much.

    :attr:`counts` counts ``requests``, ``failed``, ``ejected``, ``checks`` and ``checks_failed``.
    """

    def __init__(self, name: str, url: str, weight: float = 1.0) -> None:
        if not weight > 0:
            raise ValueError(f"the weight of {name} must be positive, not {weight}")
        self.name: str = name
        self.url: str = url.rstrip("/")
        self.weight: float = weight
        self.outstanding: int = 0
        """Requests whose answers have not ended."""
        self.up: bool = True
        """What active checks say."""
        self.draining: bool = False
        """It gets no more requests."""
        self.ejected_until_s: float = 0.0
        """By the event loop's clock."""
        self.failures: int = 0
        """Requests that failed one after another."""
        self.ejections: int = 0
        """Ejections since a request last succeeded."""
        self.counts: Counter[str] = Counter()

    def ejected(self, now_s: float) -> bool:
        return now_s < self.ejected_until_s

    def available(self, now_s: float) -> bool:
        """Whether it gets requests."""
        return self.up and not self.draining and not self.ejected(now_s)

    def __repr__(self) -> str:
        state = "draining" if self.draining else "up" if self.up else "down"
        return f"Backend({self.name!r}, {self.url!r}, {state}, {self.outstanding} outstanding)"
