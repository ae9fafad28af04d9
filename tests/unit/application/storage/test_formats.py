"""What the disk holds is what the formats say, octet for octet: a node that is updated finds what it wrote before."""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from google_crc32c import value

from catenet.application.storage.engine import DamagedStore, Engine
from catenet.application.storage.real import RealFiles
from catenet.application.storage.records import Batch, Record, Recovered, Snapshot
from catenet.application.storage.sqlite.engine import SqliteEngine
from catenet.application.storage.wal.log import WriteAheadLog
from catenet.application.storage.wal.snapshots import load

HELD = Recovered(b"term 2", (Record(4, b"four"), Record(5, b"five5five")), Snapshot(3, b"meta", b"the snapshot"))
SEGMENT, STATE, RECORD, CUT, FORGET, SNAPSHOT, FLOOR, COMMIT, BEGIN = 1, 2, 3, 4, 5, 6, 7, 9, 10


def frame(kind: int, sequence: int, number: int, payload: bytes = b"", mask: int = 0, checksum: int = -1) -> bytes:
    """A frame of the log, by the table at the head of ``wal/frame.py``."""
    stored = bytes(octet ^ mask for octet in payload) + b"\xa5" * (-len(payload) % 8)
    checked = value(stored) if checksum < 0 else checksum
    head = b"\xca\x7e" + struct.pack(">BBIQQI", kind, mask, len(payload), sequence, number, checked)
    return head + struct.pack(">I", value(head)) + stored


def batch(sequence: int, *frames: tuple[int, int, bytes]) -> bytes:
    inner = b"".join(frame(kind, sequence, number, payload) for kind, number, payload in frames)
    body = frame(BEGIN, sequence, 32 + len(inner) + 32) + inner
    return body + frame(COMMIT, sequence, len(body), checksum=value(body))


def snapshot(index: int, meta: bytes, data: bytes) -> bytes:
    """By the table at the head of ``wal/snapshots.py``."""
    head = b"CSNP" + struct.pack(">IQQQI", 1, index, len(meta), len(data), value(meta + data))
    return head + struct.pack(">I", value(head)) + meta + data


def lay_down_log(folder: Path) -> None:
    """Two segments, of which the first is needed no more but is still there."""
    folder.mkdir()
    (folder / "00000000000000000003-000000000000000b.snapshot").write_bytes(snapshot(3, b"meta", b"the snapshot"))
    first = batch(10, (SEGMENT, 1, (1).to_bytes(8, "big") + b"\0\2"), (STATE, 0, b"term 1"))
    first += batch(11, (SNAPSHOT, 3, (11).to_bytes(8, "big")), (RECORD, 4, b"4"), (RECORD, 6, b"6"))
    opening = (SEGMENT, 2, (1).to_bytes(8, "big") + b"\0\2"), (STATE, 0, b"term 1")
    second = batch(12, *opening, (SNAPSHOT, 3, (11).to_bytes(8, "big")))
    second += batch(13, (CUT, 6, b""), (FORGET, 4, b""), (RECORD, 4, b"four"), (RECORD, 5, b"five5five"))
    second += batch(14, (STATE, 0, b"term 2"), (FLOOR, 2, b""))
    for number, octets in ((1, first), (2, second)):
        (folder / f"{number:016d}.wal").write_bytes(octets.ljust(8192, b"\0"))


def with_checksum(number: int, data: bytes) -> bytes:
    return value(number.to_bytes(8, "big") + data).to_bytes(4, "big") + data


def lay_down_database(folder: Path) -> None:
    folder.mkdir()
    database = sqlite3.connect(folder / "store.sqlite")
    database.execute("CREATE TABLE state (only_row INTEGER PRIMARY KEY, data BLOB NOT NULL)")
    database.execute("CREATE TABLE records (number INTEGER PRIMARY KEY, data BLOB NOT NULL)")
    database.execute("CREATE TABLE snapshot (only_row INTEGER PRIMARY KEY, number INTEGER, meta BLOB, data BLOB)")
    database.execute("INSERT INTO state VALUES (1, ?)", (with_checksum(0, b"term 2"),))
    for record in HELD.records:
        database.execute("INSERT INTO records VALUES (?, ?)", (record.index, with_checksum(record.index, record.data)))
    row = 3, with_checksum(3, b"meta"), with_checksum(3, b"the snapshot")
    database.execute("INSERT INTO snapshot VALUES (1, ?, ?, ?)", row)
    database.execute("PRAGMA user_version = 2")
    database.commit()
    database.close()


@pytest.mark.parametrize(("make", "lay_down"), [(WriteAheadLog, lay_down_log), (SqliteEngine, lay_down_database)])
def test_what_was_laid_down_by_the_format_is_read(tmp_path: Path, make: type[Engine], lay_down: object) -> None:
    """Read otherwise, every store that an earlier version wrote would count as damaged."""
    lay_down(tmp_path / "node")  # type: ignore[operator]
    engine = make()
    assert engine.exists(RealFiles(tmp_path), "node")
    assert engine.open(RealFiles(tmp_path), "node") == HELD
    engine.close()
    if make is WriteAheadLog:
        assert not (tmp_path / "node" / "0000000000000001.wal").exists(), "what is needed no more is gone"


