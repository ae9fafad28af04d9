"""Chaos that finds nothing shows nothing: so bugs are planted, and the seeds counted that it takes to find them."""

from __future__ import annotations

import sys

import pytest

from catenet.lab.chaos.universe import Universe, run_universe

from .planted import BUGS, Bug
from .test_store_chaos import COMPILED

MOST_SEEDS = 40


def seeds_to_find(bug: Bug, most: int) -> int:
    """How many universes it takes; 0 if none of them shows it."""
    for count in range(most):
        seed = bug.first + count * bug.step
        if run_universe(Universe(seed, bug.protocol, bug.engine)).problems:
            return count + 1
    return 0


@pytest.mark.skipif(not COMPILED, reason="interpreted, a universe takes ten times as long; compiled rooms are tried")
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_a_planted_bug_is_found(bug: Bug, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    bug.plant(monkeypatch)
    seeds = seeds_to_find(bug, MOST_SEEDS)
    with capsys.disabled():
        sys.stdout.write(f"\n    planted: {bug.name}: found by seed number {seeds or 'none'}\n")
    assert seeds, f"{MOST_SEEDS} universes, and nobody noticed: {bug.name}"
