"""What a person sees and decides of a node's stores while it does not run, and what that does to its folder."""

from __future__ import annotations

import gc
import os
from pathlib import Path

import pytest

from catenet.application.replication import repair, replica_status
from catenet.application.replication.replica_status import LOST, MEMBER, ReplicaStatus
from catenet.application.storage.real import RealFiles
from catenet.application.storage.records import Batch, Record, Recovered, Snapshot
from catenet.application.storage.store import make_engine

RECORDS = tuple(Record(index, b"entry %d" % index) for index in range(3, 8))


def keep(folder: Path, name: str, engine: str) -> None:
    """A store with the entries 3 to 7."""
    made = make_engine(engine)
    made.open(RealFiles(folder), name)
    made.write([Batch(b"term 4", RECORDS)])
    made.close()


def lose(folder: Path) -> None:
    replica_status.save(RealFiles(folder), "g", ReplicaStatus(LOST, "a life", "a flipped bit", "g.damaged-1"))


def whole(folder: Path, name: str, engine: str) -> Recovered:
    made = make_engine(engine)
    try:
        return made.open(RealFiles(folder), name)
    finally:
        made.close()


def held(folder: Path, name: str, engine: str) -> tuple[Record, ...]:
    return whole(folder, name, engine).records


def state_of(folder: Path) -> str:
    found = replica_status.load(RealFiles(folder), "g")
    return "" if found is None else found.state


@pytest.mark.parametrize("engine", ["wal", "sqlite"])
def test_what_was_moved_aside_comes_back_in_the_engine_that_wrote_it(tmp_path: Path, engine: str) -> None:
    """Written by another engine, the node would look for its log, find none, and be without it again."""
    keep(tmp_path, "g.damaged-1", engine)
    lose(tmp_path)
    other = {"wal": "sqlite", "sqlite": "wal"}[engine]
    assert repair.accept(tmp_path, "g", "g.damaged-1", other) == "g takes part again, with the entries 3 to 7"
    assert repair.engine_of(tmp_path / "g") == engine
    assert held(tmp_path, "g", engine) == RECORDS
    assert repair.engine_of(tmp_path / "g.damaged-1") == engine, "what was taken from is still there"
    assert state_of(tmp_path) == MEMBER


@pytest.mark.parametrize("engine", ["wal", "sqlite"])
def test_the_vote_and_the_snapshot_come_back_with_the_entries(tmp_path: Path, engine: str) -> None:
    """Without its vote the replica would vote twice in one term; without its snapshot its log has no beginning."""
    made = make_engine(engine)
    made.open(RealFiles(tmp_path), "g.damaged-1")
    snapshot = Snapshot(2, b"term 3", b"all of it")
    made.write([Batch(b"term 4, voted for 2", RECORDS, None, snapshot)])
    made.close()
    lose(tmp_path)
    assert repair.accept(tmp_path, "g", "g.damaged-1", engine) == "g takes part again, with the entries 1 to 7"
    assert whole(tmp_path, "g", engine) == Recovered(b"term 4, voted for 2", RECORDS, snapshot)


@pytest.mark.parametrize("engine", ["wal", "sqlite"])
def test_with_nothing_left_the_log_is_empty_and_of_the_engine_that_was_asked_for(tmp_path: Path, engine: str) -> None:
    lose(tmp_path)
    assert repair.accept(tmp_path, "g", "", engine) == "g takes part again, with an empty log"
    assert repair.engine_of(tmp_path / "g") == engine
    assert held(tmp_path, "g", engine) == ()


def test_what_its_own_folder_holds_is_kept_as_it_is(tmp_path: Path) -> None:
    keep(tmp_path, "g", "sqlite")
    lose(tmp_path)
    assert repair.accept(tmp_path, "g", "", "wal") == "g takes part again, with the entries 3 to 7"
    assert repair.engine_of(tmp_path / "g") == "sqlite"
    assert held(tmp_path, "g", "sqlite") == RECORDS


def test_what_stood_in_the_way_is_moved_aside_and_told(tmp_path: Path) -> None:
    keep(tmp_path, "g", "wal")
    keep(tmp_path, "g.damaged-1", "wal")
    lose(tmp_path)
    told = repair.accept(tmp_path, "g", "g.damaged-1", "wal")
    assert told == "g takes part again, with the entries 3 to 7; what was in it is now in g.damaged-2"
    assert held(tmp_path, "g.damaged-2", "wal") == RECORDS


def test_a_replica_that_lost_nothing_or_a_source_that_is_none_changes_nothing(tmp_path: Path) -> None:
    with pytest.raises(repair.NotRepairable, match=r"there is no g\.standing"):
        repair.accept(tmp_path, "g", "", "wal")
    lose(tmp_path)
    (tmp_path / "empty").mkdir()
    with pytest.raises(repair.NotRepairable, match="there is no folder"):
        repair.accept(tmp_path, "g", "g.damaged-1", "wal")
    with pytest.raises(repair.NotRepairable, match="holds no store"):
        repair.accept(tmp_path, "g", "empty", "wal")
    assert state_of(tmp_path) == LOST
    replica_status.save(RealFiles(tmp_path), "g", ReplicaStatus(MEMBER, "a life"))
    with pytest.raises(repair.NotRepairable, match="g has not lost its log: its status is 'member'"):
        repair.accept(tmp_path, "g", "", "wal")


def test_each_store_is_told_with_its_engine_its_condition_and_what_can_be_read_of_it(tmp_path: Path) -> None:
    """A person chooses by this: a store that tells of entries that it lacks would be chosen in vain."""
    keep(tmp_path, "g", "sqlite")
    keep(tmp_path, "g.damaged-1", "wal")
    (tmp_path / "g.damaged-1" / "snapshot").write_bytes(b"")
    keep(tmp_path, "g.damaged-2", "wal")
    for segment in (tmp_path / "g.damaged-2").iterdir():
        segment.write_bytes(b"\x55" * 1024)
    (tmp_path / "g.damaged-3").mkdir()
    lose(tmp_path)
    (group,) = repair.survey(tmp_path)
    assert (group.name, group.state, group.why) == ("g", LOST, "a flipped bit")
    assert [(store.name, store.engine, store.condition, store.first, store.last) for store in group.stores] == [
        ("g", "sqlite", "whole", 3, 7),
        ("g.damaged-1", "wal", "whole", 3, 7),
        ("g.damaged-2", "wal", "damaged", 0, 0),
        ("g.damaged-3", "", "empty", 0, 0),
    ]
    assert "at octet 0" in group.stores[2].detail


@pytest.mark.parametrize("engine", ["wal", "sqlite"])
@pytest.mark.parametrize("damaged", [False, True])
def test_a_look_at_the_stores_leaves_no_file_open(tmp_path: Path, engine: str, damaged: bool) -> None:
    """A node of a thousand groups has as many stores, and the system gives a process no more files than that."""
    keep(tmp_path, "g", engine)
    if damaged:
        for file in (tmp_path / "g").iterdir():
            file.write_bytes(b"\x55" * len(file.read_bytes()))
    gc.disable()
    try:
        repair.survey(tmp_path)
        before = len(os.listdir("/dev/fd"))
        ((report,),) = (group.stores for group in repair.survey(tmp_path))
        assert len(os.listdir("/dev/fd")) == before
    finally:
        gc.enable()
    assert report.condition == ("damaged" if damaged else "whole")
