"""``python -m tests.mutation ROOM ...``: are a room's tests good enough to notice a wrong program?"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from .mutants import Mutant, draw, rooms
from .trial import CAUGHT, Copy, MutationCoverage


def main() -> int:
    """Print each mutant and what became of it; the exit status is 1 if too many of all live."""
    setting = rooms()
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("room", nargs="+", choices=[*setting["room"], "all"])
    parser.add_argument("--seed", type=int, default=1, help="random seed of the sample (default: 1)")
    parser.add_argument("--count", type=int, default=30, help="mutants of each room (default: 30)")
    parser.add_argument("--part", action="store_true", help="of each room its part of fifty, as `make test-all` does")
    parser.add_argument("--only", default="", metavar="TEXT", help="only files whose path contains TEXT")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the results as JSON")
    parser.add_argument("--reach", type=Path, metavar="FOLDER", help="keep there which test reaches which line")
    chosen = parser.parse_args()
    names = list(setting["room"]) if "all" in chosen.room else chosen.room
    results: list[dict[str, object]] = []
    all_caught = 0
    with tempfile.TemporaryDirectory(prefix="catenet-mutants-") as folder:
        copy = Copy(Path(folder))
        for room in names:
            found = sample(copy, room, chosen)
            caught = sum(one["fate"] == CAUGHT for one in found)
            percent = 100 * caught / len(found)
            all_caught += caught
            sys.stdout.write(f"{room}: {caught} of {len(found)} caught, {percent:.0f} %\n")
            results += found
            if chosen.json is not None:  # after each room: a run that is stopped has told of those before
                chosen.json.write_text(json.dumps(results, indent=1))
    return int(100 * all_caught < setting["share"] * len(results))


def sample(copy: Copy, room: str, chosen: argparse.Namespace) -> list[dict[str, object]]:
    """A room's mutants, each with its fate."""
    reach = _reach(copy, room, chosen.reach)
    found: list[dict[str, object]] = []
    count = rooms()["room"][room]["part"] if chosen.part else chosen.count
    for mutant in draw(room, chosen.seed, count, chosen.only):
        fate, why = copy.evaluate(mutant, reach)
        sys.stdout.write(f"{fate}: {mutant}\n    {why}\n")
        sys.stdout.flush()
        found.append({**_told(mutant), "fate": fate, "why": why})
    return found


def _reach(copy: Copy, room: str, folder: Path | None) -> MutationCoverage:
    kept = None if folder is None else folder / f"{room}.json"
    if kept is not None and kept.exists():
        return MutationCoverage(**json.loads(kept.read_text()))
    reach = copy.reach(room)
    if kept is not None:
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps(asdict(reach)))
    return reach


def _told(mutant: Mutant) -> dict[str, object]:
    return {name: value for name, value in asdict(mutant).items() if name != "code"}


if __name__ == "__main__":
    raise SystemExit(main())
