"""Chaos that finds nothing shows nothing: so bugs are planted, and the universes counted that it takes to find them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from catenet.experiments.chaos.run import RunParameters, run_chaos

from . import table
from .planted import BUGS, BY_NAME, Bug
from .test_store_chaos import COMPILED

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
MAX = 130
"""Universes in a search: about a minute on two cores."""
SHARE = [
    "vote forgotten",
    "elected by a minority",
    "minority in a quorum",
    "lease twice as long",
    "lease not void on transfer",
    "reply before fsync",
    "dedup off",
    "lease ignored by voters",
    "change while one is pending",
    "read with a round too early",
    "sessions not in a snapshot",
    "Paxos: change counts at once",
    "Paxos: lower ballot accepted",
    "Paxos: lower ballot promised",
    "Paxos: minority in a quorum",
]
"""What `make test` looks for: bugs that need a few universes only."""
MAX_OF_SHARE = 25

interpreted = pytest.mark.skipif(not COMPILED, reason="all interpreted, a universe takes ten times as long")


def search(bug: Bug, most: int) -> dict[str, Any]:
    """What a search in a process of its own says, of so many universes at most."""
    command = [sys.executable, "-m", "tests.sim.store_chaos.planting", bug.name, str(most)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@interpreted
@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", SHARE)
def test_a_planted_bug_is_found(name: str) -> None:
    found = search(BY_NAME[name], MAX_OF_SHARE)
    assert found["universes"], f"{MAX_OF_SHARE} universes, and nobody noticed: {name}"
    assert "(key=" not in found["problem"], "a problem is told in words"


def expected(bug: Bug) -> Any:
    """A bug that the table's search has not found is to be looked for as long as it did, and to stay so."""
    kept = table.read().get(bug.name, {"universes": 0, "tried": 1})
    if kept["universes"]:
        return pytest.param(bug, MAX, id=bug.name)
    unseen = pytest.mark.xfail(strict=True, reason=bug.hidden or f"not found in {kept['tried']} universes")
    return pytest.param(bug, kept["tried"], id=bug.name, marks=unseen)


@interpreted
@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize(("bug", "most"), [expected(bug) for bug in BUGS])
def test_all_planted_bugs_are_found(bug: Bug, most: int) -> None:
    assert search(bug, most)["universes"], f"{most} universes, and nobody noticed: {bug.name}"


@interpreted
@pytest.mark.long
@pytest.mark.timeout(600)
def test_universes_that_show_a_bug_are_well_without_it() -> None:
    """Else the bug would not be what they show."""
    seeds = {(bug.protocol, bug.engine, table.read().get(bug.name, {}).get("universes", 0)) for bug in BUGS}
    for protocol, engine, seed in sorted(seeds):
        if seed:
            report = run_chaos(RunParameters(seed, protocol, engine))
            assert not report.problems, f"{report.problems}\nagain: {report.again()}"


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
