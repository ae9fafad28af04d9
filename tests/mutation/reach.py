"""A plugin of pytest: which lines of the rooms each test runs, and how long it takes.

It writes a JSON file at ``CATENET_REACH``: ``seconds`` by test, of those that pass, and ``lines``: for each file
of ``CATENET_REACH_SOURCES`` (folders, with colons between them) and each line the numbers of the tests.  Lines that run
on import belong to no test.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Generator
from pathlib import Path
from typing import Any

import coverage
import pytest

SOURCES = [str(Path.cwd() / part) for part in os.environ["CATENET_REACH_SOURCES"].split(":")]
TRACER = coverage.Coverage(data_file=None, config_file=False, source=SOURCES)
TRACER.start()

seconds: dict[str, float] = {}
failed: set[str] = set()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, Any, Any]:
    TRACER.switch_context(item.nodeid)
    start = time.process_time()
    result = yield
    seconds[item.nodeid] = time.process_time() - start
    TRACER.switch_context("")
    return result


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if not report.passed:
        failed.add(report.nodeid)


def pytest_sessionfinish() -> None:
    TRACER.stop()
    passed = [test for test in seconds if test not in failed]
    numbers = {test: number for number, test in enumerate(passed)}
    data = TRACER.get_data()
    lines: dict[str, dict[int, list[int]]] = {}
    for file in data.measured_files():
        reached = data.contexts_by_lineno(file)
        lines[str(Path(file).relative_to(Path.cwd()))] = {
            line: sorted(numbers[test] for test in tests if test in numbers) for line, tests in reached.items()
        }
    found = {"seconds": {test: seconds[test] for test in passed}, "lines": lines}
    Path(os.environ["CATENET_REACH"]).write_text(json.dumps(found))
