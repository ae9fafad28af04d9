"""The digest of a scenario: of its file, and of all files that a run of it may read."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from catenet.lab.files.toml import parse_toml


def scenario_digest(path: Path) -> str:
    """SHA-256 in hexadecimal of the scenario, the modules and packages beside it, its topology and its zones.

    Names are relative to the scenario's folder, so that a copy of the folder has the same digest.  Raises
    :class:`~catenet.errors.ScenarioError` if the scenario cannot be read.
    """
    data, text = parse_toml(path)
    digest = hashlib.sha256(text.encode())
    for file in sorted(_files(path, data)):
        digest.update(b"\0" + file.encode() + b"\0")
        digest.update(hashlib.sha256(_octets(path.parent / file)).digest())
    return digest.hexdigest()


def _octets(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:  # whether the file is needed is said when the scenario is built
        return b""


def _files(path: Path, data: dict[str, Any]) -> Iterator[str]:
    folder = path.parent
    packages = [each.parent for each in folder.glob("*/__init__.py")]
    for module in (*folder.glob("*.py"), *(each for package in packages for each in package.rglob("*.py"))):
        yield module.relative_to(folder).as_posix()
    topology = data.get("topology")
    if isinstance(topology, dict) and isinstance(topology.get("file"), str):
        yield topology["file"]
    dns = data.get("dns")
    zones = dns.get("zones") if isinstance(dns, dict) else None
    if isinstance(zones, dict):
        yield from (file for file in zones.values() if isinstance(file, str))
