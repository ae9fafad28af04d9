"""A program's failure, told with its traceback: the program's own frames, not those that called it."""

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
    """Who failed, where, when, with which seed, and the traceback."""
    error = process.exception
    when = f"{process.ended_ns / 1e9:.6f} s (seed {process.host.kernel.seed})"
    head = f"program {process.name} on host {process.host.name} failed at {when}:"
    if error is None:
        return head
    lines = traceback.format_exception(type(error), error, _program_frames(error.__traceback__))
    return head + "\n" + "".join(lines).rstrip()


def _program_frames(frames: TracebackType | None) -> TracebackType | None:
    """The frames from where the program's own code begins; all of them if it never does."""
    first = frames
    while first is not None and first.tb_frame.f_code.co_filename.startswith(_OURS):
        first = first.tb_next
    return first or frames
