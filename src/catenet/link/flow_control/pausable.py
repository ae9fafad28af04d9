"""A drop-tail queue that can be paused, and that tells when it is too full and when it has drained."""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.link.drop_reasons import QUEUE_FULL
from catenet.link.ethernet import FCS_OCTETS, Frame
from catenet.link.queue import NO_LIMIT, TAKEN, DropTail
from catenet.link.queues.discipline import Discipline
from catenet.link.queues.fifo import Fifo, Waiting


class Thresholds:
    """Who is told of a queue's length."""

    def too_full(self) -> None:
        """A frame has been added above the upper threshold."""
        raise AssertionError(f"{type(self).__name__} does not pause anybody")

    def drained(self) -> None:
        """The queue has fallen to the lower threshold."""
        raise AssertionError(f"{type(self).__name__} lets nobody go on")


class PausableFifo(Discipline):
    """First in, first out, with the limits of ``like``; above ``xoff`` of one of them ``thresholds`` are told."""

    def __init__(self, like: DropTail, thresholds: Thresholds | None, xoff: float, xon: float) -> None:
        super().__init__()
        self._limit_frames: Final[i64] = like.limit_frames
        self._limit_octets: Final[i64] = like.limit_octets
        self._thresholds: Final = thresholds
        self._xoff_frames: Final[i64] = _share(like.limit_frames, xoff)
        self._xoff_octets: Final[i64] = _share(like.limit_octets, xoff)
        self._xon_frames: Final[i64] = _share(like.limit_frames, xon)
        self._xon_octets: Final[i64] = _share(like.limit_octets, xon)
        self._fifo: Final = Fifo()
        self._was_too_full = False

    def enqueue(self, frame: Frame, now_ns: i64) -> i64:
        channel = self._channel
        waits = channel is None or channel.busy_until_ns > now_ns or self.paused_until_ns > now_ns
        octets = self.octets + self.frames * FCS_OCTETS + frame.octets
        if waits and (self.frames >= self._limit_frames or octets > self._limit_octets):
            return QUEUE_FULL
        waiting = Waiting(frame, now_ns)
        self._fifo.push(waiting)
        self.frames += 1
        self.octets += waiting.octets
        if self.frames > self._xoff_frames or octets > self._xoff_octets:
            thresholds = self._thresholds
            if thresholds is not None:
                self._was_too_full = True
                thresholds.too_full()
        return TAKEN

    def dequeue(self, now_ns: i64) -> Waiting | None:
        waiting = self._fifo.pop()
        if waiting is not None:
            self.frames -= 1
            self.octets -= waiting.octets
            self._report_if_drained()
        return waiting

    def take_all(self) -> list[Waiting]:
        self.frames = self.octets = 0
        taken = self._fifo.take_all()
        self._report_if_drained()
        return taken

    def _report_if_drained(self) -> None:
        octets = self.octets + self.frames * FCS_OCTETS
        if self._was_too_full and self.frames <= self._xon_frames and octets <= self._xon_octets:
            self._was_too_full = False
            thresholds = self._thresholds
            if thresholds is not None:
                thresholds.drained()


def _share(limit: i64, share: float) -> i64:
    return limit if limit >= NO_LIMIT else i64(float(limit) * share)
