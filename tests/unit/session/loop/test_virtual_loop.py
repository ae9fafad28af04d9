"""The loop's core: callbacks, timers, tasks and steps in virtual time, on a kernel with no network."""

from __future__ import annotations

import asyncio
import contextvars
import gc
import math
import re
import signal
import sys
import threading
import weakref
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catenet.application.kv.watch import Notifier
from catenet.kernel import NEVER, Deadlock, Kernel
from catenet.session.environment import Environment
from catenet.session.escape import Escape
from catenet.session.loop.timers import deadline_ns, end_ns
from catenet.session.loop.virtual_loop import VirtualLoop


@pytest.fixture
def loop() -> Iterator[VirtualLoop]:
    made = VirtualLoop(Kernel(), "alpha")
    yield made
    made.close()


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Python's own answer to an interrupt, which a job in the background of a shell starts without."""
    former = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, former)


def test_callbacks_run_in_the_order_of_scheduling(loop: VirtualLoop) -> None:
    seen: list[Any] = []
    loop.call_later(2, seen.append, "late")
    loop.call_soon(seen.append, "first")
    loop.call_later(1, seen.append, "timer")
    loop.call_soon(lambda *args: seen.append(args), 1, 2)
    loop.call_later(3, loop.stop)
    loop.run_forever()
    assert seen == ["first", (1, 2), "timer", "late"]
    assert loop.time() == 3.0


def test_a_cancelled_timer_leaves_the_heap(loop: VirtualLoop) -> None:
    handle = loop.call_later(1000, print)
    assert loop.kernel.next_time_ns() == 1000 * 10**9
    handle.cancel()
    assert handle.cancelled()
    assert loop.kernel.next_time_ns() == NEVER


def test_a_turn_runs_only_what_was_ready_when_it_began(loop: VirtualLoop) -> None:
    seen: list[str] = []

    def again() -> None:
        seen.append("again")
        loop.call_soon(again)

    loop.call_soon(again)
    loop.stop()
    loop.run_forever()
    assert seen == ["again"]
    loop.call_soon(loop.stop)
    loop.run_forever()
    assert seen == ["again", "again"]


def test_what_an_exception_leaves_behind_still_runs(loop: VirtualLoop) -> None:
    reports: list[dict[str, Any]] = []
    seen: list[int] = []
    loop.set_exception_handler(lambda _loop, report: reports.append(report))

    def leave() -> None:
        raise SystemExit(3)

    loop.call_soon(lambda: 1 / 0)
    loop.call_soon(leave)
    loop.call_soon(seen.append, 1)
    with pytest.raises(SystemExit):
        loop.run_forever()
    assert [type(report["exception"]) for report in reports] == [ZeroDivisionError]
    assert seen == []
    loop.call_soon(loop.stop)
    loop.run_forever()
    assert seen == [1]


def test_each_callback_has_its_context(loop: VirtualLoop) -> None:
    colour: contextvars.ContextVar[str] = contextvars.ContextVar("colour", default="none")
    seen: list[str] = []
    other = contextvars.copy_context()
    other.run(colour.set, "red")
    loop.call_soon(lambda: seen.append(colour.get()), context=other)
    colour.set("blue")
    loop.call_later(1, lambda: seen.append(colour.get()))
    colour.set("green")
    loop.call_soon(lambda: (seen.append(colour.get()), colour.set("lost")))
    loop.call_later(2, loop.stop)
    loop.run_forever()
    assert seen == ["red", "green", "blue"]


@pytest.mark.slow
@given(st.integers(0, 10**15), st.floats(0, 10**6))
def test_a_delay_is_never_too_short(now_ns: int, delay_s: float) -> None:
    start, end = now_ns / 1e9, end_ns(now_ns, delay_s)
    assert end / 1e9 >= start + delay_s
    assert end / 1e9 - start >= delay_s
    assert end - now_ns <= delay_s * 1e9 + 2 + delay_s * 1e9 * 2**-50 + now_ns * 2**-50


