"""The files of the operating system, below one folder."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Final

from catenet.application.storage.files import File, Files, folder_of

MODE: Final = 0o644


class RealFile(File):
    """A file descriptor."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor: Final = descriptor
        self._open = True

    def read(self, offset: int, count: int) -> bytes:
        parts: list[bytes] = []
        while count > 0:
            part = os.pread(self._descriptor, count, offset)
            if not part:
                break
            parts.append(part)
            offset += len(part)
            count -= len(part)
        return b"".join(parts)

    def write(self, offset: int, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            written = os.pwrite(self._descriptor, rest, offset)
            offset += written
            rest = rest[written:]

    def truncate(self, octets: int) -> None:
        os.ftruncate(self._descriptor, octets)

    def size(self) -> int:
        return os.fstat(self._descriptor).st_size

    def sync(self) -> None:
        os.fsync(self._descriptor)

    def close(self) -> None:
        if self._open:
            self._open = False
            os.close(self._descriptor)


class RealFiles(Files):
    """The files below ``root``."""

    def __init__(self, root: str | Path) -> None:
        self._root: Final = Path(root)

    def open(self, path: str, *, create: bool = False) -> RealFile:
        flags = os.O_RDWR | os.O_CLOEXEC | (os.O_CREAT if create else 0)
        return RealFile(os.open(self._root / path, flags, MODE))

    def exists(self, path: str) -> bool:
        return (self._root / path).is_file()

    def names(self, folder: str) -> list[str]:
        place = self._root / folder
        return sorted(entry.name for entry in place.iterdir() if entry.is_file()) if place.is_dir() else []

    def make_folder(self, folder: str) -> None:
        missing = [place for place in (self._root, *self._root.parents) if not place.is_dir()]
        place = self._root
        below = [place := place / name for name in Path(folder).parts]
        for place in (*reversed(missing), *below):
            place.mkdir(exist_ok=True)
            _sync_folder(place.parent)  # also if it exists: the sync at its creation may have failed

    def folders(self, parent: str) -> list[str]:
        place = self._root / parent
        return sorted(entry.name for entry in place.iterdir() if entry.is_dir()) if place.is_dir() else []

    def move_folder(self, old: str, new: str) -> None:
        if (self._root / new).exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), new)
        _sync_folder(self._root / old)
        (self._root / old).rename(self._root / new)
        _sync_folder((self._root / new).parent)

    def rename(self, old: str, new: str) -> None:
        if folder_of(old) != folder_of(new):
            raise OSError(errno.EXDEV, os.strerror(errno.EXDEV), old)
        (self._root / old).replace(self._root / new)

    def remove(self, path: str) -> None:
        (self._root / path).unlink()

    def sync_folder(self, folder: str) -> None:
        _sync_folder(self._root / folder)

    def real_path(self, path: str) -> str:
        return str(self._root / path)


def _sync_folder(place: Path) -> None:
    descriptor = os.open(place, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
