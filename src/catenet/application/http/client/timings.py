"""How long each part of a request took, by the host's monotonic clock."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from catenet.application.http.dates import now


@dataclass(slots=True)
class Timings:
    """Seconds, divided as browsers do.  None where a part did not occur: a kept connection has no ``connect_s``."""

    begun_s: float = field(default_factory=now)
    """The wall clock's time at the beginning, in seconds since 1970."""
    blocked_s: float | None = None
    """Waiting for a free connection."""
    name_s: float | None = None
    connect_s: float | None = None
    """Of TCP alone; TLS is counted apart."""
    tls_s: float | None = None
    send_s: float = 0.0
    wait_s: float = 0.0
    """From the end of the request to the first octet of the response."""
    receive_s: float = 0.0

    @property
    def total_s(self) -> float:
        parts = (self.blocked_s, self.name_s, self.connect_s, self.tls_s, self.send_s, self.wait_s, self.receive_s)
        return sum(part for part in parts if part is not None)


class Stopwatch:
    """Gives the time since it was last asked."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._last_s = self._loop.time()

    def lap_s(self) -> float:
        before, self._last_s = self._last_s, self._loop.time()
        return self._last_s - before
