from __future__ import annotations

import asyncio
import gc
import logging
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from catenet.host.host import Host, Router
from catenet.host.process import FAILED, FINISHED, RUNNING, STOPPED, ExitStatus
from catenet.host.sandbox.environment import installed
from catenet.kernel import Kernel

S = 1_000_000_000


@pytest.fixture
def host() -> Host:
    return Host(Kernel(seed=1), "paris")


def run(host: Host, until_ns: int = 1000 * S) -> None:
    with installed():
        host.kernel.run(until_ns)


def test_a_process_runs_as_a_named_task_and_keeps_its_result(host: Host) -> None:
    async def add(a: int, b: int) -> tuple[int, str, float]:
        task = asyncio.current_task()
        assert task is not None
        await asyncio.sleep(2.5)
        return a + b, task.get_name(), time.monotonic()

    process = host.run(add, 1, 2, name="adder")
    assert process.state == RUNNING
    run(host)
    assert process.state == FINISHED
    assert process.result == (3, "adder", 2.5)
    assert (process.started_ns, process.ended_ns) == (0, 2_500_000_000)
    assert host.processes == [process]
    assert host.failures() == []


def test_a_failure_is_kept_and_logged(host: Host, caplog: pytest.LogCaptureFixture) -> None:
    async def fail() -> None:
        await asyncio.sleep(1)
        raise LookupError("no such thing")

    ended: list[Any] = []
    process = host.run(fail)
    process.when_ended(ended.append)
    run(host)
    assert process.state == FAILED
    assert isinstance(process.exception, LookupError)
    assert host.failures() == ended == [process]
    process.when_ended(ended.append)
    assert ended == [process, process]
    assert "host paris: process fail failed at 1.000000000 s" in caplog.text
    assert "no such thing" in caplog.text


def test_what_is_no_coroutine_function_fails_with_its_name(host: Host, caplog: pytest.LogCaptureFixture) -> None:
    def plain() -> int:
        return 1

    process = host.run(plain)
    run(host)
    assert process.state == FAILED
    assert "plain is not one" in str(process.exception)
    with pytest.raises(TypeError, match="not 7"):
        host.run(7)  # type: ignore[arg-type]


