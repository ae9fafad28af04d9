"""SQLite as a storage engine.

It keeps its own write-ahead log with one fsync a transaction (``journal_mode=WAL``, ``synchronous=FULL``), and no
other process may look in (``locking_mode=EXCLUSIVE``), so that it needs no shared memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Final

import apsw

from catenet.application.storage.engine import DamagedStore, Engine, PoisonedStore
from catenet.application.storage.files import Files
from catenet.application.storage.records import Batch, Record, Recovered, Snapshot
from catenet.application.storage.sqlite.vfs import FilesVfs

FILE: Final = "store.sqlite"
PRAGMAS: Final = (
    "PRAGMA locking_mode=EXCLUSIVE",
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
            for statement in (*PRAGMAS, *TABLES):
                self._database.execute(statement)
            return self._recovered(self._database)
        except (apsw.CorruptError, apsw.NotADBError) as error:
            raise DamagedStore(self._path, 0, str(error)) from error
        except apsw.Error as error:
            raise _as_oserror(error) from error

    def _recovered(self, database: apsw.Connection) -> Recovered:
        state = next(iter(database.execute("SELECT data FROM state")), (b"",))[0]
        rows = database.execute("SELECT number, data FROM records ORDER BY number")
        records = tuple(Record(number, data) for number, data in rows)
        found = next(iter(database.execute("SELECT number, meta, data FROM snapshot")), None)
        return Recovered(state, records, None if found is None else Snapshot(*found))

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
            database.execute("INSERT OR REPLACE INTO state VALUES (1, ?)", (batch.state,))
        if batch.snapshot is not None:
            row = batch.snapshot.index, batch.snapshot.meta, batch.snapshot.data
            database.execute("INSERT OR REPLACE INTO snapshot VALUES (1, ?, ?, ?)", row)
        if batch.cut_from is not None:
            database.execute("DELETE FROM records WHERE number >= ?", (batch.cut_from,))
        if batch.forget_before is not None:
            database.execute("DELETE FROM records WHERE number < ?", (batch.forget_before,))
        rows = ((record.index, record.data) for record in batch.records)
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


def _as_oserror(error: apsw.Error) -> OSError:
    """SQLite's own complaint about a disk (full, input or output error), as any other file would make it."""
    cause = error.__cause__ or error.__context__
    return cause if isinstance(cause, OSError) else OSError(f"SQLite: {error}")
