from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catenet.host.clock import EPOCH_NS, Clock
from catenet.kernel import Kernel

S = 1_000_000_000


def test_both_clocks_follow_the_kernel() -> None:
    kernel = Kernel()
    clock = Clock(kernel)
    kernel.run(90 * S)
    assert clock.monotonic_ns() == 90 * S
    assert clock.wall_ns() == EPOCH_NS + 90 * S


def test_offset_moves_the_wall_clock_alone() -> None:
    clock = Clock(Kernel(), epoch_ns=5 * S, offset_ns=-2 * S)
    assert (clock.wall_ns(), clock.monotonic_ns()) == (3 * S, 0)


def test_a_step_moves_the_wall_clock_alone() -> None:
    kernel = Kernel()
    clock = Clock(kernel)
    kernel.run(S)
    clock.step(-3600 * S)
    assert clock.monotonic_ns() == S
    assert clock.wall_ns() == EPOCH_NS - 3599 * S
    clock.set_wall(42)
    assert clock.wall_ns() == 42


def test_drift_moves_both_and_can_change() -> None:
    kernel = Kernel()
    clock = Clock(kernel, drift_ppm=100)
    kernel.run(10 * S)
    assert clock.monotonic_ns() == 10 * S + 1_000_000
    clock.set_drift(-100)
    kernel.run(20 * S)
    assert clock.monotonic_ns() == 20 * S
    assert clock.wall_ns() == EPOCH_NS + 20 * S
    assert clock.drift_ppm == -100


def test_a_drift_beyond_reason_is_refused() -> None:
    with pytest.raises(ValueError, match="600000"):
        Clock(Kernel(), drift_ppm=600_000)


@pytest.mark.slow
@given(
    drift=st.integers(-500_000, 500_000),
    changed_at=st.integers(0, 10**13),
    later_drift=st.integers(-500_000, 500_000),
    ahead=st.integers(0, 10**13),
)
def test_kernel_ns_is_the_first_instant_at_which_the_clock_shows_it(
    drift: int, changed_at: int, later_drift: int, ahead: int
) -> None:
    kernel = Kernel()
    clock = Clock(kernel, drift_ppm=drift)
    kernel.run(changed_at)
    clock.set_drift(later_drift)
    target = clock.monotonic_ns() + ahead
    due = clock.kernel_ns(target)
    kernel.run(max(due - 1, changed_at))
    assert due == changed_at or clock.monotonic_ns() < target
    kernel.run(due)
    assert clock.monotonic_ns() >= target
