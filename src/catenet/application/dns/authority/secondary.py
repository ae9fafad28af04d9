"""A zone that a secondary server fetches from its primary, by the timers of the SOA record (RFC 1034 section 4.3.5)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from dns.name import Name
from dns.serial import Serial

from catenet.application.counters import Counters
from catenet.application.dns.authority.fetch import fetch_serial, fetch_zone
from catenet.application.dns.protocol.exchange import ExchangeFailed
from catenet.application.dns.zones.zone import Zone

FIRST_RETRY_S: Final = 10.0
"""Seconds between attempts while there is no version whose SOA record says the time."""
TIMER_MIN_S: Final = 1.0


class Secondary:
    """Keeps a copy of a zone; ``fetched(origin, zone)`` is called with each version, and with None once it expires."""

    def __init__(
        self,
        origin: Name,
        primary: tuple[str, int],
        counters: Counters,
        fetched: Callable[[Name, Zone | None], None],
    ) -> None:
        self.origin: Final = origin
        self.primary: Final = primary
        self.zone: Zone | None = None
        self._counters: Final = counters
        self._fetched: Final = fetched
        self._wanted: Final = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._expiry: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Begin to follow the primary."""
        self._task = asyncio.get_running_loop().create_task(self._follow(), name=f"secondary of {self.origin}")

    def refresh_now(self) -> None:
        """Ask the primary at once: a notification has come."""
        self._wanted.set()

    def close(self) -> None:
        """Stop."""
        if self._task is not None:
            self._task.cancel()
        if self._expiry is not None:
            self._expiry.cancel()

    async def _follow(self) -> None:
        while True:
            self._wanted.clear()
            answered = await self._refresh()
            if answered and self.zone is not None:
                self._confirmed(self.zone)
            await self._pause(self._delay(answered))

    def _confirmed(self, zone: Zone) -> None:
        """The primary has this version: serve it, for ``expire_s`` from now on at most."""
        self._fetched(self.origin, zone)
        if self._expiry is not None:
            self._expiry.cancel()
        self._expiry = asyncio.get_running_loop().call_later(zone.expire_s, self._expire)

    def _expire(self) -> None:
        self._counters.add("zones-expired")
        self._fetched(self.origin, None)

    def _delay(self, answered: bool) -> float:
        if self.zone is None:
            return FIRST_RETRY_S
        return max(TIMER_MIN_S, float(self.zone.refresh_s if answered else self.zone.retry_s))

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._wanted.wait()
        except TimeoutError:
            pass

    async def _refresh(self) -> bool:
        """Fetch the zone if the primary has a newer version; False if the primary did not answer."""
        address, port = self.primary
        try:
            serial = await fetch_serial(self.origin, address, port)
            if self.zone is None or Serial(serial) > Serial(self.zone.serial):
                self.zone = await fetch_zone(self.origin, self.zone, address, port)
                self._counters.add("zones-fetched")
        except ExchangeFailed:
            self._counters.add("refresh-failed")
            return False
        return True
