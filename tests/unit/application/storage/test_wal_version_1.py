"""A log of version 1, as an older program left it: what a crash may have torn is passed over, anything else is damage.

And what can be read of a damaged log, of either version, for a person who has decided to go on with that.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from catenet.application.storage.engine import DamagedStore
from catenet.application.storage.real import RealFiles
from catenet.application.storage.records import Batch, Record, Recovered
from catenet.application.storage.wal.frame import RECORD, SEGMENT, STATE, Frame, emit, emit_commit
from catenet.application.storage.wal.log import WriteAheadLog

SECTOR = 512
NAME = "0000000000000001.wal"
WHOLE = Recovered(b"term 1", (Record(1, b"one"),))


def batch(sequence: int, *frames: Frame) -> bytes:
    body = b"".join(emit(frame, sequence) for frame in frames)
    return body + emit_commit(body, sequence)


BEGIN = batch(1, Frame(SEGMENT, 1, (1).to_bytes(8, "big")), Frame(STATE, 0, b"term 1")) + batch(
    2, Frame(RECORD, 1, b"one")
)


def last(ends_at_sector: bool) -> bytes:
    """The third batch, over several sectors; its end is that of a sector, or is not."""
    room = -(len(BEGIN) + len(batch(3, Frame(RECORD, 2, b"")))) % SECTOR + 3 * SECTOR
    return batch(3, Frame(RECORD, 2, b"x" * (room if ends_at_sector else room + 8)))


def opened(folder: Path, octets: bytes) -> Recovered:
    (folder / "node").mkdir()
    (folder / "node" / NAME).write_bytes(octets)
    log = WriteAheadLog()
    try:
        return log.open(RealFiles(folder), "node")
    finally:
        log.close()


def flipped(octets: bytes, at: int) -> bytes:
    return octets[:at] + bytes([octets[at] ^ 1]) + octets[at + 1 :]


def without_sector(octets: bytes, number: int) -> bytes:
    at = number * SECTOR
    return octets[:at] + bytes(SECTOR) + octets[at + SECTOR :]


@pytest.mark.parametrize("ends_at_sector", [True, False])
def test_whole_batches_are_read_wherever_the_file_ends(tmp_path: Path, ends_at_sector: bool) -> None:
    found = opened(tmp_path, BEGIN + last(ends_at_sector))
    assert found.records[:1] == WHOLE.records
    assert [record.index for record in found.records] == [1, 2]


@pytest.mark.parametrize("ends_at_sector", [True, False])
@pytest.mark.parametrize("at", [40, 700, 1500])
def test_a_flipped_bit_in_a_last_batch_whose_end_is_there_is_damage(
    tmp_path: Path, ends_at_sector: bool, at: int
) -> None:
    """Taken for torn it would be cut off: an entry that was acknowledged would be lost without a word."""
    with pytest.raises(
        DamagedStore, match="the last batch is incomplete, although no sector of it is missing"
    ) as caught:
        opened(tmp_path, flipped(BEGIN + last(ends_at_sector), len(BEGIN) + at))
    assert (caught.value.file, caught.value.offset) == (f"node/{NAME}", len(BEGIN))


@pytest.mark.parametrize("number", [1, 2])
def test_a_sector_that_was_never_written_is_a_crash_s(tmp_path: Path, number: int) -> None:
    """Refused, a node that lost power while it wrote would not start again."""
    assert opened(tmp_path, without_sector(BEGIN + last(False), number)) == WHOLE


def test_a_file_that_ends_with_a_sector_in_the_middle_of_a_batch_is_a_crash_s(tmp_path: Path) -> None:
    assert opened(tmp_path, (BEGIN + last(False))[: 2 * SECTOR]) == WHOLE


def test_a_file_that_ends_within_a_sector_in_the_middle_of_a_batch_was_cut(tmp_path: Path) -> None:
    with pytest.raises(DamagedStore, match="no sector of it is missing"):
        opened(tmp_path, (BEGIN + last(False))[: 2 * SECTOR - 8])


def test_a_torn_batch_with_a_whole_one_behind_it_is_damage(tmp_path: Path) -> None:
    """What comes later was written after it was durable: so it was whole once."""
    octets = without_sector(BEGIN + last(False), 2) + batch(4, Frame(RECORD, 3, b"three"))
    with pytest.raises(DamagedStore, match="batch 3 is incomplete, although there is a later one at octet"):
        opened(tmp_path, octets)


def test_a_record_whose_index_looks_like_a_length_is_no_end_of_a_batch(tmp_path: Path) -> None:
    """A torn batch would be taken for a whole one that was damaged, and the node would not start again."""
    first = emit(Frame(RECORD, 2, b"x" * 8), 3)
    octets = BEGIN + batch(3, Frame(RECORD, 2, b"x" * 8), Frame(RECORD, len(first), b"y" * 2000))
    assert opened(tmp_path, octets[: 2 * SECTOR]) == WHOLE


def second_segment() -> bytes:
    """It opens as a segment of version 1 does, with the floor alone, and one more batch follows."""
    return batch(3, Frame(SEGMENT, 2, (1).to_bytes(8, "big")), Frame(STATE, 0, b"term 2" * 100)) + batch(
        4, Frame(RECORD, 2, b"two")
    )


def opened_with(folder: Path, second: bytes) -> Recovered:
    (folder / "node").mkdir()
    (folder / "node" / "0000000000000002.wal").write_bytes(second)
    (folder / "node" / NAME).write_bytes(BEGIN)
    log = WriteAheadLog()
    try:
        return log.open(RealFiles(folder), "node")
    finally:
        log.close()


def test_two_segments_are_read_one_after_the_other(tmp_path: Path) -> None:
    found = opened_with(tmp_path, second_segment())
    assert found == Recovered(b"term 2" * 100, (Record(1, b"one"), Record(2, b"two")))


def test_a_next_segment_whose_first_batch_was_never_whole_is_a_rotation_that_a_crash_cut_short(tmp_path: Path) -> None:
    """Refused, a node that lost power while it began a segment would not start again."""
    assert opened_with(tmp_path, second_segment()[:SECTOR]) == WHOLE
    assert (tmp_path / "node" / "0000000000000003.wal").exists() is False


def test_a_next_segment_whose_first_batch_is_damaged_before_a_whole_one_is_damage(tmp_path: Path) -> None:
    """Its first frame is whole: taken for a rotation that was cut short, the segment would be removed."""
    whole = second_segment()
    octets = flipped(whole, 200)
    with pytest.raises(DamagedStore, match="batch 3 is incomplete, although there is a later one at octet") as caught:
        opened_with(tmp_path, octets)
    assert (caught.value.file, caught.value.offset) == ("node/0000000000000002.wal", 0)
    assert (tmp_path / "node" / "0000000000000002.wal").read_bytes() == octets


def salvaged(folder: Path) -> Recovered:
    return WriteAheadLog().salvage(RealFiles(folder), "node")


def written(folder: Path) -> Path:
    """A log of three batches after the opening one, each with a record."""
    log = WriteAheadLog()
    log.open(RealFiles(folder), "node")
    log.write([Batch(b"term 1", (Record(1, b"one"),))])
    for number in (2, 3):
        log.write([Batch(None, (Record(number, b"%d" % number * 500),))])
    log.close()
    return folder / "node" / NAME


def test_what_comes_before_the_damage_can_be_taken(tmp_path: Path) -> None:
    """A person who has lost a majority takes part again with it; what comes after cannot be trusted."""
    path = written(tmp_path)
    octets = path.read_bytes()
    assert [record.index for record in salvaged(tmp_path).records] == [1, 2, 3]
    for number, left in ((b"3", [1, 2]), (b"2", [1])):
        path.write_bytes(flipped(octets, octets.index(number * 500)))
        found = salvaged(tmp_path)
        assert (found.state, [record.index for record in found.records]) == (b"term 1", left)


def test_where_nothing_comes_before_the_damage_it_is_said_of_the_folder(tmp_path: Path) -> None:
    path = written(tmp_path)
    path.write_bytes(flipped(path.read_bytes(), 3))
    with pytest.raises(DamagedStore, match="no batch before the damage is readable") as caught:
        salvaged(tmp_path)
    assert (caught.value.file, caught.value.offset) == ("node", 0)
    assert str(caught.value).startswith("node")


def test_of_a_log_without_a_segment_in_the_middle_what_comes_before_is_taken(tmp_path: Path) -> None:
    log = WriteAheadLog(segment_octets=600, min_growth_octets=600)
    log.open(RealFiles(tmp_path), "node")
    for number in range(1, 7):
        log.write([Batch(b"term %d" % number, (Record(number, b"%d" % number * 500),))])
    log.close()
    names = sorted(path.name for path in (tmp_path / "node").iterdir())
    assert len(names) > 3
    (tmp_path / "node" / names[2]).unlink()
    found = salvaged(tmp_path)
    indices = [record.index for record in found.records]
    assert indices == list(range(1, len(indices) + 1))
    assert 0 < len(indices) < 6
    assert found.state == b"term %d" % len(indices)
