"""Damage to the log is found wherever it is, and told from a torn tail."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catenet.application.storage.engine import DamagedStore
from catenet.application.storage.records import Batch, Record, Recovered, Snapshot
from catenet.application.storage.wal.log import WriteAheadLog

from .bench import Bench, History, histories, recovered

pytestmark = pytest.mark.slow


def written(groups: list[list[Batch]]) -> tuple[Bench, Recovered]:
    """A disk after a clean history and a power cut, so that all of it is on the medium."""
    history = History(Bench(), WriteAheadLog(segment_octets=600))
    history.write(groups)
    return history.bench.after_power_cut(history.bench.now_ns, 1), list(history.states())[-1]


HISTORY = [
    [Batch(b"term 1", (Record(1, b"one"), Record(2, b"two")))],
    [Batch(None, (Record(3, bytes(700)), Record(4, b"four" * 40)))],
    [Batch(b"term 2", (Record(4, b"vier"), Record(5, b"five")), cut_from=4)],
    [Batch(None, (), None, Snapshot(3, b"meta", b"snapshot" * 30), 4)],
    [Batch(b"term 3", tuple(Record(number, b"x" * 50) for number in range(6, 20)))],
    [Batch(None, (Record(20, b"the last"),))],
]


def test_a_flipped_bit_anywhere_is_found() -> None:
    bench, whole = written(HISTORY)
    assert recovered(bench, WriteAheadLog()) == whole
    bench, _ = written(HISTORY)
    for path, inode in list(bench.medium.names.items()):
        for offset in range(len(inode.cache)):
            bit = 1 << offset % 8
            inode.cache[offset] ^= bit
            with pytest.raises(DamagedStore) as caught:
                WriteAheadLog().open(bench.files, "node")
            assert caught.value.file == path
            inode.cache[offset] ^= bit


@given(groups=histories(), where=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
@settings(max_examples=80)
def test_a_flipped_bit_in_any_history_is_found_or_stands_where_nobody_looks(
    groups: list[list[Batch]], where: float, bit: int
) -> None:
    """What a newer snapshot has taken the place of is not read any more."""
    bench, whole = written(groups)
    inodes = list(bench.medium.names.values())
    offset = int(where * sum(len(inode.cache) for inode in inodes))
    for inode in inodes:
        if offset < len(inode.cache):
            inode.cache[offset] ^= 1 << bit
            break
        offset -= len(inode.cache)
    with suppress(DamagedStore):
        assert recovered(bench, WriteAheadLog()) == whole


def test_a_flipped_bit_and_a_torn_tail_together_are_damage() -> None:
    for seed in range(40):
        history = History(Bench(), WriteAheadLog())
        history.write([[Batch(b"a", (Record(1, b"one"),))], [Batch(b"b", (Record(2, b"two"),))]])
        end = len(next(iter(history.bench.medium.names.values())).cache)
        history.write([[Batch(None, tuple(Record(number, b"%d" % number * 100) for number in range(3, 30)))]])
        bench = history.bench.after_power_cut(history.acknowledged_ns[-1] - 1, seed)
        inode = next(iter(bench.medium.names.values()))
        inode.cache[end - 100] ^= 1
        with pytest.raises(DamagedStore):
            WriteAheadLog().open(bench.files, "node")


def test_a_lost_segment_or_snapshot_is_found() -> None:
    """But for the last segment: nobody can tell that it was ever there."""
    names = written(HISTORY)[0].files.names("node")
    assert [name[-8:] for name in names] == ["snapshot", "0002.wal", "0003.wal"]
    for name in names[:2]:
        bench, _ = written(HISTORY)
        bench.files.remove(f"node/{name}")
        with pytest.raises(DamagedStore, match="missing|not there"):
            WriteAheadLog().open(bench.files, "node")
    bench, _ = written(HISTORY)
    for name in names[1:]:
        bench.files.remove(f"node/{name}")
    with pytest.raises(DamagedStore, match="there is a snapshot, and no segment"):
        WriteAheadLog().open(bench.files, "node")


def test_a_write_that_the_drive_lost_is_found_once_another_follows() -> None:
    found = 0
    for seed in range(30):
        bench = Bench(seed=seed)
        history = History(bench, WriteAheadLog())
        history.write([[Batch(b"a", (Record(1, b"one" * 100),))]])
        bench.medium.settle(bench.now_ns)
        bench.faults.lost_writes = 0.5
        history.write([[Batch(None, tuple(Record(number, b"%d" % number * 200) for number in range(2, 9)))]])
        bench.faults.lost_writes = 0.0
        history.write([[Batch(b"b", (Record(9, b"nine"),))]])
        survivor = bench.after_power_cut(bench.now_ns, seed)
        try:
            assert recovered(survivor, WriteAheadLog()) == list(history.states())[-1]
        except DamagedStore:
            found += 1
    assert found > 20


def test_a_sector_that_was_torn_inside_is_refused_or_not_missed() -> None:
    """The drive broke its word.  What was acknowledged is never lost in silence."""
    for seed in range(60):
        history = History(Bench(), WriteAheadLog())
        history.write([[Batch(b"a", (Record(1, b"one"),))]])
        history.write([[Batch(b"b", tuple(Record(number, b"%d" % number * 90) for number in range(2, 9)))]])
        bench = history.bench.after_power_cut(history.acknowledged_ns[-1] - 1, seed, tears=True)
        with suppress(DamagedStore):
            assert recovered(bench, WriteAheadLog()) in history.allowed(history.acknowledged_ns[-1] - 1)


def test_the_report_says_where() -> None:
    bench, _ = written(HISTORY)
    inode = bench.medium.names["node/0000000000000002.wal"]
    inode.cache[40] ^= 1
    with pytest.raises(DamagedStore, match=r"node/0000000000000002\.wal is damaged at octet 0: .* from its peers"):
        WriteAheadLog().open(bench.files, "node")
