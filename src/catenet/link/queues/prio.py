"""Strict priority: a band is served only while those before it are empty (``tc-prio(8)``).

A frame's band is the entry of ``priomap`` for its priority, which Linux finds from four bits of the type of service
(``tc-prio(8)``, table "TOS Bits"): the traffic class >> 1, without precedence.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from mypy_extensions import i64

from catenet.link.drop_reasons import OVERLIMIT
from catenet.link.ethernet import Frame
from catenet.link.queue import TAKEN
from catenet.link.queues.discipline import Discipline
from catenet.link.queues.dissector import dissect
from catenet.link.queues.fifo import Fifo, Waiting

PRIOMAP: Final = (1, 2, 2, 2, 1, 2, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1)
"""The band of each priority of Linux, 0 to 15."""
TOS_PRIORITIES: Final = (0, 0, 0, 0, 2, 2, 2, 2, 6, 6, 6, 6, 4, 4, 4, 4)
"""The priority of each value of the four bits: best effort, bulk, interactive, interactive bulk."""


class Prio(Discipline):
    """``bands`` queues of at most ``limit`` frames each; the first is served first."""

    def __init__(self, bands: int = 3, priomap: Sequence[int] = PRIOMAP, limit: int = 1000) -> None:
        super().__init__()
        self.limit: Final[i64] = limit
        self._band_of: Final = [priomap[priority] for priority in TOS_PRIORITIES]
        self._bands: Final = [Fifo() for _ in range(bands)]

    def band(self, frame: Frame) -> int:
        """The band of a frame, from 0; a frame without an IP packet has the priority 0."""
        fields = dissect(frame)
        return self._band_of[0 if fields is None else fields.traffic_class >> 1 & 0xF]

    def enqueue(self, frame: Frame, now_ns: i64) -> i64:
        fifo = self._bands[self.band(frame)]
        if fifo.frames >= self.limit:
            return OVERLIMIT
        waiting = Waiting(frame, now_ns)
        fifo.push(waiting)
        self.frames += 1
        self.octets += waiting.octets
        return TAKEN

    def dequeue(self, now_ns: i64) -> Waiting | None:
        for fifo in self._bands:
            waiting = fifo.pop()
            if waiting is not None:
                self.frames -= 1
                self.octets -= waiting.octets
                return waiting
        return None

    def take_all(self) -> list[Waiting]:
        self.frames = self.octets = 0
        return [waiting for fifo in self._bands for waiting in fifo.take_all()]