def test_what_the_log_writes_is_what_the_format_says(tmp_path: Path) -> None:
    """An earlier version that reads it finds what is there."""
    log = WriteAheadLog()
    log.open(RealFiles(tmp_path), "node")
    log.write([Batch(b"term 1", (Record(4, b"four"),), 4, HELD.snapshot, 2)])
    log.close()
    names = sorted(path.name for path in (tmp_path / "node").iterdir())
    assert names == ["00000000000000000003-0000000000000002.snapshot", "0000000000000001.wal"]
    assert (tmp_path / "node" / names[0]).read_bytes() == snapshot(3, b"meta", b"the snapshot")
    expected = batch(1, (SEGMENT, 1, (1).to_bytes(8, "big") + b"\0\2"), (STATE, 0, b""))
    changes = (STATE, 0, b"term 1"), (SNAPSHOT, 3, (2).to_bytes(8, "big")), (CUT, 4, b""), (FORGET, 2, b"")
    expected += batch(2, *changes, (RECORD, 4, b"four"))
    assert (tmp_path / "node" / names[1]).read_bytes().rstrip(b"\0") == expected.rstrip(b"\0")


def test_zeros_are_masked_so_that_a_sector_of_them_is_a_write_that_never_came(tmp_path: Path) -> None:
    log = WriteAheadLog()
    log.open(RealFiles(tmp_path), "node")
    log.write([Batch(None, (Record(1, bytes(600)),))])
    log.close()
    assert frame(RECORD, 2, 1, bytes(600), mask=1) in (tmp_path / "node" / "0000000000000001.wal").read_bytes()


@pytest.mark.parametrize(
    "opening",
    [
        (SEGMENT, 2, (1).to_bytes(8, "big") + b"\0\2"),
        (RECORD, 1, b"one"),
    ],
    ids=["another segment's", "none that opens a segment"],
)
def test_a_segment_that_begins_as_another_does_is_damage(tmp_path: Path, opening: tuple[int, int, bytes]) -> None:
    """A file that was copied over another, or moved to its name, would bring back entries of another time."""
    (tmp_path / "node").mkdir()
    octets = batch(1, opening, (STATE, 0, b"term 1"))
    (tmp_path / "node" / "0000000000000001.wal").write_bytes(octets.ljust(8192, b"\0"))
    with pytest.raises(DamagedStore, match="does not begin with the header of segment 1"):
        WriteAheadLog().open(RealFiles(tmp_path), "node")


@pytest.mark.parametrize("sequence", [1, 3])
def test_a_batch_that_does_not_follow_the_one_before_is_damage(tmp_path: Path, sequence: int) -> None:
    """Without it a batch that was lost in the middle, or one that stands there twice, would go unnoticed."""
    (tmp_path / "node").mkdir()
    first = batch(1, (SEGMENT, 1, (1).to_bytes(8, "big") + b"\0\2"), (STATE, 0, b"term 1"))
    octets = first + batch(sequence, (RECORD, 1, b"one"))
    (tmp_path / "node" / "0000000000000001.wal").write_bytes(octets.ljust(8192, b"\0"))
    with pytest.raises(DamagedStore):
        WriteAheadLog().open(RealFiles(tmp_path), "node")


def test_a_batch_that_is_missing_between_two_segments_is_named(tmp_path: Path) -> None:
    """A segment that was put in the place of another: what it follows was never there."""
    (tmp_path / "node").mkdir()
    for number, sequence in ((1, 1), (2, 4)):
        octets = batch(sequence, (SEGMENT, number, (1).to_bytes(8, "big") + b"\0\2"), (STATE, 0, b"term 1"))
        (tmp_path / "node" / f"{number:016d}.wal").write_bytes(octets.ljust(8192, b"\0"))
    with pytest.raises(DamagedStore, match="batch 2 is missing") as caught:
        WriteAheadLog().open(RealFiles(tmp_path), "node")
    assert (caught.value.file, caught.value.offset) == ("node/0000000000000002.wal", 0)


@pytest.mark.parametrize("make", [WriteAheadLog, SqliteEngine])
@pytest.mark.parametrize("meta", [b"", b"meta"])
def test_a_snapshot_of_nothing_comes_back(tmp_path: Path, make: type[Engine], meta: bytes) -> None:
    """A group that has stored nothing yet takes one, too."""
    engine = make()
    engine.open(RealFiles(tmp_path), "node")
    engine.write([Batch(None, (), None, Snapshot(3, meta, b""))])
    engine.close()
    again = make()
    assert again.open(RealFiles(tmp_path), "node").snapshot == Snapshot(3, meta, b"")
    again.close()


