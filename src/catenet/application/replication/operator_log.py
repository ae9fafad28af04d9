"""Messages to the operator about a store's data, such as damage and loss: to stderr, the log and a run's trace."""

from __future__ import annotations

import logging
import sys
from typing import Final

from catenet.application.storage.disk import MACHINE

LOG: Final = logging.getLogger("catenet.store")
NOTE: Final = "store"
"""The kind of these entries in a run's trace and timeline."""


def log_event(text: str, level: int = logging.WARNING) -> None:
    """Write a message to the logger ``catenet.store``, to stderr unless a handler writes there, and to the run."""
    told = _reaches_stderr(level)
    LOG.log(level, "%s", text)
    if not told:
        sys.stderr.write(f"catenet store: {text}\n")
        sys.stderr.flush()
    MACHINE.log_event(NOTE, text)


def _reaches_stderr(level: int) -> bool:
    """Whether a handler of the logger writes it to stderr."""
    if not LOG.isEnabledFor(level):
        return False
    logger: logging.Logger | None = LOG
    found = False
    while logger is not None:
        for handler in logger.handlers:
            found = True
            stream = handler.stream if isinstance(handler, logging.StreamHandler) else None
            if level >= handler.level and stream in (sys.stderr, sys.__stderr__):
                return True
        logger = logger.parent if logger.propagate else None
    last = logging.lastResort
    return not found and last is not None and level >= last.level
