from __future__ import annotations

import _thread
import asyncio
import concurrent.futures
import multiprocessing
import os
import pickle
import queue
import select
import selectors
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from catenet.host.sandbox.escapes import HostEscape

if TYPE_CHECKING:
    from tests.unit.host.conftest import Machine

CALLS: dict[str, Callable[[], object]] = {
    "starting the thread": lambda: threading.Thread(target=print).start(),
    r"thread\.start_new_thread\(\)": lambda: _thread.start_new_thread(print, ()),
    r"ThreadPoolExecutor\.submit\(\)": lambda: concurrent.futures.ThreadPoolExecutor().submit(print),
    r"ProcessPoolExecutor\.submit\(\)": lambda: concurrent.futures.ProcessPoolExecutor().submit(print),
    r"subprocess\.Popen\(\)": lambda: subprocess.run([sys.executable, "-c", "pass"], check=False),
    r"posix\.fork\(\)|os\.fork\(\)": lambda: multiprocessing.get_context("fork").Process(target=print).start(),
    r"os\.system\(\)": lambda: os.system("true"),
    r"os\.posix_spawn\(\)": lambda: os.posix_spawn("/bin/true", ["true"], {}),
    r"os\.execv\(\)": lambda: os.execv("/bin/true", ["true"]),
    r"os\._exit\(\)": lambda: os._exit(3),
    r"os\.kill\(1, 15\)": lambda: os.kill(1, signal.SIGTERM),
    r"select\.select\(timeout=3\)": lambda: select.select([], [], [], 3),
    r"poll\(timeout=None\)": lambda: select.poll().poll(),
    r"select\.epoll\(\)": lambda: select.epoll(),
    r"selectors\.DefaultSelector\(\)": lambda: selectors.DefaultSelector(),
    r"asyncio\.new_event_loop\(\)": lambda: asyncio.new_event_loop(),
    r"asyncio\.run\(\)|asyncio\.new_event_loop\(\)": lambda: asyncio.Runner().get_loop(),
    r"socket\.create_connection\(\)": lambda: socket.create_connection(("127.0.0.1", 9)),
    r"signal\.alarm\(\)": lambda: signal.alarm(1),
    "waiting for another thread": lambda: queue.Queue[int]().get(),
}


@pytest.mark.parametrize("call", CALLS)
def test_a_call_that_would_leave_the_simulation_is_refused_by_name(call: str, paris: Machine) -> None:
    with (
        paris.turn(),
        pytest.raises(HostEscape, match=f"host 'paris': ({call}).*would leave the simulation; ") as caught,
    ):
        CALLS[call]()
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


def test_outside_of_a_turn_nothing_is_refused(paris: Machine) -> None:
    done: list[int] = []
    thread = threading.Thread(target=done.append, args=(1,))
    thread.start()
    thread.join()
    with concurrent.futures.ThreadPoolExecutor() as executor:
        assert executor.submit(len, "ab").result() == 2
    assert select.select([], [], [], 0) == ([], [], [])
    left, right = socket.socketpair()
    left.close()
    right.close()
    assert subprocess.run([sys.executable, "-c", "pass"], check=False).returncode == 0
    assert done == [1]


def test_polling_an_event_is_no_waiting(paris: Machine) -> None:
    with paris.turn():
        assert threading.Event().wait(0) is False
