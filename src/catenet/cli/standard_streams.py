"""What goes to stdout and stderr: how wide it may be, and what becomes of it where nobody takes it.

A closed pipe (``| head -1``) or a full disk (``> /dev/full``) is no reason for a traceback, nor for a program of the
simulation to fail because it has printed something.  What cannot be written is dropped; a command that has nothing else
to do ends at once, and its exit status tells.
"""

from __future__ import annotations

import errno
import io
import os
import shutil
import sys
from collections.abc import Iterable
from typing import Final, TextIO

import typer

PAGE_WIDTH: Final = 100
"""How wide a page is where there is no terminal."""


class OutputLost(Exception):
    """What was printed could not be written: there is no use in printing more."""


class _Output(io.RawIOBase):
    """A stream that keeps the first error of writing to a descriptor, and takes all the rest without a word."""

    def __init__(self, fd: int) -> None:
        super().__init__()
        self._fd: Final = fd
        self.error: OSError | None = None

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._fd

    def isatty(self) -> bool:
        return os.isatty(self._fd)

    def write(self, octets: object, /) -> int:
        view = memoryview(octets)  # type: ignore[arg-type]
        if self.error is None:
            try:
                return os.write(self._fd, view)
            except BlockingIOError:
                raise
            except OSError as error:
                self.error = error
        return view.nbytes


_outputs: Final[list[_Output]] = []


def guard_output() -> None:
    """Guard the process's stdout and stderr.  Letters that a terminal does not have become question marks."""
    sys.stdout = _guarded(sys.stdout)
    sys.stderr = _guarded(sys.stderr)


def _guarded(stream: TextIO) -> TextIO:
    if not isinstance(stream, io.TextIOWrapper):  # closed, or a test's
        return stream
    stream.flush()
    output = _Output(stream.fileno())
    _outputs.append(output)
    return io.TextIOWrapper(
        io.BufferedWriter(output),
        encoding=stream.encoding,
        errors="replace",
        line_buffering=stream.line_buffering,
        write_through=stream.write_through,
    )


def lost() -> OSError | None:
    """Why stdout could not be written, if that has happened.  Writes what still waits."""
    if sys.stdout is not None:
        sys.stdout.flush()
    return _outputs[0].error if _outputs else None


def is_closed_pipe(error: OSError) -> bool:
    """Whether a reader has gone, as ``head`` does: nobody wants to hear of that."""
    return error.errno in (errno.EPIPE, errno.ECONNRESET)


def width_of(stream: TextIO | None, elsewhere: int | None = None) -> int | None:
    """How wide a line may be: as ``COLUMNS`` says, or the terminal; ``elsewhere`` is for where there is none."""
    if os.environ.get("COLUMNS", "").isdigit() or (stream is not None and stream.isatty()):
        return max(20, shutil.get_terminal_size((PAGE_WIDTH, 24)).columns)
    return elsewhere


def say(lines: Iterable[str]) -> None:
    """Print lines; on a terminal, those that are too long go on below.  Raises :class:`OutputLost`."""
    width = width_of(sys.stdout)
    for line in lines:
        for part in _fitted(line, width):
            typer.echo(part)
        if lost() is not None:
            raise OutputLost


def _fitted(line: str, width: int | None) -> list[str]:
    if width is None or len(line) * 2 <= width:
        return [line]
    from catenet.view.layout import wrapped

    return wrapped(line, width)
