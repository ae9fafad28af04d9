"""How long a replica waits before it calls an election, and how often a leader shows that it is alive.

A policy is a part of one replica, which asks it, and tells it what it measured. All of them keep ``minimum_ns``: within
it after hearing from a leader no replica helps to elect another, so it is also what a leader's lease may count
on, and must be the same everywhere.
"""

from __future__ import annotations

import math
from random import Random
from typing import Final

from mypy_extensions import mypyc_attr

MILLISECOND_NS: Final = 1_000_000


@mypyc_attr(allow_interpreted_subclasses=True)
class ElectionPolicy:
    """Base, and the simplest: always the same timeout. Two replicas with the same one will split votes (§5.2)."""

    def __init__(self, minimum_ns: int, heartbeat_ns: int) -> None:
        if not 0 < heartbeat_ns < minimum_ns:
            raise ValueError(f"heartbeats every {heartbeat_ns} ns cannot hold off elections after {minimum_ns} ns")
        self.minimum_ns: Final = minimum_ns
        self.base_heartbeat_ns: Final = heartbeat_ns

    def timeout_ns(self, stream: Random) -> int:
        """The next election timeout, at least ``minimum_ns``."""
        return self.minimum_ns

    def heartbeat_ns(self) -> int:
        """Time between a leader's rounds of heartbeats."""
        return self.base_heartbeat_ns

    def heartbeat_heard(self, round_: int, rtt_ns: int) -> None:
        """A follower heard the leader's round of that number, and the round-trip time that the leader knows (or 0)."""

    def leader_changed(self) -> None:
        """Rounds are counted anew."""


class Fixed(ElectionPolicy):
    """Always the same timeout: to see why it must not be."""


class Randomised(ElectionPolicy):
    """Drawn from ``[minimum, maximum)`` each time: the paper's own (§5.2, §9.3)."""

    def __init__(self, minimum_ns: int, maximum_ns: int, heartbeat_ns: int) -> None:
        super().__init__(minimum_ns, heartbeat_ns)
        if maximum_ns <= minimum_ns:
            raise ValueError(f"timeouts from {minimum_ns} ns to {maximum_ns} ns leave nothing to draw from")
        self.maximum_ns: Final = maximum_ns

    def timeout_ns(self, stream: Random) -> int:
        return stream.randrange(self.minimum_ns, self.maximum_ns)


class Adaptive(ElectionPolicy):
    """From what a follower measures: the round trip and the share of heartbeats that are lost.

    The timeout is so many heartbeats that losing all of them by chance is rarer than ``false_alarm``, and a
    round trip with four times its deviation on top; drawn from one to two times that. It is kept between the
    limits that all replicas share.
    """

    def __init__(
        self, minimum_ns: int, maximum_ns: int, heartbeat_ns: int, false_alarm: float = 1e-4, memory: int = 64
    ) -> None:
        super().__init__(minimum_ns, heartbeat_ns)
        if maximum_ns < 2 * minimum_ns:
            raise ValueError(f"the limit {maximum_ns} ns must be at least twice the minimum {minimum_ns} ns")
        if not 0.0 < false_alarm < 1.0:
            raise ValueError(f"{false_alarm} is no probability of a false alarm: between 0 and 1")
        self.maximum_ns: Final = maximum_ns
        self.false_alarm: Final = false_alarm
        self.memory: Final = memory  # rounds after which an observation counts a third
        self.loss: float = 0.0
        self.rtt_ns: float = 0.0
        self.rtt_var_ns: float = 0.0
        self._last_round = 0

    def heartbeat_heard(self, round_: int, rtt_ns: int) -> None:
        if rtt_ns:
            if self.rtt_ns:
                self.rtt_var_ns += (abs(self.rtt_ns - rtt_ns) - self.rtt_var_ns) / 4
                self.rtt_ns += (rtt_ns - self.rtt_ns) / 8
            else:
                self.rtt_ns, self.rtt_var_ns = float(rtt_ns), rtt_ns / 2
        if round_ <= self._last_round:
            return
        if self._last_round:
            missed = round_ - self._last_round - 1
            keep = (1 - 1 / self.memory) ** missed
            self.loss = 1 - (1 - self.loss) * keep
            self.loss *= 1 - 1 / self.memory
        self._last_round = round_

    def leader_changed(self) -> None:
        self._last_round = 0

    def heartbeats_needed(self) -> int:
        """How many heartbeats in a row must be missing before it is no accident."""
        if self.loss <= 0.0:
            return 1
        return max(1, math.ceil(math.log(self.false_alarm) / math.log(min(self.loss, 0.999))))

    def timeout_ns(self, stream: Random) -> int:
        wait = self.heartbeats_needed() * self.base_heartbeat_ns + self.rtt_ns + 4 * self.rtt_var_ns
        low = min(max(int(wait), self.minimum_ns), self.maximum_ns // 2)
        return stream.randrange(low, 2 * low)
