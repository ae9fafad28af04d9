"""SQLite as a storage engine.

SQLite has its own write-ahead log with one fsync per transaction (``journal_mode=WAL``, ``synchronous=FULL``).  No
other process may open the database (``locking_mode=EXCLUSIVE``), so it needs no shared memory.

SQLite's automatic checkpoints, which move its log into the database, hide failures.  So checkpoints are explicit here:
every :data:`CHECKPOINT_PAGES`, and on close.  A connection that is dropped, by the end of a process or after a failure,
touches the files no more: another process may use them by then.

SQLite treats what it finds in its log as durable.  After a failed fsync the data may exist only in the operating
system's memory, marked as written; so the log is rewritten when the store is opened, before anything relies on it.
"""

from __future__ import annotations

import errno
import os
import weakref
from collections.abc import Sequence
from contextlib import nullcontext, suppress
from functools import partial
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
CHECKSUM_OCTETS: Final = 4
LOG: Final = "-wal"
"""What SQLite appends to the name of the database for its log."""
CHECKPOINT_PAGES: Final = 1000
HEADER_OCTETS: Final = 100
"""The size of a database header.  SQLite treats a file of one octet as a new one."""
EXCLUSIVE: Final = "PRAGMA locking_mode=EXCLUSIVE"
PRAGMAS: Final = ("PRAGMA temp_store=MEMORY", "PRAGMA synchronous=FULL")
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
        self._log_pages = 0

    def exists(self, files: Files, folder: str) -> bool:
        return _size(files, f"{folder}/{FILE}") > 0

    def open(self, files: Files, folder: str) -> Recovered:
        files.make_folder(folder)
        found = self._open(files, folder)
        try:
            self._write_again(files, folder)
        except (OSError, apsw.Error) as error:
            self._let_go()
            raise _as_oserror(error) from error
        return found

    def _open(self, files: Files, folder: str) -> Recovered:
        self._path = f"{folder}/{FILE}"
        real_path = files.real_path(self._path)
        octets = _size(files, self._path)
        if 0 < octets < HEADER_OCTETS:
            raise DamagedStore(self._path, octets, "the end of the file is missing")
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
        except (OSError, apsw.Error) as error:
            self._let_go()
            raise _as_oserror(error) from error

    def _write_again(self, files: Files, folder: str) -> None:
        """Make the contents durable: first the log, then the database after a checkpoint, and the names of both.

        The order matters, because SQLite repairs the database from its log after a power cut.  Data that is only in
        the database was synced before the log was restarted.
        """
        log = self._path + LOG
        if files.exists(log):
            with files.open(log) as file:
                file.write(0, file.read(0, file.size()))
                file.sync()
        files.sync_folder(folder)
        self._checkpoint()

    def _checkpoint(self) -> None:
        """Move SQLite's log into the database; the next write restarts it.  Raises OSError, apsw.Error.

        The log is not truncated: after a power cut, a part of it could reappear, with old pages.
        """
        assert self._database is not None, "open() comes first"
        busy, pages, moved = next(iter(self._database.execute("PRAGMA wal_checkpoint(PASSIVE)")))
        self._check_disk()
        if busy or pages != moved:
            raise OSError(errno.EBUSY, os.strerror(errno.EBUSY), self._path)
        self._log_pages = 0

    def _check_disk(self) -> None:
        """Raise a failure that SQLite has hidden."""
        if self._vfs is not None and self._vfs.failure is not None:
            raise self._vfs.failure

    def _committed(self, database: apsw.Connection, name: str, pages: int) -> int:
        """SQLite's hook after each transaction: ``pages`` is the length of its log."""
        self._log_pages = pages
        return apsw.SQLITE_OK

    def _let_go(self) -> None:
        """Close without writing anything."""
        if self._database is not None:
            with suppress(OSError, apsw.Error):
                self._database.close(True)
            self._database = None
        if self._vfs is not None:
            self._vfs.unregister()
            self._vfs = None

    def _opened(self, database: apsw.Connection) -> Recovered:
        database.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)
        database.set_wal_hook(partial(SqliteEngine._committed, weakref.proxy(self)))
        database.execute(EXCLUSIVE)
        version = int(next(iter(database.execute("PRAGMA user_version")))[0])
        if version > VERSION:
            raise UnknownVersion(self._path, version, VERSION)
        tables = [row[0] for row in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        for statement in PRAGMAS:
            database.execute(statement)
        with nullcontext() if self._vfs is None else self._vfs.told_later():
            mode = next(iter(database.execute("PRAGMA journal_mode=WAL")))[0]
        self._check_disk()
        if mode != "wal":  # SQLite reports a failure in no other way
            raise OSError(errno.EIO, f"SQLite cannot create its log, and stays in mode {mode}", self._path)
        if version < VERSION:
            self._make(database, checked=not tables)
        found = next(iter(database.execute("PRAGMA quick_check(1)")))[0]
        if found != "ok":
            raise DamagedStore(self._path, 0, str(found))
        recovered = self._recovered(database)
        self._check_disk()
        return recovered

    def _make(self, database: apsw.Connection, *, checked: bool) -> None:
        """Create the tables.  Rows of version 1 had no checksums; they get them now."""
        database.execute("BEGIN IMMEDIATE")
        for statement in TABLES:
            database.execute(statement)
        if not checked:
            database.create_scalar_function("with_checksum", _row_with_checksum, 2)
            database.execute("UPDATE state SET data = with_checksum(0, data)")
            database.execute("UPDATE records SET data = with_checksum(number, data)")
            database.execute(
                "UPDATE snapshot SET meta = with_checksum(number, meta), data = with_checksum(number, data)"
            )
        database.execute(f"PRAGMA user_version = {VERSION}")
        database.execute("COMMIT")

    def _recovered(self, database: apsw.Connection) -> Recovered:
        state = next(iter(database.execute("SELECT data FROM state")), None)
        rows = database.execute("SELECT number, data FROM records ORDER BY number")
        records = tuple(Record(number, self._checked("record", number, data)) for number, data in rows)
        found = next(iter(database.execute("SELECT number, meta, data FROM snapshot")), None)
        snapshot = None
        if found is not None:
            number, *octets = found
            snapshot = Snapshot(number, *(self._checked("snapshot", number, part) for part in octets))
        return Recovered(b"" if state is None else self._checked("state", 0, state[0]), records, snapshot)

    def _checked(self, what: str, number: int, data: bytes) -> bytes:
        if not isinstance(data, bytes) or with_checksum(number, data[CHECKSUM_OCTETS:]) != data:
            raise DamagedStore(self._path, 0, f"the checksum of {what} {number} is wrong")
        return data[CHECKSUM_OCTETS:]

    def salvage(self, files: Files, folder: str) -> Recovered:
        """Everything or nothing: SQLite reports damage, but not which rows precede it."""
        try:
            return self._open(files, folder)
        finally:
            self._let_go()

    def write(self, batches: Sequence[Batch]) -> None:
        if self._poison is not None or self._database is None:
            raise PoisonedStore(f"the database accepts no more batches, because a write failed: {self._poison}")
        try:
            self._database.execute("BEGIN IMMEDIATE")
            for batch in batches:
                self._apply(self._database, batch)
            self._database.execute("COMMIT")
            self._check_disk()
            if self._log_pages >= CHECKPOINT_PAGES:
                self._checkpoint()
        except (OSError, apsw.Error) as error:
            self._poison = error
            raise _as_oserror(error) from error

    def _apply(self, database: apsw.Connection, batch: Batch) -> None:
        if batch.state is not None:
            database.execute("INSERT OR REPLACE INTO state VALUES (1, ?)", (with_checksum(0, batch.state),))
        if batch.snapshot is not None:
            index = batch.snapshot.index
            row = index, with_checksum(index, batch.snapshot.meta), with_checksum(index, batch.snapshot.data)
            database.execute("INSERT OR REPLACE INTO snapshot VALUES (1, ?, ?, ?)", row)
        if batch.cut_from is not None:
            database.execute("DELETE FROM records WHERE number >= ?", (batch.cut_from,))
        if batch.forget_before is not None:
            database.execute("DELETE FROM records WHERE number < ?", (batch.forget_before,))
        rows = ((record.index, with_checksum(record.index, record.data)) for record in batch.records)
        database.executemany("INSERT OR REPLACE INTO records VALUES (?, ?)", rows)

    def close(self) -> None:
        try:
            if self._database is not None and self._poison is None:
                self._checkpoint()
                self._database.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0)  # its log is removed
                self._database.close()
                self._check_disk()
        except (OSError, apsw.Error) as error:
            raise _as_oserror(error) from error  # nothing is lost: it is all in SQLite's log
        finally:
            self._let_go()


def _size(files: Files, path: str) -> int:
    """The length of a file, in octets; 0 if there is none."""
    if not files.exists(path):
        return 0
    with files.open(path) as file:
        return file.size()


def with_checksum(number: int, data: bytes) -> bytes:
    """The octets of a row, preceded by the CRC32C of the row's number and octets."""
    checksum: int = extend(value(number.to_bytes(8, "big", signed=True)), data)
    return checksum.to_bytes(CHECKSUM_OCTETS, "big") + data


def _row_with_checksum(*values: Any) -> bytes:
    number, data = values
    return with_checksum(number, data)


def _as_oserror(error: OSError | apsw.Error) -> OSError:
    """SQLite's error about a disk (full, input or output error) as an OSError."""
    if isinstance(error, OSError):
        return error
    cause = error.__cause__ or error.__context__
    return cause if isinstance(cause, OSError) else OSError(f"SQLite: {error}")
