"""What a replica knows of its own status outlives its store, and nothing of a lost store is removed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from catenet.application.replication import replica_status as status_file
from catenet.application.replication.replica_status import (
    LISTENING,
    LOST,
    MEMBER,
    Mark,
    ReplicaStatus,
    UnreadableStatus,
)
from catenet.application.storage.real import RealFiles
from tests.unit.application.storage.crashing_disk import Bench

FULL = ReplicaStatus(LISTENING, "abc", "a flipped bit", "g/1.damaged-1", Mark(7, 3, 2), {1: "x", 3: "y"})


@pytest.fixture
def files(tmp_path: Path) -> RealFiles:
    return RealFiles(tmp_path)


@pytest.mark.parametrize("status", [ReplicaStatus(MEMBER, "abc"), FULL])
def test_what_was_saved_is_loaded(files: RealFiles, tmp_path: Path, status: ReplicaStatus) -> None:
    assert status_file.load(files, "g/1") is None
    status_file.save(files, "g/1", status)
    assert status_file.load(files, "g/1") == status
    assert [path.name for path in (tmp_path / "g").iterdir()] == ["1.standing"], "beside the folder, and no rest"


def test_a_shorter_one_takes_the_place_of_a_longer(files: RealFiles) -> None:
    status_file.save(files, "g/1", FULL)
    status_file.save(files, "g/1", ReplicaStatus(MEMBER, "b"))
    assert status_file.load(files, "g/1") == ReplicaStatus(MEMBER, "b")


def test_a_file_that_a_person_can_read(files: RealFiles, tmp_path: Path) -> None:
    status_file.save(files, "g/1", FULL)
    text = (tmp_path / "g" / "1.standing").read_text()
    assert json.loads(text)["standing"]["why"] == "a flipped bit"
    assert text.endswith("}\n")


def test_a_file_that_was_changed_is_not_believed(files: RealFiles, tmp_path: Path) -> None:
    """A status that says ``member`` where it was lost would vote a second time."""
    status_file.save(files, "g/1", ReplicaStatus(LOST, "abc"))
    path = tmp_path / "g" / "1.standing"
    for wrong in (path.read_text().replace("lost", "member"), path.read_text()[:-30], ""):
        path.write_text(wrong)
        with pytest.raises(UnreadableStatus, match=r"g/1\.standing"):
            status_file.load(files, "g/1")


def test_what_is_relied_on_outlives_a_power_cut() -> None:
    """A sync fails when it is saved, and the next process finds it all the same: in memory, and not on the disk."""
    bench = Bench()
    status_file.save(bench.files, "g/1", ReplicaStatus(LISTENING, "abc"))
    sync_folder = bench.files.sync_folder

    def failing(folder: str) -> None:
        bench.faults.sync_errors = 1.0
        sync_folder(folder)

    bench.files.sync_folder = failing  # type: ignore[method-assign]
    with pytest.raises(OSError, match="Input/output error"):
        status_file.save(bench.files, "g/1", ReplicaStatus(MEMBER, "abc"))
    bench.files.sync_folder = sync_folder  # type: ignore[method-assign]
    bench.faults.sync_errors = 0.0
    relied_on = status_file.relied_on(bench.files, "g/1")
    assert relied_on == ReplicaStatus(MEMBER, "abc")
    for seed in range(8):
        assert status_file.load(bench.after_power_cut(bench.now_ns, seed).files, "g/1") == relied_on
    assert status_file.relied_on(bench.files, "g/2") is None


def test_lives_have_different_names() -> None:
    lives = {status_file.new_life() for _ in range(100)}
    assert len(lives) == 100
    assert {len(life) for life in lives} == {24}


def test_a_lost_store_is_moved_aside_and_marked(files: RealFiles, tmp_path: Path) -> None:
    for number in (1, 2):
        (tmp_path / "g" / "1").mkdir(parents=True)
        (tmp_path / "g" / "1" / "wal").write_text(f"remains {number}")
        lost = status_file.lose(files, "g/1", "a flipped bit", FULL, left=True)
        assert (lost.state, lost.why, lost.aside) == (LOST, "a flipped bit", f"g/1.damaged-{number}")
        assert (lost.mark, lost.peers) == (None, FULL.peers)
        assert lost.life != FULL.life
        assert status_file.load(files, "g/1") == lost
        assert not (tmp_path / "g" / "1").exists()
        assert (tmp_path / "g" / f"1.damaged-{number}" / "wal").read_text() == f"remains {number}"


@pytest.mark.parametrize("left", [True, False])
def test_where_nothing_is_left_nothing_is_moved(files: RealFiles, tmp_path: Path, left: bool) -> None:
    (tmp_path / "g" / "1").mkdir(parents=True)
    if not left:
        (tmp_path / "g" / "1" / "wal").write_text("another's")
    lost = status_file.lose(files, "g/1", "it was empty", None, left=left)
    assert (lost.aside, lost.peers) == ("", {})
    assert (tmp_path / "g" / "1").exists()


def test_a_power_cut_between_the_mark_and_the_move_is_made_up_for(files: RealFiles, tmp_path: Path) -> None:
    (tmp_path / "g" / "1").mkdir(parents=True)
    (tmp_path / "g" / "1" / "wal").write_text("remains")
    status = ReplicaStatus(LOST, "abc", "why", "g/1.damaged-1")
    status_file.save(files, "g/1", status)
    status_file.set_aside(files, "g/1", status)
    assert (tmp_path / "g" / "1.damaged-1" / "wal").read_text() == "remains"
    (tmp_path / "g" / "1").mkdir()
    (tmp_path / "g" / "1" / "wal").write_text("the next life's")
    status_file.set_aside(files, "g/1", status)
    assert (tmp_path / "g" / "1" / "wal").read_text() == "the next life's", "once is enough"
