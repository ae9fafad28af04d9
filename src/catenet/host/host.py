"""One machine and its programs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from catenet.host.clock import EPOCH_NS, Clock
from catenet.host.host_base import HostBase
from catenet.host.loop import HostLoop
from catenet.host.power import Power
from catenet.host.process import FAILED, Process
from catenet.host.random_streams import RandomStreams
from catenet.host.sandbox.environment import HostEnvironment
from catenet.host.sandbox.signal_table import SignalTable
from catenet.kernel import Kernel
from catenet.kernel.quantity import counted
from catenet.session.loop.loop import Loop
from catenet.session.names.hosts_table import Names


class Host(HostBase):
    """One machine of an internet.

    ``names`` is the hosts table of its programs; ``epoch_ns`` is the wall clock's time at the start of the run
    (nanoseconds since 1970), with the error ``clock_offset_ns``; its oscillator is fast by ``clock_drift_ppm`` parts
    per million.  ``loop_class`` is the class of its event loop.

    Network and transport layers are created at once.  The event loop is created for the first program, so a router
    without programs costs little.
    """

    def __init__(
        self,
        kernel: Kernel,
        name: str,
        *,
        names: Names | None = None,
        epoch_ns: int = EPOCH_NS,
        clock_offset_ns: int = 0,
        clock_drift_ppm: float = 0.0,
        loop_class: type[Loop] = HostLoop,
    ) -> None:
        clock = Clock(kernel, epoch_ns=epoch_ns, offset_ns=clock_offset_ns, drift_ppm=clock_drift_ppm)
        super().__init__(kernel, name, names, clock)
        self.processes: Final[list[Process]] = []
        self.power: Final = Power(self, self.processes)
        self._loop_class: Final = loop_class
        self._loop: Loop | None = None
        self._environment: HostEnvironment | None = None

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name}: {self._in_words()}>"

    def _in_words(self) -> str:
        """Its addresses, its programs, and whether it is up."""
        parts = [", ".join(map(str, self.addresses)) or "no address yet"]
        if self.processes:
            running = sum(1 for process in self.processes if process.running)
            failed = sum(1 for process in self.processes if process.state == FAILED)
            count = counted(len(self.processes), "program")
            parts.append(f"{count}, {running} running" + (f", {failed} failed" if failed else ""))
        if not self.power.up:
            parts.append("down")
        elif self.power.paused:
            parts.append("paused")
        return "; ".join(parts)

    @property
    def loop(self) -> Loop:
        """The event loop of its programs."""
        if self._loop is None:
            below = self.kernel, self.ip, self.tcp, self.udp
            self._loop = self._loop_class(*below, self.names, self.name, self.environment, sockets=self.sockets)
            if self.power.paused:
                self._loop.pause()
        return self._loop

    @property
    def environment(self) -> HostEnvironment:
        """The environment of its programs."""
        if self._environment is None:
            entropy = RandomStreams(self.kernel.streams, self.name, self.power.boots)
            signals = SignalTable(self._end_by_signal)
            self._environment = HostEnvironment(self, self.clock, entropy, signals, self._node())
        return self._environment

    def _node(self) -> int:
        """The hardware address of the first interface on a link; 0 if there is none."""
        return next((interface.mac for interface in self.ip.interfaces if not interface.loopback), 0)

    def run(self, function: Callable[..., Any], *args: Any, name: str | None = None) -> Process:
        """Run a coroutine function as a program of this host, from now on.

        Raises TypeError if ``function`` cannot be called.  A failure of the program itself does not raise here; it is
        logged, and stored in the process.
        """
        if not callable(function):
            raise TypeError(f"host {self.name!r} can run a coroutine function, not {function!r}")
        if name is None:
            name = getattr(function, "__name__", type(function).__name__)
        process = Process(self, name, function, args)
        self.processes.append(process)
        self.power.begin(process)
        return process

    def crash(self) -> None:
        """Lose power, now.  Nothing happens if the host is down.

        Its programs end at once, and run no further code; its connections and sockets disappear without a FIN or a
        RST; it sends no packets and drops received ones; its disk keeps synced data, and of the rest what
        :mod:`~catenet.host.disk.medium` determines.  Its clocks, addresses and routes stay.
        """
        self.power.crash()

    def restart(self) -> None:
        """Start again, now.  Programs that ended with the host start from the beginning, in order of declaration.

        Nothing happens if the host is up.
        """
        self.power.restart()

    def pause(self) -> None:
        """Stop every program, as SIGSTOP does.

        The host's network stack keeps running: segments are acknowledged, and received data are buffered.
        """
        if self.power.up and not self.power.paused:
            self.power.paused = True
            if self._loop is not None:
                self._loop.pause()

    def resume(self) -> None:
        """Resume the programs.  Timers that expired meanwhile are called at once."""
        if self.power.paused:
            self.power.paused = False
            if self._loop is not None:
                self._loop.resume()

    def forget_programs(self) -> Loop | None:
        loop, self._loop = self._loop, None
        if self._sockets is not None:
            self._sockets.packets.lose_power()
            self._sockets = None
        if self._environment is not None:
            self.clock.followers.remove(self._environment)
            self._environment = None
        return loop

    def signal(self, number: int) -> None:
        """Send a signal to the host's programs; their handlers run in the next iteration of the loop.

        Without a handler, a signal whose default action is termination stops every process of the host.  A host that
        is down ignores signals.
        """
        if not self.power.up:
            return
        self.loop.call_soon(self.environment.signals.deliver, number)

    def _end_by_signal(self, number: int) -> None:
        for process in self.processes:
            process.stop()

    def run_ended(self) -> None:
        """Notification: a run has ended.  Unfinished tasks are recorded, so that they can be closed."""
        if isinstance(self._loop, HostLoop):
            self._loop.run_ended()

    def close(self) -> None:
        """Cancel every program without messages, when the internet is no longer needed.

        It is called for unreferenced hosts, too.
        """
        for loop in (*self.power.dead_loops, self._loop):
            if isinstance(loop, HostLoop):
                loop.abandon()

    @property
    def ending(self) -> bool:
        """True once unfinished programs are being cancelled."""
        return isinstance(self._loop, HostLoop) and self._loop.ending

    def failures(self) -> list[Process]:
        """The failed processes, in order of their start."""
        return [process for process in self.processes if process.state == FAILED]


class Router(Host):
    """A machine that forwards packets."""

    def __init__(self, kernel: Kernel, name: str, **options: Any) -> None:
        super().__init__(kernel, name, **options)
        self.ip.forwarding = True
