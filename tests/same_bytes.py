"""Run the same internets with two states of the source, and compare every byte that they leave.

``python -m tests.same_bytes OLD [NEW]``: each is a commit, a checkout, or a folder to import ``catenet`` from (for a
compiled one, the ``lib…`` folder of a build); NEW is this checkout's source by default.  The internets are the examples
``store`` and ``home``, what ``catenet new`` writes, and five drawn at random; scenarios are OLD's, programs are each
side's own.
Prints a row for each file that differs, with the first line or octet that does, and exits with 1 if there is any.
"""

from __future__ import annotations

import io
import json
import os
import random
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).resolve().parent.parent
DRAWN: Final = 5
UNTIL: Final = {"store": "40s", "home": "30s", "new": "20s"}


class Side:
    """One state of the source: where it is imported from, and where its examples stand."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name: Final = name
        path = Path(name)
        self.library: Path
        self.examples: Path
        if (path / "src").is_dir():
            self.library, self.examples = path.resolve() / "src", path.resolve() / "examples"
        elif path.is_dir():
            self.library, self.examples = path.resolve(), HERE / "examples"
        else:
            _check_out(name, folder)
            self.library, self.examples = folder / "src", folder / "examples"

    def run(self, scenario: Path, until: str, out: Path) -> None:
        """Run a scenario, which leaves its files in ``out``."""
        arguments = [sys.executable, "-m", "catenet", "run", str(scenario), "--until", until, "--out", str(out)]
        environment = os.environ | {"PYTHONPATH": str(self.library), "PYTHONHASHSEED": str(len(self.name))}
        done = subprocess.run(arguments, env=environment, capture_output=True, text=True, cwd=scenario.parent)
        if not out.is_dir():
            raise SystemExit(f"{self.name}: {scenario} left no files (exit status {done.returncode}):\n{done.stderr}")


def _check_out(commit: str, folder: Path) -> None:
    archive = subprocess.run(["git", "archive", commit, "src", "examples"], cwd=HERE, capture_output=True)
    if archive.returncode:
        raise SystemExit(f"{commit} is neither a folder nor a commit: {archive.stderr.decode().strip()}")
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as files:
        files.extractall(folder, filter="data")


def drawn_scenario(seed: int) -> str:
    """A random internet: a ring of routers with chords, lossy links, a kind of routing, and links that fail."""
    draws = random.Random(seed)
    routers = [f"r{number}" for number in range(draws.randint(4, 7))]
    pairs = [(one, routers[(number + 1) % len(routers)]) for number, one in enumerate(routers)]
    pairs += [(routers[0], routers[number]) for number in range(2, len(routers) - 1) if draws.random() < 0.5]
    lines = [f'name = "drawn-{seed}"', f"seed = {seed}"]
    routing = draws.choice(["auto", "ospf", "rip"])
    for name in routers:
        lines += [f"[routers.{name}]", f'routing = "{routing}"']
    for one, other in pairs:
        lines += ["[[links]]", f'between = ["{one}", "{other}"]', f'rate = "{draws.randint(2, 100)}Mbit/s"']
        lines += [f'delay = "{draws.randint(1, 40)}ms"', f'loss = "{draws.randint(0, 20) / 10}%"']
        lines += [f'jitter = "{draws.randint(0, 3)}ms"', f"queue = {draws.randint(5, 100)}"]
    for number, name in enumerate(routers):
        lines += [f"[hosts.h{number}]", f'at = "{name}"']
        lines += ["[[programs]]", f'host = "h{number}"', 'run = "program:serve"', "service = true"]
    for number in range(len(routers)):
        lines += ["[[programs]]", f'host = "h{number}"', 'run = "program:ask"', "service = true"]
        lines += [f'args = ["h{draws.randrange(len(routers))}"]', "options = { times = 40 }"]
    for start_s in range(6, 30, 8):
        one, other = draws.choice(pairs)
        lines += ["[[actions]]", f'at = "{start_s}s"', 'do = "cut"', f'link = ["{one}", "{other}"]']
        lines += ["[[actions]]", f'at = "{start_s + 4}s"', 'do = "heal"', f'link = ["{one}", "{other}"]']
    lines += ["[capture]", 'links = "all"']
    return "\n".join(lines) + "\n"


def internets(old: Side, new: Side, folder: Path) -> list[tuple[str, Path, Path]]:
    """Names, and for each its scenario with OLD's programs and with NEW's."""
    made = []
    for name in ("store", "home"):
        ours, theirs = folder / "old" / name, folder / "new" / name
        shutil.copytree(old.examples / name, ours)
        shutil.copytree(new.examples / name, theirs)
        shutil.copy(ours / "scenario.toml", theirs / "scenario.toml")
        made.append((name, ours / "scenario.toml", theirs / "scenario.toml"))
    for name in ("new", *(f"drawn-{seed}" for seed in range(1, DRAWN + 1))):
        for side, under in ((old, "old"), (new, "new")):
            arguments = [sys.executable, "-m", "catenet", "new", str(folder / under / name)]
            environment = os.environ | {"PYTHONPATH": str(side.library)}
            subprocess.run(arguments, env=environment, check=True, capture_output=True)
            if name != "new":
                text = drawn_scenario(int(name.removeprefix("drawn-")))
                (folder / under / name / "scenario.toml").write_text(text)
        shutil.copy(folder / "old" / name / "scenario.toml", folder / "new" / name / "scenario.toml")
        made.append((name, folder / "old" / name / "scenario.toml", folder / "new" / name / "scenario.toml"))
    return made


def differences(one: Path, other: Path) -> list[str]:
    """What differs between two runs' folders: a line for each file."""
    names = sorted({str(path.relative_to(top)) for top in (one, other) for path in top.rglob("*") if path.is_file()})
    told = []
    for name in names:
        if not (one / name).is_file() or not (other / name).is_file():
            told.append(f"{name}: only in {'NEW' if (other / name).is_file() else 'OLD'}")
            continue
        was, now = _comparable(one / name), _comparable(other / name)
        if was != now:
            told.append(f"{name}: {_first_difference(was, now)}")
    return told


