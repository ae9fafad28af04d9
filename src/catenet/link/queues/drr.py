"""Deficit Round Robin: each class sends a quantum of octets in its turn, and saves what it could not use.

Shreedhar and Varghese, "Efficient fair queuing using deficit round-robin", IEEE/ACM Transactions on Networking 4(3),
1996; ``tc-drr(8)``.
"""

from __future__ import annotations

from collections import deque
from typing import Final

from mypy_extensions import i64

from catenet.link.drop_reasons import OVERLIMIT
from catenet.link.ethernet import Frame
from catenet.link.queue import TAKEN
from catenet.link.queues.classes import Classifier
from catenet.link.queues.discipline import Discipline
from catenet.link.queues.fifo import Fifo, Waiting


class DrrClass:
    """One class: its frames, its quantum and its deficit in octets."""

    def __init__(self, quantum_octets: int) -> None:
        self.fifo: Final = Fifo()
        self.quantum_octets: Final[i64] = quantum_octets
        self.deficit: i64 = 0


class Drr(Discipline):
    """Classes of at most ``limit`` frames each; the weight of a rule is its quantum in octets."""

    def __init__(self, classifier: Classifier, quantum_octets: int = 1514, limit: int = 1000) -> None:
        super().__init__()
        self.limit: Final[i64] = limit
        self.quantum_octets: Final = quantum_octets
        self._classifier: Final = classifier
        self._classes: Final[dict[int, DrrClass]] = {}
        self._turns: Final[deque[DrrClass]] = deque()
        self._seed: i64 = -1

    def enqueue(self, frame: Frame, now_ns: i64) -> i64:
        if self._seed < 0:
            self._seed = self.stream("drr").bits(32)
        chosen = self._class(self._classifier.place(frame, self._seed))
        if chosen.fifo.frames >= self.limit:
            return OVERLIMIT
        if chosen.fifo.frames == 0:
            chosen.deficit = chosen.quantum_octets
            self._turns.append(chosen)
        waiting = Waiting(frame, now_ns)
        chosen.fifo.push(waiting)
        self.frames += 1
        self.octets += waiting.octets
        return TAKEN

    def dequeue(self, now_ns: i64) -> Waiting | None:
        while self._turns:
            chosen = self._turns[0]
            head = chosen.fifo.head
            assert head is not None
            if head.octets <= chosen.deficit:
                chosen.deficit -= head.octets
                chosen.fifo.pop()
                if chosen.fifo.frames == 0:
                    self._turns.popleft()
                self.frames -= 1
                self.octets -= head.octets
                return head
            chosen.deficit += chosen.quantum_octets
            self._turns.rotate(-1)
        return None

    def take_all(self) -> list[Waiting]:
        taken: list[Waiting] = []
        while (waiting := self.dequeue(0)) is not None:
            taken.append(waiting)
        return taken

    def _class(self, place: int) -> DrrClass:
        found = self._classes.get(place)
        if found is None:
            found = self._classes[place] = DrrClass(self._classifier.weight(place, self.quantum_octets))
        return found
