"""What ``catenet chaos`` keeps of a universe that shows a problem, and what it says in the end."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from catenet.cli.chaos_progress import Tally, save
from catenet.lab.chaos.census import STATES
from catenet.lab.chaos.report import Report
from catenet.lab.check.checking import check
from catenet.lab.check.formats import read_history
from catenet.lab.check.history import Recorder
from catenet.lab.check.models import MODELS


def lie(*, refuted: bool) -> Report:
    """A universe in which a read was answered with what nobody wrote; or with what somebody did."""
    clock = iter(range(0, 10_000, 1000))
    recorder = Recorder(lambda: next(clock))
    recorder.invoke(0, "put", "a", key="x")
    recorder.returned(0)
    recorder.invoke(1, "get", key="x")
    recorder.returned(1, "b" if refuted else "a")
    report = Report(7, "raft", "wal", "far away", ["node 2 answers a read from entry 3"], 2, 2)
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
    assert ("cannot be" if refuted else "answers a read from entry 3") in picture
    assert (folder / "faults.txt").read_text() == "1.5 s crash n1\n"
    assert json.loads((folder / "report.json").read_text())["climate"] == "far away"


def test_what_was_kept_before_stays(tmp_path: Path) -> None:
    first, second = (save(lie(refuted=True), tmp_path) for _ in range(2))
    assert first != second
    assert second.name == "raft-wal-7.2"


def test_the_command_that_repeats_a_universe() -> None:
    assert lie(refuted=True).again() == (
        "catenet chaos --first 7 --seeds 1 --protocol raft --engine wal --climate 'far away' --plan"
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
    assert lines[-1] == "2 universes, 4 operations, 0 faults: 2 of them show a problem"
