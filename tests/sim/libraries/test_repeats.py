"""All libraries at once, over TLS: the same bytes in every process and in every run."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).with_name("all_libraries.py")


def run_in_a_process(certificates: tuple[Path, Path], hash_seed: str) -> list[str]:
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, str(SCRIPT), *map(str, certificates)]
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    assert done.stderr == ""
    return done.stdout.splitlines()


def test_two_processes_and_two_runs_in_each_are_the_same(certificates: tuple[Path, Path]) -> None:
    first, second = run_in_a_process(certificates, "1")
    assert first == second
    assert run_in_a_process(certificates, "2") == [first, first]
