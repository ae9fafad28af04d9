"""The interval of originations: none after a quiet time, and increasing while an LSA keeps changing.

It needs no timer: an expired back-off is detected at the next change.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.kernel.kernel import NEVER
from catenet.network.routing.ospf.settings import OspfSettings


class OriginDelay:
    """The delay of one LSA's next origination (section 12.4, MinLSInterval), with exponential back-off."""

    def __init__(self, settings: OspfSettings) -> None:
        self._settings: Final = settings
        self._next_ns: i64 = -NEVER
        self._interval_ns: i64 = settings.lsa_interval_ns

    def free_at_ns(self) -> i64:
        """The earliest time for the next instance."""
        return self._next_ns

    def originated(self, now_ns: i64) -> None:
        """An instance was sent now."""
        assert now_ns >= self._next_ns, "the interval since the last instance has passed (section 12.4)"
        settings = self._settings
        # Quiet for twice the interval: reset the back-off.
        if now_ns - self._next_ns < self._interval_ns:
            self._interval_ns = min(2 * self._interval_ns, settings.lsa_max_ns)
        else:
            self._interval_ns = settings.lsa_interval_ns
        self._next_ns = now_ns + self._interval_ns
