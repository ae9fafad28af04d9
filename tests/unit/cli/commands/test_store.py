"""``catenet store``: what is left on a node's disk, and a person's decision about it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from catenet.application.consensus.entry import Entry, HardState
from catenet.application.replication import replica_status as status_file
from catenet.application.replication.disk_format import entry_octets, state_octets
from catenet.application.replication.replica_status import FOUNDING, LOST, MEMBER, ReplicaStatus
from catenet.application.storage.real import RealFiles
from catenet.application.storage.records import Batch, Record, Recovered
from catenet.application.storage.store import make_engine
from catenet.cli.main import status_of

ENTRIES = tuple(Record(index, entry_octets(Entry(3, index, 0, b"command %d" % index))) for index in range(1, 10))
STATE = state_octets(HardState(3, 1, 9))


@pytest.fixture(params=["wal", "sqlite"])
def node(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A node's folder: group 0 is whole; group 1 has lost its log, which was set aside with a flipped bit in it."""
    folder = tmp_path / "kv"
    files = RealFiles(folder)
    for group in ("group-0", "group-1"):
        engine = make_engine(request.param)
        engine.open(files, group)
        for entry in ENTRIES:
            engine.write([Batch(STATE, (entry,))])
        engine.close()
        status_file.save(files, group, ReplicaStatus(MEMBER, "a life", peers={2: "another"}))
    log = next(path for path in (folder / "group-1").iterdir() if path.suffix in (".wal", ".sqlite"))
    data = bytearray(log.read_bytes())
    data[data.rindex(b"command 7")] ^= 1
    log.write_bytes(data)
    status_file.lose(files, "group-1", "a flipped bit", status_file.load(files, "group-1"), left=True)
    return folder


def octets_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.mark.slow
def test_it_shows_what_is_there_and_changes_nothing(node: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = octets_of(node)
    assert status_of(["store", "show", str(node)]) == 0
    first, whole, second, damaged = capsys.readouterr().out.splitlines()
    assert first == "group-0  member"
    assert whole.startswith("  group-0  ")
    assert whole.endswith("whole  (entries 1 to 9)")
    assert second == "group-1  lost: a flipped bit"
    assert "  group-1.damaged-1  " in damaged
    assert "  damaged" in damaged
    assert octets_of(node) == before
    assert status_of(["store", "show", str(node), "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert [(group["name"], group["state"]) for group in shown] == [("group-0", "member"), ("group-1", "lost")]


@pytest.mark.slow
def test_what_is_readable_of_a_log_is_taken_when_a_person_says_so(
    node: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = octets_of(node)
    command = ["store", "accept", str(node), "--group", "1", "--from", "group-1.damaged-1"]
    assert status_of(command) == 2
    assert "Add --yes to do it." in capsys.readouterr().err
    assert octets_of(node) == before
    sqlite = any(name.endswith(".sqlite") for name in before)
    assert status_of([*command, "--yes"]) == (2 if sqlite else 0)
    if sqlite:
        assert "nothing in group-1.damaged-1 is readable" in capsys.readouterr().err
        assert octets_of(node) == before
        return
    assert capsys.readouterr().out == "group-1 takes part again, with the entries 1 to 6\n"
    kept = octets_of(node)
    assert {name: kept[name] for name in before if ".damaged-" in name} == {
        name: data for name, data in before.items() if ".damaged-" in name
    }
    assert make_engine("wal").open(RealFiles(node), "group-1") == Recovered(STATE, ENTRIES[:6])
    status = status_file.load(RealFiles(node), "group-1")
    assert status is not None
    assert (status.state, status.peers) == (MEMBER, {2: "another"})


@pytest.mark.slow
def test_an_empty_log_is_accepted_too(node: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert status_of(["store", "accept", str(node), "--group", "1", "--yes"]) == 0
    assert capsys.readouterr().out == "group-1 takes part again, with an empty log\n"
    assert make_engine("wal").exists(RealFiles(node), "group-1")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--group", "0", "--yes"], "group-0 has not lost its log: its status is 'member'"),
        (["--group", "7", "--yes"], "there is no group-7.standing"),
        (["--group", "1", "--from", "group-1.damaged-5", "--yes"], "there is no folder"),
        (["--group", "1", "--engine", "rocks", "--yes"], "--engine rocks: there are wal, sqlite"),
    ],
)
def test_what_cannot_be_accepted_is_told(
    node: Path, arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = octets_of(node)
    assert status_of(["store", "accept", str(node), *arguments]) == 2
    assert message in capsys.readouterr().err
    assert octets_of(node) == before


def test_a_folder_that_is_none_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert status_of(["store", "show", str(tmp_path / "nowhere")]) == 2
    assert "nowhere is not a folder" in capsys.readouterr().err


def test_a_status_that_was_changed_is_taken_for_a_loss(tmp_path: Path) -> None:
    files = RealFiles(tmp_path)
    status_file.save(files, "group-1", ReplicaStatus(FOUNDING, "a life"))
    path = tmp_path / "group-1.standing"
    path.write_text(path.read_text().replace(FOUNDING, MEMBER))
    with pytest.raises(status_file.UnreadableStatus, match="the checksum is wrong"):
        status_file.load(files, "group-1")
    path.write_text("")
    with pytest.raises(status_file.UnreadableStatus):
        status_file.load(files, "group-1")
    assert status_file.lose(files, "group-1", "unreadable", None, left=True).state == LOST
