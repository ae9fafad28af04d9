"""Damage to the log is found wherever it is, and told from a torn tail."""

from __future__ import annotations

from contextlib import suppress

import pytest
from google_crc32c import value
from hypothesis import given, settings
from hypothesis import strategies as st

from catenet.application.storage.engine import DamagedStore, UnknownVersion
from catenet.application.storage.records import Batch, Record, Recovered, Snapshot
from catenet.application.storage.wal.frame import RECORD, SEGMENT, STATE, Frame, emit, emit_commit
from catenet.application.storage.wal.log import WriteAheadLog
from catenet.application.storage.wal.segment import emit_batch, read_segment
from tests.unit.application.storage.crashing_disk import Bench, History, histories, recovered

pytestmark = pytest.mark.slow


def small_log() -> WriteAheadLog:
    """Many segments, and little behind the last batch."""
    return WriteAheadLog(segment_octets=600, min_growth_octets=600)


def written(groups: list[list[Batch]]) -> tuple[Bench, Recovered]:
    """A disk after a clean history and a power cut, so that all of it is on the medium."""
    history = History(Bench(), small_log())
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
        for offset in range(len(inode.cache.rstrip(b"\0"))):
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
        end = len(next(iter(history.bench.medium.names.values())).cache.rstrip(b"\0"))
        history.write([[Batch(None, tuple(Record(number, b"%d" % number * 100) for number in range(3, 30)))]])
        bench = history.bench.after_power_cut(history.acknowledged_ns[-1] - 1, seed)
        inode = next(iter(bench.medium.names.values()))
        inode.cache[end - 100] ^= 1
        with pytest.raises(DamagedStore):
            WriteAheadLog().open(bench.files, "node")


def test_a_bit_that_flips_behind_the_last_batch_costs_nothing_that_was_written() -> None:
    name = "node/0000000000000003.wal"
    content = bytes(written(HISTORY)[0].medium.names[name].cache)
    for offset in range(len(content.rstrip(b"\0")), len(content), 97):
        bench, whole = written(HISTORY)
        bench.medium.names[name].cache[offset] ^= 4
        with suppress(DamagedStore):
            assert recovered(bench, WriteAheadLog()) == whole


@pytest.mark.parametrize("file", ["0000000000000002.wal", "0000000000000003.wal"])
def test_a_file_that_was_cut_anywhere_is_found(file: str) -> None:
    """Behind the last batch there is nothing to lose."""
    bench, whole = written(HISTORY)
    inode = bench.medium.names[f"node/{file}"]
    content = bytes(inode.cache)
    end = len(content.rstrip(b"\0"))
    for kept in range(len(content)):
        inode.cache[:] = content[:kept]
        if kept >= end and kept % 512 == 0:
            copy, _ = written(HISTORY)
            copy.medium.names[f"node/{file}"].cache[:] = content[:kept]
            assert recovered(copy, WriteAheadLog()) == whole
            continue
        with pytest.raises(DamagedStore):
            WriteAheadLog().open(bench.files, "node")


@given(groups=histories(), first=st.floats(0, 1), share=st.floats(0.01, 1), data=st.data())
@settings(max_examples=60)
def test_octets_taken_out_of_the_middle_are_missed(
    groups: list[list[Batch]], first: float, share: float, data: st.DataObject
) -> None:
    bench, whole = written(groups)
    path = data.draw(st.sampled_from([name for name in bench.medium.names if name.endswith(".wal")]))
    inode = bench.medium.names[path]
    begin = int(first * (len(inode.cache) - 1))
    del inode.cache[begin : begin + max(1, int(share * len(inode.cache)))]
    with suppress(DamagedStore):
        assert recovered(bench, WriteAheadLog()) == whole


