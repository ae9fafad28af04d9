"""What a storage engine is: it recovers, it writes batches durably, and it says when it cannot.

An engine is blocking code over :class:`~catenet.application.storage.files.Files`;
:class:`~catenet.application.storage.store.Store` runs it beside the event loop.
"""

from __future__ import annotations

from collections.abc import Sequence

from catenet.application.storage.files import Files
from catenet.application.storage.records import Batch, Recovered


class DamagedStore(RuntimeError):
    """What was stored is not what is there, and it is no tail of a write that a crash cut short.

    ``file`` and ``offset`` (octets) say where, ``reason`` what was found.  The replica cannot know any more what it has
    promised.  It must not take part with what is left: :mod:`~catenet.application.replication.replica_status` moves it
    aside, and the replica waits until its peers have brought it up to date.
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
    """What is stored was written by a newer program, in a format that this one does not know.  It is not damaged.

    ``file`` says where, ``version`` what was found, ``newest`` what can be read.
    """

    def __init__(self, file: str, version: int, newest: int) -> None:
        self.file = file
        self.version = version
        self.newest = newest
        super().__init__(
            f"{file} is of version {version} of the format, and this program reads versions up to {newest}; "
            "nothing was changed: use the program that wrote it, or a newer one"
        )

    def __reduce__(self) -> tuple[type[UnknownVersion], tuple[str, int, int]]:
        return UnknownVersion, (self.file, self.version, self.newest)


class PoisonedStore(RuntimeError):
    """A write or an fsync has failed, so nobody knows what the disk holds.  The store takes nothing any more.

    A second fsync may succeed without having written what the first one lost.  Open the store anew: what is then
    recovered is written again.
    """


class Engine:
    """Keeps what a replica must not forget in files of one folder.

    A call that raises OSError from :meth:`write` leaves the engine poisoned: see :class:`PoisonedStore`.
    """

    def exists(self, files: Files, folder: str) -> bool:
        """Whether there is a store, whole or not; nothing is made."""
        raise AssertionError(f"{type(self).__name__} cannot look")

    def open(self, files: Files, folder: str) -> Recovered:
        """What is there, made if there is nothing.

        Raises :class:`DamagedStore`, :class:`UnknownVersion`, OSError; what is there is then as it was.
        """
        raise AssertionError(f"{type(self).__name__} cannot open")

    def salvage(self, files: Files, folder: str) -> Recovered:
        """What can be read of a store that may be damaged, without changing it.

        Raises :class:`DamagedStore` if that is nothing that a replica could begin with.
        """
        raise AssertionError(f"{type(self).__name__} cannot salvage")

    def write(self, batches: Sequence[Batch]) -> None:
        """Make batches durable, all of them or, after a crash, none: they have become one.  Raises OSError."""
        raise AssertionError(f"{type(self).__name__} cannot write")

    def close(self) -> None:
        """Let go of the files."""
