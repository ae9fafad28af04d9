"""The heap against the standard library's, and the order of events of one instant."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catenet.kernel import Event, Kernel


class Mark(Event):
    """Writes its name into a list when it fires."""

    def __init__(self, name: int, log: list[int]) -> None:
        super().__init__()
        self.name = name
        self.log = log

    def fire(self) -> None:
        self.log.append(self.name)


@pytest.mark.slow
@given(st.lists(st.integers(0, 50), max_size=200))
def test_events_fire_by_time_then_by_order_of_scheduling(times: list[int]) -> None:
    kernel, log = Kernel(), []
    for name, time_ns in enumerate(times):
        kernel.at(Mark(name, log), time_ns)
    kernel.run()
    assert log == [name for _, name in sorted(zip(times, range(len(times)), strict=True))]


@pytest.mark.slow
@given(st.lists(st.tuples(st.integers(0, 99), st.sampled_from(["at", "cancel", "step"])), max_size=300))
def test_moving_and_cancelling_match_a_sorted_list(steps: list[tuple[int, str]]) -> None:
    kernel, log = Kernel(), []
    events = [Mark(name, log) for name in range(10)]
    queued: dict[int, tuple[int, int]] = {}
    expected: list[int] = []
    for order, (number, what) in enumerate(steps):
        name = number % 10
        if what == "at":
            time_ns = max(number * 7 % 40, kernel.now_ns)
            kernel.at(events[name], time_ns)
            queued[name] = (time_ns, order)
        elif what == "cancel":
            kernel.cancel(events[name])
            queued.pop(name, None)
        elif kernel.step():
            first = min(queued, key=queued.__getitem__)
            assert kernel.now_ns == queued.pop(first)[0]
            expected.append(first)
        assert {name for name in range(10) if events[name].queued} == set(queued)
    kernel.run()
    assert log == expected + sorted(queued, key=queued.__getitem__)


def test_the_past_means_now() -> None:
    kernel, log = Kernel(), []
    kernel.run(until_ns=100)
    kernel.at(Mark(1, log), 50)
    kernel.run()
    assert log == [1]
    assert kernel.now_ns == 100


def test_thousands_of_events_some_of_them_moved_or_cancelled_fire_in_order() -> None:
    """A heap that is wrong only when it is deep sends a packet before the one that it follows."""
    kernel, log, dice = Kernel(), [], Random(7)
    events = [Mark(name, log) for name in range(3000)]
    due: dict[int, tuple[int, int]] = {}
    for order, event in enumerate(dice.choices(events, k=6000)):
        if dice.random() < 0.2:
            kernel.cancel(event)
            due.pop(event.name, None)
        else:
            time_ns = dice.randrange(1000)
            kernel.at(event, time_ns)
            due[event.name] = (time_ns, order)
    kernel.run()
    assert log == sorted(due, key=due.__getitem__)
