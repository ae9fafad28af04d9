"""Chaos that finds nothing shows nothing: so bugs are planted, and the universes counted that it takes to find them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from . import table
from .planted import BUGS, BY_NAME, Bug
from .test_store_chaos import COMPILED

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
MOST = 130
"""Universes in a search: about a minute on two cores."""
SHARE = [
    "vote forgotten",
    "elected by a minority",
    "minority in a quorum",
    "lease twice as long",
    "read without waiting for the index",
    "reply before fsync",
    "dedup off",
    "learner in a quorum",
    "Paxos: lower ballot accepted",
    "Paxos: lowest instead of the highest",
    "Paxos: minority in a quorum",
]
"""What `make test` looks for: bugs that need a few universes only."""
MOST_OF_SHARE = 25

interpreted = pytest.mark.skipif(not COMPILED, reason="all interpreted, a universe takes ten times as long")


def universes_to_find(bug: Bug, most: int) -> int:
    """How many it takes, in a process of its own; 0 if ``most`` do not show it."""
    command = [sys.executable, "-m", "tests.sim.store_chaos.planting", bug.name, str(most)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return int(json.loads(done.stdout)["universes"])


@interpreted
@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", SHARE)
def test_a_planted_bug_is_found(name: str) -> None:
    assert universes_to_find(BY_NAME[name], MOST_OF_SHARE), f"{MOST_OF_SHARE} universes, and nobody noticed: {name}"


@interpreted
@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_all_planted_bugs_are_found(bug: Bug) -> None:
    found = universes_to_find(bug, MOST)
    if not found and not table.read().get(bug.name, {}).get("universes"):
        pytest.xfail(f"not found by any search so far either: {bug.hidden or bug.name}")
    assert found, f"{MOST} universes, and nobody noticed: {bug.name}"


def test_the_table_is_what_was_found() -> None:
    """Whoever changes the list of bugs, or what is kept, writes the table anew."""
    kept = table.read()
    assert table.TABLE.read_text(encoding="utf-8") == table.render(kept)
    assert set(json.loads(table.KEPT.read_text(encoding="utf-8"))) == set(kept)


def test_each_change_fits_the_source() -> None:
    """A bug whose place has been rewritten is planted nowhere."""
    package = ROOT / "src/catenet"
    for bug in BUGS:
        for change in bug.changes:
            text = (package / change.file).read_text(encoding="utf-8")
            assert text.count(change.old) == 1, f"{bug.name}: {change.file} has this {text.count(change.old)} times"
            compile(text.replace(change.old, change.new), change.file, "exec")
