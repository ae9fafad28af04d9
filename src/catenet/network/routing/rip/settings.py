"""The settings of a router and of its interfaces."""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.network.routing.rip.authentication import Key
from catenet.network.routing.rip.message import INFINITY

SECOND_NS: Final[i64] = 1_000_000_000


class RipSettings:
    """Timers and policy of one router; the defaults are those of RFC 2453 section 3.8.

    ``jitter_ns`` is the maximum deviation of each update.  With ``split_horizon`` a route is not advertised on the
    interface from which it was learned; with ``poison_reverse`` it is, as unreachable.  ``triggered`` sends changes at
    once, and then not again for ``hold_low_ns`` to ``hold_high_ns``.  ``max_paths`` above 1 keeps equal-cost next
    hops.  Raises ValueError for invalid combinations.
    """

    def __init__(
        self,
        update_ns: i64 = 30 * SECOND_NS,
        jitter_ns: i64 = 5 * SECOND_NS,
        timeout_ns: i64 = 180 * SECOND_NS,
        garbage_ns: i64 = 120 * SECOND_NS,
        split_horizon: bool = True,
        poison_reverse: bool = False,
        triggered: bool = True,
        hold_low_ns: i64 = SECOND_NS,
        hold_high_ns: i64 = 5 * SECOND_NS,
        max_paths: int = 1,
    ) -> None:
        if update_ns <= 0 or timeout_ns <= 0 or garbage_ns <= 0:
            raise ValueError("update, timeout and garbage must be greater than 0")
        if not 0 <= jitter_ns < update_ns:
            raise ValueError("jitter must be shorter than update")
        if timeout_ns <= update_ns + jitter_ns:
            raise ValueError("timeout must be longer than update and jitter, or every route would come and go")
        if not 0 <= hold_low_ns <= hold_high_ns:
            raise ValueError("hold must be two times, the shorter one first")
        if max_paths < 1:
            raise ValueError(f"paths must be at least 1, not {max_paths}")
        self.update_ns: Final[i64] = update_ns
        self.jitter_ns: Final[i64] = jitter_ns
        self.timeout_ns: Final[i64] = timeout_ns
        self.garbage_ns: Final[i64] = garbage_ns
        self.split_horizon: Final = split_horizon or poison_reverse
        self.poison_reverse: Final = poison_reverse
        self.triggered: Final = triggered
        self.hold_low_ns: Final[i64] = hold_low_ns
        self.hold_high_ns: Final[i64] = hold_high_ns
        self.max_paths: Final = max_paths


class RipInterface:
    """One interface of RIP.

    ``networks`` are its addresses with their prefix lengths, the source address first; ``cost`` is added to metrics
    received here (1 to 15).  A ``passive`` interface receives but sends nothing. Raises ValueError for a cost out of
    range, or no network.
    """

    def __init__(
        self,
        number: int,
        name: str,
        networks: list[tuple[int, int]],
        cost: int = 1,
        passive: bool = False,
        key: Key | None = None,
    ) -> None:
        if not 1 <= cost < INFINITY:
            raise ValueError(f"the metric of interface {name} must be 1 to {INFINITY - 1}, not {cost}")
        if not networks:
            raise ValueError(f"interface {name} has no IPv4 address, and RIP needs one")
        self.number: Final = number
        self.name: Final = name
        self.networks: Final = networks
        self.cost: Final = cost
        self.passive: Final = passive
        self.key: Final = key
        self.up = False
        self.sequence = 0

    @property
    def address(self) -> int:
        """The source address."""
        return self.networks[0][0]

    def is_own(self, address: int) -> bool:
        """Whether it is an address of this interface."""
        return any(own == address for own, _ in self.networks)

    def is_on_link(self, address: int) -> bool:
        """Whether an address may be a neighbour's: it is in a network of this interface."""
        for own, prefix_len in self.networks:
            hosts = (1 << (32 - prefix_len)) - 1
            if (own ^ address) & ~hosts == 0 and own != address:
                return prefix_len >= 31 or address & hosts not in (0, hosts)
        return False