@pytest.mark.parametrize(
    ("what", "spoil"),
    [
        ("this is not the snapshot up to 3", lambda octets: snapshot(4, b"meta", b"data")),
        ("this is not the snapshot up to 3", lambda octets: _head_with_checksum(octets, 0, b"XSNP")),
        ("this is not the snapshot up to 3", lambda octets: _head_with_checksum(octets, 4, (0).to_bytes(4, "big"))),
        ("the checksum of the header is wrong", lambda octets: octets[:39]),
        ("the checksum of the header is wrong", lambda octets: b""),
        ("the checksum of the header is wrong", lambda octets: bytes([octets[0] ^ 1]) + octets[1:]),
        ("the checksum of the contents is wrong", lambda octets: octets[:40]),
        ("the checksum of the contents is wrong", lambda octets: octets[:-1]),
        ("the checksum of the contents is wrong", lambda octets: octets + b"x"),
        ("the checksum of the contents is wrong", lambda octets: octets[:-1] + b"x"),
    ],
)
def test_a_snapshot_that_is_another_or_is_cut_or_changed_is_damage(
    tmp_path: Path, what: str, spoil: Callable[[bytes], bytes]
) -> None:
    (tmp_path / "node").mkdir()
    name = "00000000000000000003-0000000000000002.snapshot"
    octets = snapshot(3, b"meta", b"data")
    (tmp_path / "node" / name).write_bytes(octets)
    assert load(RealFiles(tmp_path), "node", name, 3) == Snapshot(3, b"meta", b"data")
    (tmp_path / "node" / name).write_bytes(spoil(octets))
    with pytest.raises(DamagedStore, match=what) as caught:
        load(RealFiles(tmp_path), "node", name, 3)
    assert caught.value.file == f"node/{name}"
    assert caught.value.offset == (40 if "content" in what else 0)


def _head_with_checksum(octets: bytes, at: int, change: bytes) -> bytes:
    """A snapshot with another header, whose checksum is right."""
    head = octets[:at] + change + octets[at + len(change) : 36]
    return head + value(head).to_bytes(4, "big") + octets[40:]


@pytest.mark.slow
@pytest.mark.parametrize("make", [WriteAheadLog, SqliteEngine])
@pytest.mark.parametrize("octets", [0, 1, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 5 << 19])
def test_a_snapshot_of_any_length_comes_back(tmp_path: Path, make: type[Engine], octets: int) -> None:
    """It is written a mebioctet at a time: a store of more than that would be damaged by its own snapshot."""
    data = b"".join(number.to_bytes(4, "big") for number in range(octets // 4 + 1))[:octets]
    engine = make()
    engine.open(RealFiles(tmp_path), "node")
    engine.write([Batch(None, (), None, Snapshot(3, b"meta", data))])
    engine.close()
    again = make()
    found = again.open(RealFiles(tmp_path), "node").snapshot
    again.close()
    assert found is not None
    assert (found.index, found.meta, len(found.data), found.data == data) == (3, b"meta", octets, True)


@pytest.mark.parametrize("lost", [False, True])
def test_a_last_batch_whose_first_frame_is_not_readable_reaches_to_its_last(tmp_path: Path, lost: bool) -> None:
    """With a sector of it never written it was never durable; with all of them there, it was, and this is damage."""
    (tmp_path / "node").mkdir()
    begin = batch(1, (SEGMENT, 1, (1).to_bytes(8, "big") + b"\0\2"), (STATE, 0, b"term 1"))
    octets = bytearray((begin + batch(2, (RECORD, 1, b"x" * 2000))).ljust(8192, b"\0"))
    octets[len(begin) + 5] ^= 1
    if lost:
        octets[1024:1536] = bytes(512)
    (tmp_path / "node" / "0000000000000001.wal").write_bytes(bytes(octets))
    log = WriteAheadLog()
    if lost:
        assert log.open(RealFiles(tmp_path), "node") == Recovered(b"term 1", ())
        log.close()
    else:
        with pytest.raises(DamagedStore, match="the last batch is incomplete, although no sector of it is missing"):
            log.open(RealFiles(tmp_path), "node")


@pytest.mark.slow
def test_a_segment_grows_by_sixteen_kibioctets_or_a_quarter_at_a_time(tmp_path: Path) -> None:
    """Each growth costs an fsync of its own: a log that grew with every write would be half as fast."""
    log = WriteAheadLog()
    log.open(RealFiles(tmp_path), "node")
    path = tmp_path / "node" / "0000000000000001.wal"
    sizes = [path.stat().st_size]
    for number in range(1, 600):
        log.write([Batch(None, (Record(number, bytes(range(1, 251)) * 4),))])
        sizes.append(path.stat().st_size)
    log.close()
    grown = [(before, after) for before, after in pairwise(sizes) if before != after]
    assert 16 << 10 <= sizes[0] <= 17 << 10
    assert all(after - before >= 16 << 10 and after % 512 == 0 for before, after in grown)
    assert all(after - before >= before // 5 for before, after in grown)
    assert len(grown) < 25
