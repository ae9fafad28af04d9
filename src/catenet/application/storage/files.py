"""Files, as a storage engine sees them: blocking calls, and one interface over the real and the simulated ones.

Paths are text, relative to the disk's root, with ``/`` between names.  What fails raises OSError with the errno that
Linux gives.  What a power cut does is the point of these calls, so they promise what POSIX does and no more:

- what was written is safe once :meth:`File.sync` has returned, and not before;
- a name that was created, renamed or removed is safe once :meth:`Files.sync_folder` has returned;
- until then any part of it may be there afterwards, in any order.
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
        """Make the file so long."""
        raise AssertionError(f"{type(self).__name__} cannot be cut")

    def size(self) -> int:
        """How long it is, in octets."""
        raise AssertionError(f"{type(self).__name__} has no size")

    def sync(self) -> None:
        """Return when what the file holds would survive a power cut.

        After a failure nobody knows what it holds, and a second call may succeed without having written anything.
        """
        raise AssertionError(f"{type(self).__name__} cannot be synced")

    def close(self) -> None:
        """Let go of it.  Nothing is synced."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        self.close()


class Files:
    """The files of one disk."""

    def open(self, path: str, *, create: bool = False) -> File:
        """Open a file for reading and writing; with ``create`` make it, empty, if there is none.

        FileNotFoundError without ``create``.
        """
        raise AssertionError(f"{type(self).__name__} cannot open files")

    def exists(self, path: str) -> bool:
        """Whether there is a file of that name."""
        raise AssertionError(f"{type(self).__name__} knows no names")

    def names(self, folder: str) -> list[str]:
        """The names of the files in a folder, sorted; none if there is no such folder."""
        raise AssertionError(f"{type(self).__name__} knows no names")

    def make_folder(self, folder: str) -> None:
        """See that a folder is there, and would be after a power cut."""
        raise AssertionError(f"{type(self).__name__} has no folders")

    def folders(self, parent: str) -> list[str]:
        """The names of the folders in a folder, sorted; ``""`` is the root."""
        raise AssertionError(f"{type(self).__name__} has no folders")

    def move_folder(self, old: str, new: str) -> None:
        """Give a folder, with all that is in it, another name in the same parent folder, durably.

        After a power cut all of it has the old name or the new one.  FileNotFoundError if there is no such folder;
        FileExistsError if the new name is taken.
        """
        raise AssertionError(f"{type(self).__name__} has no folders")

    def rename(self, old: str, new: str) -> None:
        """Give a file another name in the same folder; a file that had that name is gone.

        FileNotFoundError if there is none; OSError (EXDEV) from one folder to another.
        """
        raise AssertionError(f"{type(self).__name__} cannot rename")

    def remove(self, path: str) -> None:
        """Take a name away.  FileNotFoundError if there is none."""
        raise AssertionError(f"{type(self).__name__} cannot remove")

    def sync_folder(self, folder: str) -> None:
        """Return when the names in a folder would survive a power cut."""
        raise AssertionError(f"{type(self).__name__} cannot sync folders")

    def real_path(self, path: str) -> str | None:
        """Where the operating system has the file; None if it knows nothing of it."""
        return None

    def read_whole(self, path: str) -> bytes:
        """All that a file holds."""
        with self.open(path) as file:
            return file.read(0, file.size())


def folder_of(path: str) -> str:
    """The folder that a path is in; ``""`` for the root."""
    return path.rpartition("/")[0]
