"""A sweep's journal: a kill at any octet loses at most the run that was being written, and nothing counts twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from catenet.errors import LabError
from catenet.sweeps.journal import FILE, Journal, Origin, OtherSweep
from catenet.sweeps.point import Outcome

ORIGIN = Origin("/net.toml", "abc", "1.0", None)


def outcome(number: int) -> Outcome:
    return Outcome("finished", {"ok": True, "x": number / 3, "names.서울": number}, "why" if number % 2 else "")


def filled(folder: Path, runs: int) -> None:
    journal = Journal(folder, ORIGIN)
    for seed in range(runs):
        journal.add({"link.loss": "1%"}, seed, outcome(seed))
        journal.add({"link.loss": "1%"}, seed, outcome(99))
    journal.close()


def test_a_journal_that_is_cut_anywhere_goes_on(tmp_path: Path) -> None:
    filled(tmp_path / "whole", 4)
    whole = (tmp_path / "whole" / FILE).read_bytes()
    for end in sorted({*range(0, len(whole), 37), *range(len(whole) - 12, len(whole) + 1)}):
        folder = tmp_path / str(end)
        folder.mkdir()
        (folder / FILE).write_bytes(whole[:end])
        journal = Journal(folder, ORIGIN)
        kept = len(journal.runs)
        assert kept == max(0, whole[:end].count(b"\n") - 1)
        for seed in range(kept, 4):
            journal.add({"link.loss": "1%"}, seed, outcome(seed))
        journal.close()
        assert (folder / FILE).read_bytes() == whole


def test_what_comes_back_is_what_was_kept(tmp_path: Path) -> None:
    filled(tmp_path, 3)
    journal = Journal(tmp_path, ORIGIN)
    assert list(journal.runs.values()) == [outcome(0), outcome(1), outcome(2)]
    journal.close()


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"digest": "abd"}, "another scenario, or of files that have changed"),
        ({"version": "2.0"}, "by version 1.0 of catenet, and this is 2.0"),
        ({"until_ns": 5}, "with another end of the run"),
    ],
)
def test_runs_of_another_origin_stay_alone(tmp_path: Path, change: dict[str, object], problem: str) -> None:
    filled(tmp_path, 1)
    before = (tmp_path / FILE).read_bytes()
    with pytest.raises(OtherSweep, match=problem):
        Journal(tmp_path, ORIGIN._replace(**change))  # type: ignore[arg-type]
    assert (tmp_path / FILE).read_bytes() == before


def test_a_folder_with_other_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(OtherSweep, match="files that no sweep left"):
        Journal(tmp_path, ORIGIN)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
    (tmp_path / FILE).write_text("[1, 2]\n")
    with pytest.raises(OtherSweep, match="is not the journal of a sweep"):
        Journal(tmp_path, ORIGIN)


def test_a_damaged_line_is_told(tmp_path: Path) -> None:
    filled(tmp_path, 3)
    path = tmp_path / FILE
    lines = path.read_bytes().splitlines(keepends=True)
    for damaged in (lines[2][:30] + b"\n", b"[]\n", b'{"seed": 1}\n'):
        path.write_bytes(b"".join([*lines[:2], damaged, *lines[3:]]))
        with pytest.raises(LabError, match=r"runs.jsonl:3: this line is no run"):
            Journal(tmp_path, ORIGIN)
    path.write_bytes(b"".join([*lines[:2], *lines[3:]]))
    journal = Journal(tmp_path, ORIGIN)
    assert len(journal.runs) == 2
    journal.close()


def test_two_sweeps_never_write_to_one_journal(tmp_path: Path) -> None:
    journal = Journal(tmp_path, ORIGIN)
    with pytest.raises(LabError, match="another sweep is writing there"):
        Journal(tmp_path, ORIGIN)
    journal.close()
    Journal(tmp_path, ORIGIN).close()
