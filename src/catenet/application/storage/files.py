"""The interface of real and simulated files for storage engines: blocking calls.

Paths are text, relative to the disk's root, with ``/`` between names.  Failures raise OSError with Linux's errno.
Storage engines rely on these calls across power cuts, so the guarantees are those of POSIX and no more:

- written data is durable once :meth:`File.sync` has returned, and not before;
- a created, renamed or removed name is durable once :meth:`Files.sync_folder` has returned;
- before that, any part of the changes may survive a power cut, in any order.
"""

from __future__ import annotations

from typing import Self


class File:
    """An open file."""

    def read(self, offset: int, count: int) -> bytes:
        """Up to ``count`` octets from ``offset``; fewer at the end of the file."""
        raise AssertionError(f"{type(self).__name__} cannot read")

    def write(self, offset: int, data: bytes) -> None:
        """Write all of ``data`` at ``offset``.  A gap before it reads as zeros."""
        raise AssertionError(f"{type(self).__name__} cannot write")

    def truncate(self, octets: int) -> None:
        """Set the length of the file."""
        raise AssertionError(f"{type(self).__name__} cannot be cut")

    def size(self) -> int:
        """The length, in octets."""
        raise AssertionError(f"{type(self).__name__} has no size")

    def sync(self) -> None:
        """Return when the file's contents are durable.

        After a failure the durable contents are unknown, and a second call may succeed without writing anything.
        """
        raise AssertionError(f"{type(self).__name__} cannot be synced")

    def close(self) -> None:
        """Close the file, without a sync."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        self.close()


class Files:
    """The files of one disk."""

    def open(self, path: str, *, create: bool = False) -> File:
        """Open a file for reading and writing; ``create`` creates it, empty, if it does not exist.

        Raises FileNotFoundError without ``create``.
        """
        raise AssertionError(f"{type(self).__name__} cannot open files")

    def exists(self, path: str) -> bool:
        """Whether a file of this name exists."""
        raise AssertionError(f"{type(self).__name__} knows no names")

    def names(self, folder: str) -> list[str]:
        """The names of the files in a folder, sorted; empty if there is no such folder."""
        raise AssertionError(f"{type(self).__name__} knows no names")

    def make_folder(self, folder: str) -> None:
        """Create a folder, durably, unless it exists."""
        raise AssertionError(f"{type(self).__name__} has no folders")

    def folders(self, parent: str) -> list[str]:
        """The names of the folders in a folder, sorted; ``""`` is the root."""
        raise AssertionError(f"{type(self).__name__} has no folders")

    def move_folder(self, old: str, new: str) -> None:
        """Rename a folder with its contents within its parent folder, durably.

        After a power cut it has either the old or the new name.  Raises FileNotFoundError if there is no such folder,
        and FileExistsError if the new name exists.
        """
        raise AssertionError(f"{type(self).__name__} has no folders")

    def rename(self, old: str, new: str) -> None:
        """Rename a file within its folder; an existing file of the new name is replaced.

        Raises FileNotFoundError if there is no such file, and OSError (EXDEV) between folders.
        """
        raise AssertionError(f"{type(self).__name__} cannot rename")

    def remove(self, path: str) -> None:
        """Remove a file.  Raises FileNotFoundError if there is none."""
        raise AssertionError(f"{type(self).__name__} cannot remove")

    def sync_folder(self, folder: str) -> None:
        """Return when the names in a folder are durable."""
        raise AssertionError(f"{type(self).__name__} cannot sync folders")

    def real_path(self, path: str) -> str | None:
        """The operating system's path of the file; None for a simulated file."""
        return None

    def read_whole(self, path: str) -> bytes:
        """The contents of a file."""
        with self.open(path) as file:
            return file.read(0, file.size())


def folder_of(path: str) -> str:
    """The folder that a path is in; ``""`` for the root."""
    return path.rpartition("/")[0]
