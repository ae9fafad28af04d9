"""What finds each planted bug.

``python -m tests.sim.store_chaos.table [MAX_UNIVERSES [JOBS [NAME ...]]]`` searches for those of that name, by default
for all, keeps what it took in ``planted.json``, and writes all that is kept there as ``planted.md``.
"""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any

from .planted import BUGS, BY_NAME, Bug

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
KEPT = HERE / "planted.json"
TABLE = HERE / "planted.md"
HEAD = """# Planted bugs, and what finds them

Written by `python -m tests.sim.store_chaos.table`. Each bug is a change of the source (`planted.py`). Universes are
searched from seed 1 on, one after the other, in one process; the seconds are CPU time of that process, with consensus
interpreted. So a minute on two cores is 120 of them. "Earlier profiles" were those before the last change of a profile
that the search comes to; such a row is to be searched again.

| bug | protocol | universes | CPU seconds | profile | what was told |
|---|---|---|---|---|---|
"""


def find(bug: Bug, most: int) -> dict[str, Any]:
    """What one search found."""
    command = [sys.executable, "-m", "tests.sim.store_chaos.planting", bug.name, str(most)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    if done.returncode:
        raise SystemExit(f"{bug.name}: {done.stderr}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def row(bug: Bug, found: dict[str, Any] | None) -> str:
    """A line of the table."""
    if found is None:
        return f"| {bug.name} | {bug.protocol} | not searched | | | {bug.hidden} |\n"
    if not found["universes"]:
        return f"| {bug.name} | {bug.protocol} | not in {found['tried']} | {found['cpu_s']} | | {bug.hidden} |\n"
    told = found["problem"].replace("|", "/").replace("\n", " ")
    told = told if len(told) <= 160 else f"{told[:157]}..."
    count = f"{found['universes']} (earlier profiles)" if found.get("earlier") else found["universes"]
    return f"| {bug.name} | {bug.protocol} | {count} | {found['cpu_s']} | {found['profile']} | {told} |\n"


def render(kept: dict[str, dict[str, Any]]) -> str:
    """The whole table."""
    lines = [row(bug, kept.get(bug.name)) for bug in BUGS]
    count = sum(bool(kept.get(bug.name, {}).get("universes")) for bug in BUGS)
    return f"{HEAD}{''.join(lines)}\n{count} of {len(BUGS)} are found.\n"


def read() -> dict[str, dict[str, Any]]:
    """What is kept of earlier searches."""
    kept: dict[str, dict[str, Any]] = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}
    return {name: found for name, found in kept.items() if name in BY_NAME}


def write(kept: dict[str, dict[str, Any]]) -> None:
    """Keep it, and tell it."""
    KEPT.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    TABLE.write_text(render(kept), encoding="utf-8")


def main(most: int = 80, jobs: int = 2, *names: str) -> None:
    """Search, and write what was found as it comes."""
    bugs = [BY_NAME[name] for name in names] if names else BUGS
    with ThreadPoolExecutor(jobs) as pool:
        searches = {pool.submit(find, bug, most): bug for bug in bugs}
        for search in as_completed(searches):
            bug, found = searches[search], search.result()
            write({**read(), bug.name: found})  # another search may have written meanwhile
            sys.stdout.write(row(bug, found))
            sys.stdout.flush()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]), *sys.argv[3:])
