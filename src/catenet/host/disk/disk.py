"""The disk of a simulated host.

It executes one step at a time, in order.  A step's calls are computed at the instant at which the step begins, and its
result is delivered after their total duration.  In between they reach the medium one by one, so that a power cut finds
some done and others not.
"""

from __future__ import annotations

import asyncio
from asyncio import _get_running_loop, _set_running_loop
from collections import deque
from collections.abc import Callable
from dataclasses import fields
from functools import partial
from typing import Any, Final, NamedTuple, TypeVar

from catenet.application.storage.disk import Disk
from catenet.host.disk.files import DiskFaults, DiskSpeed, SimulatedFiles
from catenet.host.disk.medium import Medium
from catenet.kernel import Kernel
from catenet.kernel.event import Event
from catenet.session.environment import Environment
from catenet.session.loop.outcome import set_outcome

T = TypeVar("T")
Outcome = tuple[Any, BaseException | None]
Ended = Callable[[Any, BaseException | None], None]
"""Gets the result of a step, or its error."""


class _Step(NamedTuple):
    """A step that waits; with a future, it is dropped once nobody awaits that."""

    step: Callable[[Any], Any]
    ended: Ended
    future: asyncio.Future[Any] | None = None


class SimulatedDisk(Disk):
    """One host's disk.  ``speed`` and ``faults`` may be changed at any time; its files survive the host's crash.

    ``environment`` returns the environment of the host's programs, in which a step runs.
    """

    def __init__(self, kernel: Kernel, name: str, environment: Callable[[], Environment]) -> None:
        self.speed: Final = DiskSpeed()
        self.faults: Final = DiskFaults()
        self.medium: Medium = Medium(kernel.streams.stream(f"host:{name}:disk:crash"))
        self.power_cuts: int = 0
        self._kernel: Final = kernel
        self._name: Final = name
        self.files: SimulatedFiles = self._fresh_files()
        self._stream: Final = kernel.streams.stream(f"host:{name}:disk:rot")
        self._environment: Final = environment
        self._waiting: Final[deque[_Step]] = deque()
        self._under_way: Event | None = None

    async def run(self, step: Callable[[SimulatedFiles], T]) -> T:
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Step(step, partial(set_outcome, future), future))
        self._begin()
        return await future

    def post(self, step: Callable[[SimulatedFiles], Any], ended: Ended) -> None:
        """Execute a step for a daemon without an event loop.  ``ended`` is not called if the power is cut before."""
        self._waiting.append(_Step(step, ended))
        self._begin()

    def set_faults(self, **changes: Any) -> None:
        """Change :class:`~catenet.host.disk.files.DiskFaults` from now on.  Raises ValueError for an unknown name."""
        known = [field.name for field in fields(DiskFaults)]
        for name, value in changes.items():
            if name not in known:
                raise ValueError(f"a disk has no fault {name!r}; it has {', '.join(known)}")
            setattr(self.faults, name, value)
        self._begin()

    def heal(self) -> None:
        """Remove all faults.  Damaged data stay damaged."""
        healthy = DiskFaults()
        self.set_faults(**{field.name: getattr(healthy, field.name) for field in fields(DiskFaults)})

    def rot(self, bits: int = 1, *, folder: str = "") -> list[str]:
        """Flip random bits of the files below a folder (silent corruption).  Returns the files' names."""
        inodes = {path: inode for path, inode in self.medium.names.items() if path.startswith(folder) and inode.cache}
        total = sum(len(inode.cache) for inode in inodes.values())
        hit: list[str] = []
        for _ in range(bits if total else 0):
            offset = self._stream.below(total)
            for path, inode in inodes.items():
                if offset < len(inode.cache):
                    self.medium.rot(inode, offset, 1 << self._stream.below(8))
                    hit.append(path)
                    break
                offset -= len(inode.cache)
        return hit

    def power_cut(self) -> None:
        """The host loses power: queued steps are dropped, and the medium decides what is durable."""
        if self._under_way is not None:
            self._kernel.cancel(self._under_way)
            self._under_way = None
        self._waiting.clear()
        self.power_cuts += 1
        self.medium = self.medium.after_power_cut(int(self._kernel.now_ns), tears=self.faults.tears)
        self.files = self._fresh_files()

    def _fresh_files(self) -> SimulatedFiles:
        """New files for the programs until the next power cut, with a random stream that dead programs do not share."""
        stream = self._kernel.streams.stream(f"host:{self._name}:disk:calls:{self.power_cuts}")
        return SimulatedFiles(self.medium, self.speed, self.faults, stream)

    def _begin(self) -> None:
        if self._under_way is not None or self.faults.stuck:
            return
        while self._waiting:
            waiting = self._waiting.popleft()
            if waiting.future is None or not waiting.future.cancelled():
                self.files.clock_ns = int(self._kernel.now_ns)
                outcome = self._take(waiting.step)
                end = partial(self._end, waiting.ended, outcome)
                self._under_way = self._kernel.call_at(self.files.clock_ns, end)
                return

    def _take(self, step: Callable[[Any], Any]) -> Outcome:
        """Execute a step as if in a thread of its own."""
        outer_loop = _get_running_loop()
        environment = self._environment()
        environment.enter()
        _set_running_loop(None)
        try:
            return step(self.files), None
        except (SystemExit, KeyboardInterrupt):
            raise
        except BaseException as error:
            return None, error
        finally:
            _set_running_loop(outer_loop)
            environment.leave()

    def _end(self, ended: Ended, outcome: Outcome) -> None:
        self._under_way = None
        self.medium.write_back(int(self._kernel.now_ns))
        ended(*outcome)
        self._begin()
