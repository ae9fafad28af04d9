from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from catenet.host.host import Host
from catenet.host.ordered_tasks import OwnTasks
from catenet.host.sandbox.environment import installed
from catenet.host.standalone_loop import new_event_loop
from catenet.kernel import Kernel

COUNT = 20


def on_a_fresh_loop(main: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        return runner.run(main())


def on_a_host(main: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
    host = Host(Kernel(), "paris")
    process = host.run(main)
    with installed():
        host.kernel.run(10**12)
    return process.result


def rotated(order: list[int]) -> bool:
    """A set of consecutive numbers comes in their order, but may begin in the middle of it."""
    start = order.index(0)
    return order[start:] + order[:start] == list(range(COUNT))


@pytest.mark.parametrize("run", [on_a_fresh_loop, on_a_host])
def test_a_task_group_cancels_in_order(run: Any) -> None:
    cancelled: list[int] = []

    async def wait(number: int) -> None:
        try:
            await asyncio.sleep(100)
        finally:
            cancelled.append(number)

    async def fail() -> None:
        async with asyncio.TaskGroup() as group:
            for number in range(COUNT):
                group.create_task(wait(number))
            await asyncio.sleep(1)
            raise ValueError

    async def main() -> None:
        with pytest.raises(ExceptionGroup):
            await fail()

    run(main)
    assert rotated(cancelled)


@pytest.mark.parametrize("run", [on_a_fresh_loop, on_a_host])
def test_wait_gives_sets_in_order(run: Any) -> None:
    async def main() -> list[int]:
        tasks = [asyncio.create_task(asyncio.sleep(1, number)) for number in range(COUNT)]
        done, _ = await asyncio.wait(tasks)
        return [task.result() for task in done]

    assert rotated(run(main))


@pytest.mark.parametrize("run", [on_a_fresh_loop, on_a_host])
def test_as_completed_starts_in_order(run: Any) -> None:
    async def main() -> list[int]:
        started: list[int] = []

        async def start(number: int) -> None:
            started.append(number)

        for one in asyncio.as_completed([start(number) for number in range(COUNT)], timeout=10):
            await one
        return started

    assert rotated(run(main))


def test_tasks_are_what_they_were() -> None:
    async def main() -> tuple[str, bool, bool]:
        task = asyncio.create_task(asyncio.sleep(0), name="named")
        other = asyncio.create_task(asyncio.sleep(0))
        await task
        await other
        return task.get_name(), isinstance(task, asyncio.Task), task == other or hash(task) == hash(other)

    assert on_a_fresh_loop(main) == ("named", True, False)


def test_a_programs_own_task_factory_is_used() -> None:
    class Own(asyncio.Task[Any]):
        pass

    async def main() -> bool:
        loop = asyncio.get_running_loop()
        loop.set_task_factory(lambda loop, coro, **options: Own(coro, loop=loop, **options))
        task = asyncio.create_task(asyncio.sleep(0))
        await task
        return type(task) is Own

    assert on_a_fresh_loop(main)


@pytest.mark.slow
def test_a_loop_knows_the_tasks_that_are_not_done() -> None:
    """Those that are done are forgotten: a server that lives long has had many."""

    async def main() -> None:
        own = OwnTasks()
        waiting = [asyncio.ensure_future(asyncio.sleep(100)) for _ in range(COUNT)]
        for task in [*waiting, waiting[0]]:
            own.add(task)
        assert list(own) == waiting
        for _ in range(1000):
            over = asyncio.ensure_future(asyncio.sleep(0))
            own.add(over)
            await over
        assert len(own) < 200
        assert list(own)[:COUNT] == waiting
        del waiting[0], task

    on_a_fresh_loop(main)
