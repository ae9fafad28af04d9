"""SQLite's operating system layer (VFS) over :class:`~catenet.application.storage.files.Files`.

There is one process with one connection, so locks are always granted.  The disk is assumed to have neither atomic
writes beyond a sector nor ordered writes.  The first sync of a new file also syncs its folder, as in SQLite's layer for
Unix.

SQLite does not report every failure, so the failures are recorded here.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any, Final

import apsw

from catenet.application.storage.files import File, Files, folder_of

SECTOR_OCTETS: Final = 4096
JULIAN_DAY_OF_1970: Final = 2_440_587.5
_NUMBERS: Final = count(1)


class FilesVfs(apsw.VFS):
    """The VFS.  ``name`` is for ``apsw.Connection(vfs=...)``."""

    def __init__(self, files: Files) -> None:
        self.name: Final = f"catenet-{next(_NUMBERS)}"
        self.files: Final = files
        self._failures: Final[list[OSError]] = []
        super().__init__(self.name, "")

    @property
    def failure(self) -> OSError | None:
        """The error of the first failed call, whether or not SQLite has reported it."""
        return self._failures[0] if self._failures else None

    def xOpen(self, name: Any, flags: list[int]) -> Any:
        path = name.filename() if isinstance(name, apsw.URIFilename) else str(name)
        created = not self.files.exists(path)
        with self:
            return VfsFile(self, path, created)

    def xDelete(self, filename: str, syncdir: bool) -> None:
        with self:
            self.files.remove(filename)
            if syncdir:
                self.files.sync_folder(folder_of(filename))

    def __enter__(self) -> None:
        """Record failures in this context."""

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, OSError):
            self._failures.append(error)

    @contextmanager
    def told_later(self) -> Iterator[None]:
        """For a statement that SQLite reports as successful although calls failed: apsw would print such errors."""
        printing = sys.unraisablehook

        def keeping(told: Any) -> None:
            if not any(told.exc_value is failure for failure in self._failures):
                printing(told)

        sys.unraisablehook = keeping
        try:
            yield
        finally:
            sys.unraisablehook = printing

    def xAccess(self, pathname: str, flags: int) -> bool:
        return self.files.exists(pathname)

    def xFullPathname(self, name: str) -> str:
        return name

    def xRandomness(self, numbytes: int) -> bytes:
        return bytes(numbytes)

    def xSleep(self, microseconds: int) -> int:
        return microseconds

    def xCurrentTime(self) -> float:
        return JULIAN_DAY_OF_1970

    def xCurrentTimeInt64(self) -> int:
        return int(JULIAN_DAY_OF_1970 * 86_400_000)


class VfsFile:
    """An open file."""

    def __init__(self, vfs: FilesVfs, path: str, created: bool) -> None:
        self._vfs: Final = vfs
        self._folder: Final = folder_of(path)
        self._file: Final[File] = vfs.files.open(path, create=True)
        self._created = created

    def xRead(self, amount: int, offset: int) -> bytes:
        with self._vfs:
            return self._file.read(offset, amount)

    def xWrite(self, data: bytes, offset: int) -> None:
        with self._vfs:
            self._file.write(offset, bytes(data))

    def xTruncate(self, newsize: int) -> None:
        with self._vfs:
            self._file.truncate(newsize)

    def xSync(self, flags: int) -> None:
        with self._vfs:
            self._file.sync()
            if self._created:
                self._vfs.files.sync_folder(self._folder)
                self._created = False

    def xFileSize(self) -> int:
        return self._file.size()

    def xClose(self) -> None:
        self._file.close()

    def xLock(self, level: int) -> None:
        pass

    def xUnlock(self, level: int) -> None:
        pass

    def xCheckReservedLock(self) -> bool:
        return False

    def xFileControl(self, op: int, ptr: int) -> bool:
        return False

    def xSectorSize(self) -> int:
        return SECTOR_OCTETS

    def xDeviceCharacteristics(self) -> int:
        return 0
