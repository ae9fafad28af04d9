"""A sync fails, the process ends, and the next one finds in memory what is not on the disk; then the power fails.

After a failed fsync Linux takes the pages for written.  A process that starts without a power cut in between reads them
from memory, and no fsync of its own writes them: what it relies on it has to write again, before it goes on.
"""

from __future__ import annotations

import gc
import sys

import pytest

from catenet.application.storage.engine import Engine
from catenet.application.storage.records import Batch, Record, Recovered, Snapshot, after
from catenet.host.disk.files import SimulatedFiles
from catenet.host.disk.medium import Inode
from tests.unit.application.storage.crashing_disk import ENGINES, FOLDER, Bench, recovered

pytestmark = pytest.mark.slow

both_engines = pytest.mark.parametrize("engine", ENGINES)
SEEDS = range(3)


class FailingFiles(SimulatedFiles):
    """The sync of that number fails, of a file or a folder, and no other."""

    failing = 0

    def _counted(self) -> None:
        self.faults.sync_errors = float(self.syncs + 1 == self.failing)

    def sync(self, inode: Inode) -> None:
        self._counted()
        super().sync(inode)

    def sync_folder(self, folder: str) -> None:
        self._counted()
        super().sync_folder(folder)


def bench_failing_at(number: int, seed: int) -> Bench:
    bench = Bench(seed=seed)
    files = bench.files
    bench.files = FailingFiles(files.medium, files.speed, files.faults, files._stream)
    bench.files.failing = number
    return bench


def group(number: int) -> list[Batch]:
    """What is written as the ``number``th: records, and every third time a snapshot of the earlier ones."""
    records = (Record(2 * number, b"%d" % number * 200), Record(2 * number + 1, b"x" * 90))
    if number % 3:
        return [Batch(b"term %d" % number, records)]
    return [Batch(b"term %d" % number, records, None, Snapshot(2 * number - 1, b"meta", b"s" * 700), 2 * number)]


class Life:
    """What one process does with a store: it opens it and writes, until it is done or the disk fails."""

    def __init__(self, bench: Bench, engine: Engine, first: int, count: int) -> None:
        self.engine, self.failed = engine, True
        self.acknowledged: list[list[Batch]] = []
        self.begun: list[list[Batch]] = []
        self.start: Recovered | None = None
        try:
            self.start = engine.open(bench.files, FOLDER)
            for number in range(first, first + count):
                self.begun.append(group(number))
                engine.write(self.begun[-1])
                self.acknowledged.append(self.begun[-1])
            engine.close()
            self.failed = False
        except OSError:
            pass

    def may_be_found(self, before: list[Recovered]) -> list[Recovered]:
        """What the next process may find: all that was acknowledged, and perhaps what was begun."""
        found: list[Recovered] = []
        for held in [self.start] if self.start is not None else before:
            for groups in (self.acknowledged, self.begun):
                now = held
                for batches in groups:
                    now = after(now, batches)
                found.append(now)
        return found


def failing_lives(engine: str, seed: int) -> list[tuple[Bench, Life]]:
    """One for each sync that a process asks for."""
    lives: list[tuple[Bench, Life]] = []
    while not lives or lives[-1][1].failed:
        bench = bench_failing_at(len(lives) + 1, seed)
        lives.append((bench, Life(bench, ENGINES[engine](), 1, 6)))
    assert len(lives) > 8
    return lives[:-1]


@both_engines
@pytest.mark.parametrize("ending", ["killed", "closed", "killed, and closed late"])
def test_what_is_acknowledged_after_a_failed_sync_survives_a_power_cut(engine: str, ending: str) -> None:
    for seed in SEEDS:
        for number, (bench, life) in enumerate(failing_lives(engine, seed), 1):
            what = f"seed {seed}, sync {number} failed"
            if ending == "closed":
                life.engine.close()
            second = ENGINES[engine]()
            held = second.open(bench.files, FOLDER)
            assert held in life.may_be_found([Recovered()]), what
            if ending == "killed, and closed late":
                life.engine.close()
                del life
                gc.collect()
            for later in range(20, 23):
                second.write(group(later))
                held = after(held, group(later))
            survivor = bench.after_power_cut(bench.now_ns, seed + number)
            assert recovered(survivor, ENGINES[engine]()) == held, what


