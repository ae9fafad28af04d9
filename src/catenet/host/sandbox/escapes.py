"""Rejects calls that would leave the simulation.

A thread, a subprocess, a real socket or a sleep that blocks belongs to the real machine: it would run outside of
virtual time, or stop it for every host.  While a host's code runs, such a call raises :class:`HostEscape`, which names
the host, the call, and the alternative inside.
"""

from __future__ import annotations

import _thread
import asyncio
import os
import select
import selectors
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any, Final

from catenet.host.sandbox.current import present
from catenet.host.sandbox.libraries import takes_steps
from catenet.host.sandbox.patches import Patch
from catenet.session.escape import Escape

THREADS: Final = "run the function with `await asyncio.to_thread(...)`, which takes a step of virtual time"
PROCESSES: Final = "start another program with `host.run(...)`"
SOCKETS: Final = "use asyncio's streams and transports, or `loop.sock_*` on a `socket.socket()`"
WAITS: Final = "await an asyncio.Event, Queue or Future, for there is one thread"
LOOPS: Final = "the host's own loop is `asyncio.get_running_loop()`"
SIGNALS: Final = "use `loop.call_later(...)`"
ENDINGS: Final = "return from the program, or raise SystemExit"

PROCESS_CALLS: Final = [
    "fork",
    "forkpty",
    "posix_spawn",
    "posix_spawnp",
    "system",
    "popen",
    "execl",
    "execle",
    "execlp",
    "execlpe",
    "execv",
    "execve",
    "execvp",
    "execvpe",
    "spawnl",
    "spawnle",
    "spawnlp",
    "spawnlpe",
    "spawnv",
    "spawnve",
    "spawnvp",
    "spawnvpe",
]


class HostEscape(Escape):
    """A host's program made a call that would leave the simulation.

    The message names the host, the call and the alternative.
    """

    def __init__(self, host_name: str, call: str, instead: str) -> None:
        self.host_name = host_name
        self.call = call
        self.instead = instead
        RuntimeError.__init__(self, f"host {host_name!r}: {call} would leave the simulation; {instead}")

    def __reduce__(self) -> tuple[type[HostEscape], tuple[str, str, str]]:
        return HostEscape, (self.host_name, self.call, self.instead)


class Refusal:
    """A replacement that raises in host code, and calls the original elsewhere."""

    def __init__(self, call: str, instead: str, original: Callable[..., Any]) -> None:
        self.call: Final = call
        self.instead: Final = instead
        self.original: Final = original

    def function(self, *args: Any, **kwargs: Any) -> Any:
        """For a function of a module."""
        here = present()
        if here is not None:
            raise HostEscape(here.name, self.call, self.instead)
        return self.original(*args, **kwargs)

    def method(self) -> Callable[..., Any]:
        """For a method of a class: a plain function, so that it binds."""

        def refuse(this: Any, /, *args: Any, **kwargs: Any) -> Any:
            return self.function(this, *args, **kwargs)

        return refuse


def refuse_functions(module: Any, names: list[str], instead: str) -> list[Patch]:
    """Reject functions of a module; functions missing on this platform are skipped."""
    short_name = module.__name__.lstrip("_")
    return [
        Patch(module, name, Refusal(f"{short_name}.{name}()", instead, getattr(module, name)).function)
        for name in names
        if hasattr(module, name)
    ]


def refuse_method(owner: type, name: str, call: str, instead: str) -> Patch:
    """Reject a method of a Python class."""
    return Patch(owner, name, Refusal(call, instead, getattr(owner, name)).method())


def escape_patches() -> list[Patch]:
    """All calls that are rejected with any arguments."""
    import concurrent.futures.process
    import concurrent.futures.thread

    return [
        Patch(threading.Thread, "start", _start_method()),
        Patch(threading.Condition, "wait", _wait_method()),
        refuse_method(concurrent.futures.thread.ThreadPoolExecutor, "submit", "ThreadPoolExecutor.submit()", THREADS),
        refuse_method(
            concurrent.futures.process.ProcessPoolExecutor, "submit", "ProcessPoolExecutor.submit()", THREADS
        ),
        *refuse_functions(_thread, ["start_new_thread", "start_new", "start_joinable_thread"], THREADS),
        refuse_method(subprocess.Popen, "__init__", "subprocess.Popen()", PROCESSES),
        *refuse_functions(os, PROCESS_CALLS, PROCESSES),
        *refuse_functions(os, ["_exit", "abort"], ENDINGS),
        *refuse_functions(asyncio, ["new_event_loop"], LOOPS),
        *refuse_functions(select, ["epoll", "kqueue", "devpoll"], SOCKETS),
        refuse_method(selectors._BaseSelectorImpl, "__init__", "selectors.DefaultSelector()", SOCKETS),
        *refuse_functions(socket, ["fromfd", "fromshare", "create_connection"], SOCKETS),
        *refuse_functions(signal, ["alarm", "setitimer", "pause", "sigwait", "sigwaitinfo", "sigtimedwait"], SIGNALS),
        *refuse_functions(signal, ["set_wakeup_fd", "pthread_kill", "pthread_sigmask"], SIGNALS),
        *_fork_exec_patches(),
    ]


def _start_method() -> Callable[[threading.Thread], None]:
    real = threading.Thread.start

    def start(self: threading.Thread) -> None:
        here = present()
        if here is None:
            real(self)
        elif not takes_steps(self):
            raise HostEscape(here.name, f"starting the thread {self.name!r}", THREADS)

    return start


def _wait_method() -> Callable[..., bool]:
    """Locks, events, queues and futures of threads all wait on a condition."""
    real = threading.Condition.wait

    def wait(self: threading.Condition, timeout: float | None = None) -> bool:
        here = present()
        if here is not None and timeout != 0:
            raise HostEscape(here.name, "waiting for another thread", WAITS)
        return real(self, timeout)

    return wait


def _fork_exec_patches() -> list[Patch]:
    """The function under ``subprocess`` and ``multiprocessing`` on POSIX."""
    module = sys.modules.get("_posixsubprocess")
    return [] if module is None else refuse_functions(module, ["fork_exec"], PROCESSES)
