"""Run one suite of ``test.test_asyncio`` on the simulated host and print what came of it, as JSON in the last line.

    python run_suite.py test_tasks LEFT_OUT.txt

A test counts as passed only if a loop of the simulated host took at least one turn during it.  A test whose name
is in the left-out file is not run.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import io
import json
import re
import signal
import sys
import traceback
import unittest
import warnings
from pathlib import Path

PATIENCE_S = 4
"""A test that takes longer hangs, and fails."""


def all_tests(suite: unittest.TestSuite) -> list[unittest.TestCase]:
    """The single tests of a suite, in order."""
    found: list[unittest.TestCase] = []
    for item in suite:
        found += all_tests(item) if isinstance(item, unittest.TestSuite) else [item]
    return found


def name_of(test: unittest.TestCase) -> str:
    """``test_tasks.PyTask_PyFuture_Tests.test_gather``."""
    return test.id().removeprefix("test.test_asyncio.")


def patterns(path: Path) -> list[re.Pattern[str]]:
    """The names in a left-out file; ``*`` stands for any text without a dot."""
    found = []
    for line in path.read_text().splitlines():
        name = line.split("#")[0].strip()
        if name:
            found.append(re.compile(re.escape(name).replace(r"\*", "[^.]*")))
    return found


def run_one(test: unittest.TestCase) -> tuple[str, str]:
    """``(outcome, details)`` of a test on a host of its own."""
    from world import world

    result = unittest.TestResult()
    gc.freeze()  # some tests collect garbage a hundred times: keep what is there out of it
    with world() as made, contextlib.redirect_stderr(io.StringIO()):
        signal.setitimer(signal.ITIMER_REAL, PATIENCE_S)
        try:
            unittest.TestSuite([test]).run(result)
        except KeyboardInterrupt:
            return "failed", traceback.format_exc() + f"\nnot over after {PATIENCE_S} s"
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        turns = made.turns
    trouble = [text for _, text in result.errors + result.failures]
    if trouble:
        return "failed", trouble[0]
    if result.skipped:
        return "skipped", result.skipped[0][1]
    return ("passed", "") if turns else ("elsewhere", "no simulated loop took a turn")


def run(suite: str, left_out: Path) -> dict[str, dict[str, str]]:
    """Outcome by kind and name."""
    module = importlib.import_module(f"test.test_asyncio.{suite}")
    skip = patterns(left_out)
    outcomes: dict[str, dict[str, str]] = {
        kind: {} for kind in ("passed", "failed", "skipped", "elsewhere", "left out")
    }
    for test in all_tests(unittest.defaultTestLoader.loadTestsFromModule(module)):
        name = name_of(test)
        if any(pattern.fullmatch(name) for pattern in skip):
            outcomes["left out"][name] = ""
            continue
        outcome, details = run_one(test)
        outcomes[outcome][name] = details
    return outcomes


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    signal.signal(signal.SIGALRM, signal.default_int_handler)
    outcomes = json.dumps(run(sys.argv[1], Path(sys.argv[2])))
    sys.stdout.write(f"\n{outcomes}\n")
