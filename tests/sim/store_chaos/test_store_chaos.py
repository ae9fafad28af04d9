"""Seeds of a store among faults: what clients saw is linearizable, what replicas did is right, and it ends well."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from catenet.experiments.chaos.report import Report
from catenet.experiments.chaos.run import RunParameters, run_chaos
from catenet.kernel import kernel

COMPILED = not kernel.__file__.endswith(".py")
SHARE = 28 if COMPILED else 2
"""Of each of the four combinations: 112 in all, each profile among them.  Interpreted, one takes ten times as long."""
KINDS = [("raft", "wal"), ("raft", "sqlite"), ("multi-paxos", "wal"), ("multi-paxos", "sqlite")]
WHOLE = 2500


def check_reports(reports: list[Report]) -> None:
    for report in reports:
        assert not report.problems, f"{report.problems}\nagain: {report.again()}"


@pytest.mark.parametrize("part", range(5))
@pytest.mark.parametrize(("protocol", "engine"), KINDS)
def test_a_store_among_faults(protocol: str, engine: str, part: int) -> None:
    first = 10_000 * KINDS.index((protocol, engine)) + 1
    seeds = range(first + part, first + SHARE, 5)
    reports = [run_chaos(RunParameters(seed, protocol, engine)) for seed in seeds]
    check_reports(reports)
    if COMPILED:  # a single universe may have a profile without steps
        assert sum(report.steps for report in reports) >= 5 * len(reports), (
            "some profiles have changes of members alone"
        )
    assert sum(report.answered for report in reports) >= 40 * len(reports)


@pytest.mark.long
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("part", range(10))
@pytest.mark.parametrize(("protocol", "engine"), KINDS)
def test_many_stores_among_faults(protocol: str, engine: str, part: int) -> None:
    first = 10_000 * KINDS.index((protocol, engine)) + 1
    for seed in range(first + SHARE + part, first + WHOLE, 10):
        check_reports([run_chaos(RunParameters(seed, protocol, engine))])


def test_a_universe_is_the_same_in_every_process() -> None:
    """Also under another hash seed, which is what dicts and sets of text would go by."""
    code = (
        "import json; from catenet.experiments.chaos.run import RunParameters, run_chaos as run;"
        "print(json.dumps(run(RunParameters(9, 'raft', 'wal')).as_json()))"
    )
    told = []
    for hash_seed in ("1", "2"):
        env = {**os.environ, "PYTHONHASHSEED": hash_seed}
        found = subprocess.run([sys.executable, "-c", code], env=env, check=True, capture_output=True, text=True)
        told.append(json.loads(found.stdout))
    assert told[0] == told[1]
    assert told[0]["operations"] > 50
