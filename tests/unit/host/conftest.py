"""Hosts without a network: what a program sees of its machine, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest

from catenet.host.clock import Clock
from catenet.host.random_streams import RandomStreams
from catenet.host.sandbox.environment import HostEnvironment, installed
from catenet.host.sandbox.signal_table import SignalTable
from catenet.kernel import Kernel


class Machine:
    """A host as programs see it.  ``ended_by`` lists the signals that ended it."""

    def __init__(self, kernel: Kernel, name: str, **clock: Any) -> None:
        self.kernel = kernel
        self.ended_by: list[int] = []
        self.environment = HostEnvironment(
            SimpleNamespace(name=name, run_ended=lambda: None),  # type: ignore[arg-type]
            Clock(kernel, **clock),
            RandomStreams(kernel.streams, name),
            SignalTable(self.ended_by.append),
            0x02_00_00_00_00_01,
        )

    @property
    def clock(self) -> Clock:
        return self.environment.clock

    @contextmanager
    def turn(self) -> Iterator[None]:
        self.environment.enter()
        try:
            yield
        finally:
            self.environment.leave()


@pytest.fixture
def kernel() -> Kernel:
    return Kernel(seed=7)


@pytest.fixture
def machine() -> type[Machine]:
    """For a test that needs more machines than paris and oslo."""
    return Machine


@pytest.fixture
def paris(kernel: Kernel) -> Iterator[Machine]:
    with installed():
        yield Machine(kernel, "paris")


@pytest.fixture
def oslo(kernel: Kernel) -> Iterator[Machine]:
    with installed():
        yield Machine(kernel, "oslo")