@pytest.mark.parametrize(("status", "state"), [(None, FINISHED), (0, FINISHED), (3, FAILED)])
def test_exiting_ends_the_program_and_not_the_run(
    host: Host, status: int | None, state: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def leave() -> None:
        sys.exit(status)

    async def stay() -> str:
        await asyncio.sleep(1)
        return "stayed"

    left, stayed = host.run(leave), host.run(stay)
    run(host)
    assert left.state == state
    assert stayed.result == "stayed"
    if state == FAILED:
        assert isinstance(left.exception, ExitStatus)
        assert left.exception.status == 3


def test_stopping(host: Host) -> None:
    async def forever() -> None:
        await asyncio.sleep(1e6)

    process, never_started = host.run(forever), host.run(forever)
    never_started.stop()
    host.kernel.call_at(3 * S, process.stop)
    run(host)
    assert (process.state, process.ended_ns) == (STOPPED, 3 * S)
    assert (never_started.state, never_started.started_ns) == (STOPPED, -1)


def test_a_signal_reaches_the_handler_or_stops_every_process(host: Host) -> None:
    came: list[tuple[int, float]] = []

    async def listen() -> None:
        signal.signal(signal.SIGHUP, lambda number, _: came.append((number, time.monotonic())))
        await asyncio.sleep(1e6)

    process = host.run(listen)
    host.kernel.call_at(1 * S, lambda: host.signal(signal.SIGHUP))
    host.kernel.call_at(2 * S, lambda: host.signal(signal.SIGTERM))
    run(host)
    assert came == [(signal.SIGHUP, 1.0)]
    assert (process.state, process.ended_ns) == (STOPPED, 2 * S)


def test_two_hosts_have_each_their_own_everything() -> None:
    kernel = Kernel(seed=1)
    paris, oslo = Host(kernel, "paris"), Host(kernel, "oslo", clock_offset_ns=-S, clock_drift_ppm=100)

    async def look() -> tuple[Any, ...]:
        await asyncio.sleep(10)
        return os.uname().nodename, os.getpid(), random.random(), time.time(), time.monotonic()

    one, other = paris.run(look), oslo.run(look)
    run(paris)
    assert one.result[:2] == ("paris", 1000)
    assert other.result[:2] == ("oslo", 1000)
    assert one.result[2] != other.result[2]
    assert one.result[3:] == (1_735_689_610.0, 10.0)
    assert other.result[4] >= 10.0
    assert other.result[3] == pytest.approx(1_735_689_609.0, abs=0.002)


def test_a_run_that_installs_nothing_still_answers_for_the_host(host: Host) -> None:
    real = time.time

    async def look() -> tuple[float, float]:
        await asyncio.sleep(1)
        return time.time(), random.random()

    process = host.run(look)
    host.kernel.run(2 * S)
    assert process.result[0] == 1_735_689_601.0
    assert time.time is real


def test_a_step_of_an_executor_answers_for_the_host_too(host: Host) -> None:
    async def ask() -> float:
        return await asyncio.to_thread(time.time)

    process = host.run(ask)
    run(host)
    assert process.result == 1_735_689_600.0


def test_a_function_in_a_thread_may_sleep(host: Host) -> None:
    def work() -> tuple[float, float]:
        begun = time.monotonic()
        time.sleep(0.5)
        time.sleep(1)
        return begun, time.monotonic()

    def fail() -> None:
        time.sleep(2)
        raise LookupError

    async def ask() -> list[Any]:
        answers: list[Any] = [await asyncio.to_thread(work), time.monotonic()]
        with pytest.raises(LookupError):
            await asyncio.to_thread(fail)
        return [*answers, time.monotonic()]

    process = host.run(ask)
    run(host)
    assert process.result == [(0.0, 1.5), 1.5, 3.5]


def test_timers_follow_a_clock_that_drifts() -> None:
    kernel = Kernel()
    fast = Host(kernel, "fast", clock_drift_ppm=1000)

    async def wait() -> tuple[float, float, int]:
        loop = asyncio.get_running_loop()
        await asyncio.sleep(100)
        slept = time.monotonic(), loop.time(), int(kernel.now_ns)
        fast.clock.set_drift(-1000)
        begun = loop.time()
        await asyncio.sleep(100)
        assert loop.time() - begun >= 100
        assert time.monotonic() == loop.time()
        return slept

    process = fast.run(wait)
    run(fast)
    host_s, loop_s, kernel_ns = process.result
    assert host_s == loop_s == pytest.approx(100, abs=1e-8)
    assert kernel_ns == pytest.approx(100 * S / 1.001, abs=2)
    assert process.ended_ns == pytest.approx(100 * S / 1.001 + 100 * S / 0.999, abs=4)


async def stubborn(ended: list[str], n: int) -> None:
    try:
        await asyncio.gather(asyncio.sleep(1e6), asyncio.Event().wait())
    finally:
        ended.append(f"{os.uname().nodename} {n}")
        asyncio.get_running_loop()
        await asyncio.sleep(1)


@pytest.mark.slow
def test_closing_ends_every_program_in_order_and_without_a_word(
    host: Host,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    recwarn: pytest.WarningsRecorder,
) -> None:
    ended: list[str] = []
    for n in range(12):
        host.run(stubborn, ended, n, name=f"stubborn-{n}")
    run(host)
    host.close()
    gc.collect()
    assert ended == [f"paris {n}" for n in range(12)]
    assert capsys.readouterr() == ("", "")
    assert caplog.text == ""
    assert list(recwarn) == []


SCRIPT = """
import asyncio
from catenet.host.host import Host
from catenet.host.sandbox.environment import installed
from catenet.kernel import Kernel
from tests.unit.host.test_process import stubborn

host = Host(Kernel(), "paris")
ended = []
for n in range(3):
    host.run(stubborn, ended, n)
with installed():
    host.kernel.run(10**9)
"""


@pytest.mark.slow
def test_a_script_may_end_without_closing() -> None:
    root = Path(__file__).parents[3]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(root), *filter(None, sys.path)])}
    done = subprocess.run([sys.executable, "-c", SCRIPT], env=environment, check=True, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("", "")


NOTHING_RAN = """
from catenet.host.host import Host
from catenet.kernel import Kernel
from tests.unit.host.test_process import stubborn

host = Host(Kernel(), "paris")
host.run(stubborn, [], 1)
"""


@pytest.mark.slow
def test_a_script_may_end_before_anything_ran() -> None:
    root = Path(__file__).parents[3]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(root), *filter(None, sys.path)])}
    done = subprocess.run(
        [sys.executable, "-c", NOTHING_RAN], env=environment, check=True, capture_output=True, text=True
    )
    assert (done.stdout, done.stderr) == ("", "")


def test_a_host_can_be_closed(host: Host) -> None:
    ended: list[int] = []

    async def wait() -> None:
        try:
            await asyncio.sleep(1e6)
        except asyncio.CancelledError:
            ended.append(1)
            raise

    host.run(wait)
    run(host)
    host.close()
    host.close()
    assert ended == [1]
    assert host.loop.is_closed()


def test_a_router_forwards_and_a_host_does_not() -> None:
    kernel = Kernel()
    assert Router(kernel, "r").ip.forwarding
    assert not Host(kernel, "h").ip.forwarding


def test_a_router_without_programs_makes_no_loop() -> None:
    router = Router(Kernel(), "r", epoch_ns=5)
    assert router.clock.wall_ns() == 5
    assert vars(router)["_loop"] is None
    assert "host r" not in str(logging.root.manager.loggerDict)
