"""A timer expires at its last deadline, however it was armed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catenet.kernel import NEVER, Kernel, Timer


class Watch(Timer):
    """Writes down when it expired."""

    def __init__(self, kernel: Kernel) -> None:
        super().__init__(kernel)
        self.times: list[int] = []

    def expired(self) -> None:
        self.times.append(self.kernel.now_ns)


@pytest.mark.slow
@given(st.lists(st.tuples(st.integers(1, 9), st.one_of(st.integers(0, 60), st.just(NEVER))), max_size=30))
def test_expires_exactly_at_the_last_deadline(steps: list[tuple[int, int]]) -> None:
    """Steps: wait a while, then arm for a delay or stop.  A model keeps one deadline and no heap."""
    kernel = Kernel()
    watch = Watch(kernel)
    deadline, expected, now = NEVER, [], 0
    for wait, delay in steps:
        now += wait
        if deadline <= now:
            expected.append(deadline)
            deadline = NEVER
        kernel.run(until_ns=now)
        deadline = NEVER if delay == NEVER else now + delay
        watch.arm(deadline)
        assert watch.armed == (deadline < NEVER)
    kernel.run()
    assert watch.times == expected + ([deadline] if deadline < NEVER else [])


def test_pushing_back_does_not_touch_the_heap() -> None:
    kernel = Kernel()
    watch = Watch(kernel)
    watch.arm(100)
    for deadline in range(101, 200):
        watch.arm(deadline)
    assert watch.time_ns == 100
    kernel.run()
    assert watch.times == [199]
    assert kernel.events_fired == 2


def test_a_forgotten_timer_leaves_the_heap() -> None:
    kernel = Kernel()
    watch = Watch(kernel)
    watch.arm(100)
    watch.forget()
    assert kernel.next_time_ns() == NEVER


def test_a_stopped_timer_can_be_armed_again() -> None:
    kernel = Kernel()
    watch = Watch(kernel)
    watch.arm(100)
    watch.stop()
    watch.arm(50)
    kernel.run()
    assert watch.times == [50]
