"""Inner loops of the benchmarks, compiled so that the benchmarks measure the stack and not themselves."""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.kernel.kernel import Kernel
from catenet.network.forwarding.fib import Fib, RouteObserver


class RouteClock(RouteObserver):
    """Counts the changes of all tables that it watches, and records the time of the last one."""

    def __init__(self, kernel: Kernel) -> None:
        super().__init__()
        self.changes: i64 = 0
        self.last_ns: i64 = 0
        self._kernel: Final = kernel

    def route_changed(self, fib: Fib, prefix: int, prefix_len: int) -> None:
        self.changes += 1
        self.last_ns = self._kernel.now_ns


def look_up(fib: Fib, addresses: list[int]) -> int:
    """Look up all addresses; returns the number of those with a route."""
    found = 0
    for address in addresses:
        if fib.lookup(address, True) is not None:
            found += 1
    return found


def look_up_dict(table: dict[int, int], addresses: list[int]) -> int:
    """The same in a plain dict, without prefixes."""
    found = 0
    for address in addresses:
        if address in table:
            found += 1
    return found
