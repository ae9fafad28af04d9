"""What ``catenet chaos`` keeps of a universe that shows a problem, and what it says in the end."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
import typer

from catenet.check.formats import read_history
from catenet.check.history import Recorder
from catenet.check.models import MODELS
from catenet.check.verdict import check
from catenet.cli.commands.chaos import chaos
from catenet.cli.live import chaos_progress
from catenet.cli.live.chaos_progress import Tally, problem_lines, save
from catenet.experiments.chaos.coverage import STATES
from catenet.experiments.chaos.report import NOT_LINEARIZABLE, Report


def lie(*, refuted: bool) -> Report:
    """A universe in which a read was answered with what nobody wrote; or with what somebody did."""
    clock = iter(range(0, 10_000, 1000))
    recorder = Recorder(lambda: next(clock))
    recorder.invoke(0, "put", "a", key="x")
    recorder.returned(0)
    recorder.invoke(1, "get", key="x")
    recorder.returned(1, "b" if refuted else "a")
    report = Report(7, "raft", "wal", "distant node", ["node 2 answers a read from entry 3"], 2, 2)
    report.plan, report.events = "1.5 s crash n1\n", list(recorder.events)
    verdict = check(recorder.operations(), MODELS["kv"])
    assert verdict.linearizable is not refuted
    report.verdict = verdict.as_data() if refuted else None
    return report


@pytest.mark.parametrize("refuted", [True, False])
def test_a_problem_is_kept_with_its_history_and_a_picture(tmp_path: Path, refuted: bool) -> None:
    report = lie(refuted=refuted)
    folder = save(report, tmp_path / "found")
    assert folder == tmp_path / "found" / "raft-wal-7"
    verdict = check(read_history(folder / "history.jsonl").operations(), MODELS["kv"])
    assert verdict.linearizable is not refuted
    picture = (folder / "picture.svg").read_text()
    assert picture.startswith("<svg")
    assert "get" in picture
    assert ("is impossible" if refuted else "answers a read from entry 3") in picture
    assert (folder / "faults.txt").read_text() == "1.5 s crash n1\n"
    assert json.loads((folder / "report.json").read_text())["profile"] == "distant node"


def test_what_was_kept_before_stays(tmp_path: Path) -> None:
    first, second = (save(lie(refuted=True), tmp_path) for _ in range(2))
    assert first != second
    assert second.name == "raft-wal-7.2"


def test_the_command_that_repeats_a_universe() -> None:
    assert lie(refuted=True).again() == (
        "catenet chaos --first 7 --seeds 1 --protocol raft --engine wal --profile 'distant node' --plan"
    )


def test_states_that_were_never_met_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    tally, report = Tally(2), lie(refuted=True)
    report.states = {**dict.fromkeys(STATES, 1), "truncations": 0}
    for _ in range(2):
        tally.add(report)
        tally.show()
    tally.clear()
    lines = tally.lines()
    assert f"  {'elections'.ljust(max(map(len, STATES)))}  2" in lines
    assert lines[-2] == "  never: truncations"
    assert lines[-1] == "2 runs, 4 operations, 0 faults: 2 of them show a problem"


def test_a_history_that_is_not_linearizable_is_told_in_words() -> None:
    report = lie(refuted=True)
    report.problems.append(NOT_LINEARIZABLE)
    assert problem_lines(report) == [
        "node 2 answers a read from entry 3",
        "what the clients saw is not linearizable:",
        '  of 2 operations, these on key "x" contradict each other:',
        "",
        '    process 1  get → "b"   ← impossible  0.002 – 0.003 ms',
        "",
        '  get → "b" of process 1 is impossible: the state could only be "a"',
    ]
    assert json.loads(json.dumps(report.as_json()))["verdict"]["refuted"] == ["x"]


def well(seed: int) -> Report:
    return Report(seed, "raft", "wal", "mixed", operations=30, answered=30)


def test_on_a_terminal_one_line_tells_of_all_universes_that_are_well(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    tally = Tally(3)
    for seed in (1, 2):
        tally.add(well(seed))
        tally.show()
    shown = capsys.readouterr().err.split("\r")
    assert shown == ["", *(f"{n} of 3 runs, {30 * n} operations, no problems so far" for n in (1, 2))]


def test_without_a_terminal_there_is_a_line_now_and_then(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    now_s = [100.0]
    monkeypatch.setattr(chaos_progress.time, "monotonic", lambda: now_s[0])
    tally = Tally(100)
    for seed in range(1, 9):
        now_s[0] += 2
        tally.add(well(seed))
        tally.show()
    lines = capsys.readouterr().err.splitlines()
    assert lines == [f"{n} of 100 runs, {30 * n} operations, no problems so far" for n in (3, 6)]


def test_lines_for_a_machine_stand_alone_on_a_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Both go to the same screen: the line that tells how far it is makes room for each object."""
    monkeypatch.setattr("catenet.experiments.chaos.parallel.run_many", lambda universes, jobs: map(well, (1, 2)))
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    told: list[str] = []
    monkeypatch.setattr(typer, "echo", lambda line: told.append(capsys.readouterr().err))
    with pytest.raises(typer.Exit):
        chaos(seeds=2, first=1, protocol="raft", engine="wal", jobs=1, out=str(tmp_path / "out"), as_json=True)
    assert len(told) == 2
    assert all(before.endswith(" \r") for before in told), "the line is still there"
