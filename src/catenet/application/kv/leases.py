"""When leases end: the leader's business, by its own clock.

How long a lease lives is in the log, when it was last renewed is not: a new leader gives every lease its full time
again.  So a lease may live longer than was asked for, and never shorter.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final


class Leases:
    """``end`` is asked to put an end to a lease into the log; it is asked again if that did not work."""

    def __init__(self, end: Callable[[int], Awaitable[bool]]) -> None:
        self._end: Final = end
        self._loop: Final = asyncio.get_running_loop()
        self._timers: Final[dict[int, asyncio.TimerHandle]] = {}
        self._ttl_ns: Final[dict[int, int]] = {}
        self._ending: Final[dict[int, asyncio.Task[None]]] = {}

    def lead(self, leases: dict[int, int]) -> None:
        """Lead: every lease begins anew."""
        self.follow()
        for lease, ttl_ns in leases.items():
            self.begin(lease, ttl_ns)

    def follow(self) -> None:
        """Lead no more."""
        for timer in self._timers.values():
            timer.cancel()
        for task in self._ending.values():
            task.cancel()
        self._timers.clear()
        self._ending.clear()
        self._ttl_ns.clear()

    def begin(self, lease: int, ttl_ns: int) -> None:
        """A lease begins, or begins anew."""
        timer = self._timers.pop(lease, None)
        if timer is not None:
            timer.cancel()
        self._ttl_ns[lease] = ttl_ns
        self._timers[lease] = self._loop.call_later(ttl_ns / 1e9, self._expire, lease)

    def renew(self, lease: int) -> bool:
        """A lease is kept alive; False if there is none, or its end is under way."""
        if lease not in self._timers:
            return False
        self.begin(lease, self._ttl_ns[lease])
        return True

    def ended(self, lease: int) -> None:
        """Its end was applied."""
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
