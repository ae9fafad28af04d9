"""When the log begins a segment, how long it makes one, and what it takes away."""

from __future__ import annotations

import pytest

from catenet.application.storage.engine import PoisonedStore
from catenet.application.storage.records import Batch, Record, Recovered, Snapshot
from catenet.application.storage.wal.log import WriteAheadLog
from catenet.application.storage.wal.segment import read_segment
from tests.unit.application.storage.crashing_disk import FOLDER, Bench, recovered

FIRST, SECOND = "0000000000000001.wal", "0000000000000002.wal"


def put(number: int, octets: int = 50) -> list[Batch]:
    return [Batch(None, (Record(number, b"%d" % number * octets),))]


def test_a_segment_that_is_just_full_is_followed_by_the_next() -> None:
    """``segment_octets`` bounds what one damaged file can take with it: a segment is not written beyond it."""
    bench = Bench()
    log = WriteAheadLog()
    log.open(bench.files, FOLDER)
    log.write(put(1))
    log.close()
    end = read_segment(bench.files.read_whole(f"{FOLDER}/{FIRST}")).end
    for segment_octets, names in ((end, [FIRST, SECOND]), (end + 1, [FIRST])):
        bench = Bench()
        log = WriteAheadLog(segment_octets=segment_octets)
        log.open(bench.files, FOLDER)
        log.write(put(1))
        assert bench.files.names(FOLDER) == [FIRST]
        log.write(put(2))
        log.close()
        assert bench.files.names(FOLDER) == names
        assert [record.index for record in recovered(bench, WriteAheadLog()).records] == [1, 2]


def test_what_is_needed_no_more_does_not_come_back_with_a_power_cut() -> None:
    """A node that lost power would keep old snapshots on its disk, which may be larger than all else."""
    bench = Bench()
    log = WriteAheadLog(segment_octets=300, min_growth_octets=512)
    log.open(bench.files, FOLDER)
    for index in range(1, 12):
        log.write([Batch(None, (Record(index, b"x" * 90),), None, Snapshot(index, b"", b"all"), index)])
        for seed in range(4):
            names = bench.after_power_cut(bench.now_ns, seed).files.names(FOLDER)
            assert names == bench.files.names(FOLDER)
            assert len([name for name in names if name.endswith(".snapshot")]) == 1
    assert len(bench.files.names(FOLDER)) < 5


@pytest.mark.parametrize(("octets", "growth"), [(4000, 1000), (40_000, 1000)])
def test_a_file_reaches_beyond_its_last_batch_by_the_least_growth_or_a_quarter(octets: int, growth: int) -> None:
    """Only what lies within a file can be told from one that was cut."""
    bench = Bench()
    log = WriteAheadLog(min_growth_octets=growth)
    log.open(bench.files, FOLDER)
    log.write(put(1, octets))
    log.close()
    data = bench.files.read_whole(f"{FOLDER}/{FIRST}")
    end = read_segment(data).end
    wanted = end + max(growth, end // 4)
    assert wanted <= len(data) < wanted + 512
    assert len(data) % 512 == 0


def test_a_batch_that_just_fits_makes_no_file_longer_and_one_more_octet_does() -> None:
    """Each growth costs a sync of its own."""
    lengths: dict[bool, set[int]] = {True: set(), False: set()}
    for octets in range(1800, 2600, 8):
        bench = Bench()
        log = WriteAheadLog(min_growth_octets=2048)
        log.open(bench.files, FOLDER)
        before = len(bench.files.read_whole(f"{FOLDER}/{FIRST}"))
        log.write(put(1, octets))
        log.close()
        data = bench.files.read_whole(f"{FOLDER}/{FIRST}")
        lengths[read_segment(data).end <= before].add(len(data) - before)
    assert lengths[True] == {0}
    assert lengths[False]
    assert min(lengths[False]) > 2000


def test_a_salvage_gives_the_snapshot_and_records_in_their_order_and_changes_nothing() -> None:
    """What a person takes after a majority was lost is all that can be read, or the node begins without its data."""
    bench = Bench()
    log = WriteAheadLog()
    log.open(bench.files, FOLDER)
    held = Recovered(
        b"term 4", (Record(8, b"eight"), Record(9, b"nine"), Record(11, b"eleven")), Snapshot(7, b"m", b"s")
    )
    log.write([Batch(None, (Record(11, b"eleven"), Record(9, b"nine")), None, held.snapshot)])
    log.write([Batch(b"term 4", (Record(8, b"eight"),))])
    log.close()
    before = {name: bytes(inode.cache) for name, inode in bench.medium.names.items()}
    assert WriteAheadLog().salvage(bench.files, FOLDER) == held
    assert {name: bytes(inode.cache) for name, inode in bench.medium.names.items()} == before


@pytest.mark.parametrize(
    "batch", [Batch(b"a state"), Batch(None, (Record(1, b"one"),)), Batch(None, (), None, Snapshot(3, b"m", b"s"))]
)
def test_a_state_or_a_record_or_a_snapshot_alone_can_be_salvaged(batch: Batch) -> None:
    bench = Bench()
    log = WriteAheadLog()
    log.open(bench.files, FOLDER)
    log.write([batch])
    log.close()
    found = WriteAheadLog().salvage(bench.files, FOLDER)
    assert found == Recovered(batch.state or b"", batch.records, batch.snapshot)


@pytest.mark.parametrize("behind", ["torn", "damaged"])
def test_a_salvage_ends_where_the_damage_begins_though_the_next_segment_is_whole(behind: str) -> None:
    """What stands behind the damage may rest on what is lost."""
    bench = Bench()
    log = WriteAheadLog(segment_octets=700)
    log.open(bench.files, FOLDER)
    for number in range(1, 4):
        log.write(put(number, 300))
    log.close()
    assert bench.files.names(FOLDER) == [FIRST, SECOND]
    path = f"{FOLDER}/{FIRST}"
    data = bench.files.read_whole(path)
    end = read_segment(data).end
    with bench.files.open(path) as file:
        file.write(*((end + 1500, b"x") if behind == "torn" else (end, b"x" * 64)))
    content = read_segment(bench.files.read_whole(path))
    assert (content.torn, bool(content.damage)) == (behind == "torn", behind == "damaged")
    first = [frame.number for batch in content.batches for frame in batch.frames if frame.kind == 3]
    found = WriteAheadLog().salvage(bench.files, FOLDER)
    assert [record.index for record in found.records] == first
    assert first
    assert max(first) < 3


def test_a_log_whose_write_failed_takes_nothing_any_more_and_says_why() -> None:
    bench = Bench()
    log = WriteAheadLog()
    log.open(bench.files, FOLDER)
    bench.faults.write_errors = 1.0
    with pytest.raises(OSError, match="Input/output error"):
        log.write(put(1))
    bench.faults.write_errors = 0.0
    writes = bench.files.writes
    with pytest.raises(PoisonedStore, match="the log accepts no more batches, .*Input/output error"):
        log.write(put(2))
    assert bench.files.writes == writes
