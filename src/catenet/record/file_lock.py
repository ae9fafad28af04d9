"""A lock on an open file, which ends with the process that holds it."""

from __future__ import annotations

from typing import IO

try:
    import fcntl
except ModuleNotFoundError:  # not a POSIX system
    fcntl = None  # type: ignore[assignment]


def locked(file: IO[bytes]) -> bool:
    """Lock a file until it is closed; False if another process has it (or another open file of this one)."""
    if fcntl is None:
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
