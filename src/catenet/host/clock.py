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
"""2025-01-01T00:00:00Z, where wall clocks start unless the internet says otherwise."""

NS_PER_S: Final = 1_000_000_000
PPB_PER_PPM: Final = 1_000
MOST_DRIFT_PPB: Final = 500_000_000


class Clock:
    """What one host believes the time to be.

    ``drifts`` is true once the monotonic clock has left the kernel's time; the ``followers``, which measure
    the host's timers by it, are told.
    """

    def __init__(self, kernel: Kernel, *, epoch_ns: int = EPOCH_NS, offset_ns: int = 0, drift_ppm: float = 0.0) -> None:
        self._kernel: Final = kernel
        self.drifts: bool = False
        self.followers: Final[list[Environment]] = []
        self._wall_zero_ns = epoch_ns + offset_ns
        self._drift_ppb = 0
        # The straight line on which the clock has moved since its drift last changed.
        self._line_kernel_ns = 0
        self._line_monotonic_ns = 0
        self.set_drift(drift_ppm)

    @property
    def drift_ppm(self) -> float:
        """How fast the oscillator is, in parts per million; negative if it is slow."""
        return self._drift_ppb / PPB_PER_PPM

    def monotonic_ns(self) -> int:
        """The monotonic clock: nanoseconds since the start of the run, as this host counts them."""
        elapsed_ns = int(self._kernel.now_ns) - self._line_kernel_ns
        if self._drift_ppb == 0:
            return self._line_monotonic_ns + elapsed_ns
        return self._line_monotonic_ns + elapsed_ns + elapsed_ns * self._drift_ppb // NS_PER_S

    def wall_ns(self) -> int:
        """The wall clock: nanoseconds since 1970-01-01T00:00:00Z, as this host believes."""
        return self._wall_zero_ns + self.monotonic_ns()

    def kernel_ns(self, monotonic_ns: int) -> int:
        """The earliest kernel time at which the monotonic clock will have reached ``monotonic_ns``."""
        ahead_ns = monotonic_ns - self._line_monotonic_ns
        rate_ppb = NS_PER_S + self._drift_ppb
        return self._line_kernel_ns + -(-ahead_ns * NS_PER_S // rate_ppb)

    def step(self, by_ns: int) -> None:
        """Set the wall clock forward, or back if negative.  The monotonic clock does not notice."""
        self._wall_zero_ns += by_ns

    def set_wall(self, wall_ns: int) -> None:
        """Set the wall clock to a time, in nanoseconds since 1970."""
        self.step(wall_ns - self.wall_ns())

    def set_drift(self, drift_ppm: float) -> None:
        """Let the oscillator run fast (or slow, if negative) from now on.

        A timer that was set before keeps the time in the kernel that it then had.  Raises ValueError beyond
        half of the proper speed: no oscillator is so bad.
        """
        drift_ppb = round(drift_ppm * PPB_PER_PPM)
        if abs(drift_ppb) > MOST_DRIFT_PPB:
            raise ValueError(f"a drift of {drift_ppm} ppm is beyond ±{MOST_DRIFT_PPB // PPB_PER_PPM} ppm")
        self._line_monotonic_ns = self.monotonic_ns()
        self._line_kernel_ns = int(self._kernel.now_ns)
        self._drift_ppb = drift_ppb
        if drift_ppb and not self.drifts:
            self.drifts = True
            for follower in self.followers:
                follower.drifts = True