@both_engines
def test_a_power_cut_while_what_a_failed_sync_left_is_written_again(engine: str) -> None:
    """The second process is cut off at each moment of its opening: the third finds a whole store all the same."""
    for seed in range(3):
        for number, (bench, life) in enumerate(failing_lives(engine, seed), 1):
            may_be = life.may_be_found([Recovered()])
            begun_ns = bench.now_ns
            second = ENGINES[engine]()
            second.open(bench.files, FOLDER)
            for time_ns in [begun_ns, *(time_ns for time_ns in bench.times() if time_ns > begun_ns)]:
                survivor = bench.after_power_cut(time_ns, seed + time_ns)
                found = recovered(survivor, ENGINES[engine]())
                assert found in may_be, f"seed {seed}, sync {number} failed, cut {time_ns - begun_ns} ns later"


@both_engines
@pytest.mark.parametrize("ending", ["killed", "closed"])
def test_a_power_cut_after_an_opening_brings_nothing_old_back(engine: str, ending: str) -> None:
    """SQLite's log was cut short when it had been moved into the database: half of it came back, with old pages."""
    bench = Bench()
    first = ENGINES[engine]()
    first.open(bench.files, FOLDER)
    for number in range(12):
        first.write([Batch(b"term %d" % number)])
    if ending == "closed":
        first.close()
    second = ENGINES[engine]()
    assert second.open(bench.files, FOLDER) == Recovered(b"term 11")
    for seed in range(40):
        survivor = bench.after_power_cut(bench.now_ns, seed)
        assert recovered(survivor, ENGINES[engine]()) == Recovered(b"term 11"), f"seed {seed}"


@pytest.mark.parametrize("ending", ["forgotten", "closed"])
def test_a_store_whose_disk_fails_lets_go_of_it_without_a_word_and_without_a_change(
    ending: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite would tidy up when it is closed, and nobody would hear of what fails then: at best a complaint is printed.

    The files may be another process's by then.
    """
    complaints: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", complaints.append)
    bench = Bench()
    engine = ENGINES["sqlite"]()
    engine.open(bench.files, FOLDER)
    for number in range(1, 9):
        engine.write(group(number))
    bench.faults.sync_errors = 1.0
    with pytest.raises(OSError):
        engine.write(group(9))
    before = {name: bytes(inode.cache) for name, inode in bench.medium.names.items()}
    syncs, writes = bench.files.syncs, bench.files.writes
    if ending == "closed":
        engine.close()
    del engine
    gc.collect()
    assert {name: bytes(inode.cache) for name, inode in bench.medium.names.items()} == before
    assert (bench.files.syncs, bench.files.writes) == (syncs, writes)
    assert complaints == []


def test_a_process_that_dies_leaves_the_files_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its objects are cleaned up at any time; the next process has the files by then."""
    complaints: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", complaints.append)
    bench = Bench()
    dead = ENGINES["sqlite"]()
    dead.open(bench.files, FOLDER)
    dead.write(group(1))
    alive = ENGINES["sqlite"]()
    held = alive.open(bench.files, FOLDER)
    alive.write(group(2))
    bench.faults.sync_errors = 1.0
    del dead
    gc.collect()
    bench.faults.sync_errors = 0.0
    alive.write(group(3))
    survivor = bench.after_power_cut(bench.now_ns, 1)
    assert recovered(survivor, ENGINES["sqlite"]()) == after(after(held, group(2)), group(3))
    assert complaints == []


def test_a_checkpoint_that_fails_poisons_the_store() -> None:
    """SQLite itself tells nobody that it could not move its log into the database, and goes on."""
    bench = Bench()
    engine = ENGINES["sqlite"]()
    engine.open(bench.files, FOLDER)
    database = bench.medium.names[f"{FOLDER}/store.sqlite"]
    sync = bench.files.sync

    def failing(inode: Inode) -> None:
        if inode is database:
            bench.faults.sync_errors = 1.0
        try:
            sync(inode)
        finally:
            bench.faults.sync_errors = 0.0

    bench.files.sync = failing  # type: ignore[method-assign]
    written: list[Batch] = []

    def write_on() -> None:
        while len(written) < 1000:
            written.append(Batch(None, (Record(len(written), b"x" * 9000),)))
            engine.write(written[-1:])

    with pytest.raises(OSError, match="Input/output error"):
        write_on()
    with pytest.raises(RuntimeError, match="accepts no more batches"):
        engine.write([Batch(b"late")])
    bench.files.sync = sync  # type: ignore[method-assign]
    assert recovered(bench.after_power_cut(bench.now_ns, 1), ENGINES["sqlite"]()) == after(Recovered(), written)
