"""Random Early Detection (Floyd and Jacobson, 1993; ``tc-red(8)``), optionally adaptive and gentle."""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.link.drop_reasons import OVERLIMIT, RED_EARLY, RED_FORCED
from catenet.link.ethernet import Frame
from catenet.link.queue import TAKEN
from catenet.link.queues.control.red_adaptation import RedAdaptation
from catenet.link.queues.control.red_average import RedAverage, weight_for
from catenet.link.queues.discipline import Discipline
from catenet.link.queues.fifo import Fifo, Waiting

NS_PER_S: Final = 1_000_000_000


class RedParameters:
    """The parameters, in octets, frames and bit/s.

    ``gentle``: above ``max_octets`` the probability rises to 1 at twice that.  ``ecn`` marks instead of dropping;
    ``harddrop`` still drops above ``max_octets``; ``nodrop`` accepts frames whose ends do not support ECN.  Raises
    ValueError for inconsistent values.
    """

    def __init__(
        self,
        limit_octets: int,
        min_octets: int,
        max_octets: int,
        avpkt_octets: int,
        burst_frames: int,
        probability: float,
        bandwidth_bit_s: int,
        ecn: bool = False,
        harddrop: bool = False,
        nodrop: bool = False,
        adaptive: bool = False,
        gentle: bool = False,
    ) -> None:
        if not 0 < min_octets < max_octets <= limit_octets:
            raise ValueError(
                f"RED needs 0 < min < max <= limit, not {min_octets}, {max_octets} and {limit_octets} bytes"
            )
        self.limit_octets: Final[i64] = limit_octets
        self.min_octets: Final[i64] = min_octets
        self.max_octets: Final[i64] = max_octets
        self.probability: Final = probability
        self.weight: Final = weight_for(burst_frames, min_octets, avpkt_octets)
        self.frame_ns: Final[i64] = avpkt_octets * 8 * NS_PER_S // bandwidth_bit_s
        self.ecn: Final = ecn
        self.harddrop: Final = harddrop
        self.nodrop: Final = nodrop
        self.adaptive: Final = adaptive
        self.gentle: Final = gentle


class Red(Discipline):
    """First in, first out; arrivals are dropped or marked with a probability that grows with the average queue."""

    def __init__(self, parameters: RedParameters) -> None:
        super().__init__()
        self.parameters: Final = parameters
        self.average: Final = RedAverage(parameters.weight, parameters.frame_ns)
        self.probability: float = parameters.probability
        self._adaptation: Final = RedAdaptation(parameters.min_octets, parameters.max_octets)
        self._fifo: Final = Fifo()
        self._since_last: i64 = -1

    def enqueue(self, frame: Frame, now_ns: i64) -> i64:
        parameters = self.parameters
        if parameters.adaptive:
            self.probability = self._adaptation.adapted(self.probability, self.average, now_ns)
        average = self.average.arrived(self._fifo.octets, now_ns)
        reason = self.decide(average)
        if reason != TAKEN:
            marked = self.mark(frame, reason) if self._may_mark(reason) else None
            if marked is not None:
                frame = marked
            elif not (self._may_mark(reason) and parameters.nodrop):
                return reason
        waiting = Waiting(frame, now_ns)
        if self._fifo.octets + waiting.octets > parameters.limit_octets:
            return OVERLIMIT
        self._fifo.push(waiting)
        self.frames += 1
        self.octets += waiting.octets
        return TAKEN

    def dequeue(self, now_ns: i64) -> Waiting | None:
        waiting = self._fifo.pop()
        if waiting is not None:
            self.frames -= 1
            self.octets -= waiting.octets
            if self.frames == 0:
                self.average.emptied(now_ns)
        return waiting

    def take_all(self) -> list[Waiting]:
        self.frames = self.octets = 0
        return self._fifo.take_all()

    def decide(self, average: float) -> i64:
        """The decision about an arrival at this average: figure 2 of the paper, and the gentle curve."""
        if average < float(self.parameters.min_octets):
            self._since_last = -1
            return TAKEN
        chance = self.chance(average)
        if chance >= 1.0:
            self._since_last = 0
            return RED_FORCED
        self._since_last += 1
        spread = 1.0 - float(self._since_last) * chance
        if spread > 0.0 and self.stream("red").unit() >= chance / spread:
            return TAKEN
        self._since_last = 0
        return RED_EARLY if average < float(self.parameters.max_octets) else RED_FORCED

    def chance(self, average: float) -> float:
        """The probability p_b at an average of at least ``min``, before it is spread uniformly over arrivals."""
        low, high = float(self.parameters.min_octets), float(self.parameters.max_octets)
        if average < high:
            return self.probability * (average - low) / (high - low)
        if self.parameters.gentle and average < 2.0 * high:
            return self.probability + (1.0 - self.probability) * (average - high) / high
        return 1.0

    def _may_mark(self, reason: i64) -> bool:
        return self.parameters.ecn and not (reason == RED_FORCED and self.parameters.harddrop)
