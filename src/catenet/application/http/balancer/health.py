"""Active health checks: each backend is asked at intervals."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass

from catenet.application.http.balancer.backend import Backend
from catenet.application.http.client.client import Client
from catenet.application.http.errors import ClientError

LOG = logging.getLogger("catenet.http")


@dataclass(frozen=True, slots=True)
class HealthCheck:
    """GET ``path`` each ``interval_s``; 2xx and 3xx within ``timeout_s`` are good.

    After ``down_after`` bad answers in a row a backend is down, after ``up_after`` good ones it is up again.
    """

    path: str = "/"
    interval_s: float = 5.0
    timeout_s: float = 2.0
    down_after: int = 2
    up_after: int = 2

    async def watch(self, backend: Backend, delay_s: float) -> None:
        """Check ``backend`` until this is cancelled; the first time after ``delay_s``."""
        loop = asyncio.get_running_loop()
        next_s, row = loop.time() + delay_s, 0
        async with Client(timeout_s=self.timeout_s, connections_per_origin=1) as client:
            while True:
                await asyncio.sleep(max(0.0, next_s - loop.time()))
                next_s += self.interval_s
                good = await self._is_good(client, backend)
                row = 0 if good == backend.up else row + 1
                if row >= (self.up_after if good else self.down_after):
                    backend.up, row = good, 0
                    LOG.warning("%s is %s", backend.name, "up" if good else "down")

    async def _is_good(self, client: Client, backend: Backend) -> bool:
        backend.counts["checks"] += 1
        try:
            async with asyncio.timeout(self.timeout_s):
                async with await client.request("GET", backend.url + self.path, redirects=False) as answer:
                    await answer.read()
            good = 200 <= answer.status < 400
        except (ClientError, TimeoutError):
            good = False
        if not good:
            backend.counts["checks_failed"] += 1
        return good
