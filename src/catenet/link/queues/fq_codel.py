"""FQ-CoDel: a queue with CoDel for each flow, served round-robin (RFC 8290; ``tc-fq_codel(8)``).

A flow that begins to send is *new* and is served before the old ones; when it has used its quantum, or its queue is
empty, it becomes an old one.  So a sparse flow never waits behind a bulk flow.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.link.drop_reasons import OVERLIMIT
from catenet.link.ethernet import Frame
from catenet.link.queue import TAKEN
from catenet.link.queues.control.codel import Codel, CodelParameters
from catenet.link.queues.discipline import Discipline
from catenet.link.queues.dissector import dissect
from catenet.link.queues.fifo import Waiting


class Flow:
    """One flow's queue, its deficit in octets, and the list that it is on."""

    def __init__(self, parameters: CodelParameters, owner: Discipline) -> None:
        self.codel: Final = Codel(parameters, owner)
        self.deficit: i64 = 0
        self.listed = False
        self.behind: Flow | None = None


class FlowList:
    """Flows in the order of their turns."""

    def __init__(self) -> None:
        self.head: Flow | None = None
        self._tail: Flow | None = None

    def append(self, flow: Flow) -> None:
        """Add a flow at the end."""
        if self._tail is None:
            self.head = flow
        else:
            self._tail.behind = flow
        self._tail = flow
        flow.behind = None

    def remove_head(self) -> None:
        """Remove the first flow."""
        head = self.head
        assert head is not None
        self.head = head.behind
        head.behind = None
        if self.head is None:
            self._tail = None


class FqCodel(Discipline):
    """``flows`` queues, among which a hash with a secret seed spreads the flows.

    At most ``limit`` frames and ``memory_limit_octets`` wait; beyond that the longest queue loses half of its octets,
    but at most ``drop_batch`` frames (section 4.1).
    """

    def __init__(
        self,
        parameters: CodelParameters,
        limit: int = 10_240,
        flows: int = 1024,
        quantum_octets: int = 1514,
        memory_limit_octets: int = 32 << 20,
        drop_batch: int = 64,
    ) -> None:
        super().__init__()
        self.limit: Final[i64] = limit
        self.flows: Final[i64] = flows
        self.quantum_octets: Final[i64] = quantum_octets
        self.memory_limit_octets: Final[i64] = memory_limit_octets
        self.drop_batch: Final[i64] = drop_batch
        self._parameters: Final = parameters
        self._by_place: Final[dict[int, Flow]] = {}
        self._new: Final = FlowList()
        self._old: Final = FlowList()
        self._seed: i64 = -1

    def enqueue(self, frame: Frame, now_ns: i64) -> i64:
        flow = self._flow(frame)
        waiting = Waiting(frame, now_ns)
        flow.codel.push(waiting)
        self.frames += 1
        self.octets += waiting.octets
        if not flow.listed:
            flow.listed = True
            flow.deficit = self.quantum_octets
            self._new.append(flow)
        if self.frames > self.limit or self.octets > self.memory_limit_octets:
            self._drop_from_longest()
        return TAKEN

    def dequeue(self, now_ns: i64) -> Waiting | None:
        while True:
            turns = self._new if self._new.head is not None else self._old
            flow = turns.head
            if flow is None:
                return None
            if flow.deficit <= 0:
                flow.deficit += self.quantum_octets
                turns.remove_head()
                self._old.append(flow)
                continue
            waiting = flow.codel.dequeue(now_ns)
            if waiting is not None:
                flow.deficit -= waiting.octets
                self.frames -= 1
                self.octets -= waiting.octets
                return waiting
            turns.remove_head()
            if turns is self._new and self._old.head is not None:
                self._old.append(flow)  # or it would be new again at once, and starve the old ones (section 4.2)
            else:
                flow.listed = False

    def take_all(self) -> list[Waiting]:
        taken: list[Waiting] = []
        for turns in (self._new, self._old):
            flow = turns.head
            while flow is not None:
                taken += flow.codel.fifo.take_all()
                flow = flow.behind
        self.frames = self.octets = 0
        return sorted(taken, key=_entered_ns)

    def _flow(self, frame: Frame) -> Flow:
        """The queue of a frame's flow.  All frames without an IP packet are one flow."""
        if self._seed < 0:
            self._seed = self.stream("fq_codel").bits(32)
        fields = dissect(frame)
        place: i64 = 0 if fields is None else fields.flow_hash(self._seed) % self.flows
        flow = self._by_place.get(place)
        if flow is None:
            flow = self._by_place[place] = Flow(self._parameters, self)
        return flow

    def _drop_from_longest(self) -> None:
        longest: Flow | None = None
        for flow in self._by_place.values():
            if longest is None or flow.codel.fifo.octets > longest.codel.fifo.octets:
                longest = flow
        assert longest is not None
        fifo = longest.codel.fifo
        enough = fifo.octets - fifo.octets // 2
        left = self.drop_batch
        while enough > 0 and left > 0:
            waiting = fifo.pop()
            if waiting is None:
                break
            enough -= waiting.octets
            left -= 1
            self.frames -= 1
            self.octets -= waiting.octets
            self.drop(waiting.frame, OVERLIMIT)


def _entered_ns(waiting: Waiting) -> int:
    return waiting.entered_ns
