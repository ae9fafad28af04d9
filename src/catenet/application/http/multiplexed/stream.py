"""One exchange on a connection of HTTP/2 or 3: what has arrived of a body, and whether more may be sent."""

from __future__ import annotations

import asyncio
from collections import deque


class Stream:
    """Octets that arrived and are not read yet; ``received`` and ``window`` wake those who wait."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.pieces: deque[tuple[bytes, int]] = deque()  # with their size for flow control
        self.size_bytes = 0
        self.ended = False
        """The peer has sent all of its message."""
        self.error: Exception | None = None
        """The stream is over."""
        self.body_error: Exception | None = None
        """Nobody wants the rest of what the peer sends."""
        self.received: asyncio.Event = asyncio.Event()
        self.window: asyncio.Event = asyncio.Event()

    def fail(self, error: Exception) -> None:
        """Whoever reads or writes gets ``error``."""
        if self.error is None:
            self.error = error
        self.received.set()
        self.window.set()

    async def wait_received(self, timeout_s: float) -> None:
        """Wait for octets, the end or an error.  Raises TimeoutError."""
        if not self.pieces and not self.ended and self.error is None:
            self.received.clear()
            async with asyncio.timeout(timeout_s):
                await self.received.wait()
