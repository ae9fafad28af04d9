"""What a replica knows of its own status in its group, kept beside its store and not in it.

A store can be lost: damaged, or emptied by hand.  Then nothing in it can say that there was one.  So a file of its own,
``GROUP.standing`` beside the folder ``GROUP``, says how far a replica may go:

=============  ========================================================================================
``founding``   it is about to found the group, and has not taken part yet
``member``     it takes part
``lost``       it has lost what it promised: it is silent until a majority without it takes it in again
``listening``  it has been given a mark (:class:`~catenet.application.consensus.entry.Readmission`)
=============  ========================================================================================

Each life of a disk has a name, drawn once.  A founder has the others write its life down before it takes part; so they
know, when it comes back with an empty disk, that it was there before.
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
    """The place in the log from which a replica may count again, and who led then."""

    index: int
    term: int
    leader: int


class ReplicaStatus(msgspec.Struct, frozen=True):
    """``why`` says what was found of a lost store, ``aside`` where it was moved to (empty: nothing was there).

    ``peers`` has the life of each founder that has asked for it to be written down.
    """

    state: str
    life: str
    why: str = ""
    aside: str = ""
    mark: Mark | None = None
    peers: dict[int, str] = {}


class UnreadableStatus(ValueError):
    """The file is not what was written.  Whoever finds it must take the replica for lost."""


class _Kept(msgspec.Struct, frozen=True):
    version: int
    standing: ReplicaStatus
    checksum: int


def new_life() -> str:
    """A name that no other life has."""
    return os.urandom(12).hex()


def status_path(folder: str) -> str:
    """Where the status of the replica is whose store is in that folder."""
    return folder + SUFFIX


def load(files: Files, folder: str) -> ReplicaStatus | None:
    """What is known; None if there is no such file.  Raises :class:`UnreadableStatus`, OSError."""
    path = status_path(folder)
    if not files.exists(path):
        return None
    try:
        kept = msgspec.json.decode(files.read_whole(path), type=_Kept)
    except msgspec.MsgspecError as error:
        raise UnreadableStatus(f"{path}: {error}") from None
    if kept.checksum != _checksum(kept.standing):
        raise UnreadableStatus(f"{path}: the checksum does not fit")
    return kept.standing


def relied_on(files: Files, folder: str) -> ReplicaStatus | None:
    """What is known, once a power cut would not take it back: the sync of its name may have failed when it was saved.

    Raises as :func:`load`.
    """
    status = load(files, folder)
    if status is not None:
        files.sync_folder(folder_of(status_path(folder)))
    return status


def save(files: Files, folder: str, status: ReplicaStatus) -> None:
    """Make it durable: after a power cut the file says this, or what it said before."""
    path = status_path(folder)
    files.make_folder(folder_of(path))
    kept = _Kept(VERSION, status, _checksum(status))
    with files.open(path + ASIDE, create=True) as file:
        file.truncate(0)
        file.write(0, (json.dumps(msgspec.to_builtins(kept, str_keys=True), indent=1) + "\n").encode())
        file.sync()
    files.rename(path + ASIDE, path)
    files.sync_folder(folder_of(path))


def _checksum(status: ReplicaStatus) -> int:
    checksum: int = value(msgspec.msgpack.encode(status))
    return checksum


def free_name(files: Files, folder: str) -> str:
    """A name beside a folder for what was in it."""
    taken = files.folders(folder_of(folder))
    number = 1
    while f"{folder}{DAMAGED}{number}".rpartition("/")[2] in taken:
        number += 1
    return f"{folder}{DAMAGED}{number}"


def lose(files: Files, folder: str, why: str, before: ReplicaStatus | None, *, left: bool) -> ReplicaStatus:
    """Write down that a store is lost, and then move what is ``left`` of it, if anything, aside.  Nothing is removed.

    The order matters: a power cut in between leaves the mark, and :func:`set_aside` goes on from there.
    """
    aside = free_name(files, folder) if left and files.names(folder) else ""
    peers = {} if before is None else before.peers
    status = ReplicaStatus(LOST, new_life(), why, aside, None, peers)
    save(files, folder, status)
    set_aside(files, folder, status)
    return status


def set_aside(files: Files, folder: str, status: ReplicaStatus) -> None:
    """Move what is left of a lost store to where its status says, unless that has been done."""
    aside = status.aside
    if aside and aside.rpartition("/")[2] not in files.folders(folder_of(folder)) and files.names(folder):
        files.move_folder(folder, aside)
