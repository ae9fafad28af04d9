"""The expiry of leases, which the leader controls by its own clock.

The log contains the duration of a lease, but not its renewals, so a new leader gives every lease its full time again.
A lease may last longer than requested, but never shorter.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final


class Leases:
    """``end`` writes the end of a lease into the log; it is called again if it fails."""

    def __init__(self, end: Callable[[int], Awaitable[bool]]) -> None:
        self._end: Final = end
        self._loop: Final = asyncio.get_running_loop()
        self._timers: Final[dict[int, asyncio.TimerHandle]] = {}
        self._ttl_ns: Final[dict[int, int]] = {}
        self._ending: Final[dict[int, asyncio.Task[None]]] = {}

    def lead(self, leases: dict[int, int]) -> None:
        """Begin to lead: every lease gets its full time."""
        self.follow()
        for lease, ttl_ns in leases.items():
            self.begin(lease, ttl_ns)

    def follow(self) -> None:
        """Cease to lead."""
        for timer in self._timers.values():
            timer.cancel()
        for task in self._ending.values():
            task.cancel()
        self._timers.clear()
        self._ending.clear()
        self._ttl_ns.clear()

    def begin(self, lease: int, ttl_ns: int) -> None:
        """Start or restart a lease."""
        timer = self._timers.pop(lease, None)
        if timer is not None:
            timer.cancel()
        self._ttl_ns[lease] = ttl_ns
        self._timers[lease] = self._loop.call_later(ttl_ns / 1e9, self._expire, lease)

    def renew(self, lease: int) -> bool:
        """Renew a lease; False if it does not exist or is ending."""
        if lease not in self._timers:
            return False
        self.begin(lease, self._ttl_ns[lease])
        return True

    def ended(self, lease: int) -> None:
        """The end of a lease was applied."""
        timer = self._timers.pop(lease, None)
        if timer is not None:
            timer.cancel()
        self._ttl_ns.pop(lease, None)

    def _expire(self, lease: int) -> None:
        del self._timers[lease]
        self._ending[lease] = self._loop.create_task(self._revoke(lease), name="lease")

    async def _revoke(self, lease: int) -> None:
        try:
            while not await self._end(lease):
                await asyncio.sleep(0.1)
        finally:
            self._ending.pop(lease, None)
