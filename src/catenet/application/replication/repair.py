"""Inspects and repairs the stores of a stopped node, for ``catenet store``.

Stores are examined in a copy, so nothing in the folder changes.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Final, NamedTuple

from catenet.application.replication import replica_status as status_file
from catenet.application.replication.replica_status import LISTENING, LOST, MEMBER, ReplicaStatus
from catenet.application.storage.engine import DamagedStore, Engine, UnknownVersion
from catenet.application.storage.real import RealFiles
from catenet.application.storage.records import Batch, Recovered
from catenet.application.storage.store import ENGINES, make_engine

COPY: Final = "copy"


class NotRepairable(Exception):
    """The repair is not possible; nothing was changed."""


class StoreReport(NamedTuple):
    """One store, or the rest of one: ``condition`` is ``whole``, ``damaged``, ``unreadable`` or ``empty``."""

    name: str
    engine: str
    condition: str
    detail: str
    first: int
    last: int


class GroupReport(NamedTuple):
    """One replica of a node; ``state`` is empty if it has no status file."""

    name: str
    state: str
    why: str
    stores: list[StoreReport]


def survey(folder: Path) -> list[GroupReport]:
    """The replicas below a node's folder, in order of their names.  Raises :class:`NotRepairable`, OSError."""
    if not folder.is_dir():
        raise NotRepairable(f"{folder} is not a folder; give the folder of a node, such as kv")
    files = RealFiles(folder)
    known = {name.removesuffix(status_file.SUFFIX) for name in files.names("") if name.endswith(status_file.SUFFIX)}
    folders = files.folders("")
    groups = sorted(known | {name.partition(status_file.DAMAGED)[0] for name in folders})
    return [_report(files, folder, group, folders) for group in groups]


def _report(files: RealFiles, folder: Path, group: str, folders: list[str]) -> GroupReport:
    stores = [
        _look_at(folder, name) for name in folders if name == group or name.startswith(group + status_file.DAMAGED)
    ]
    try:
        found = status_file.load(files, group)
    except status_file.UnreadableStatus as error:
        return GroupReport(group, LOST, str(error), stores)
    return GroupReport(group, "" if found is None else found.state, "" if found is None else found.why, stores)


def _look_at(folder: Path, name: str) -> StoreReport:
    engine = engine_of(folder / name)
    if not engine:
        return StoreReport(name, "", "empty", "it holds no store", 0, 0)
    try:
        held = _in_a_copy(folder / name, engine, salvage=False)
        return StoreReport(name, engine, "whole", "", *_range(held))
    except UnknownVersion as error:
        return StoreReport(name, engine, "unreadable", str(error), 0, 0)
    except DamagedStore as error:
        detail = f"{name}/{Path(error.file).name} at octet {error.offset}: {error.reason}"
    try:
        return StoreReport(name, engine, "damaged", detail, *_range(_in_a_copy(folder / name, engine, salvage=True)))
    except (DamagedStore, UnknownVersion):
        return StoreReport(name, engine, "damaged", detail, 0, 0)


def _range(held: Recovered) -> tuple[int, int]:
    """The first and the last index that a store covers."""
    indices = [record.index for record in held.records]
    if held.snapshot is not None:
        indices = [1, held.snapshot.index, *indices]
    return min(indices, default=0), max(indices, default=0)


def engine_of(place: Path) -> str:
    """The engine that wrote the store in a folder; empty if there is none."""
    for name in ENGINES:
        try:
            if make_engine(name).exists(RealFiles(place.parent), place.name):
                return name
        except ModuleNotFoundError:
            continue
    return ""


def _in_a_copy(place: Path, engine: str, *, salvage: bool) -> Recovered:
    made = make_engine(engine)
    with tempfile.TemporaryDirectory(prefix="catenet-store-") as aside:
        shutil.copytree(place, Path(aside) / COPY)
        if salvage:
            return made.salvage(RealFiles(aside), COPY)
        try:
            return made.open(RealFiles(aside), COPY)
        finally:
            made.close()


def accept(folder: Path, group: str, source: str, engine: str) -> str:
    """Let a replica take part with what is left of its log, as an operator decided; returns a description.

    ``source`` is a folder that was set aside, whose readable part is used; empty means the replica's own folder, or an
    empty log.  Raises :class:`NotRepairable`, OSError.
    """
    files = RealFiles(folder)
    before = _status(files, group)
    held = _held(folder, group, source)
    moved = ""
    if source and files.names(group):
        moved = status_file.free_name(files, group)
        files.move_folder(group, moved)
    chosen = engine_of(folder / (source or group)) or engine
    if source or not engine_of(folder / group):
        _write(make_engine(chosen), files, group, held)
    status_file.save(files, group, ReplicaStatus(MEMBER, before.life, "", before.aside, None, before.peers))
    first, last = _range(held)
    what = f"the entries {first} to {last}" if last else "an empty log"
    return f"{group} takes part again, with {what}" + (f"; what was in it is now in {moved}" if moved else "")


def _status(files: RealFiles, group: str) -> ReplicaStatus:
    try:
        found = status_file.load(files, group)
    except status_file.UnreadableStatus:
        return ReplicaStatus(LOST, status_file.new_life())
    if found is None:
        raise NotRepairable(
            f"there is no {status_file.status_path(group)}: this replica is not known to have lost its log"
        )
    if found.state not in (LOST, LISTENING):
        raise NotRepairable(f"{group} has not lost its log: its status is {found.state!r}")
    return found


def _held(folder: Path, group: str, source: str) -> Recovered:
    """The state from which the replica will start."""
    name = source or group
    if source and not (folder / source).is_dir():
        raise NotRepairable(f"there is no folder {folder / source}")
    engine = engine_of(folder / name)
    if not engine:
        if source:
            raise NotRepairable(f"{folder / source} holds no store")
        return Recovered()
    try:
        return _in_a_copy(folder / name, engine, salvage=bool(source))
    except (DamagedStore, UnknownVersion) as error:
        raise NotRepairable(f"nothing in {name} is readable: {error}") from error


def _write(engine: Engine, files: RealFiles, group: str, held: Recovered) -> None:
    engine.open(files, group)
    engine.write([Batch(held.state or None, held.records, None, held.snapshot)])
    engine.close()
