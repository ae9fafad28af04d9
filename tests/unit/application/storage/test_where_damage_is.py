"""Each kind of damage is told with its file, its place and what is wrong: by that a person decides what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from catenet.application.storage.engine import DamagedStore, UnknownVersion
from catenet.application.storage.real import RealFiles
from catenet.application.storage.wal.frame import MAX_PAYLOAD_OCTETS, Frame, emit
from catenet.application.storage.wal.log import WriteAheadLog
from tests.unit.application.storage.test_formats import BEGIN, RECORD, SEGMENT, SNAPSHOT, STATE, batch, frame, snapshot

ONE, TWO, THREE = (f"{number:016d}.wal" for number in (1, 2, 3))
SNAP = "00000000000000000003-000000000000000b.snapshot"
NUMBER_11 = (11).to_bytes(8, "big")


def opening(number: int, sequence: int = 1, version: bytes = b"\0\2", floor: int = 1) -> bytes:
    return batch(sequence, (SEGMENT, number, floor.to_bytes(8, "big") + version), (STATE, 0, b"term 1"))


def whole(octets: bytes) -> bytes:
    return octets.ljust(4096, b"\0")


def put(octets: bytes, at: int, change: bytes) -> bytes:
    return octets[:at] + change + octets[at + len(change) :]


FIRST = opening(1)
END = len(FIRST)
LAST = batch(2, (RECORD, 1, b"x" * 900))
BEYOND = frame(BEGIN, 2, 9000) + frame(RECORD, 2, 1, b"x" * 900)

DAMAGE: dict[str, tuple[dict[str, bytes], str, int, str]] = {
    "no segment beside a snapshot": ({SNAP: snapshot(3, b"", b"")}, ONE, 0, "there is a snapshot, but no segment"),
    "the first segment is gone": ({TWO: whole(opening(2))}, ONE, 0, "this segment is missing"),
    "a segment between is gone": (
        {ONE: whole(FIRST), THREE: whole(opening(3, 3))}, TWO, 0, "this segment is missing",
    ),
    "the named snapshot is gone": (
        {ONE: whole(batch(1, (SEGMENT, 1, (1).to_bytes(8, "big") + b"\0\2"), (SNAPSHOT, 3, NUMBER_11)))},
        SNAP, 0, "the log names this snapshot, but the file is missing",
    ),
    "another segment's beginning": (
        {ONE: whole(opening(2))},
        ONE, 0, "the file does not begin with the header of segment 1",
    ),
    "an empty segment": ({ONE: b""}, ONE, 0, "it does not begin with a complete batch"),
    "a segment of zeros": ({ONE: bytes(4096)}, ONE, 0, "it does not begin with a complete batch"),
    "a cut within a sector": ({ONE: whole(FIRST)[:-1]}, ONE, END, "the end of the file is missing"),
    "octets behind the last batch": (
        {ONE: put(whole(FIRST), END, b"x" * 64)},
        ONE, END, "the last batch is incomplete, although no sector of it is missing",
    ),
    "a torn batch before another segment": (
        {ONE: put(whole(FIRST), END + 1500, b"x"), TWO: whole(opening(2, 3))},
        ONE, END, "a batch is incomplete, although there is a later segment",
    ),
    "a damaged batch before another": (
        {ONE: whole(put(FIRST + LAST, END + 100, b"y") + batch(3, (RECORD, 2, b"two")))},
        ONE, END, f"batch 2 is incomplete, although there is a later one at octet {END + len(LAST)}",
    ),
    "a batch that is longer than the file": (
        {ONE: whole(FIRST + BEYOND)}, ONE, END, "batch 2 reaches beyond the end of the file",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", DAMAGE)
def test_damage_is_told_with_its_file_and_place_and_nothing_is_changed(tmp_path: Path, kind: str) -> None:
    contents, file, offset, reason = DAMAGE[kind]
    folder = tmp_path / "node"
    folder.mkdir()
    for name, octets in contents.items():
        (folder / name).write_bytes(octets)
    with pytest.raises(DamagedStore) as caught:
        WriteAheadLog().open(RealFiles(tmp_path), "node")
    assert (caught.value.file, caught.value.offset, caught.value.reason) == (f"node/{file}", offset, reason)
    assert str(caught.value).startswith(f"node/{file} is damaged at octet {offset}: {reason}; ")
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == contents


@pytest.mark.parametrize("number", [1, 2])
def test_a_newer_format_is_told_with_its_file_and_both_versions(tmp_path: Path, number: int) -> None:
    (tmp_path / "node").mkdir()
    segments = [opening(1), opening(2, 2)]
    segments[number - 1] = opening(number, number, b"\0\7")
    for place, octets in enumerate(segments, 1):
        (tmp_path / "node" / f"{place:016d}.wal").write_bytes(whole(octets))
    with pytest.raises(UnknownVersion) as caught:
        WriteAheadLog().open(RealFiles(tmp_path), "node")
    assert (caught.value.file, caught.value.version, caught.value.newest) == (f"node/{number:016d}.wal", 7, 2)


def test_whether_there_is_a_log(tmp_path: Path) -> None:
    """A node that finds none may found a group; one that overlooks its own would vote twice."""
    files = RealFiles(tmp_path)
    assert not WriteAheadLog().exists(files, "node")
    files.make_folder("node")
    assert not WriteAheadLog().exists(files, "node")
    (tmp_path / "node" / f"{ONE}.part").write_bytes(b"")
    (tmp_path / "node" / "store.sqlite").write_bytes(b"x")
    assert not WriteAheadLog().exists(files, "node")
    (tmp_path / "node" / TWO).write_bytes(b"")
    assert WriteAheadLog().exists(files, "node"), "damaged or not"


class Long(bytes):
    """As if it were so long."""

    def __len__(self) -> int:
        return MAX_PAYLOAD_OCTETS + 1


def test_a_record_that_its_length_field_should_not_hold_is_refused() -> None:
    with pytest.raises(ValueError, match="a record of 1073741825 octets is longer than 1073741824"):
        emit(Frame(3, 1, Long()), 1)