@given(groups=histories(), garbage=st.binary(max_size=600), repeat=st.integers(1, 8), data=st.data())
@settings(max_examples=60)
def test_garbage_in_the_place_of_a_segment_is_damage(
    groups: list[list[Batch]], garbage: bytes, repeat: int, data: st.DataObject
) -> None:
    bench, _ = written(groups)
    path = data.draw(st.sampled_from([name for name in bench.medium.names if name.endswith(".wal")]))
    bench.medium.names[path].cache[:] = (garbage * repeat)[: data.draw(st.sampled_from([0, 512, 1024, 4800]))]
    before = {name: bytes(inode.cache) for name, inode in bench.medium.names.items()}
    with pytest.raises(DamagedStore):
        WriteAheadLog().open(bench.files, "node")
    assert {name: bytes(inode.cache) for name, inode in bench.medium.names.items()} == before


def reversioned(data: bytes, version: int) -> bytes:
    """A segment's opening batch, of another version of the format."""
    frames = [
        Frame(frame.kind, frame.number, frame.payload[:8] + version.to_bytes(2, "big"))
        if frame.kind == SEGMENT
        else frame
        for frame in read_segment(data).batches[0].frames
    ]
    return emit_batch(frames, read_segment(data).batches[0].sequence, 0).ljust(len(data), b"\0")


def test_a_newer_version_is_an_error_of_its_own_and_nothing_is_touched() -> None:
    bench, _ = written(HISTORY[:1])
    inode = bench.medium.names["node/0000000000000001.wal"]
    inode.cache[:] = reversioned(bytes(inode.cache), 3)
    before = bytes(inode.cache)
    with pytest.raises(UnknownVersion, match=r"0001\.wal has version 3 of the format.* up to 2; nothing was changed"):
        WriteAheadLog().open(bench.files, "node")
    assert bytes(inode.cache) == before


def test_a_newer_snapshot_is_an_error_of_its_own() -> None:
    bench, _ = written(HISTORY)
    name = next(name for name in bench.medium.names if name.endswith(".snapshot"))
    inode = bench.medium.names[name]
    header = bytearray(inode.cache[:36])
    header[7] = 9
    inode.cache[:40] = bytes(header) + value(bytes(header)).to_bytes(4, "big")
    with pytest.raises(UnknownVersion, match="version 9"):
        WriteAheadLog().open(bench.files, "node")


def test_a_log_of_version_1_is_read_and_goes_on_as_version_2() -> None:
    """Without frames at the beginning of batches, and without anything behind the last one; its tail may be torn."""
    bench = Bench()
    opening = [Frame(SEGMENT, 1, (1).to_bytes(8, "big")), Frame(STATE, 0, b"term 1")]
    body = b"".join(emit(frame, 1) for frame in opening)
    data = body + emit_commit(body, 1)
    body = emit(Frame(RECORD, 1, b"one"), 2)
    data += body + emit_commit(body, 2)
    torn = data + emit(Frame(RECORD, 2, b"x" * 900), 3)[: 1024 - len(data)]
    with bench.files.open("node/0000000000000001.wal", create=True) as file:
        file.write(0, torn)
    log = WriteAheadLog()
    assert log.open(bench.files, "node") == Recovered(b"term 1", (Record(1, b"one"),))
    log.write([Batch(None, (Record(2, b"two"),))])
    log.close()
    assert recovered(bench, WriteAheadLog()) == Recovered(b"term 1", (Record(1, b"one"), Record(2, b"two")))
    assert bench.files.names("node") == ["0000000000000001.wal", "0000000000000002.wal"]


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
    with pytest.raises(DamagedStore, match="there is a snapshot, but no segment"):
        WriteAheadLog().open(bench.files, "node")


def test_a_write_that_the_drive_lost_is_found_once_another_follows() -> None:
    found = 0
    for seed in range(30):
        bench = Bench(seed=seed)
        history = History(bench, WriteAheadLog())
        history.write([[Batch(b"a", (Record(1, b"one" * 100),))]])
        bench.medium.write_back(bench.now_ns)
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
