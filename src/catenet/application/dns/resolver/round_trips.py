"""Which server of a zone is asked, and how long a response is awaited: by smoothed round-trip times.

An unknown server begins with a short time, so that each is tried; the times of those that are not chosen decay, so that
one that was slow is tried again.  A server that fails gets a longer time, and its turn later.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Final

from dns.name import Name

FIRST_TIMEOUT_S: Final = 0.8
TIMEOUT_MIN_S: Final = 0.4
TIMEOUT_MAX_S: Final = 3.0
UNKNOWN_MS_MAX: Final = 8
"""An unknown server begins with a random time below this."""
GAIN: Final = 0.3
DECAY: Final = 0.98
LAME_S: Final = 600.0
"""Seconds for which a server that does not serve a zone is asked last."""


class RoundTrip:
    """What is known of one server; times in seconds."""

    def __init__(self) -> None:
        self.smoothed: float = secrets.randbelow(UNKNOWN_MS_MAX * 1_000) / 1_000_000
        self.measured: bool = False
        self.failures: int = 0
        self.edns = True
        self.lame: Final[dict[Name, float]] = {}
        """The zones that it does not serve, and until when that is remembered."""

    @property
    def timeout(self) -> float:
        """How long the next response is awaited."""
        first = max(TIMEOUT_MIN_S, 3 * self.smoothed) if self.measured else FIRST_TIMEOUT_S
        return min(TIMEOUT_MAX_S, first * (1 << min(self.failures, 3)))

    def answered(self, seconds: float) -> None:
        """A response came."""
        self.smoothed = self.smoothed + GAIN * (seconds - self.smoothed) if self.measured else seconds
        self.measured = True
        self.failures = 0

    def failed(self) -> None:
        """None came."""
        self.smoothed = min(2 * TIMEOUT_MAX_S, max(self.timeout, 2 * self.smoothed))
        self.failures += 1


class RoundTrips:
    """The servers of a resolver, by address; the least recently used go first."""

    def __init__(self, servers_max: int) -> None:
        self._servers_max: Final = servers_max
        self._known: Final[dict[str, RoundTrip]] = {}

    def of(self, address: str) -> RoundTrip:
        """A server, known or new."""
        known = self._known.pop(address, None) or RoundTrip()
        self._known[address] = known
        if len(self._known) > self._servers_max:
            del self._known[next(iter(self._known))]
        return known

    def best(self, addresses: Sequence[str], zone: Name, now: float) -> str:
        """The server to ask next; the others' times decay."""
        servers = {address: self.of(address) for address in addresses}
        chosen = min(addresses, key=lambda one: (servers[one].lame.get(zone, 0.0) > now, servers[one].smoothed))
        for address, server in servers.items():
            if address != chosen:
                server.smoothed *= DECAY
        return chosen

    def mark_lame(self, address: str, zone: Name, now: float) -> None:
        """Remember that a server does not serve a zone."""
        lame = self.of(address).lame
        lame[zone] = now + LAME_S
        if len(lame) > 16:
            del lame[next(iter(lame))]
