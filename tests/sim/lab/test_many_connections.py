"""Many hosts with open connections: what a run and its end cost grows with them, and no faster.  Counted, not timed."""

from __future__ import annotations

import asyncio
import gc
import sys
from collections.abc import Callable
from typing import Any

import pytest

from catenet import Internet
from catenet.bench.connections import ManyConnections, connections
from catenet.host import loop as host_loop
from catenet.host.ordered_tasks import OrderedTaskLoop

EACH = 4


class Looks:
    """Counts the tasks that are looked at one by one; asking asyncio for all tasks of the process is refused."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.tasks = 0
        real = host_loop.silence

        def counted(task: asyncio.Task[Any]) -> None:
            self.tasks += 1
            real(task)

        def refused(loop: object = None) -> set[asyncio.Task[Any]]:
            raise AssertionError(f"asyncio was asked for the tasks of {loop}: it looks at those of all hosts")

        monkeypatch.setattr(host_loop, "silence", counted)
        monkeypatch.setattr(asyncio, "all_tasks", refused)


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_each_task_is_looked_at_once_when_a_run_ends_and_a_host_crashes(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = Looks(monkeypatch)
    for hosts in (10, 40):
        crowd = ManyConnections(hosts, EACH, seed=1)
        looks.tasks = 0
        crowd.net.run(until="2s")
        assert crowd.opened == EACH * hosts
        # A server, a client, and a handler for each connection that came.
        assert looks.tasks == (2 + EACH) * hosts
        looks.tasks = 0
        crowd.hosts[0].crash()
        assert looks.tasks == 2 + EACH
        crowd.net.close()
    # Programs of a host that has crashed close nothing, and the streams of that one say so when they are collected.
    del crowd
    gc.collect()


def test_a_connection_costs_the_same_among_many_hosts() -> None:
    events = {}
    for hosts in (20, 80):
        figures = connections(hosts, each=EACH, seconds=2)
        assert figures["opened"] == figures["connections"] == EACH * hosts
        assert isinstance(figures["events"], int)
        events[hosts] = figures["events"]
    assert events[80] < 4.4 * events[20]


def calls_of(work: Callable[[], object]) -> int:
    """How many functions are called, as far as the interpreter sees them."""
    calls = 0

    def count(frame: object, event: str, argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(None)
    return calls


def test_the_end_of_all_programs_costs_the_same_a_host() -> None:
    calls = {}
    for hosts in (20, 80):
        crowd = ManyConnections(hosts, EACH, seed=1)
        crowd.net.run(until="2s")
        calls[hosts] = calls_of(crowd.net.close)
    assert calls[80] < 4.4 * calls[20]


def test_no_two_tasks_of_all_hosts_have_the_same_hash() -> None:
    with ManyConnections(40, EACH, seed=1).net as net:
        net.run(until="2s")
        loops = [node.host.loop for node in net._world.registry.hosts()]
        tasks = [task for loop in loops if isinstance(loop, OrderedTaskLoop) for task in loop.own_tasks]
    assert len(tasks) == 40 * (2 + EACH)
    assert len({hash(task) for task in tasks}) == len(tasks)


def test_a_connection_leaves_nothing_to_the_collector() -> None:
    """What reference counts do not free is found only by looking at all objects of all hosts, and stays until then."""
    left = {}
    gc.collect()
    gc.disable()
    try:
        for each in (1, 5):
            crowd = ManyConnections(20, each, seed=1)
            crowd.net.run(until="2s")
            left[each] = gc.collect()
            crowd.net.close()
            del crowd
            gc.collect()
    finally:
        gc.enable()
    assert left[5] - left[1] < 20, left


def test_objects_that_an_open_connection_holds() -> None:
    """Both ends, and the programs that wait there.  A quiet connection has no lists for what was lost or reordered."""
    held = {}
    gc.collect()
    gc.disable()
    try:
        for each in (1, 5):
            crowd = ManyConnections(20, each, seed=1)
            crowd.net.run(until="2s")
            gc.collect()
            held[each] = len(gc.get_objects())
            crowd.net.close()
            del crowd
            gc.collect()
    finally:
        gc.enable()
    # It was 135, of which 25 were lists.
    assert held[5] - held[1] < 122 * 20 * 4, held


def test_what_fails_in_callbacks_as_programs_are_ended_is_told_only_to_a_handler_of_theirs() -> None:
    """Nor is it put into words for nobody: asyncio's streams fail so for each connection of a server (3.11)."""
    told: list[str] = []

    class Value:
        def __repr__(self) -> str:
            told.append("words")
            return "value"

    async def program(handler: Callable[..., object] | None) -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(handler)
        try:
            await asyncio.Event().wait()
        finally:
            loop.call_soon(divmod, Value(), 0)

    with Internet() as net:
        a, b = net.host("a"), net.host("b")
        net.link(a, b)
        a.run(program, None)
        b.run(program, lambda loop, context: told.append(type(context["exception"]).__name__))
        net.run(until="1s")
        net.close()
        assert told == ["words", "TypeError"]


def test_a_task_that_was_made_without_its_loop_is_ended_with_the_others() -> None:
    ended = []

    async def stray() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            ended.append("stray")
            raise

    async def program() -> None:
        kept = asyncio.Task(stray(), loop=asyncio.get_running_loop())
        await kept

    with Internet(seed=1) as net:
        net.host("alone").run(program)
        net.run(until="1s")
    assert ended == ["stray"]
