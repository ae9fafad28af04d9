"""The interface of a host to the functions that replace the real ones."""

from __future__ import annotations

from typing import Any, Final

from catenet.host.clock import Clock
from catenet.host.host_base import HostBase
from catenet.host.random_streams import RandomStreams
from catenet.host.sandbox.signal_table import SignalTable
from catenet.session.environment import Environment

FIRST_PID: Final = 1000
NS_PER_S: Final = 1_000_000_000


class HostContext(Environment):
    """One host, as the machine of its programs.

    ``node`` is the 48-bit hardware address that ``uuid.getnode()`` returns.
    """

    def __init__(
        self, host: HostBase, clock: Clock, entropy: RandomStreams, signals: SignalTable, node: int = 0
    ) -> None:
        super().__init__()
        self.host: Final = host
        self.name: Final = host.name
        self.clock: Final = clock
        self.entropy: Final = entropy
        self.signals: Final = signals
        self.node = node
        self.pid: Final = FIRST_PID
        self.last_uuid1 = 0
        self.numpy_state: Any = None
        self._in_step = False
        self._slept_ns = 0
        clock.followers.append(self)
        self.drifts: bool = clock.drifts
        self.default_timeout: float | None = None

    def wall_ns(self) -> int:
        """The host's wall clock for the running code."""
        return self.clock.wall_ns() + self._slept_ns

    def monotonic_ns(self) -> int:
        """The host's monotonic clock for the running code."""
        return self.clock.monotonic_ns() + self._slept_ns

    def kernel_ns(self, monotonic_ns: int) -> int:
        """The first kernel time at which the monotonic clock reaches a time."""
        return self.clock.kernel_ns(monotonic_ns)

    def begin_step(self) -> None:
        """Begin a function that the program runs in a thread: it may sleep."""
        self._in_step = True

    def end_step(self) -> int:
        """End the function; returns the nanoseconds for which it has slept."""
        self._in_step = False
        slept_ns, self._slept_ns = self._slept_ns, 0
        return slept_ns

    def sleep(self, seconds: float) -> bool:
        """Advance the clocks for the running function; False in the loop's own code, which must not sleep."""
        if not self._in_step:
            return False
        if seconds < 0:
            raise ValueError("sleep length must be non-negative")
        self._slept_ns += round(seconds * NS_PER_S)
        return True
