"""CoDel on one queue (RFC 8289; ``tc-codel(8)``)."""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.link.drop_reasons import OVERLIMIT
from catenet.link.ethernet import Frame
from catenet.link.queue import TAKEN
from catenet.link.queues.control.codel import Codel, CodelParameters
from catenet.link.queues.discipline import Discipline
from catenet.link.queues.fifo import Waiting


class CodelQueue(Discipline):
    """First in, first out, at most ``limit`` frames; the control law drops at the head."""

    def __init__(self, parameters: CodelParameters, limit: int = 1000) -> None:
        super().__init__()
        self.limit: Final[i64] = limit
        self.codel: Final = Codel(parameters, self)

    def enqueue(self, frame: Frame, now_ns: i64) -> i64:
        if self.frames >= self.limit:
            return OVERLIMIT
        waiting = Waiting(frame, now_ns)
        self.codel.push(waiting)
        self.frames += 1
        self.octets += waiting.octets
        return TAKEN

    def dequeue(self, now_ns: i64) -> Waiting | None:
        waiting = self.codel.dequeue(now_ns)
        if waiting is not None:
            self.frames -= 1
            self.octets -= waiting.octets
        return waiting

    def take_all(self) -> list[Waiting]:
        self.frames = self.octets = 0
        return self.codel.fifo.take_all()
