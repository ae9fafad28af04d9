"""A log of Linux objects that outlive the process, written before they are created.

Devices disappear with their descriptors; network namespaces do not.  Each process writes a file in :data:`FOLDER` with
its namespaces, its process id and its start time.  The next process reads these files, and :func:`sweep` removes the
namespaces of ended processes.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Final

from catenet.tap import namespace

FOLDER: Final = Path("/run/catenet")


class CleanupLog:
    """The file of this process."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self.path: Final = folder / f"{os.getpid()}-{id(self):x}.json"
        self._namespaces: Final[dict[str, int]] = {}

    def record(self, name: str, inode: int = 0) -> None:
        """Record a namespace: before it is created, and again with its inode afterwards."""
        self._namespaces[name] = inode
        self._save()

    def strike(self, name: str) -> None:
        """Remove a namespace from the log."""
        self._namespaces.pop(name, None)
        self._save()

    def _save(self) -> None:
        if not self._namespaces:
            self.path.unlink(missing_ok=True)
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        owner = {"pid": os.getpid(), "started": started(os.getpid()), "namespaces": self._namespaces}
        fresh = self.path.with_suffix(".new")
        fresh.write_text(json.dumps(owner), encoding="utf-8")
        fresh.replace(self.path)


def started(pid: int) -> str:
    """When a process was started, in ticks since boot; empty if there is no such process, or only its remains."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    fields = text.rpartition(")")[2].split()
    return "" if fields[0] in "ZX" else fields[19]


def sweep(folder: Path = FOLDER) -> list[str]:
    """Remove the namespaces of processes that are gone; returns their names."""
    removed = []
    for path in sorted(folder.glob("*.json")):
        owner = _read(path)
        if owner and started(int(owner["pid"])) == owner["started"]:
            continue
        for name, inode in owner.get("namespaces", {}).items():
            if namespace.exists(name) and inode in (0, namespace.inode(name)):
                namespace.remove(name)
                removed.append(name)
        path.unlink(missing_ok=True)
    return removed


def _read(path: Path) -> dict[str, Any]:
    try:
        owner = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return owner if isinstance(owner, dict) else {}
