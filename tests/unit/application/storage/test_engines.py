"""Both engines, on the real file system and on a simulated disk, hold what the model holds."""

from __future__ import annotations

import itertools
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catenet.application.storage.files import Files
from catenet.application.storage.real import RealFiles
from catenet.application.storage.records import Batch, Record, Recovered, Snapshot, after
from tests.unit.application.storage.crashing_disk import ENGINES, Bench, histories

both_engines = pytest.mark.parametrize("engine", ENGINES)
PLACES = itertools.count()


def files(kind: str, place: Path) -> Files:
    return RealFiles(place / str(next(PLACES))) if kind == "real" else Bench().files


@pytest.mark.slow
@both_engines
@pytest.mark.parametrize("kind", ["real", "simulated"])
def test_what_was_written_is_there_after_every_opening(
    engine: str, kind: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    place = tmp_path_factory.mktemp("disk")

    @given(st.lists(histories(5), min_size=1, max_size=4))
    @settings(max_examples=15 if kind == "real" else 40)
    def check(lives: list[list[list[Batch]]]) -> None:
        here, held = files(kind, place), Recovered()
        for groups in lives:
            opened = ENGINES[engine]()
            assert opened.open(here, "data/node") == held
            for group in groups:
                opened.write(group)
                held = after(held, group)
            opened.close()
        assert ENGINES[engine]().open(here, "data/node") == held

    check()


@pytest.mark.slow
@both_engines
def test_a_store_that_is_closed_holds_no_file_open(engine: str, tmp_path: Path) -> None:
    """A process that opens stores again and again would run out of file descriptors."""
    place = RealFiles(tmp_path)
    before = len(os.listdir("/dev/fd"))
    for life in range(3):
        opened = ENGINES[engine]()
        opened.open(place, "node")
        for index in range(30):
            opened.write([Batch(b"state", (Record(30 * life + index, b"x" * 100),))])
        opened.write([Batch(None, (), None, Snapshot(30 * life + 28, b"meta", b"all of it"), 30 * life + 29)])
        opened.close()
    assert len(os.listdir("/dev/fd")) == before


@both_engines
def test_a_snapshot_takes_the_place_of_what_it_covers(engine: str) -> None:
    bench = Bench()
    opened = ENGINES[engine]()
    opened.open(bench.files, "node")
    for index in range(1, 60):
        opened.write([Batch(b"state", (Record(index, b"x" * 100),))])
    before = bench.medium.octets()
    snapshot = Snapshot(57, b"meta", b"all of it")
    opened.write([Batch(None, (), None, snapshot, 58)])
    opened.write([Batch(b"later")])
    opened.close()
    found = ENGINES[engine]().open(bench.files, "node")
    assert found == Recovered(b"later", (Record(58, b"x" * 100), Record(59, b"x" * 100)), snapshot)
    if engine == "wal":
        assert bench.medium.octets() < before / 3


def test_the_log_keeps_no_file_that_is_not_needed() -> None:
    bench = Bench()
    opened = ENGINES["wal"]()
    opened.open(bench.files, "node")
    for index in range(1, 200):
        snapshot = Snapshot(index, b"", b"%d" % index) if index % 10 == 0 else None
        opened.write([Batch(None, (Record(index, b"x" * 60),), None, snapshot, index if snapshot else None)])
    names = bench.files.names("node")
    assert len([name for name in names if name.endswith(".snapshot")]) == 1
    assert len([name for name in names if name.endswith(".wal")]) < 6
    assert not [name for name in names if name.endswith(".part")]


def test_a_torn_rotation_leaves_no_trace() -> None:
    bench = Bench()
    opened = ENGINES["wal"]()
    opened.open(bench.files, "node")
    opened.write([Batch(b"s", (Record(1, b"one"),))])
    with bench.files.open("node/0000000000000002.wal.part", create=True) as file:
        file.write(0, bytes(512))
    assert ENGINES["wal"]().open(bench.files, "node") == Recovered(b"s", (Record(1, b"one"),))
    assert bench.files.names("node") == ["0000000000000001.wal"]


def test_a_slot_that_is_written_again_and_again_keeps_no_old_segment() -> None:
    bench = Bench()
    opened = ENGINES["wal"]()
    opened.open(bench.files, "node")
    for turn in range(200):
        opened.write([Batch(None, (Record(1, b"%d" % turn * 20), Record(2, b"%d" % turn * 20)))])
    assert len(bench.files.names("node")) < 4
