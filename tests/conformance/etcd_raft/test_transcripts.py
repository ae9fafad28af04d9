"""The transcripts and tables that etcd's Raft is tested with, over ours: Ready, hard state, entries and messages.

They are read where they lie. ``CATENET_ETCD_RAFT_DATA`` names another folder with more of them, in whatever
sub-folders; what a file is, its commands tell.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from .datadriven import Step, parse_steps
from .environment import Environment, without_chatter
from .tables import ChangeTable, run_quorum

HERE = Path(__file__).resolve().parents[4] / "shared" / "data" / "etcd-raft"
FOLDER = Path(os.environ.get("CATENET_ETCD_RAFT_DATA", HERE))
FILES = sorted(FOLDER.rglob("*.txt")) if FOLDER.is_dir() else []
QUORUM = {"committed", "vote"}
CHANGES = {"simple", "enter-joint", "leave-joint"}


def kind_of(steps: list[Step]) -> str:
    """Which of the three harnesses a file is for."""
    commands = {step.command for step in steps}
    if commands <= QUORUM:
        return "quorum"
    return "changes" if commands <= CHANGES else "interaction"


def mismatch(path: Path, step: Step, expected: str, found: str) -> str:
    """Where to look."""
    return f"{path}:{step.line}: {step.command}\n--- expected\n{expected}\n--- found\n{found}"


def check(path: Path) -> None:
    """Every command of one file."""
    steps = list(parse_steps(path))
    kind = kind_of(steps)
    environment, table = Environment(), ChangeTable()
    for step in steps:
        if kind == "quorum":
            expected, found = step.expected, run_quorum(step)
        elif kind == "changes":
            expected, found = step.expected, table.run(step)
        else:
            expected, found = without_chatter(step.expected), without_chatter(environment.run(step))
        if expected.rstrip() != found.rstrip():
            pytest.fail(mismatch(path, step, expected, found), pytrace=False)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(FOLDER)))
def test_transcript(path: Path) -> None:
    check(path)


def test_transcripts_are_there() -> None:
    if not FILES:
        pytest.skip(f"etcd's transcripts are not at {FOLDER} (CATENET_ETCD_RAFT_DATA names them)")
    assert all(list(parse_steps(path)) for path in FILES)
