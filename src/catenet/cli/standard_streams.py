"""stdout and stderr: line width, closed pipes and full disks.

A closed pipe (``| head -1``) or a full disk (``> /dev/full``) must not cause a traceback, nor the failure of a
simulated program that prints.  Output that cannot be written is dropped; a command with nothing else to do ends at
once, with an exit status of its own.
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
"""The line width without a terminal."""


class OutputLost(Exception):
    """Printed output could not be written, so further output is useless."""


class _Output(io.RawIOBase):
    """A stream that records the first write error of a descriptor, and discards all later output."""

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
    """Guard the process's stdout and stderr.  Characters outside the terminal's encoding become question marks."""
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
    """Flush stdout; returns its write error, or None."""
    if sys.stdout is not None:
        sys.stdout.flush()
    return _outputs[0].error if _outputs else None


def is_closed_pipe(error: OSError) -> bool:
    """Whether the reader has closed the pipe, as ``head`` does, which is not reported."""
    return error.errno in (errno.EPIPE, errno.ECONNRESET)


def width_of(stream: TextIO | None, elsewhere: int | None = None) -> int | None:
    """The line width: ``COLUMNS``, else the terminal's, else ``elsewhere``."""
    if os.environ.get("COLUMNS", "").isdigit() or (stream is not None and stream.isatty()):
        return max(20, shutil.get_terminal_size((PAGE_WIDTH, 24)).columns)
    return elsewhere


def say(lines: Iterable[str]) -> None:
    """Print lines, wrapped on a terminal.  Raises :class:`OutputLost`."""
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
