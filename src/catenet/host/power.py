"""The power state of a host: crash, restart, pause and resume."""

from __future__ import annotations

from typing import Final

from catenet.host.host_base import HostBase
from catenet.host.process import CRASHED, FAILED, Process
from catenet.kernel.kernel import Waiter
from catenet.session.loop.loop import Loop


class Power(Waiter):
    """Whether a host is up, and the changes of its programs' state when that changes.

    ``boots`` counts its restarts.  A deadlock report lists the programs that wait for their host.
    """

    def __init__(self, host: HostBase, processes: list[Process]) -> None:
        super().__init__()
        self._host: Final = host
        self._processes: Final = processes
        self.up: bool = True
        self.paused: bool = False
        self.boots: int = 0
        self.dead_loops: Final[list[Loop]] = []
        """The event loops of ended programs, kept because their finalisation would resume the programs."""
        self._at_boot: Final[list[Process]] = []

    def begin(self, process: Process) -> None:
        """Start a program at its start time; if the host is down, it starts with the host."""
        process.begun = True
        if self.up:
            self._host.loop.call_soon(process.start)
        else:
            self._at_boot.append(process)

    def crash(self) -> None:
        """Lose power: see :meth:`~catenet.host.host.Host.crash`."""
        if not self.up:
            return
        host = self._host
        self.up = self.paused = False
        self.boots += 1
        host.ip.set_power(False)
        host.tcp.lose_power()
        host.udp.lose_power()
        for process in self._processes:
            if process.running and process.begun:
                process.crash()
            if process.state == CRASHED or (process.service and process.state == FAILED):
                self._at_boot.append(process)
        loop = host.forget_programs()
        if loop is not None:
            loop.lose_power()
            self.dead_loops.append(loop)
        host.disk.power_cut()
        host.kernel.add_waiter(self)

    def restart(self) -> None:
        """Start again: see :meth:`~catenet.host.host.Host.restart`."""
        if self.up:
            return
        host = self._host
        self.up = True
        host.kernel.remove_waiter(self)
        host.ip.set_power(True)
        starting, self._at_boot[:] = list(self._at_boot), []
        for process in starting:
            if process.state in (CRASHED, FAILED):
                process.revive()
            host.loop.call_soon(process.start)

    def waits_for(self) -> list[str]:
        return [f"{self._host.name}: {process.name} waits for its host to be started" for process in self._at_boot]
