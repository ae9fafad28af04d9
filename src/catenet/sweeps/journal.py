"""The journal of a sweep: one line of JSON for each run that has ended, appended at once.

A process that is killed leaves a journal whose last line may be cut; that line is removed when the sweep goes on.  The
first line says of which scenario the runs are, so that runs of two scenarios never meet in one journal.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import IO, Any, Final, NamedTuple

from catenet.errors import LabError
from catenet.record.file_lock import locked
from catenet.sweeps.point import Outcome

FILE: Final = "runs.jsonl"
KIND: Final = "a sweep of catenet"
SCHEMA: Final = 1

Key = tuple[str, int]
"""A cell's values as JSON, and a seed."""


class Origin(NamedTuple):
    """What all runs of a journal have in common: the scenario's digest, Catenet's version, and the end of a run."""

    scenario: str
    digest: str
    version: str
    until_ns: int | None


class OtherSweep(LabError):
    """A folder holds other files, or runs of another scenario or version; they are not changed."""


def key_of(values: dict[str, Any], seed: int) -> Key:
    """The key of a run in a journal."""
    return json.dumps(values, ensure_ascii=False, default=str), seed


class Journal:
    """The runs that a folder holds.  Only one process at a time has a journal open.

    Raises :class:`OtherSweep` for a folder with another origin's runs, LabError if another process has it open, and
    OSError.
    """

    def __init__(self, folder: Path, origin: Origin) -> None:
        self.path: Final = folder / FILE
        self.runs: Final[dict[Key, Outcome]] = {}
        self._file: Final[IO[bytes]] = self._open(folder)
        try:
            self._restore(origin)
        except BaseException:
            self._file.close()
            raise

    def _open(self, folder: Path) -> IO[bytes]:
        folder.mkdir(parents=True, exist_ok=True)
        if not self.path.exists() and any(folder.iterdir()):
            raise OtherSweep(f"{folder} holds files that no sweep left there; give another folder")
        file = self.path.open("a+b")
        if not locked(file):
            file.close()
            raise LabError(f"{folder}: another sweep is writing there; wait for its end, or give another folder")
        return file

    def _restore(self, origin: Origin) -> None:
        self._file.seek(0)
        lines = self._file.read().split(b"\n")
        whole, cut = lines[:-1], lines[-1]
        if cut:
            self._file.truncate(self._file.tell() - len(cut))
        if not whole:
            self._append({"kind": KIND, "schema": SCHEMA, **origin._asdict()})
            return
        self._check(whole[0], origin)
        for number, line in enumerate(whole[1:], 2):
            entry = _object(line)
            try:
                run = Outcome(entry["outcome"], entry["figures"], entry.get("failure", ""))
                self.runs[key_of(entry["values"], entry["seed"])] = run
            except KeyError:
                wrong = f"{self.path}:{number}: this line is no run of a sweep; remove it, and the run is done again"
                raise LabError(wrong) from None

    def _check(self, line: bytes, origin: Origin) -> None:
        head = _object(line)
        if head.get("kind") != KIND or head.get("schema") != SCHEMA:
            raise OtherSweep(f"{self.path} is not the journal of a sweep; give another folder")
        wrong = {
            "digest": "of another scenario, or of files that have changed since",
            "version": f"by version {head.get('version')} of catenet, and this is {origin.version}",
            "until_ns": "with another end of the run",
        }
        for key, why in wrong.items():
            if head.get(key) != getattr(origin, key):
                raise OtherSweep(f"{self.path} holds runs {why}; give another folder")

    def add(self, values: dict[str, Any], seed: int, outcome: Outcome) -> None:
        """Append a run, unless it is there already."""
        key = key_of(values, seed)
        if key in self.runs:
            return
        self.runs[key] = outcome
        told = {"failure": outcome.failure} if outcome.failure else {}
        entry = {"values": values, "seed": seed, "outcome": outcome.outcome, "figures": outcome.figures, **told}
        self._append(entry)

    def close(self) -> None:
        """Close the file, with all on the disk."""
        if not self._file.closed:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()

    def _append(self, entry: dict[str, Any]) -> None:
        self._file.write(json.dumps(entry, ensure_ascii=False, default=str).encode() + b"\n")
        self._file.flush()


def _object(line: bytes) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
