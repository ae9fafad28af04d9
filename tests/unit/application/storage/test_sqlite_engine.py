"""What a database is on its disk: how long its log grows, what a full disk is told as, what a closed one leaves."""

from __future__ import annotations

import errno
import os
import sys
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import apsw
import pytest

from catenet.application.storage.engine import DamagedStore, PoisonedStore
from catenet.application.storage.real import RealFiles
from catenet.application.storage.records import Batch, Record, Recovered, Snapshot
from catenet.application.storage.sqlite.engine import SqliteEngine, with_checksum
from catenet.application.storage.sqlite.vfs import FilesVfs
from catenet.host.disk.files import SimulatedFiles
from catenet.host.disk.medium import Inode
from tests.unit.application.storage.crashing_disk import FOLDER, Bench

HELD = Recovered(b"term 3", (Record(8, b"eight"), Record(9, b"nine")), Snapshot(7, b"meta", b"snapshot"))
CHANGES = [Batch(HELD.state, HELD.records, None, HELD.snapshot)]


def test_a_disk_on_which_there_is_no_room_for_a_database_is_called_full() -> None:
    """Told as an input or output error, a person would change the disk, and not make room."""
    told = [errno_of_opening(capacity) for capacity in range(0, 60_000, 4096)]
    full = told.count(errno.ENOSPC)
    assert told == [errno.ENOSPC] * full + [0] * (len(told) - full)
    assert 0 < full < len(told)


def errno_of_opening(capacity_octets: int) -> int:
    """What a disk of that size says to a new database; 0 if there is room."""
    bench = Bench()
    bench.faults.capacity_octets = capacity_octets
    try:
        SqliteEngine().open(bench.files, FOLDER)
    except OSError as error:
        return error.errno or -1
    return 0


class FullThenBroken(SimulatedFiles):
    """From the write or sync of that number on all fail, the first as a full disk does, the later ones otherwise."""

    failing = 0

    calls = 0

    def _count(self) -> None:
        self.calls += 1
        if 0 < self.failing <= self.calls:
            raise OSError(errno.ENOSPC if self.calls == self.failing else errno.EIO, "the disk fails")

    def write_to(self, inode: Inode, offset: int, data: bytes) -> None:
        self._count()
        super().write_to(inode, offset, data)

    def sync(self, inode: Inode) -> None:
        self._count()
        super().sync(inode)


@pytest.mark.parametrize("former", ["none", "killed", "closed"])
def test_a_disk_that_fails_again_and_again_while_a_database_is_opened_is_told_as_it_failed_first(former: str) -> None:
    """SQLite goes on after some failures; told what came of that, a person would change the disk, and not make room."""
    told: list[int | None] = []
    while not told or told[-1] is not None:
        bench = Bench()
        files = FullThenBroken(bench.files.medium, bench.files.speed, bench.files.faults, bench.files._stream)
        engine = SqliteEngine()
        if former != "none":
            engine.open(files, FOLDER)
            engine.write(CHANGES)
        if former == "closed":
            engine.close()
        files.failing = files.calls + len(told) + 1
        try:
            SqliteEngine().open(files, FOLDER)
            told.append(None)
        except OSError as error:
            told.append(error.errno)
    assert len(told) > 1
    assert set(told[:-1]) == {errno.ENOSPC}


@pytest.mark.parametrize("kind", ["read_errors", "write_errors", "sync_errors"])
def test_a_disk_that_fails_while_a_database_is_made_is_told_as_it_failed(kind: str) -> None:
    bench = Bench()
    setattr(bench.faults, kind, 1.0)
    with pytest.raises(OSError, match="Input/output error") as caught:
        SqliteEngine().open(bench.files, FOLDER)
    assert caught.value.errno == errno.EIO