def _comparable(path: Path) -> bytes:
    """A file's octets; without what names the software and the machine's own time."""
    if path.suffix != ".json":
        return path.read_bytes()
    content = json.loads(path.read_text())
    for key in ("wall_s", "version", "software", "elapsed_s", "processor_s"):
        if isinstance(content, dict):
            content.pop(key, None)
    return json.dumps(content, indent=1, sort_keys=True).encode()


def _first_difference(was: bytes, now: bytes) -> str:
    old_lines, new_lines = was.split(b"\n"), now.split(b"\n")
    number = next((n for n, (a, b) in enumerate(zip(old_lines, new_lines, strict=False)) if a != b), None)
    if number is None:
        return f"{len(was)} octets in OLD, {len(now)} in NEW, the shorter is the beginning of the longer"
    unequal = sum(a != b for a, b in zip(old_lines, new_lines, strict=False))
    first = f"{old_lines[number][:120]!r}, {new_lines[number][:120]!r}"
    return f"{unequal} of {len(old_lines)} lines; line {number + 1}: {first}"


def _tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main(arguments: list[str]) -> int:
    if len(arguments) not in (1, 2):
        _tell(str(__doc__))
        return 2
    found = 0
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        old = Side(arguments[0], folder / "source-old")
        new = Side(arguments[1] if len(arguments) == 2 else str(HERE / "src"), folder / "source-new")
        for name, ours, theirs in internets(old, new, folder):
            until = UNTIL.get(name, "30s")
            outs = folder / "out-old" / name, folder / "out-new" / name
            old.run(ours, until, outs[0])
            new.run(theirs, until, outs[1])
            told = differences(*outs)
            files = [path for path in outs[1].rglob("*") if path.is_file()]
            octets = sum(path.stat().st_size for path in files)
            _tell(f"{name:10} {len(files):4} files {octets:12,} octets  {'DIFFERS' if told else 'equal'}")
            for line in told:
                _tell(f"    {line}")
            found += len(told)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
