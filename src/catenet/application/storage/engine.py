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
    promised.  It must not take part with what is left: :meth:`~catenet.application.storage.store.Store.discard` it, and
    let the replica come back as a new member that its peers bring up to date.
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


class PoisonedStore(RuntimeError):
    """A write or an fsync has failed, so nobody knows what the disk holds.  The store takes nothing any more.

    A second fsync may succeed without having written what the first one lost.  Open the store anew: what is then
    recovered is written again.
    """


class Engine:
    """Keeps what a replica must not forget in files of one folder.

    A call that raises OSError from :meth:`write` leaves the engine poisoned: see :class:`PoisonedStore`.
    """

    def open(self, files: Files, folder: str) -> Recovered:
        """What is there, made if there is nothing.  Raises :class:`DamagedStore`, OSError."""
        raise AssertionError(f"{type(self).__name__} cannot open")

    def write(self, batches: Sequence[Batch]) -> None:
        """Make batches durable, all of them or, after a crash, none: they have become one.  Raises OSError."""
        raise AssertionError(f"{type(self).__name__} cannot write")

    def close(self) -> None:
        """Let go of the files."""


def discard(files: Files, folder: str) -> None:
    """Remove all that a store has in its folder."""
    for name in files.names(folder):
        files.remove(f"{folder}/{name}")
    files.sync_folder(folder)
