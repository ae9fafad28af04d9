"""Plants a bug in this process, before anything of Catenet is imported, and counts the universes that it takes to show.

Run as a program: ``python -m tests.sim.store_chaos.planting NAME MAX_UNIVERSES [FIRST_SEED]``
prints one JSON object.  Compiled modules cannot be patched, so
those below :data:`INTERPRETED` are loaded from their sources where one of them is to be changed: nothing that is
compiled outside of it imports them.  All else stays as it is installed.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import importlib.util
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import CodeType, ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from catenet.experiments.chaos.report import Report

from .planted import BY_NAME, Bug, Change

INTERPRETED = "catenet.application.consensus"


class PatchedLoader(importlib.machinery.SourceFileLoader):
    """Loads a module from its source, with changes."""

    def __init__(self, name: str, path: str, changes: Sequence[Change]) -> None:
        super().__init__(name, path)
        self.changes = changes

    def get_code(self, fullname: str) -> CodeType | None:
        if not self.changes:
            return super().get_code(fullname)
        text = Path(self.path).read_text(encoding="utf-8")
        for change in self.changes:
            if text.count(change.old) != 1:
                raise SystemExit(f"{change.file} has this {text.count(change.old)} times, not once:\n{change.old}")
            text = text.replace(change.old, change.new)
        return compile(text, self.path, "exec", dont_inherit=True)


class Planter(importlib.abc.MetaPathFinder):
    """Finds the modules that a bug changes, and those that must be interpreted for its sake."""

    def __init__(self, bug: Bug) -> None:
        self.changes: dict[str, list[Change]] = {}
        for change in bug.changes:
            self.changes.setdefault(f"catenet.{change.file.removesuffix('.py').replace('/', '.')}", []).append(change)
        self.consensus = any(name.startswith(INTERPRETED) for name in self.changes)

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if path is None or not (name in self.changes or (self.consensus and name.startswith(INTERPRETED))):
            return None
        for folder in map(Path, path):
            last = name.rpartition(".")[2]
            package = folder / last / "__init__.py"
            if package.exists():
                inside = [str(package.parent)]
                return importlib.util.spec_from_file_location(name, package, submodule_search_locations=inside)
            if (folder / f"{last}.py").exists():
                loader = PatchedLoader(name, str(folder / f"{last}.py"), self.changes.get(name, []))
                return importlib.util.spec_from_file_location(name, loader.path, loader=loader)
        return None


def first_problem(report: Report) -> str:
    """In words, on one line."""
    from catenet.view.verdicts import culprit_text

    refutation = report.verdict and report.verdict["refutation"]
    problem: str = report.problems[0]
    return f"{problem}: {culprit_text(refutation)}" if refutation and len(report.problems) == 1 else problem


def search(bug: Bug, most: int, first: int = 1) -> dict[str, object]:
    """Run after run, from seed ``first`` on, until one shows the bug, but at most ``most``; what it took."""
    from catenet.experiments.chaos.run import RunParameters, run_chaos

    begun_s = time.process_time()
    for count in range(1, most + 1):
        report = run_chaos(RunParameters(first + count - 1, bug.protocol, bug.engine))
        cpu_s = round(time.process_time() - begun_s, 1)
        if report.problems:
            shown = {"profile": report.profile, "problem": first_problem(report)}
            return {"bug": bug.name, "universes": count, "cpu_s": cpu_s, **shown}
    return {"bug": bug.name, "universes": 0, "tried": most, "cpu_s": cpu_s}


def main(name: str, most: int, first: int = 1) -> None:
    """Plant, search, print."""
    bug = BY_NAME[name]
    planter = Planter(bug)
    sys.meta_path.insert(0, planter)
    found = search(bug, most, first)
    missed = [module for module in planter.changes if module not in sys.modules]
    if missed:
        raise SystemExit(f"{name}: nobody imported {', '.join(missed)}")
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), *map(int, sys.argv[3:]))
