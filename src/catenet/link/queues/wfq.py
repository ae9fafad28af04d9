"""Weighted fair queueing: frames are sent in the order in which an ideal fluid server would have finished them.

Demers, Keshav and Shenker, "Analysis and simulation of a fair queueing algorithm", SIGCOMM 1989; with weights, Parekh
and Gallager's packet-by-packet GPS.  Linux has no such discipline; the parameters are named as DRR's.
"""

from __future__ import annotations

import heapq
from typing import Final

from mypy_extensions import i64

from catenet.link.drop_reasons import OVERLIMIT
from catenet.link.ethernet import Frame
from catenet.link.queue import TAKEN
from catenet.link.queues.classes import Classifier
from catenet.link.queues.control.gps_clock import GpsClock
from catenet.link.queues.discipline import Discipline
from catenet.link.queues.fifo import Waiting


class Wfq(Discipline):
    """Classes of at most ``limit`` frames each."""

    def __init__(self, classifier: Classifier, limit: int = 1000) -> None:
        super().__init__()
        self.limit: Final[i64] = limit
        self._classifier: Final = classifier
        self._clock: Final = GpsClock()
        self._waiting: Final[list[tuple[float, int, int]]] = []
        self._by_number: Final[dict[int, Waiting]] = {}
        self._frames_of: Final[dict[int, int]] = {}
        self._number: i64 = 0
        self._seed: i64 = -1

    def enqueue(self, frame: Frame, now_ns: i64) -> i64:
        channel = self._channel
        assert channel is not None
        if self._seed < 0:
            self._seed = self.stream("wfq").bits(32)
        place = self._classifier.place(frame, self._seed)
        frames = self._frames_of.get(place, 0)
        if frames >= self.limit:
            return OVERLIMIT
        waiting = Waiting(frame, now_ns)
        weight = float(self._classifier.weight(place, 1))
        end = self._clock.finish(place, weight, float(frame.octets + channel.around_octets), channel.rate_bit_s, now_ns)
        self._number += 1
        number = int(self._number)
        self._by_number[number] = waiting
        self._frames_of[place] = frames + 1
        heapq.heappush(self._waiting, (end, number, place))
        self.frames += 1
        self.octets += waiting.octets
        return TAKEN

    def dequeue(self, now_ns: i64) -> Waiting | None:
        if not self._waiting:
            return None
        _, number, place = heapq.heappop(self._waiting)
        waiting = self._by_number.pop(number)
        frames = self._frames_of[place] - 1
        if frames:
            self._frames_of[place] = frames
        else:
            del self._frames_of[place]
        self.frames -= 1
        self.octets -= waiting.octets
        return waiting

    def take_all(self) -> list[Waiting]:
        taken: list[Waiting] = []
        while (waiting := self.dequeue(0)) is not None:
            taken.append(waiting)
        return taken
