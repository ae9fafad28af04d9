"""The cost of a callback and of a timer: the virtual loop compared with asyncio's own, in the same run.

Wall times on a busy machine mean little alone, so each figure comes with its ratio to a reference measured just
before.  Each figure is the best of three runs.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import Any, Final

from catenet.bench.baseline import us_per_heapq_push_pop
from catenet.host.standalone_loop import new_event_loop

REPEATS: Final = 3
Program = Callable[[], Coroutine[Any, Any, int]]
LoopFactory = Callable[[], asyncio.AbstractEventLoop]


def loop_ring(tasks: int = 100, rounds: int = 200) -> dict[str, object]:
    """Pass a token around a ring of tasks; returns seconds on both loops and their ratio (Catenet to asyncio)."""

    async def program() -> int:
        return await _ring(tasks, rounds)

    stock_s, ours_s = _best_of(program, asyncio.new_event_loop), _best_of(program, new_event_loop)
    hops = tasks * rounds
    return {
        "bench": "loop",
        "tasks": tasks,
        "rounds": rounds,
        "hops": hops,
        "stock_s": stock_s,
        "catenet_s": ours_s,
        "ratio": ours_s / stock_s,
        "us_per_hop": ours_s / hops * 1e6,
    }


def timers(tasks: int = 100, ticks: int = 3600) -> dict[str, object]:
    """Let each task sleep ``ticks`` times for 1 to 2 s of virtual time; returns wall seconds and the cost of a tick."""

    async def program() -> int:
        await asyncio.gather(*(_ticker(1.0 + number / tasks, ticks) for number in range(tasks)))
        return tasks * ticks

    wall_s = _best_of(program, new_event_loop)
    us_per_tick, us_per_heapq = wall_s / (tasks * ticks) * 1e6, us_per_heapq_push_pop()
    return {
        "bench": "timers",
        "tasks": tasks,
        "ticks": ticks,
        "virtual_s": 2.0 * ticks,
        "wall_s": wall_s,
        "us_per_tick": us_per_tick,
        "us_per_heapq_push_pop": us_per_heapq,
        "ratio": us_per_tick / us_per_heapq,
    }


async def _ring(tasks: int, rounds: int) -> int:
    places = [asyncio.Event() for _ in range(tasks)]
    passed = 0

    async def member(number: int) -> None:
        nonlocal passed
        mine, following = places[number], places[(number + 1) % tasks]
        for _ in range(rounds):
            await mine.wait()
            mine.clear()
            passed += 1
            following.set()

    members = [asyncio.ensure_future(member(number)) for number in range(tasks)]
    await asyncio.sleep(0)
    places[0].set()
    await asyncio.gather(*members)
    return passed


async def _ticker(period_s: float, ticks: int) -> None:
    for _ in range(ticks):
        await asyncio.sleep(period_s)


def _best_of(program: Program, factory: LoopFactory) -> float:
    best_s = float("inf")
    for _ in range(REPEATS):
        with asyncio.Runner(loop_factory=factory) as runner:
            runner.get_loop()
            start = time.perf_counter()
            runner.run(program())
            best_s = min(best_s, time.perf_counter() - start)
    return best_s
