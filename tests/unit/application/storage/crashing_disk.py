"""A simulated disk without a host, histories of batches, and every crash that they may meet."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence

from hypothesis import strategies as st

from catenet.application.storage.engine import Engine
from catenet.application.storage.records import Batch, Record, Recovered, Snapshot, after
from catenet.application.storage.sqlite.engine import SqliteEngine
from catenet.application.storage.wal.log import WriteAheadLog
from catenet.host.disk.files import DiskFaults, DiskSpeed, SimulatedFiles
from catenet.host.disk.medium import Medium
from catenet.kernel.streams import Stream

FOLDER = "node"
ENGINES = {"wal": lambda: WriteAheadLog(segment_octets=600), "sqlite": SqliteEngine}


class Bench:
    """A disk.  Each of its calls takes time, so that a crash can come between any two."""

    def __init__(self, medium: Medium | None = None, seed: int = 0, now_ns: int = 0) -> None:
        self.medium = medium or Medium(Stream(seed, "crash"))
        self.faults = DiskFaults()
        self.files = SimulatedFiles(self.medium, DiskSpeed(spread=0.0), self.faults, Stream(seed, "calls"))
        self.files.clock_ns = now_ns

    @property
    def now_ns(self) -> int:
        return self.files.clock_ns

    def times(self) -> list[int]:
        """The time of each change that has not reached the medium, and the instant before it."""
        changes = sorted({change.time_ns for change in self.medium._journal})
        return sorted({time_ns for change in changes for time_ns in (change - 1, change)}) or [self.now_ns]

    def after_power_cut(self, time_ns: int, seed: int, *, tears: bool = False) -> Bench:
        """The disk as it is after a power cut at that time, which happened to nobody else."""
        medium = copy.deepcopy(self.medium, {id(self.medium.stream): Stream(seed, "crash")})
        return Bench(medium.after_power_cut(time_ns, tears=tears), seed, now_ns=time_ns + 1)


class History:
    """Groups of batches that were written, and when each was acknowledged."""

    def __init__(self, bench: Bench, engine: Engine) -> None:
        self.bench = bench
        self.engine = engine
        self.start = engine.open(bench.files, FOLDER)
        self.opened_ns = bench.now_ns
        self.groups: list[Sequence[Batch]] = []
        self.begun_ns: list[int] = []
        self.acknowledged_ns: list[int] = []

    def write(self, groups: Sequence[Sequence[Batch]]) -> None:
        for group in groups:
            self.begun_ns.append(self.bench.now_ns)
            self.engine.write(group)
            self.groups.append(group)
            self.acknowledged_ns.append(self.bench.now_ns)

    def states(self) -> Iterator[Recovered]:
        """What it held at the start, and after each group."""
        held = self.start
        yield held
        for group in self.groups:
            held = after(held, group)
            yield held

    def allowed(self, time_ns: int) -> list[Recovered]:
        """What may be recovered after a power cut then: all that was acknowledged, and perhaps what was begun."""
        states = list(self.states())
        least = sum(end_ns <= time_ns for end_ns in self.acknowledged_ns)
        most = sum(begin_ns <= time_ns for begin_ns in self.begun_ns)
        return states[least : most + 1]


def recovered(bench: Bench, engine: Engine) -> Recovered:
    """What an engine finds there."""
    found = engine.open(bench.files, FOLDER)
    engine.close()
    return found


def octets() -> st.SearchStrategy[bytes]:
    short = st.binary(max_size=24)
    zeros = st.integers(400, 1400).map(bytes)
    return st.one_of(short, short, zeros, st.tuples(short, zeros, short).map(b"".join))


@st.composite
def batches(draw: st.DrawFn) -> Batch:
    """Any batch; records as Raft writes them, or scattered as Multi-Paxos does."""
    state = draw(st.none() | st.binary(max_size=12))
    first, count = draw(st.integers(1, 12)), draw(st.integers(0, 4))
    step = draw(st.sampled_from([1, 1, 3]))
    records = tuple(Record(first + number * step, draw(octets())) for number in range(count))
    cut_from = draw(st.none() | st.just(first))
    snapshot = draw(st.none() | st.none() | st.builds(Snapshot, st.integers(1, 12), st.binary(max_size=6), octets()))
    forget_before = None if snapshot is None else snapshot.index + 1 - draw(st.integers(0, 2))
    return Batch(state, records, cut_from, snapshot, forget_before)


def histories(most: int = 8) -> st.SearchStrategy[list[list[Batch]]]:
    """Groups of batches, each group written at once."""
    return st.lists(st.lists(batches(), min_size=1, max_size=2), min_size=1, max_size=most)
