"""SQLite as a storage engine.

It keeps its own write-ahead log with one fsync a transaction (``journal_mode=WAL``, ``synchronous=FULL``), and no
other process may look in (``locking_mode=EXCLUSIVE``), so that it needs no shared memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Final

import apsw
from google_crc32c import extend, value

from catenet.application.storage.engine import DamagedStore, Engine, PoisonedStore, UnknownVersion
from catenet.application.storage.files import Files
from catenet.application.storage.records import Batch, Record, Recovered, Snapshot
from catenet.application.storage.sqlite.vfs import FilesVfs

FILE: Final = "store.sqlite"
VERSION: Final = 2
"""Of the tables, as ``PRAGMA user_version`` has it.  In version 1 (there 0) rows had no checksums."""
SEAL_OCTETS: Final = 4
EXCLUSIVE: Final = "PRAGMA locking_mode=EXCLUSIVE"
PRAGMAS: Final = (
    "PRAGMA temp_store=MEMORY",
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
)
TABLES: Final = (
    "CREATE TABLE IF NOT EXISTS state (only_row INTEGER PRIMARY KEY CHECK (only_row = 1), data BLOB NOT NULL)",
    "CREATE TABLE IF NOT EXISTS records (number INTEGER PRIMARY KEY, data BLOB NOT NULL)",
    "CREATE TABLE IF NOT EXISTS snapshot (only_row INTEGER PRIMARY KEY CHECK (only_row = 1), number INTEGER NOT NULL,"
    " meta BLOB NOT NULL, data BLOB NOT NULL)",
)


class SqliteEngine(Engine):
    """A database in the file ``store.sqlite``.

    Where the operating system has the files, SQLite opens them itself; on any other disk it goes through
    :class:`~catenet.application.storage.sqlite.vfs.FilesVfs`.
    """

    def __init__(self) -> None:
        self._database: apsw.Connection | None = None
        self._vfs: FilesVfs | None = None
        self._poison: BaseException | None = None
        self._path = ""

    def exists(self, files: Files, folder: str) -> bool:
        path = f"{folder}/{FILE}"
        return files.exists(path) and bool(files.read_whole(path))

    def open(self, files: Files, folder: str) -> Recovered:
        files.make_folder(folder)
        self._path = f"{folder}/{FILE}"
        real_path = files.real_path(self._path)
        try:
            if real_path is not None:
                self._database = apsw.Connection(real_path)
            else:
                self._vfs = FilesVfs(files)
                self._database = apsw.Connection(self._path, vfs=self._vfs.name)
            return self._opened(self._database)
        except (apsw.CorruptError, apsw.NotADBError) as error:
            self._let_go()
            raise DamagedStore(self._path, 0, str(error)) from error
        except (DamagedStore, UnknownVersion):
            self._let_go()
            raise
        except apsw.Error as error:
            raise _as_oserror(error) from error

    def _let_go(self) -> None:
        """Close without writing anything: what is there is to stay as it is."""
        if self._database is not None:
            self._database.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)
        self.close()

    def _opened(self, database: apsw.Connection) -> Recovered:
        database.execute(EXCLUSIVE)
        version = int(next(iter(database.execute("PRAGMA user_version")))[0])
        if version > VERSION:
            raise UnknownVersion(self._path, version, VERSION)
        tables = [row[0] for row in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        for statement in PRAGMAS:
            database.execute(statement)
        if version < VERSION:
            self._make(database, checked=not tables)
        found = next(iter(database.execute("PRAGMA quick_check(1)")))[0]
        if found != "ok":
            raise DamagedStore(self._path, 0, str(found))
        return self._recovered(database)

    def _make(self, database: apsw.Connection, *, checked: bool) -> None:
        """Make the tables.  In version 1 there were no checksums: what is there gets them now."""
        database.execute("BEGIN IMMEDIATE")
        for statement in TABLES:
            database.execute(statement)
        if not checked:
            database.create_scalar_function("sealed", _sealed_row, 2)
            database.execute("UPDATE state SET data = sealed(0, data)")
            database.execute("UPDATE records SET data = sealed(number, data)")
            database.execute("UPDATE snapshot SET meta = sealed(number, meta), data = sealed(number, data)")
        database.execute(f"PRAGMA user_version = {VERSION}")
        database.execute("COMMIT")

    def _recovered(self, database: apsw.Connection) -> Recovered:
        state = next(iter(database.execute("SELECT data FROM state")), None)
        rows = database.execute("SELECT number, data FROM records ORDER BY number")
        records = tuple(Record(number, self._unsealed("record", number, data)) for number, data in rows)
        found = next(iter(database.execute("SELECT number, meta, data FROM snapshot")), None)
        snapshot = None
        if found is not None:
            number, *octets = found
            snapshot = Snapshot(number, *(self._unsealed("snapshot", number, part) for part in octets))
        return Recovered(b"" if state is None else self._unsealed("state", 0, state[0]), records, snapshot)

    def _unsealed(self, what: str, number: int, data: bytes) -> bytes:
        if not isinstance(data, bytes) or sealed(number, data[SEAL_OCTETS:]) != data:
            raise DamagedStore(self._path, 0, f"{what} {number} is not what was written")
        return data[SEAL_OCTETS:]

    def salvage(self, files: Files, folder: str) -> Recovered:
        """All or nothing: SQLite says that something is damaged, and not what comes before it."""
        try:
            return self.open(files, folder)
        finally:
            self._let_go()

    def write(self, batches: Sequence[Batch]) -> None:
        if self._poison is not None or self._database is None:
            raise PoisonedStore(f"the database takes nothing any more: {self._poison}")
        try:
            self._database.execute("BEGIN IMMEDIATE")
            for batch in batches:
                self._apply(self._database, batch)
            self._database.execute("COMMIT")
        except (OSError, apsw.Error) as error:
            self._poison = error
            raise (error if isinstance(error, OSError) else _as_oserror(error)) from error

    def _apply(self, database: apsw.Connection, batch: Batch) -> None:
        if batch.state is not None:
            database.execute("INSERT OR REPLACE INTO state VALUES (1, ?)", (sealed(0, batch.state),))
        if batch.snapshot is not None:
            index = batch.snapshot.index
            row = index, sealed(index, batch.snapshot.meta), sealed(index, batch.snapshot.data)
            database.execute("INSERT OR REPLACE INTO snapshot VALUES (1, ?, ?, ?)", row)
        if batch.cut_from is not None:
            database.execute("DELETE FROM records WHERE number >= ?", (batch.cut_from,))
        if batch.forget_before is not None:
            database.execute("DELETE FROM records WHERE number < ?", (batch.forget_before,))
        rows = ((record.index, sealed(record.index, record.data)) for record in batch.records)
        database.executemany("INSERT OR REPLACE INTO records VALUES (?, ?)", rows)

    def close(self) -> None:
        if self._database is not None:
            # what it still wants to write after a failure may fail again
            with suppress(*((OSError, apsw.Error) if self._poison is not None else ())):
                self._database.close(self._poison is not None)
            self._database = None
        if self._vfs is not None:
            self._vfs.unregister()
            self._vfs = None


def sealed(number: int, data: bytes) -> bytes:
    """Octets of a row with their CRC32C, and that of the row's number, before them."""
    checksum: int = extend(value(number.to_bytes(8, "big", signed=True)), data)
    return checksum.to_bytes(SEAL_OCTETS, "big") + data


def _sealed_row(*values: Any) -> bytes:
    number, data = values
    return sealed(number, data)


def _as_oserror(error: apsw.Error) -> OSError:
    """SQLite's own complaint about a disk (full, input or output error), as any other file would make it."""
    cause = error.__cause__ or error.__context__
    return cause if isinstance(cause, OSError) else OSError(f"SQLite: {error}")
