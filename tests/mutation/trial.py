"""A mutant's trial: a copy of the tree in a temporary folder, one changed file, and the tests that reach the change."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, count
from pathlib import Path
from typing import Final, NamedTuple, NoReturn

import hypothesis.strategies
import pytest

from .mutants import ROOT, SOURCES, Mutant, rooms, statement_lines

CAUGHT: Final = "caught"
SURVIVED: Final = "survived"
UNREACHED: Final = "survived, no test reaches it"
MEMORY_OCTETS: Final = 4 << 30
"""A mutant that collects without end is stopped before the machine is."""
MIN_CPU_S: Final = 30
SLOWER: Final = 8
"""A mutant that takes so many times as long as the original does not end."""
MAX_WALL_S: Final = 1800
LONGEST_WAIT_S: Final = 90
"""A test that waits for what a mutant no longer does uses no CPU time: it ends after so long by the clock."""
PRELOADED: Final = (hypothesis.strategies,)
"""What the tests import that is not changed: a fork has it at once."""
PARTS: Final = (
    "src",
    "tests",
    "docs",
    "examples",
    "pyproject.toml",
    "setup.py",
    "README.md",
    "CHANGELOG.md",
    "Makefile",
)


@dataclass(frozen=True)
class MutationCoverage:
    """Which of a room's tests run which lines, how many seconds of CPU time each takes, and who reads which file."""

    seconds: dict[str, float]
    lines: dict[str, dict[str, list[int]]]
    readers: dict[str, list[int]] = field(default_factory=dict)

    def tests_of(self, path: str, line: int, statement: Iterable[int] = ()) -> list[str]:
        """The tests that run a line, or of lines of the same ``statement`` any, the fastest first.

        If it runs on import: those that run or read anything of the file, and all if nobody does.
        """
        names = list(self.seconds)
        lines = self.lines.get(path, {})
        reported = [lines[str(one)] for one in (line, *statement) if str(one) in lines]
        numbers = lines.get(str(line)) or sorted({number for tests in reported for number in tests})
        if not numbers:
            on_import = bool(reported)
            of_file = sorted({number for tests in [*lines.values(), self.readers.get(path, [])] for number in tests})
            numbers = (of_file or list(range(len(names)))) if on_import else []
        return sorted((names[number] for number in numbers), key=self.seconds.__getitem__)


class Done(NamedTuple):
    """How a run of pytest ended; a negative status is a signal's number."""

    returncode: int
    output: str


class Copy:
    """The tree in a folder of its own, with the room's tests and what they reach."""

    def __init__(self, folder: Path) -> None:
        self.folder: Final = folder
        self._ticks = count(1)
        for part in PARTS:
            source = ROOT / part
            if source.is_dir():
                shutil.copytree(source, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
            elif source.exists():
                shutil.copy2(source, folder / part)

    def reach(self, room: str) -> MutationCoverage:
        """Run a room's tests once, with their lines traced.  Raises RuntimeError if they cannot be run."""
        written = self.folder / f"reach-{room}.json"
        setting = rooms()["room"][room]
        tests = [f"tests/{test}" for test in setting["tests"]]
        tests += [f"--ignore=tests/{test}" for test in setting.get("without", [])]
        sources = ":".join(str(SOURCES / part) for part in setting["sources"])
        more = {"CATENET_REACH": str(written), "CATENET_REACH_SOURCES": sources}
        done = self._pytest(["-m", "not long", *tests], 3600, "-p", "tests.mutation.reach", **more)
        if not written.exists():
            raise RuntimeError(f"the tests of {room} do not run:\n{done.output[-4000:]}")
        found = json.loads(written.read_text())
        return MutationCoverage(**found)

    def evaluate(self, mutant: Mutant, reach: MutationCoverage) -> tuple[str, str]:
        """What became of a mutant, and the test that caught it, or why there is none."""
        tests, cpu_s = _affordable(reach, mutant)
        if not tests:
            return UNREACHED, ""
        target = self.folder / mutant.path
        original = target.read_text()
        self._write(target, mutant.code)
        try:
            done = self._run(tests, cpu_s)
            if done.returncode == pytest.ExitCode.USAGE_ERROR:  # a value that names a test's case has changed
                done = self._run(list(dict.fromkeys(test.partition("[")[0] for test in tests)), cpu_s)
        finally:
            self._write(target, original)
        if done.returncode == 0:
            return SURVIVED, f"{len(tests)} tests reach it"
        if done.returncode < 0:
            return CAUGHT, "it does not end"
        return CAUGHT, _first_failure(done.output)

    def _run(self, tests: Sequence[str], cpu_s: float) -> Done:
        return self._pytest(["-x", f"--timeout={LONGEST_WAIT_S}", *tests], MIN_CPU_S + int(SLOWER * cpu_s))

    def _write(self, target: Path, code: str) -> None:
        # Python takes a compiled file for current by the whole seconds of its source's time
        target.write_text(code)
        tick = 1_000_000_000 + next(self._ticks)
        os.utime(target, (tick, tick))

    def _pytest(self, arguments: Sequence[str], cpu_s: int, *early: str, **more: str) -> Done:
        """Run pytest in a fork: what it imports is there already, and nothing of Catenet is."""
        data = ROOT.parent / "shared" / "data"
        published = {"CATENET_DATA": str(data), "CATENET_ETCD_RAFT_DATA": str(data / "etcd-raft")}
        listed, output = self.folder / "arguments.txt", self.folder / "output.txt"
        listed.write_text("\n".join(arguments))
        environment = {**published, **os.environ, "PYTHONPATH": str(self.folder / "src"), **more}
        command = ["-q", "-p", "no:cacheprovider", "-p", "no:xdist", *early, f"@{listed}"]
        child = os.fork()
        if child == 0:
            _run_in_child(self.folder, output, environment, command, cpu_s)
        _, status = os.waitpid(child, 0)
        return Done(os.waitstatus_to_exitcode(status), output.read_text(errors="replace"))


def _run_in_child(folder: Path, output: Path, environment: dict[str, str], command: list[str], cpu_s: int) -> NoReturn:
    status = 70
    try:
        with output.open("w") as file:
            os.dup2(file.fileno(), 1)
            os.dup2(file.fileno(), 2)
        os.setsid()
        os.chdir(folder)
        os.environ.update(environment)
        for name in [name for name in sys.modules if name.partition(".")[0] == "tests"]:
            del sys.modules[name]
        sys.path[:] = [str(folder), str(folder / "src"), *(path for path in sys.path if path not in ("", str(ROOT)))]
        resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s + 5))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_OCTETS, MEMORY_OCTETS))
        signal.alarm(MAX_WALL_S)
        status = int(pytest.main(command))
    finally:
        os._exit(status)


def _affordable(reach: MutationCoverage, mutant: Mutant) -> tuple[list[str], float]:
    """The tests to be run, and their CPU time in seconds."""
    setting = rooms()
    statement = statement_lines((ROOT / mutant.path).read_text(), mutant.line)
    reaching = reach.tests_of(mutant.path, mutant.line, statement)
    tests = [test for test in reaching if reach.seconds[test] <= setting["longest_test_s"]]
    sums = list(accumulate(reach.seconds[test] for test in tests))
    most = sum(1 for total in sums if total <= setting["budget_s"])
    return tests[:most], sums[most - 1] if most else 0.0


def _first_failure(output: str) -> str:
    lines = [line for line in output.splitlines() if line.startswith(("FAILED tests", "ERROR tests"))]
    return lines[0].split(" ")[1] if lines else (output.strip().splitlines() or ["it does not start"])[-1]
