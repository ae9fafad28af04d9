"""Passive health: a backend whose requests fail one after another gets none for a while."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from catenet.application.http.balancer.backend import Backend

LOG = logging.getLogger("catenet.http")
FAILURES = {502, 503, 504}
"""Statuses by which a backend says that it cannot serve; 500 may be the fault of one request."""


@dataclass(frozen=True, slots=True)
class Ejection:
    """After ``failures`` requests without an answer, or with 502 to 504, one after another: ejected for ``base_s``.

    The second time in a row it is twice as long, the third three times, up to ``max_s``.  At most the share
    ``max_ratio`` of the backends, but always one, is ejected at one time: requests that fail everywhere are not the
    backends' fault.
    """

    failures: int = 3
    base_s: float = 10.0
    max_s: float = 300.0
    max_ratio: float = 0.5

    def succeeded(self, backend: Backend) -> None:
        """A request to ``backend`` got an answer."""
        backend.failures = backend.ejections = 0

    def failed(self, backend: Backend, backends: Sequence[Backend], now_s: float) -> bool:
        """A request to ``backend`` failed; whether it is ejected for that."""
        backend.failures += 1
        backend.counts["failed"] += 1
        if backend.failures < self.failures or backend.ejected(now_s):
            return False
        ejected = sum(one.ejected(now_s) for one in backends)
        if ejected >= max(1, int(self.max_ratio * len(backends))):
            return False
        backend.failures = 0
        backend.ejections += 1
        backend.counts["ejected"] += 1
        backend.ejected_until_s = now_s + min(self.base_s * backend.ejections, self.max_s)
        LOG.warning("%s is ejected for %g s", backend.name, backend.ejected_until_s - now_s)
        return True
