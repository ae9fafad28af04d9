"""Errors of use: one message on stderr, and an exit status.

=======  ==========================================================================================
status   meaning
=======  ==========================================================================================
0        it ran
1        a host's program failed, or the run ended in a deadlock (its files are written nevertheless)
2        a mistake on the command line or in a file that it names; nothing was run
3        it ran, and stdout or a file could not be written (a full disk); no file is left half-written
141      the reader of stdout has closed the pipe (``| head -1``); no message, as with other tools (128 + SIGPIPE)
130      stopped by Ctrl-C; what was recorded up to then is written
=======  ==========================================================================================
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, NoReturn

import typer

_LONG: Final = re.compile(r"\S{300,}")

OK: Final = 0
FAILED: Final = 1
MISTAKE: Final = 2
NOT_WRITTEN: Final = 3
INTERRUPTED: Final = 130
CLOSED_PIPE: Final = 141


class Mistake(Exception):
    """An error that the user can correct.  The message says what is wrong, where, and what would be right."""


class NotWritten(Exception):
    """Output could not be written after the run.  The message says what, and why."""


def say_mistake(message: str) -> None:
    """Print a mistake on stderr: ``catenet: `` and the message, further lines indented.

    Arguments may be very long or contain invalid UTF-8; they are quoted in a readable form.
    """
    shown = _LONG.sub(lambda long: f"{long[0][:80]}...{long[0][-20:]}", message.strip() or "unknown error")
    first, *rest = shown.encode("utf-8", "backslashreplace").decode().split("\n")
    typer.secho("catenet: ", nl=False, err=True, fg="red", bold=True)
    typer.echo(first, err=True)
    for line in rest:
        typer.echo(f"  {line}" if line.strip() else "", err=True)


def mistake(message: str) -> NoReturn:
    """Raise a :class:`Mistake`."""
    raise Mistake(message)


@contextmanager
def failures_told_later() -> Iterator[None]:
    """Suppress the log of failures, which are reported at the end, once each, with a traceback."""

    def is_no_failure(record: logging.LogRecord) -> bool:
        return record.exc_info is None

    logger = logging.getLogger("catenet.host")
    logger.addFilter(is_no_failure)
    try:
        yield
    finally:
        logger.removeFilter(is_no_failure)
