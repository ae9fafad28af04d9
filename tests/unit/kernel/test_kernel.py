"""The run: where it stops, what the clock says, and how a deadlock is told."""

from __future__ import annotations

import pytest

from catenet.kernel import NEVER, Deadlock, Kernel, Waiter


class Patient(Waiter):
    """Waits for something that does not come."""

    def waits_for(self) -> list[str]:
        return ["client: task fetch waits for a reply"]


def test_run_goes_up_to_and_including_its_end() -> None:
    kernel, seen = Kernel(), []
    for time_ns in (10, 20, 21):
        kernel.call_at(time_ns, lambda: seen.append(kernel.now_ns))
    assert kernel.run(until_ns=20)
    assert (seen, kernel.now_ns) == ([10, 20], 20)
    assert kernel.run()
    assert (seen, kernel.now_ns) == ([10, 20, 21], 21)


def test_the_clock_does_not_run_back_to_an_end_that_has_passed() -> None:
    kernel = Kernel()
    kernel.run(until_ns=20)
    assert kernel.run(until_ns=10)
    assert kernel.now_ns == 20


def test_run_can_be_cut_short_and_goes_on() -> None:
    kernel, seen = Kernel(), []
    for time_ns in range(5):
        kernel.call_at(time_ns, lambda: seen.append(kernel.now_ns))
    assert not kernel.run(until_ns=100, max_events=2)
    assert (seen, kernel.now_ns) == ([0, 1], 1)
    assert kernel.run(until_ns=100, max_events=3)
    assert (len(seen), kernel.now_ns) == (5, 100)


def test_stop_returns_after_the_event_that_fires() -> None:
    kernel, seen = Kernel(), []
    kernel.call_at(5, kernel.stop)
    kernel.call_at(6, lambda: seen.append(6))
    assert not kernel.run(until_ns=50)
    assert (seen, kernel.now_ns) == ([], 5)
    assert kernel.run(until_ns=50)
    assert (seen, kernel.now_ns) == ([6], 50)


def test_a_cancelled_call_does_not_happen() -> None:
    kernel, seen = Kernel(), []
    call = kernel.call_after(5, lambda: seen.append(1))
    kernel.cancel(call)
    kernel.cancel(call)
    assert kernel.next_time_ns() == NEVER
    kernel.run()
    assert seen == []


def test_a_deadlock_says_who_waits_for_what() -> None:
    kernel = Kernel()
    kernel.add_waiter(Patient())
    event = kernel.call_at(7, lambda: None)
    kernel.check_deadlock()
    kernel.run()
    assert not event.queued
    with pytest.raises(Deadlock, match="client: task fetch waits for a reply") as caught:
        kernel.check_deadlock()
    assert caught.value.now_ns == 7
    assert caught.value.waits == ["client: task fetch waits for a reply"]


def test_a_deadlock_is_told_with_its_time_to_the_nanosecond_and_a_line_for_each_who_waits() -> None:
    told = str(Deadlock(90_000_000_007, ["client: waits for a reply", "server: waits for a datagram"]))
    assert told.startswith("deadlock at 90.000000007 s: nothing can happen any more, and these wait:")
    assert told.splitlines()[1:] == ["  client: waits for a reply", "  server: waits for a datagram"]


def test_nobody_waiting_is_no_deadlock() -> None:
    kernel = Kernel()
    kernel.add_waiter(Waiter())
    kernel.check_deadlock()


def test_the_clock_follows_but_never_jumps_over_an_event() -> None:
    kernel = Kernel()
    kernel.call_at(10, lambda: None)
    kernel.advance_to(10)
    with pytest.raises(ValueError, match="next event 10"):
        kernel.advance_to(11)
    with pytest.raises(ValueError, match="cannot move"):
        kernel.advance_to(9)


def test_without_a_seed_it_is_the_run_of_seed_0() -> None:
    """A run that named no seed can be had again by naming this one."""
    assert Kernel().seed == 0
    assert Kernel().streams.stream("x").below(1 << 60) == Kernel(0).streams.stream("x").below(1 << 60)
