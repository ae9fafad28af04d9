"""CoDel's control law, which determines when a queue drops its head (RFC 8289, section 5).

The delay of the queue is how long its head has waited.  Once it has been above ``target`` for an ``interval``, frames
are dropped, each ``interval / sqrt(count)`` after the one before, until the delay is below the target.
"""

from __future__ import annotations

import math
from typing import Final

from mypy_extensions import i64

from catenet.link.drop_reasons import CE_THRESHOLD, CODEL
from catenet.link.queues.discipline import Discipline
from catenet.link.queues.fifo import Fifo, Waiting

NEVER_NS: Final[i64] = 1 << 62


class CodelParameters:
    """The parameters; ``ecn`` marks instead of dropping if the ends support ECN.

    Frames that waited longer than ``ce_threshold_ns`` are marked.
    """

    def __init__(
        self,
        target_ns: int = 5_000_000,
        interval_ns: int = 100_000_000,
        ecn: bool = False,
        ce_threshold_ns: int = NEVER_NS,
    ) -> None:
        self.target_ns: Final[i64] = target_ns
        self.interval_ns: Final[i64] = interval_ns
        self.ecn: Final = ecn
        self.ce_threshold_ns: Final[i64] = ce_threshold_ns


class Codel:
    """The state of one queue with its frames.  ``owner`` counts and traces the drops."""

    def __init__(self, parameters: CodelParameters, owner: Discipline) -> None:
        self.parameters: Final = parameters
        self.fifo: Final = Fifo()
        self.owner: Final = owner
        self.dropping: bool = False
        self.count: i64 = 0
        self.drop_next_ns: i64 = 0
        self._last_count: i64 = 0
        self._first_above_ns: i64 = 0
        self._most_octets: i64 = 0
        self._ok_to_drop = False

    def push(self, waiting: Waiting) -> None:
        """Append a frame."""
        if waiting.octets > self._most_octets:
            self._most_octets = waiting.octets
        self.fifo.push(waiting)

    def dequeue(self, now_ns: i64) -> Waiting | None:
        """The next frame, after the drops of the control law."""
        waiting = self._next(now_ns)
        if self.dropping:
            if not self._ok_to_drop:
                self.dropping = False
            while self.dropping and waiting is not None and now_ns >= self.drop_next_ns:
                self.count += 1
                if self._marked(waiting):
                    self.drop_next_ns = self.control_law(self.drop_next_ns)
                    break
                waiting = self._drop(waiting, now_ns)
                if self._ok_to_drop:
                    self.drop_next_ns = self.control_law(self.drop_next_ns)
                else:
                    self.dropping = False
        elif self._ok_to_drop and waiting is not None:
            waiting = self._start(waiting, now_ns)
        if waiting is not None and now_ns - waiting.entered_ns > self.parameters.ce_threshold_ns:
            self._mark(waiting, CE_THRESHOLD)
        return waiting

    def control_law(self, time_ns: i64) -> i64:
        """The time of the next drop after one at ``time_ns``."""
        interval: float = float(self.parameters.interval_ns)
        return time_ns + int(interval / math.sqrt(float(self.count)))

    def _start(self, waiting: Waiting, now_ns: i64) -> Waiting | None:
        """Start dropping, at the previous rate if the last drop was recent (section 4.4)."""
        chosen: Waiting | None = waiting
        if not self._marked(waiting):
            chosen = self._drop(waiting, now_ns)
        self.dropping = True
        delta = self.count - self._last_count
        self.count = 1
        if delta > 1 and now_ns - self.drop_next_ns < 16 * self.parameters.interval_ns:
            self.count = delta
        self.drop_next_ns = self.control_law(now_ns)
        self._last_count = self.count
        return chosen

    def _next(self, now_ns: i64) -> Waiting | None:
        """Remove the head, and determine whether it may be dropped: RFC 8289's ``dodequeue``."""
        self._ok_to_drop = False
        waiting = self.fifo.pop()
        if waiting is None:
            self._first_above_ns = 0
            return None
        if now_ns - waiting.entered_ns < self.parameters.target_ns or self.fifo.octets <= self._most_octets:
            self._first_above_ns = 0
        elif self._first_above_ns == 0:
            self._first_above_ns = now_ns + self.parameters.interval_ns
        elif now_ns >= self._first_above_ns:
            self._ok_to_drop = True
        return waiting

    def _drop(self, waiting: Waiting, now_ns: i64) -> Waiting | None:
        """Drop a frame; returns the next one."""
        self.owner.frames -= 1
        self.owner.octets -= waiting.octets
        self.owner.drop(waiting.frame, CODEL)
        return self._next(now_ns)

    def _marked(self, waiting: Waiting) -> bool:
        return self.parameters.ecn and self._mark(waiting, CODEL)

    def _mark(self, waiting: Waiting, reason: i64) -> bool:
        marked = self.owner.mark(waiting.frame, reason)
        if marked is None:
            return False
        waiting.frame = marked
        return True
