"""A plugin of pytest: which lines of the rooms each test runs, and how long it takes.

It writes a JSON file at ``CATENET_REACH``: ``seconds`` by test, of those that pass, and ``lines``: for each file
of ``CATENET_REACH_SOURCES`` (folders, with colons between them) and each line the numbers of the tests.  Lines that run
on import belong to no test; ``readers`` are, for each file, the tests whose own file imports something of it: a test
that compares a constant runs no line of it.
"""

from __future__ import annotations

import ast
import json
import os
import sys
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
readers: dict[str, list[str]] = {}


def pytest_collection_finish(session: pytest.Session) -> None:
    read: dict[Path, set[str]] = {}
    for item in session.items:
        if item.path not in read:
            read[item.path] = _sources_read(item.path)
        for file in read[item.path]:
            readers.setdefault(file, []).append(item.nodeid)


def _sources_read(test: Path) -> set[str]:
    """The files of the sources of which a test's file imports something by name."""
    named: set[str] = set()
    for node in ast.walk(ast.parse(test.read_text())):
        match node:
            case ast.ImportFrom(module=str(module), level=0):
                named |= {module, *(f"{module}.{alias.name}" for alias in node.names)}
            case ast.Import():
                named |= {alias.name for alias in node.names}
    files = [getattr(sys.modules.get(name), "__file__", None) for name in named]
    return {str(Path(file).relative_to(Path.cwd())) for file in files if file and file.startswith(tuple(SOURCES))}


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
    read = {file: sorted({numbers[test] for test in tests if test in numbers}) for file, tests in readers.items()}
    found = {"seconds": {test: seconds[test] for test in passed}, "lines": lines, "readers": read}
    Path(os.environ["CATENET_REACH"]).write_text(json.dumps(found))