@pytest.mark.slow
def test_the_log_is_moved_into_the_database_every_thousand_pages_and_begun_anew() -> None:
    """Never moved, it grows with every write until the disk is full; moved at once, each write costs twice."""
    bench = Bench()
    engine = SqliteEngine()
    engine.open(bench.files, FOLDER)
    page = 4096 + 24
    log, sizes = bench.medium.names[f"{FOLDER}/store.sqlite-wal"], []
    database, moved = bench.medium.names[f"{FOLDER}/store.sqlite"], 0
    for number in range(700):
        before = len(database.cache)
        engine.write([Batch(None, (Record(number, b"x" * 9000),))])
        moved += len(database.cache) != before
        sizes.append(len(log.cache) // page)
    engine.close()
    assert 1000 <= max(sizes) < 1010
    assert sizes[-1] == max(sizes), "it is not cut short: what is written next takes its place"
    assert 2 <= moved <= 4


def test_a_database_that_is_closed_is_one_file_with_all_that_was_written(tmp_path: Path) -> None:
    """What a person copies away is whole."""
    files = RealFiles(tmp_path)
    engine = SqliteEngine()
    engine.open(files, "node")
    engine.write(CHANGES)
    engine.close()
    engine.close()
    assert os.listdir(tmp_path / "node") == ["store.sqlite"]
    database = apsw.Connection(str(tmp_path / "node" / "store.sqlite"))
    assert database.execute("SELECT number, data FROM records").fetchall() == [
        (8, with_checksum(8, b"eight")),
        (9, with_checksum(9, b"nine")),
    ]
    database.close()


def test_there_is_a_store_once_its_file_holds_anything(tmp_path: Path) -> None:
    """SQLite makes the file, empty, before it writes: a crash in between left nothing that could be damaged."""
    files = RealFiles(tmp_path)
    assert not SqliteEngine().exists(files, "node")
    files.make_folder("node")
    files.open("node/store.sqlite", create=True).close()
    assert not SqliteEngine().exists(files, "node")
    engine = SqliteEngine()
    assert engine.open(files, "node") == Recovered()
    engine.close()
    assert SqliteEngine().exists(files, "node")


@pytest.mark.parametrize("left", [1, 50, 99, 100, 4096, 8192])
@pytest.mark.parametrize("where", ["real", "simulated"])
def test_a_database_that_was_cut_short_is_damage(where: str, left: int, tmp_path: Path) -> None:
    """SQLite itself takes one of a single octet for new: a replica would begin again, without its vote."""
    files = RealFiles(tmp_path) if where == "real" else Bench().files
    engine = SqliteEngine()
    engine.open(files, FOLDER)
    engine.write([Batch(b"term 3", (Record(1, b"x" * 9000),))])
    engine.close()
    with files.open(f"{FOLDER}/store.sqlite") as file:
        file.truncate(left)
    assert SqliteEngine().exists(files, FOLDER)
    with pytest.raises(DamagedStore) as caught:
        SqliteEngine().open(files, FOLDER)
    assert caught.value.file == f"{FOLDER}/store.sqlite"
    with files.open(f"{FOLDER}/store.sqlite") as file:
        assert file.size() == left


@pytest.mark.parametrize("where", ["real", "simulated"])
def test_a_salvage_gives_all_that_is_there_or_says_what_is_damaged(where: str, tmp_path: Path) -> None:
    files = RealFiles(tmp_path) if where == "real" else Bench().files
    engine = SqliteEngine()
    engine.open(files, FOLDER)
    engine.write(CHANGES)
    engine.close()
    assert SqliteEngine().salvage(files, FOLDER) == HELD
    path = f"{FOLDER}/store.sqlite"
    data = files.read_whole(path)
    with files.open(path) as file:
        file.write(data.rindex(b"eight"), b"8")
    with pytest.raises(DamagedStore, match="the checksum of record 8 is wrong") as caught:
        SqliteEngine().salvage(files, FOLDER)
    assert (caught.value.file, caught.value.offset) == (path, 0)


@pytest.mark.parametrize("closed", [False, True])
def test_a_database_that_is_not_open_takes_nothing(closed: bool) -> None:
    engine = SqliteEngine()
    if closed:
        engine.open(Bench().files, FOLDER)
        engine.close()
    with pytest.raises(PoisonedStore, match="the database accepts no more batches"):
        engine.write(CHANGES)


def test_sqlite_syncs_each_transaction_and_keeps_what_is_temporary_in_memory() -> None:
    """Whatever it was built with: a temporary file would stand outside of the disk that a power cut is played on."""
    engine = SqliteEngine()
    engine.open(Bench().files, FOLDER)
    database = engine._database
    assert database is not None
    asked = [
        next(iter(database.execute(f"PRAGMA {name}")))[0] for name in ("synchronous", "temp_store", "journal_mode")
    ]
    assert asked == [2, 2, "wal"]
    engine.close()


def test_of_errors_that_nobody_could_be_told_only_those_of_the_disk_are_kept_quiet(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A fault of another kind must not be lost without a word."""
    told: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda one: told.append(one.exc_value))
    vfs = FilesVfs(Bench().files)
    failures = [OSError(errno.ENOSPC, "No space left on device"), OSError(errno.EIO, "Input/output error")]
    for failure in failures:
        with suppress(OSError), vfs:
            raise failure
    assert vfs.failure is failures[0]
    other = ValueError("something else")
    before = sys.unraisablehook
    with vfs.told_later():
        for error in (*failures, other):
            sys.unraisablehook(SimpleNamespace(exc_value=error))  # type: ignore[arg-type]
    assert told == [other]
    assert sys.unraisablehook is before
    vfs.unregister()


def test_what_sqlite_asks_of_an_operating_system() -> None:
    """No file is cut or removed but for those that it names; the first failure is kept, and no later one."""
    bench = Bench()
    bench.files.make_folder(FOLDER)
    vfs = FilesVfs(bench.files)
    file = vfs.xOpen(f"{FOLDER}/one", [0, 0])
    file.xWrite(b"0123456789", 4)
    assert (file.xFileSize(), file.xRead(3, 5), file.xRead(9, 12)) == (14, b"123", b"89")
    file.xTruncate(6)
    assert file.xFileSize() == 6
    folder_syncs = bench.files.syncs
    file.xSync(0)
    file.xSync(0)
    assert bench.files.syncs - folder_syncs == 3, "the first sync of a new file is of its name, too"
    file.xClose()
    again = vfs.xOpen(f"{FOLDER}/one", [0, 0])
    before = bench.files.syncs
    again.xSync(0)
    assert bench.files.syncs - before == 1
    assert (vfs.xAccess(f"{FOLDER}/one", 0), vfs.xAccess(f"{FOLDER}/two", 0)) == (True, False)
    before = bench.files.syncs
    vfs.xDelete(f"{FOLDER}/one", False)
    assert (bench.files.syncs - before, bench.files.names(FOLDER)) == (0, [])
    vfs.xOpen(f"{FOLDER}/two", [0, 0]).xClose()
    before = bench.files.syncs
    vfs.xDelete(f"{FOLDER}/two", True)
    assert (bench.files.syncs - before, bench.files.names(FOLDER)) == (1, [])
    assert vfs.failure is None
    for path in ("first", "second"):
        with pytest.raises(FileNotFoundError):
            vfs.xDelete(path, False)
    assert str(vfs.failure).endswith("'first'")
    vfs.unregister()
