"""The real-time driver: simulated time follows the wall clock, and one loop serves everything.

An iteration runs due events, writes the sent frames, and sleeps until the next event or until a device is readable.  A
packet from a device enters the simulation at the time at which it was read.

When the machine is too slow, events fire late, in their order and at their simulated times: the simulation falls
behind the wall clock, and :class:`~catenet.tap.realtime_clock.Lag` says by how much.  Nothing is skipped.  While it is
behind, little is read from the devices, so that packets are queued in Linux, which limits the queue and counts drops,
and not here.
"""

from __future__ import annotations

import ctypes
import gc
import selectors
import time
from collections.abc import Callable
from functools import partial
from typing import Final

from catenet.kernel.kernel import NEVER, Kernel
from catenet.tap.capabilities import AttachError
from catenet.tap.realtime_clock import Lag, RealtimeClock
from catenet.tap.station import DeviceStation

SLICE_EVENTS: Final = 1_000
"""The maximum number of events before devices are polled again."""
PACKETS: Final = 64
"""The maximum number of packets of one device before the simulation continues."""
PACKETS_WHEN_BEHIND: Final = 2
"""A packet can be 45 segments, and each of them some events: fewer than a slice."""
MAX_DESCRIPTORS: Final = 1024
LONGEST_SLEEP_S: Final = 1.0
WAKE_EARLY_S: Final = 0.000_15
"""The wake-up latency of Linux, for which the driver polls instead of sleeping."""
_PR_SET_TIMERSLACK: Final = 29


class Driver:
    """Drives one kernel.  ``time_scale`` is simulated seconds in a real one."""

    def __init__(self, kernel: Kernel, time_scale: float = 1.0) -> None:
        self.kernel: Final = kernel
        self.time_scale: Final = time_scale
        self.lag: Final = Lag()
        self.stations: Final[list[DeviceStation]] = []
        self._clock = RealtimeClock(int(kernel.now_ns), time_scale)
        self._stopping = False
        self._behind = False
        # an epoll selector's time-outs are whole milliseconds: too coarse for a wire
        self._selector: Final = selectors.SelectSelector()

    def add(self, station: DeviceStation) -> None:
        """Serve a device from now on."""
        self.stations.append(station)
        self.watch(station.fd, partial(self._read, station))

    def remove(self, station: DeviceStation) -> None:
        """Serve a device no more; the caller closes it."""
        self.stations.remove(station)
        self.unwatch(station.fd)

    def watch(self, fd: int, readable: Callable[[], object]) -> None:
        """Call ``readable`` whenever there is something to read: for commands and the like.

        Raises :class:`~catenet.tap.AttachError` if the descriptor's number is beyond what ``select`` takes.
        """
        if fd >= MAX_DESCRIPTORS:
            raise AttachError(f"this process has {fd} files open; at most {MAX_DESCRIPTORS} may be before a device is")
        self._selector.register(fd, selectors.EVENT_READ, readable)

    def unwatch(self, fd: int) -> None:
        """Undo :meth:`watch`."""
        self._selector.unregister(fd)

    def stop(self) -> None:
        """Make :meth:`run` return after this turn."""
        self._stopping = True

    def run(self, seconds: float | None = None) -> None:
        """Follow the wall clock, for so many real seconds or until :meth:`stop`.

        May be called again: the time in between does not count.
        """
        self._stopping = False
        _sleep_exactly()
        # what was built so far stays: keep the collector's pauses short
        gc.collect()
        gc.freeze()
        self._clock = RealtimeClock(int(self.kernel.now_ns), self.time_scale)
        end_s = time.monotonic() + seconds if seconds is not None else float("inf")
        try:
            while not self._stopping and time.monotonic() < end_s:
                self._turn(end_s)
            self._advance()
        finally:
            self._flush()
            gc.unfreeze()

    def close(self) -> None:
        """Let go of the selector; devices are their owners' to close."""
        self._selector.close()

    def counters(self) -> dict[str, float]:
        """The lag in milliseconds of simulated time, and how often an event fired late."""
        lag = self.lag
        return {"lag_ms": lag.now_ms, "max_lag_ms": lag.max_ms, "late_turns": lag.late, "turns": lag.turns}

    def _turn(self, end_s: float) -> None:
        caught_up = self._advance()
        self._behind = not caught_up
        self._flush()
        timeout_s = 0.0
        if caught_up and not self._stopping:
            timeout_s = min(LONGEST_SLEEP_S, max(0.0, end_s - time.monotonic()))
            next_ns = int(self.kernel.next_time_ns())
            if next_ns < NEVER:
                timeout_s = min(timeout_s, max(0.0, self._clock.wait_s(next_ns) - WAKE_EARLY_S))
        ready = self._selector.select(timeout_s)
        if ready and caught_up:
            self._behind = not self._advance()
        for key, _ in ready:
            key.data()

    def _advance(self) -> bool:
        """Run what is due by now; False if that was more than a slice."""
        kernel = self.kernel
        due_ns = self._clock.now_ns()
        next_ns = int(kernel.next_time_ns())
        if next_ns <= due_ns:
            self.lag.record(due_ns - next_ns)
        return kernel.run(due_ns, SLICE_EVENTS)

    def _read(self, station: DeviceStation) -> None:
        station.read_batch(PACKETS_WHEN_BEHIND if self._behind else PACKETS)

    def _flush(self) -> None:
        for station in self.stations:
            station.outbox.flush()


def _sleep_exactly() -> None:
    """Ask Linux not to round this thread's sleeps up by 50 µs."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_TIMERSLACK, 1, 0, 0, 0)
