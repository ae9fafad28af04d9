"""Internets with Linux plugged in, for Debian's own programs to talk to and through.

Everything lives in network namespaces that are made here and removed again.  A program runs beside the simulation:
:meth:`World.drive` keeps simulated time going until it is done.
"""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from ipaddress import ip_address
from pathlib import Path
from typing import Any, TypeVar

import pytest

from catenet.internet import Internet
from catenet.lab.attach.attached import Attached
from catenet.tap import missing

T = TypeVar("T")
PEER = Path(__file__).with_name("linux_peer.py")
SEED = 7

sys.path.insert(0, str(PEER.parent))  # so that tests can import the files of helpers beside them

from interop_needs import COMPILED, NUMBERS  # noqa: E402


class World:
    """An internet, its namespaces and the programs in them."""

    def __init__(self, stack: ExitStack) -> None:
        self.net = Internet(seed=SEED)
        self._stack = stack
        self.attached: Attached

    def space(self, name: str) -> str:
        """The name of a namespace that nobody else has."""
        return f"cat{os.getpid()}-{next(NUMBERS)}-{name}"

    def attach(self, name: str, at: object = None, **options: Any) -> str:
        """Plug Linux in, in a namespace of its own, whose name is returned."""
        space = self.space(name)
        self.net.attach(name, at=at, namespace=space, **options)
        return space

    def chain(self, routers: int = 5, **options: Any) -> tuple[Any, ...]:
        """Routers in a row; the options are those of each link between them."""
        nodes = self.net.routers(*(f"r{number}" for number in range(1, routers + 1)))
        for a, b in itertools.pairwise(nodes):
            self.net.link(a, b, **options)
        return nodes

    def open(self) -> None:
        """Make it all."""
        self.attached = self._stack.enter_context(Attached(self.net._world))

    def address(self, name: str, version: int) -> str:
        """A node's address."""
        node = self.net._world.registry.node(name)
        return next(str(each) for each in node.addresses if each.version == version)  # type: ignore[attr-defined]

    def number(self, name: str, version: int) -> int:
        """The same as a number."""
        return int(ip_address(self.address(name, version)))

    def start(self, space: str, *command: str, **options: Any) -> subprocess.Popen[str]:
        """Start a program in a namespace."""
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "stdin": subprocess.DEVNULL, "text": True}
        return self.attached.rig.popen(space, command, **{**pipes, **options})

    def peer(self, space: str, *words: object) -> subprocess.Popen[str]:
        """Start Linux's end of a test: a plain program on Linux's own sockets.  It says when it is ready."""
        process = self.start(space, sys.executable, "-I", str(PEER), *map(str, words), stderr=None)
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        return process

    def drive(self, work: Callable[..., T], *args: Any, seconds: float = 60.0) -> T:
        """Do blocking ``work`` in a thread while the simulation goes on; what it returns or raises."""
        answer: list[T] = []
        errors: list[BaseException] = []

        def run() -> None:
            try:
                answer.append(work(*args))
            except BaseException as error:
                errors.append(error)
            os.write(told, b"!")

        heard, told = os.pipe()
        driver = self.attached.driver
        driver.watch(heard, self.attached.stop)
        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        driver.run(seconds)
        driver.unwatch(heard)
        thread.join(0.5)
        assert not thread.is_alive(), f"not done after {seconds} s; {driver.lag}"
        os.close(heard)
        os.close(told)
        if errors:
            raise errors[0]
        return answer[0]

    def finish(self, process: subprocess.Popen[str], seconds: float = 60.0) -> str:
        """Go on until a program has ended well; what it said."""
        text, _ = self.drive(process.communicate, seconds=seconds)
        assert process.returncode == 0, f"{process.args} ended with {process.returncode}: {text}"
        return text

    def call(self, space: str, *command: str, seconds: float = 60.0, **options: Any) -> str:
        """Run a program in a namespace to its end; what it said."""
        return self.finish(self.start(space, *command, **options), seconds)

    def until(self, done: Callable[[], bool], seconds: float = 60.0) -> None:
        """Go on until something is so."""
        kernel, driver = self.net._world.kernel, self.attached.driver

        def look() -> None:
            if done():
                self.attached.stop()
            else:
                kernel.call_after(10_000_000, look)

        kernel.call_after(0, look)  # from within the run: whoever stops a driver before it runs stops nothing
        driver.run(seconds)
        assert done(), f"not after {seconds} s; {driver.lag}"

    def outcome(self) -> None:
        """No program of a simulated host has failed."""
        failed = self.net._world.processes.failed()
        assert not failed, failed[0].exception


@pytest.fixture
def world() -> Iterator[World]:
    """An empty internet; the test fills and opens it."""
    lacks = missing(namespaces=True)
    if lacks:
        pytest.skip(lacks)
    with ExitStack() as stack:
        yield World(stack)


@pytest.fixture
def mib() -> int:
    """How much a quick test moves: interpreted rooms carry less in the same time."""
    return (2 if COMPILED else 1) * 1024 * 1024
