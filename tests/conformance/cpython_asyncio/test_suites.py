"""CPython's own tests of asyncio judge the event loop.

The suites come from the ``test`` package of the Python that runs this, unchanged; each runs in a process of its own
on a simulated host (:mod:`world`).  Only tests during which a simulated loop took a turn count.  ``left_out.txt``
names each test that is left out, with why; a test that it does not name runs, and must pass.
"""

from __future__ import annotations

import functools
import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
LEFT_OUT = HERE / "left_out.txt"
MIN_PASSED = 300
SUITES = (
    "test_buffered_proto",
    "test_context",
    "test_eager_task_factory",
    "test_events",
    "test_futures",
    "test_futures2",
    "test_locks",
    "test_queues",
    "test_sendfile",
    "test_server",
    "test_sock_lowlevel",
    "test_sslproto",
    "test_streams",
    "test_taskgroups",
    "test_tasks",
    "test_threads",
    "test_timeouts",
    "test_waitfor",
)

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("test.test_asyncio") is None, reason="this Python comes without its `test` package"
)


@functools.cache
def outcomes(suite: str) -> dict[str, dict[str, str]]:
    """What came of each test of a suite, by kind of outcome."""
    done = subprocess.run(
        [sys.executable, str(HERE / "run_suite.py"), suite, str(LEFT_OUT)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, f"{suite} did not run to its end:\n{done.stderr[-4000:]}"
    found: dict[str, dict[str, str]] = json.loads(done.stdout.splitlines()[-1])
    return found


def is_there(suite: str) -> bool:
    """True if this Python has the suite: some came with a later version."""
    return importlib.util.find_spec(f"test.test_asyncio.{suite}") is not None


@pytest.mark.parametrize("suite", SUITES)
def test_suite(suite: str) -> None:
    if not is_there(suite):
        pytest.skip(f"Python {sys.version_info.major}.{sys.version_info.minor} has no {suite}")
    found = outcomes(suite)
    counts = ", ".join(f"{len(names)} {kind}" for kind, names in found.items())
    sys.stdout.write(f"{suite}: {counts}\n")
    report = "\n".join(f"{name}\n{details}" for name, details in found["failed"].items())
    assert not found["failed"], f"{len(found['failed'])} failed:\n{report}"
    if sum(map(len, found.values())) == len(found["left out"]) + len(found["skipped"]):
        pytest.skip(f"all tests of {suite} in this Python are left out (left_out.txt says why) or skip themselves")
    assert found["passed"], f"not one test of {suite} ran on a simulated loop"


def test_enough_of_them_run() -> None:
    counts = {suite: len(outcomes(suite)["passed"]) for suite in SUITES if is_there(suite)}
    sys.stdout.write(f"CPython's tests passed on the simulated loop: {sum(counts.values())}\n")
    assert sum(counts.values()) >= MIN_PASSED, counts


def test_each_test_left_out_has_a_reason() -> None:
    reason = ""
    for number, line in enumerate(LEFT_OUT.read_text().splitlines(), 1):
        if line.startswith("#:"):
            reason = line[2:].strip()
        elif line and not line.startswith("#"):
            assert reason, f"{LEFT_OUT.name}:{number}: {line} is left out for no reason"
