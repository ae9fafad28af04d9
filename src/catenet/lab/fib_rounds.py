"""Look-ups without end, compiled: what a stack pays for one, without what Python pays to ask for it."""

from __future__ import annotations

from catenet.network.fib import Fib


def look_up(fib: Fib, addresses: list[int]) -> int:
    """Look all these addresses up; how many had a route."""
    found = 0
    for address in addresses:
        if fib.lookup(address, True) is not None:
            found += 1
    return found


def look_up_dict(table: dict[int, int], addresses: list[int]) -> int:
    """The same in a plain dict, which knows no prefixes."""
    found = 0
    for address in addresses:
        if address in table:
            found += 1
    return found
