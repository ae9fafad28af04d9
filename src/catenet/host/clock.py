"""The clocks of one host.

A host has one oscillator.  It runs fast or slow by its drift, and both of the host's clocks are driven by
it: the monotonic clock, which counts from the start of the run and is never set, and the wall clock, which
started at the internet's epoch and can be stepped.  All times are whole nanoseconds; the drift is in parts
per billion, so that it stays exact.
"""

from __future__ import annotations

from typing import Final

from catenet.kernel import Kernel
from catenet.session.environment import Environment

EPOCH_NS: Final = 1_735_689_600 * 1_000_000_000
"""2025-01-01T00:00:00Z, the default start of wall clocks."""

NS_PER_S: Final = 1_000_000_000
PPB_PER_PPM: Final = 1_000
MAX_DRIFT_PPB: Final = 500_000_000


class Clock:
    """The clocks of one host.

    ``drifts`` is true once the monotonic clock differs from the kernel's time; the ``followers``, which run the host's
    timers by it, are notified.
    """

    def __init__(self, kernel: Kernel, *, epoch_ns: int = EPOCH_NS, offset_ns: int = 0, drift_ppm: float = 0.0) -> None:
        self._kernel: Final = kernel
        self.drifts: bool = False
        self.followers: Final[list[Environment]] = []
        self._wall_zero_ns = epoch_ns + offset_ns
        self._drift_ppb = 0
        # The linear function of the clock since its drift last changed.
        self._line_kernel_ns = 0
        self._line_monotonic_ns = 0
        self.set_drift(drift_ppm)

    @property
    def drift_ppm(self) -> float:
        """The frequency error of the oscillator in parts per million; negative if it is slow."""
        return self._drift_ppb / PPB_PER_PPM

    def monotonic_ns(self) -> int:
        """The monotonic clock: nanoseconds since the start of the run by this host's oscillator."""
        elapsed_ns = int(self._kernel.now_ns) - self._line_kernel_ns
        if self._drift_ppb == 0:
            return self._line_monotonic_ns + elapsed_ns
        return self._line_monotonic_ns + elapsed_ns + elapsed_ns * self._drift_ppb // NS_PER_S

    def wall_ns(self) -> int:
        """The wall clock: nanoseconds since 1970-01-01T00:00:00Z by this host."""
        return self._wall_zero_ns + self.monotonic_ns()

    def kernel_ns(self, monotonic_ns: int) -> int:
        """The earliest kernel time at which the monotonic clock will have reached ``monotonic_ns``."""
        ahead_ns = monotonic_ns - self._line_monotonic_ns
        rate_ppb = NS_PER_S + self._drift_ppb
        return self._line_kernel_ns + -(-ahead_ns * NS_PER_S // rate_ppb)

    def step(self, by_ns: int) -> None:
        """Step the wall clock forward, or back if negative.  The monotonic clock does not change."""
        self._wall_zero_ns += by_ns

    def set_wall(self, wall_ns: int) -> None:
        """Set the wall clock to a time, in nanoseconds since 1970."""
        self.step(wall_ns - self.wall_ns())

    def set_drift(self, drift_ppm: float) -> None:
        """Set the frequency error of the oscillator (negative: slow) from now on.

        A timer that was set before keeps its kernel time.  Raises ValueError for errors above one half, which no
        oscillator has.
        """
        drift_ppb = round(drift_ppm * PPB_PER_PPM)
        if abs(drift_ppb) > MAX_DRIFT_PPB:
            raise ValueError(f"a drift of {drift_ppm} ppm is beyond ±{MAX_DRIFT_PPB // PPB_PER_PPM} ppm")
        self._line_monotonic_ns = self.monotonic_ns()
        self._line_kernel_ns = int(self._kernel.now_ns)
        self._drift_ppb = drift_ppb
        if drift_ppb and not self.drifts:
            self.drifts = True
            for follower in self.followers:
                follower.drifts = True
