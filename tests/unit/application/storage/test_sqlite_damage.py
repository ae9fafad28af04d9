"""What SQLite's own checks miss is found by the checksums of rows; another version of the tables is told."""

from __future__ import annotations

import apsw
import pytest

from catenet.application.storage.engine import DamagedStore, UnknownVersion
from catenet.application.storage.real import RealFiles
from catenet.application.storage.records import Batch, Record, Recovered, Snapshot
from catenet.application.storage.sqlite.engine import SqliteEngine

HELD = Recovered(b"term 3", (Record(8, b"eight" * 20), Record(9, b"nine" * 20)), Snapshot(7, b"meta", b"snapshot" * 9))


@pytest.fixture
def files(tmp_path_factory: pytest.TempPathFactory) -> RealFiles:
    made = RealFiles(tmp_path_factory.mktemp("disk"))
    engine = SqliteEngine()
    assert not engine.exists(made, "node")
    assert engine.open(made, "node") == Recovered()
    assert engine.exists(made, "node")
    engine.write([Batch(HELD.state, HELD.records, None, HELD.snapshot)])
    engine.close()
    return made


def opened(files: RealFiles) -> Recovered:
    engine = SqliteEngine()
    try:
        return engine.open(files, "node")
    finally:
        engine.close()


@pytest.mark.parametrize("octets", [b"eightei", b"snapshotsnapshot", b"term 3", b"meta"])
def test_a_bit_that_flips_in_a_row_is_found(files: RealFiles, octets: bytes) -> None:
    assert opened(files) == HELD
    with files.open("node/store.sqlite") as file:
        data = file.read(0, file.size())
        at = data.rindex(octets)
        file.write(at, bytes([data[at] ^ 1]))
    with pytest.raises(DamagedStore, match="the checksum of"):
        opened(files)


def test_a_newer_version_is_an_error_of_its_own_and_nothing_is_touched(files: RealFiles) -> None:
    database = apsw.Connection(files.real_path("node/store.sqlite"))
    database.execute("PRAGMA user_version = 3")
    database.close()
    before = files.read_whole("node/store.sqlite")
    with pytest.raises(UnknownVersion, match="version 3"):
        opened(files)
    assert files.read_whole("node/store.sqlite") == before


def test_tables_without_checksums_get_them(tmp_path_factory: pytest.TempPathFactory) -> None:
    files = RealFiles(tmp_path_factory.mktemp("disk"))
    files.make_folder("node")
    database = apsw.Connection(files.real_path("node/store.sqlite"))
    database.execute("CREATE TABLE state (only_row INTEGER PRIMARY KEY CHECK (only_row = 1), data BLOB NOT NULL)")
    database.execute("CREATE TABLE records (number INTEGER PRIMARY KEY, data BLOB NOT NULL)")
    database.execute(
        "CREATE TABLE snapshot (only_row INTEGER PRIMARY KEY CHECK (only_row = 1), number INTEGER NOT NULL,"
        " meta BLOB NOT NULL, data BLOB NOT NULL)"
    )
    database.execute("INSERT INTO state VALUES (1, ?)", (HELD.state,))
    database.executemany("INSERT INTO records VALUES (?, ?)", ((record.index, record.data) for record in HELD.records))
    assert HELD.snapshot is not None
    row = HELD.snapshot.index, HELD.snapshot.meta, HELD.snapshot.data
    database.execute("INSERT INTO snapshot VALUES (1, ?, ?, ?)", row)
    database.close()
    assert opened(files) == HELD
    assert opened(files) == HELD