@given(st.integers(0, 2**53))
def test_a_deadline_of_whole_nanoseconds_is_kept_to_the_nanosecond(time_ns: int) -> None:
    assert abs(deadline_ns(time_ns / 1e9) - time_ns) <= 1
    assert deadline_ns(time_ns / 1e9) / 1e9 >= time_ns / 1e9


def test_an_endless_delay_does_not_come_and_does_not_move_the_clock(loop: VirtualLoop) -> None:
    with pytest.raises(Deadlock):
        loop.run_until_complete(asyncio.sleep(math.inf))
    assert loop.time() == 0.0


def test_a_deadlock_names_task_line_and_what_is_awaited(loop: VirtualLoop) -> None:
    async def patient() -> None:
        await asyncio.Event().wait()

    with pytest.raises(Deadlock) as caught:
        loop.run_until_complete(patient())
    (line,) = caught.value.waits
    assert line.startswith("alpha: task Task-")
    assert re.search(
        r"patient\) waits at test_virtual_loop.py:\d+ in patient, at locks.py:\d+ in wait, for a Future$", line
    )


def test_a_deadlock_tells_the_programs_line_before_that_of_our_own_code(loop: VirtualLoop) -> None:
    async def patient() -> None:
        await Notifier().wait()

    with pytest.raises(Deadlock) as caught:
        loop.run_until_complete(patient())
    (line,) = caught.value.waits
    assert re.search(r"waits at test_virtual_loop.py:\d+ in patient, at watch.py:\d+ in wait, for a Future$", line)


def test_steps_run_in_this_thread_with_no_loop_running(loop: VirtualLoop) -> None:
    def step(number: int) -> tuple[int, int]:
        with pytest.raises(RuntimeError):
            asyncio.get_running_loop()
        return threading.get_ident(), number

    async def main() -> Any:
        return await asyncio.gather(asyncio.to_thread(step, 1), loop.run_in_executor(None, step, 2))

    here = threading.get_ident()
    assert loop.run_until_complete(main()) == [(here, 1), (here, 2)]


def test_another_thread_is_refused_by_name(loop: VirtualLoop) -> None:
    caught: list[str] = []

    def intrude() -> None:
        try:
            loop.call_soon_threadsafe(print)
        except Escape as error:
            caught.append(str(error))

    thread = threading.Thread(target=intrude)
    thread.start()
    thread.join()
    assert len(caught) == 1
    assert caught[0].startswith("call_soon_threadsafe() from another thread")


def test_two_loops_of_one_kernel_take_turns(loop: VirtualLoop) -> None:
    other = VirtualLoop(loop.kernel, "beta")
    seen: list[tuple[str, float]] = []

    async def tick(of: VirtualLoop, every: float) -> None:
        for _ in range(3):
            await asyncio.sleep(every)
            assert asyncio.get_running_loop() is of
            seen.append((of.name, of.time()))

    task = other.create_task(tick(other, 1.0))
    loop.run_until_complete(tick(loop, 1.5))
    assert seen == [("beta", 1.0), ("alpha", 1.5), ("beta", 2.0), ("alpha", 3.0), ("beta", 3.0), ("alpha", 4.5)]
    assert task.done()
    other.close()


def test_surroundings_are_entered_and_left_around_every_turn() -> None:
    class Fence(Environment):
        inside = False
        entered = 0

        def enter(self) -> None:
            self.inside = True
            self.entered += 1

        def leave(self) -> None:
            self.inside = False

    fence = Fence()
    loop = VirtualLoop(Kernel(), "alpha", fence)

    async def main() -> None:
        assert fence.inside
        await asyncio.sleep(1)
        assert fence.inside

    loop.run_until_complete(main())
    loop.close()
    assert fence.entered == 2
    assert not fence.inside


