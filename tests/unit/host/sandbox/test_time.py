from __future__ import annotations

import datetime as dt
import pickle
import sys
import threading
import time
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

from catenet.host.sandbox.escapes import HostEscape
from catenet.kernel import Kernel

if TYPE_CHECKING:
    from tests.unit.host.conftest import Machine

S = 1_000_000_000
NEW_YEAR = 1_735_689_600


def test_time_answers_for_the_host_and_only_in_its_turn(kernel: Kernel, paris: Machine) -> None:
    kernel.run(1_500_000_000)
    with paris.turn():
        assert time.time() == NEW_YEAR + 1.5
        assert time.time_ns() == NEW_YEAR * S + 1_500_000_000
        assert time.monotonic() == time.perf_counter() == 1.5
        assert time.monotonic_ns() == time.perf_counter_ns() == 1_500_000_000
        assert time.process_time() == time.thread_time() == 0
        assert time.clock_gettime(time.CLOCK_REALTIME) == NEW_YEAR + 1.5
        assert time.clock_gettime_ns(time.CLOCK_MONOTONIC) == 1_500_000_000
    assert time.time() > NEW_YEAR + 10_000_000
    assert time.process_time() > 0


def test_turns_nest_and_each_host_has_its_own_clock(kernel: Kernel, paris: Machine, machine: Any) -> None:
    rome = machine(kernel, "rome", offset_ns=S, drift_ppm=1000)
    kernel.run(10 * S)
    with paris.turn():
        with rome.turn():
            assert time.time() == NEW_YEAR + 11.01
            assert time.monotonic() == 10.01
        assert time.time() == NEW_YEAR + 10


def test_dates_are_in_utc_whatever_the_real_zone(paris: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        with paris.turn():
            assert time.ctime() == "Wed Jan  1 00:00:00 2025"
            assert time.asctime() == time.ctime()
            assert time.strftime("%Y-%m-%d %H:%M") == "2025-01-01 00:00"
            assert time.localtime() == time.gmtime()
            assert time.mktime(time.localtime()) == NEW_YEAR
            naive = dt.datetime(2025, 1, 1)
            assert dt.datetime.now() == dt.datetime.today() == dt.datetime.utcnow() == naive
            assert dt.datetime.now(dt.UTC) == naive.replace(tzinfo=dt.UTC)
            assert dt.date.today() == dt.date(2025, 1, 1)
            assert dt.datetime.fromtimestamp(NEW_YEAR) == naive
            assert dt.date.fromtimestamp(NEW_YEAR) == naive.date()
            assert naive.timestamp() == NEW_YEAR
            assert naive.astimezone().utcoffset() == dt.timedelta(0)
        assert dt.datetime(2025, 1, 1).timestamp() == NEW_YEAR - 9 * 3600
    finally:
        monkeypatch.undo()
        time.tzset()


def test_now_in_another_zone(paris: Machine) -> None:
    tokyo = dt.timezone(dt.timedelta(hours=9))
    with paris.turn():
        now = dt.datetime.now(tokyo)
    assert (now.hour, now.tzinfo) == (9, tokyo)


class Stamp(dt.datetime):
    """A program's own kind of datetime."""


def test_datetime_stays_the_same_type(paris: Machine) -> None:
    with paris.turn():
        now, stamp = dt.datetime.now(), Stamp.now()
        assert type(now) is dt.datetime
        assert type(stamp) is Stamp
        assert type(Stamp.fromtimestamp(0)) is Stamp
        assert isinstance(now, dt.date)
    assert pickle.loads(pickle.dumps(now)) == now == stamp
    assert type(pickle.loads(pickle.dumps(stamp))) is Stamp


def test_sleeping_is_refused_with_the_call_and_what_to_use(paris: Machine) -> None:
    with paris.turn(), pytest.raises(HostEscape, match=r"'paris': time\.sleep\(2\.5\).*await asyncio\.sleep"):
        time.sleep(2.5)
    time.sleep(0)


def test_setting_the_clock_sets_the_hosts(paris: Machine) -> None:
    with paris.turn():
        time.clock_settime(time.CLOCK_REALTIME, 100.0)
        assert time.time() == 100.0
        with pytest.raises(OSError, match="Invalid argument"):
            time.clock_settime(time.CLOCK_MONOTONIC, 1.0)
        with pytest.raises(OSError, match="Invalid argument"):
            time.clock_gettime(9999)
    assert paris.clock.monotonic_ns() == 0


def test_other_threads_keep_the_real_time(paris: Machine) -> None:
    seen: list[float] = []
    with_host, go_on = threading.Event(), threading.Event()

    def look() -> None:
        with_host.wait(10)
        seen.append(time.time())
        go_on.set()

    thread = threading.Thread(target=look)
    thread.start()
    with paris.turn():
        with_host.set()
    thread.join()
    with paris.turn():
        seen.append(time.time())
    assert seen[0] > seen[1] == NEW_YEAR


def test_runs_in_two_threads_at_once_do_not_disturb_each_other(machine: Any) -> None:
    from catenet.host.sandbox.environment import installed

    barrier = threading.Barrier(2)
    wrong: list[float] = []

    def live(name: str, offset_s: int) -> None:
        host = machine(Kernel(), name, offset_ns=offset_s * S)
        for _ in range(50):
            with installed():
                barrier.wait(10)
                with host.turn():
                    seen = [time.time() for _ in range(20)]
                barrier.wait(10)
            wrong.extend(one for one in seen if one != NEW_YEAR + offset_s)

    threads = [threading.Thread(target=live, args=(f"host{n}", n)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert time.time() > NEW_YEAR + 10_000_000


def test_a_class_may_hold_a_clock_as_an_attribute(paris: Machine) -> None:
    namespace: dict[str, Any] = {}
    with paris.turn():
        exec("import time\nclass Watch:\n    read = time.monotonic\n", namespace)
        assert namespace["Watch"]().read() == 0.0


def test_names_taken_before_the_run_answer_too(kernel: Kernel, machine: Any) -> None:
    from catenet.host.sandbox.environment import installed

    module = ModuleType("took_time_early")
    exec("from time import time as now\nfrom random import random as draw", vars(module))
    real_now, real_draw = vars(module)["now"], vars(module)["draw"]
    sys.modules[module.__name__] = module
    try:
        for _ in range(2):
            with installed(), machine(kernel, "rome").turn():
                assert vars(module)["now"]() == NEW_YEAR
            assert vars(module)["now"] is real_now is time.time
            assert vars(module)["draw"] is real_draw
    finally:
        del sys.modules[module.__name__]


def test_everything_is_put_back() -> None:
    import os
    import random
    import signal
    import socket
    import ssl
    import uuid

    from catenet.host.sandbox.environment import installed

    owners: list[Any] = [time, random, os, uuid, ssl, signal, socket, threading, dt.datetime, dt.date, random.Random]
    owners += [ssl.SSLContext, threading.Thread, threading.Condition, socket.socket]
    before = [dict(vars(owner)) for owner in owners]
    with installed(), installed():
        assert vars(time) != before[0]
        assert vars(dt.datetime) != before[8]
    after = [dict(vars(owner)) for owner in owners]
    assert after == before
