"""What every routing daemon is: it joins a pure protocol to the links and to the one timer of a router.

A daemon is a program of its host as any other, but needs no event loop: a packet, a link that changes and a timer are
all that ever wakes it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mypy_extensions import i64, mypyc_attr

from catenet.kernel.kernel import Kernel
from catenet.kernel.timer import Timer
from catenet.network.interface import Interface, InterfaceObserver
from catenet.network.routing.process import RoutingProcess

if TYPE_CHECKING:
    from catenet.host.host import Host

PRECEDENCE: Final = 0xC0
"""Internetwork control (RFC 791, RFC 2328 A.1): such packets are not dropped among the first."""


@mypyc_attr(allow_interpreted_subclasses=True)
class RoutingDaemon(InterfaceObserver):
    """A routing protocol on a host.  Give it its interfaces, then :meth:`start` it.

    ``distances`` are the administrative distances of its routes; it is known by the first.
    """

    def __init__(self, host: Host, distances: tuple[int, ...]) -> None:
        super().__init__()
        self.host: Final = host
        self.distances: Final = distances
        self.own_prefixes: Final[set[tuple[int, int]]] = set()
        """The networks that it is spoken on, and addresses of the router: it advertises them by itself."""
        self.timer: Final = _DaemonTimer(host.kernel, self)
        self.is_started: bool = False
        self._numbers: Final[dict[Interface, int]] = {}
        host.ip.watch(self)

    # -- what a protocol does

    def process(self) -> RoutingProcess:
        """The protocol itself."""
        raise AssertionError(f"{type(self).__name__} runs no protocol")

    def link_changed(self, number: int, up: bool, now_ns: i64) -> None:
        """The interface with this number came up or went down."""
        raise AssertionError(f"{type(self).__name__} has no links")

    # -- what all do alike

    def start(self) -> None:
        """Begin now."""
        now_ns = self.host.kernel.now_ns
        for interface, number in self._numbers.items():
            if interface.up and interface.enabled:
                self.link_changed(number, True, now_ns)
        self.is_started = True
        self.process().start(now_ns)
        self.rearm()

    def has(self, interface: Interface) -> bool:
        """Whether it speaks on an interface."""
        return interface in self._numbers

    def number_of(self, interface: Interface) -> int:
        """The number of an interface, counted from 0; -1 if it does not speak there."""
        return self._numbers.get(interface, -1)

    def number_interface(self, interface: Interface) -> None:
        """Speak on one more interface, which gets the next number."""
        self._numbers[interface] = len(self._numbers)
        if self.is_started:
            self.interface_changed(interface)

    def interface_changed(self, interface: Interface) -> None:
        number = self.number_of(interface)
        if number < 0 or not self.is_started:
            return
        self.link_changed(number, interface.up and interface.enabled, self.host.kernel.now_ns)
        self.rearm()

    def rearm(self) -> None:
        """Set the timer for what the protocol waits for next."""
        if self.is_started:
            self.timer.arm(self.process().deadline_ns())

    def trace_row(self, kind: int, a: int, b: int) -> None:
        """Leave a row in the trace about this host."""
        kernel = self.host.kernel
        kernel.trace.row(kernel.now_ns, kind, self.host.ip.subject, a, b)


class _DaemonTimer(Timer):
    """The one timer of a daemon."""

    def __init__(self, kernel: Kernel, daemon: RoutingDaemon) -> None:
        super().__init__(kernel)
        self._daemon: Final = daemon

    def expired(self) -> None:
        self._daemon.process().expired(self.kernel.now_ns)
        self._daemon.rearm()
