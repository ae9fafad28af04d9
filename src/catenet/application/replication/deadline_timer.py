"""One timer of the event loop for all that a replica waits for: election, heartbeat, lease, retry."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Final

from catenet.application.consensus.entry import NEVER_NS


class DeadlineTimer:
    """Calls ``expired`` at the replica's next deadline, in nanoseconds of the host's monotonic clock."""

    def __init__(self, expired: Callable[[], None]) -> None:
        self._expired: Final = expired
        self._loop: Final = asyncio.get_running_loop()
        self._handle: asyncio.TimerHandle | None = None
        self._deadline_ns = NEVER_NS

    def set(self, deadline_ns: int) -> None:
        """Expire at this time and no other; ``NEVER_NS`` stops the timer."""
        if deadline_ns == self._deadline_ns:
            return
        self.cancel()
        if deadline_ns < NEVER_NS:
            self._deadline_ns = deadline_ns
            delay_s = max(0, deadline_ns - time.monotonic_ns()) / 1e9
            self._handle = self._loop.call_later(delay_s, self._fire)

    def cancel(self) -> None:
        """Stop the timer."""
        if self._handle is not None:
            self._handle.cancel()
        self._handle, self._deadline_ns = None, NEVER_NS

    def _fire(self) -> None:
        self._handle, self._deadline_ns = None, NEVER_NS
        self._expired()
