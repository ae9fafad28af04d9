"""Simulated time follows the wall clock; what is late is counted, and fires in order all the same."""

from __future__ import annotations

import os
import time

import pytest

from catenet.kernel import Kernel
from catenet.tap import AttachError, Driver, Lag
from catenet.tap.realtime_clock import RealtimeClock

MS = 1_000_000


@pytest.mark.slow
def test_events_fire_at_their_simulated_times() -> None:
    kernel = Kernel()
    fired: list[int] = []
    for at_ms in (1, 5, 20):
        kernel.call_at(at_ms * MS, lambda: fired.append(int(kernel.now_ns)))
    driver = Driver(kernel)
    begun_ns = time.monotonic_ns()
    driver.run(0.03)
    passed_ns = time.monotonic_ns() - begun_ns
    assert fired == [1 * MS, 5 * MS, 20 * MS]
    assert 20 * MS <= kernel.now_ns <= passed_ns
    driver.close()


@pytest.mark.slow
@pytest.mark.parametrize("scale", [0.1, 10.0])
def test_the_time_scale_slows_and_speeds(scale: float) -> None:
    kernel = Kernel()
    kernel.call_at(1_000_000 * MS, lambda: None)
    driver = Driver(kernel, scale)
    begun_ns = time.monotonic_ns()
    driver.run(0.03)
    passed_ns = time.monotonic_ns() - begun_ns
    assert kernel.now_ns <= passed_ns * scale
    assert kernel.now_ns >= 0.01 * 1e9 * scale
    driver.close()


def test_a_time_scale_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="above 0"):
        Driver(Kernel(), 0.0)


@pytest.mark.slow
def test_the_time_between_two_runs_does_not_count() -> None:
    kernel = Kernel()
    driver = Driver(kernel)
    driver.run(0.01)
    stood_ns = int(kernel.now_ns)
    time.sleep(0.05)
    begun_ns = time.monotonic_ns()
    driver.run(0.0)
    assert kernel.now_ns - stood_ns <= time.monotonic_ns() - begun_ns
    driver.close()


@pytest.mark.slow
def test_what_can_be_read_is_served_and_stop_stops() -> None:
    kernel = Kernel()
    driver = Driver(kernel)
    heard, told = os.pipe()
    os.write(told, b"!")
    got: list[bytes] = []

    def readable() -> None:
        got.append(os.read(heard, 10))
        driver.stop()

    driver.watch(heard, readable)
    driver.run(10.0)
    assert got == [b"!"]
    driver.unwatch(heard)
    driver.close()
    os.close(heard)
    os.close(told)


@pytest.mark.slow
def test_what_is_late_is_told_and_nothing_is_skipped() -> None:
    kernel = Kernel()
    order: list[int] = []

    def hold_up() -> None:
        time.sleep(0.03)

    kernel.call_at(1 * MS, hold_up)
    for number in range(50):
        kernel.call_at((12 + number // 10) * MS, lambda number=number: order.append(number))  # type: ignore[misc]
    driver = Driver(kernel)
    driver.run(0.05)
    assert order == list(range(50))
    assert driver.lag.max_ms >= 10.0
    assert driver.lag.late >= 1
    driver.close()


def test_a_descriptor_that_select_cannot_take_is_refused() -> None:
    driver = Driver(Kernel())
    with pytest.raises(AttachError, match="1024 files open"):
        driver.watch(1024, lambda: None)
    driver.close()


def test_lag_counts_what_is_a_millisecond_late() -> None:
    lag = Lag()
    for late_ns in (0, MS - 1, MS, 3 * MS, MS // 2):
        lag.record(late_ns)
    assert (lag.turns, lag.late, lag.max_ms, lag.now_ms) == (5, 2, 3.0, 0.5)
    assert str(lag) == "0.5 ms late now, 3.0 ms at most, 2 of 5 turns late"


def test_a_pace_never_waits_for_what_is_past() -> None:
    pace = RealtimeClock(5_000, 2.0)
    assert pace.now_ns() >= 5_000
    assert pace.wait_s(0) == 0.0
    assert 0.4 < pace.wait_s(pace.now_ns() + 10**9) <= 0.5
