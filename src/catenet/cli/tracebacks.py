"""Reports a program's failure with a traceback of the program's own frames."""

from __future__ import annotations

import traceback
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final

import catenet

if TYPE_CHECKING:
    from catenet.host.process import Process

_OURS: Final = str(Path(catenet.__file__).parent)


def failure_text(process: Process) -> str:
    """The program, host, virtual time and seed of a failure, and the traceback."""
    error = process.exception
    when = f"{process.ended_ns / 1e9:.6f} s (seed {process.host.kernel.seed})"
    head = f"program {process.name} on host {process.host.name} failed at {when}:"
    if error is None:
        return head
    lines = traceback.format_exception(type(error), error, _program_frames(error.__traceback__))
    return head + "\n" + "".join(lines).rstrip()


def _program_frames(frames: TracebackType | None) -> TracebackType | None:
    """The frames from the program's first own frame on; all of them if there is none."""
    first = frames
    while first is not None and first.tb_frame.f_code.co_filename.startswith(_OURS):
        first = first.tb_next
    return first or frames
