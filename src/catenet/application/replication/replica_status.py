"""The status of a replica in its group, stored beside its store.

A store can be lost: damaged, or emptied by hand.  Then nothing in it shows that it existed.  So a separate file,
``GROUP.standing`` beside the folder ``GROUP``, records what the replica may do:

=============  ========================================================================================
``founding``   it will found the group, and has not taken part yet
``member``     it takes part
``lost``       it has lost its promises: it is silent until a majority without it readmits it
``listening``  it has got a mark (:class:`~catenet.application.consensus.entry.Readmission`)
=============  ========================================================================================

Each *life* of a disk has a random name.  A founder has the others record its life before it takes part, so they know,
when it returns with an empty disk, that it was a member before.
"""

from __future__ import annotations

import json
import os
from typing import Final

import msgspec
from google_crc32c import value

from catenet.application.storage.files import Files, folder_of

FOUNDING: Final = "founding"
MEMBER: Final = "member"
LOST: Final = "lost"
LISTENING: Final = "listening"
SUFFIX: Final = ".standing"
ASIDE: Final = ".part"
DAMAGED: Final = ".damaged-"
VERSION: Final = 1


class Mark(msgspec.Struct, frozen=True):
    """The index in the log from which on a replica may take part again, and the leader of that time."""

    index: int
    term: int
    leader: int


class ReplicaStatus(msgspec.Struct, frozen=True):
    """The status.  ``why`` is the reason for a loss, ``aside`` the folder that holds the rest (empty: there is none).

    ``peers`` holds the recorded lives of other founders.
    """

    state: str
    life: str
    why: str = ""
    aside: str = ""
    mark: Mark | None = None
    peers: dict[int, str] = {}


class UnreadableStatus(ValueError):
    """The status file is damaged.  The replica must be treated as lost."""


class _StatusFile(msgspec.Struct, frozen=True):
    version: int
    standing: ReplicaStatus
    checksum: int


def new_life() -> str:
    """A random name for a life."""
    return os.urandom(12).hex()


def status_path(folder: str) -> str:
    """The path of the status file of the replica whose store is in ``folder``."""
    return folder + SUFFIX


def load(files: Files, folder: str) -> ReplicaStatus | None:
    """Read the status; None if there is no file.  Raises :class:`UnreadableStatus`, OSError."""
    path = status_path(folder)
    if not files.exists(path):
        return None
    try:
        stored = msgspec.json.decode(files.read_whole(path), type=_StatusFile)
    except msgspec.MsgspecError as error:
        raise UnreadableStatus(f"{path}: {error}") from None
    if stored.checksum != _checksum(stored.standing):
        raise UnreadableStatus(f"{path}: the checksum is wrong")
    return stored.standing


def relied_on(files: Files, folder: str) -> ReplicaStatus | None:
    """Read the status and make it durable: the sync of its name may have failed when it was saved.

    Raises like :func:`load`.
    """
    status = load(files, folder)
    if status is not None:
        files.sync_folder(folder_of(status_path(folder)))
    return status


def save(files: Files, folder: str, status: ReplicaStatus) -> None:
    """Write the status durably: after a power cut the file holds the new or the previous status."""
    path = status_path(folder)
    files.make_folder(folder_of(path))
    stored = _StatusFile(VERSION, status, _checksum(status))
    with files.open(path + ASIDE, create=True) as file:
        file.truncate(0)
        file.write(0, (json.dumps(msgspec.to_builtins(stored, str_keys=True), indent=1) + "\n").encode())
        file.sync()
    files.rename(path + ASIDE, path)
    files.sync_folder(folder_of(path))


def _checksum(status: ReplicaStatus) -> int:
    checksum: int = value(msgspec.msgpack.encode(status))
    return checksum


def free_name(files: Files, folder: str) -> str:
    """An unused name, beside a folder, for its contents."""
    taken = files.folders(folder_of(folder))
    number = 1
    while f"{folder}{DAMAGED}{number}".rpartition("/")[2] in taken:
        number += 1
    return f"{folder}{DAMAGED}{number}"


def lose(files: Files, folder: str, why: str, before: ReplicaStatus | None, *, left: bool) -> ReplicaStatus:
    """Record that a store is lost, then set its rest aside if there is any (``left``).  Nothing is deleted.

    The order matters: after a power cut in between, :func:`set_aside` continues from the recorded status.
    """
    aside = free_name(files, folder) if left and files.names(folder) else ""
    peers = {} if before is None else before.peers
    status = ReplicaStatus(LOST, new_life(), why, aside, None, peers)
    save(files, folder, status)
    set_aside(files, folder, status)
    return status


def set_aside(files: Files, folder: str, status: ReplicaStatus) -> None:
    """Move the rest of a lost store to the folder that its status names, unless that has been done."""
    aside = status.aside
    if aside and aside.rpartition("/")[2] not in files.folders(folder_of(folder)) and files.names(folder):
        files.move_folder(folder, aside)
