"""The same hash seed in every run.

CPython salts the hashes of ``str`` and ``bytes`` anew in each process, and with them the order in which a
set of them is iterated.  Catenet does not depend on that order, but other people's programs do.  The salt
can be set only before the interpreter starts, so the process replaces itself once by the same command with
``PYTHONHASHSEED=0``: same process id, same arguments, and the exit status is the new one's own.
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
    """True if hashes are salted and asking again may help (``python -I`` ignores the variable)."""
    return bool(hash_randomization) and environment.get(VARIABLE) != PINNED


def pin_hash_seed() -> None:
    """Start this command again with the hash seed pinned, unless it is.  Does not return if it does so."""
    if not must_pin(os.environ, sys.flags.hash_randomization) or not sys.executable:
        return
    sys.stdout.flush()
    sys.stderr.flush()
    # orig_argv keeps what sys.argv has lost: interpreter options, and the -m of `python -m catenet`.
    command = [sys.executable, *sys.orig_argv[1:]]
    environment = {**os.environ, VARIABLE: PINNED}
    if os.name == "nt":
        sys.exit(subprocess.call(command, env=environment))  # noqa: S603 - it is this very command
    os.execve(sys.executable, command, environment)  # noqa: S606 - it is this very command
