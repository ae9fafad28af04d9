"""The interface of storage engines: recovery, durable writes, and their errors.

An engine is blocking code over :class:`~catenet.application.storage.files.Files`;
:class:`~catenet.application.storage.store.Store` runs it beside the event loop.
"""

from __future__ import annotations

from collections.abc import Sequence

from catenet.application.storage.files import Files
from catenet.application.storage.records import Batch, Recovered


class DamagedStore(RuntimeError):
    """The stored data is damaged, and not only by a write that a crash interrupted.

    ``file`` and ``offset`` (octets) give the place, ``reason`` the finding.  The replica no longer knows what it
    promised, so it must not take part with the rest: :mod:`~catenet.application.replication.replica_status` sets the
    rest aside, and the replica waits until its peers have brought it up to date.
    """

    def __init__(self, file: str, offset: int, reason: str) -> None:
        self.file = file
        self.offset = offset
        self.reason = reason
        super().__init__(
            f"{file} is damaged at octet {offset}: {reason}; the replica has to be repaired from its peers"
        )

    def __reduce__(self) -> tuple[type[DamagedStore], tuple[str, int, str]]:
        return DamagedStore, (self.file, self.offset, self.reason)


class UnknownVersion(RuntimeError):
    """The data was written by a newer program, in an unknown version of the format.  It is not damaged.

    ``version`` is the version of ``file``, ``newest`` the newest version that can be read.
    """

    def __init__(self, file: str, version: int, newest: int) -> None:
        self.file = file
        self.version = version
        self.newest = newest
        super().__init__(
            f"{file} has version {version} of the format, and this program reads versions up to {newest}; "
            "nothing was changed: use the program that wrote it, or a newer one"
        )

    def __reduce__(self) -> tuple[type[UnknownVersion], tuple[str, int, int]]:
        return UnknownVersion, (self.file, self.version, self.newest)


class PoisonedStore(RuntimeError):
    """A write or an fsync has failed, so the contents of the disk are unknown, and the store accepts no more batches.

    A second fsync may succeed without writing what the first one lost.  Open the store again: it then rewrites what it
    recovers.
    """


class Engine:
    """Stores the durable state of a replica in the files of one folder.

    After an OSError from :meth:`write`, the engine is poisoned: see :class:`PoisonedStore`.
    """

    def exists(self, files: Files, folder: str) -> bool:
        """Whether the folder holds a store, intact or not; creates nothing."""
        raise AssertionError(f"{type(self).__name__} cannot look")

    def open(self, files: Files, folder: str) -> Recovered:
        """Open the store, which is created if it does not exist; returns its contents.

        Raises :class:`DamagedStore`, :class:`UnknownVersion`, OSError; the files are then unchanged.
        """
        raise AssertionError(f"{type(self).__name__} cannot open")

    def salvage(self, files: Files, folder: str) -> Recovered:
        """The readable part of a store that may be damaged; changes nothing.

        Raises :class:`DamagedStore` if that is not enough for a replica to start from.
        """
        raise AssertionError(f"{type(self).__name__} cannot salvage")

    def write(self, batches: Sequence[Batch]) -> None:
        """Make batches durable, all of them or, after a crash, none.  Raises OSError."""
        raise AssertionError(f"{type(self).__name__} cannot write")

    def close(self) -> None:
        """Close the files."""