@pytest.mark.usefixtures("interruptible")
def test_a_keyboard_interrupt_breaks_in(loop: VirtualLoop) -> None:
    async def endless() -> None:
        while True:
            await asyncio.sleep(1)

    loop.kernel.call_at(5 * 10**9 + 1, lambda: signal.raise_signal(signal.SIGINT))
    with pytest.raises(KeyboardInterrupt):
        loop.run_until_complete(endless())
    assert 5 < loop.time() < 6
    assert not loop.is_running()


@pytest.mark.usefixtures("interruptible")
def test_asyncio_s_runner_turns_the_interrupt_into_a_cancellation() -> None:
    cleaned: list[float] = []

    async def endless() -> None:
        try:
            await asyncio.sleep(1000)
        finally:
            cleaned.append(asyncio.get_running_loop().time())

    kernel = Kernel()
    kernel.call_at(5 * 10**9, lambda: signal.raise_signal(signal.SIGINT))
    with asyncio.Runner(loop_factory=lambda: VirtualLoop(kernel)) as runner, pytest.raises(KeyboardInterrupt):
        runner.run(endless())
    assert cleaned == [5.0]


def test_asynchronous_generators_belong_to_the_loop(loop: VirtualLoop) -> None:
    closed: list[float] = []

    async def numbers() -> Any:
        try:
            while True:
                yield 1
        finally:
            closed.append(asyncio.get_running_loop().time())

    async def main() -> None:
        async for _ in numbers():
            break
        await asyncio.sleep(1)

    hooks = sys.get_asyncgen_hooks()
    loop.run_until_complete(main())
    assert closed == [0.0]
    assert sys.get_asyncgen_hooks() == hooks


def test_a_closed_loop_takes_no_more_and_its_timers_are_gone() -> None:
    loop = VirtualLoop(Kernel(), "alpha")
    loop.call_later(5, print)
    loop.close()
    assert loop.kernel.next_time_ns() == NEVER
    for call in (lambda: loop.call_soon(print), lambda: loop.call_later(1, print), lambda: loop.call_at(1, print)):
        with pytest.raises(RuntimeError, match="closed"):
            call()


def test_debugging_checks_callbacks_and_remembers_where_they_were_made(loop: VirtualLoop) -> None:
    async def coroutine() -> None:
        return None

    loop.set_debug(True)
    with pytest.raises(TypeError, match="call_soon"):
        loop.call_soon(coroutine)
    reports: list[dict[str, Any]] = []
    loop.set_exception_handler(lambda _loop, report: reports.append(report))
    loop.call_soon(lambda: 1 / 0)
    loop.call_soon(loop.stop)
    loop.run_forever()
    assert __file__ in str(reports[0]["source_traceback"])
    loop.set_debug(False)
    loop.call_soon(coroutine).cancel()


def test_a_timer_handle_answers_as_asyncio_s_does(loop: VirtualLoop) -> None:
    early, late = loop.call_at(1.0, print, "x"), loop.call_at(2.0, print)
    assert early.when() == 1.0
    assert [early < late, late >= early, late > early, early <= late, early != late] == [True] * 5
    assert repr(early) == "<TimerHandle when=1.0 print('x')>"
    early.cancel()
    assert "cancelled" in repr(early)
    for wrong in (None, "1"):
        with pytest.raises(TypeError):
            loop.call_later(wrong, print)
    with pytest.raises(ValueError, match="NaN"):
        loop.call_at(math.nan, print)


@pytest.mark.slow
def test_handles_can_be_referred_to_weakly(loop: VirtualLoop) -> None:
    """As asyncio's can, compiled too: some libraries keep them in a WeakSet."""
    for call in (lambda: loop.call_soon(print), lambda: loop.call_later(1, print), lambda: loop.call_at(1, print)):
        handle = call()
        reference = weakref.ref(handle)
        assert reference() is handle
        assert repr(handle) == repr(reference())
        handle.cancel()
        del handle
        loop.run_until_complete(asyncio.sleep(2))
        gc.collect()
        assert reference() is None
