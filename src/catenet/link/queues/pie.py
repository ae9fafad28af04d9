"""Proportional Integral controller Enhanced (RFC 8033; ``tc-pie(8)``)."""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.link.drop_reasons import OVERLIMIT, PIE
from catenet.link.ethernet import Frame
from catenet.link.queue import TAKEN
from catenet.link.queues.control.pie import PieControl
from catenet.link.queues.discipline import Discipline
from catenet.link.queues.fifo import Fifo, Waiting

MEAN_OCTETS: Final[i64] = 1500
"""RFC 8033's MEAN_PKTSIZE."""
MARK_MAX: Final = 0.1
"""Above this probability, packets are dropped even if their ends support ECN (section 5.1)."""


class Pie(Discipline):
    """First in, first out, at most ``limit`` frames; arrivals are dropped or marked with the controller's probability.

    ``bytemode`` makes it proportional to the frame's length.
    """

    def __init__(self, control: PieControl, limit: int = 1000, ecn: bool = False, bytemode: bool = False) -> None:
        super().__init__()
        self.control: Final = control
        self.limit: Final[i64] = limit
        self.ecn: Final = ecn
        self.bytemode: Final = bytemode
        self._fifo: Final = Fifo()
        self._accumulated: float = 0.0

    def enqueue(self, frame: Frame, now_ns: i64) -> i64:
        if self.frames >= self.limit:
            self._accumulated = 0.0
            return OVERLIMIT
        self.control.advance(now_ns)
        waiting = Waiting(frame, now_ns)
        if self.control.burst_left_ns == 0 and self._picks(waiting):
            marked = self.mark(frame, PIE) if self.ecn and self.control.probability <= MARK_MAX else None
            if marked is None:
                return PIE
            waiting.frame = marked
        self._fifo.push(waiting)
        self.frames += 1
        self.octets += waiting.octets
        return TAKEN

    def dequeue(self, now_ns: i64) -> Waiting | None:
        self.control.advance(now_ns)
        waiting = self._fifo.pop()
        if waiting is None:
            return None
        self.frames -= 1
        self.octets -= waiting.octets
        self.control.delay_ns = now_ns - waiting.entered_ns if self.frames > 0 else 0
        return waiting

    def take_all(self) -> list[Waiting]:
        self.frames = self.octets = 0
        return self._fifo.take_all()

    def _picks(self, waiting: Waiting) -> bool:
        """Section 4.1's ``drop_early``, with section 5.4's derandomisation: neither drops in a row nor long gaps."""
        control = self.control
        if control.old_delay_ns < control.target_ns // 2 and control.probability < 0.2:
            return False
        if self.octets <= 2 * MEAN_OCTETS:
            return False
        chance = control.probability
        if self.bytemode:
            chance *= float(waiting.octets) / float(MEAN_OCTETS)
        self._accumulated = self._accumulated + chance if control.probability > 0.0 else 0.0
        if self._accumulated < 0.85:
            return False
        if self._accumulated < 8.5 and self.stream("pie").unit() >= chance:
            return False
        self._accumulated = 0.0
        return True
