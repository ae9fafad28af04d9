"""The same hash seed in every run.

CPython salts the hashes of ``str`` and ``bytes`` in each process, which changes the iteration order of sets.  Catenet
does not depend on that order, but users' programs may.  The salt can be set only before the interpreter starts, so the
process replaces itself once (exec) by the same command with ``PYTHONHASHSEED=0``: the process id and the arguments
stay the same, and the exit status is that of the new command.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from typing import Final

VARIABLE: Final = "PYTHONHASHSEED"
PINNED: Final = "0"


def must_pin(environment: Mapping[str, str], hash_randomization: int) -> bool:
    """True if hashes are salted and a restart can change that (``python -I`` ignores the variable)."""
    return bool(hash_randomization) and environment.get(VARIABLE) != PINNED


def pin_hash_seed() -> None:
    """Restart this command with a fixed hash seed, unless it is fixed.  Does not return if it restarts."""
    if not must_pin(os.environ, sys.flags.hash_randomization) or not sys.executable:
        return
    sys.stdout.flush()
    sys.stderr.flush()
    # Unlike sys.argv, orig_argv keeps interpreter options and the -m of `python -m catenet`.
    command = [sys.executable, *sys.orig_argv[1:]]
    environment = {**os.environ, VARIABLE: PINNED}
    if os.name == "nt":
        sys.exit(subprocess.call(command, env=environment))  # noqa: S603 - it is this very command
    os.execve(sys.executable, command, environment)  # noqa: S606 - it is this very command
