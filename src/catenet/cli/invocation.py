"""How this command was started."""

from __future__ import annotations

from typing import NamedTuple

import typer


class Invocation(NamedTuple):
    """``restartable`` is true if the process is this command and nothing else, so that it may start itself again."""

    restartable: bool


def may_restart(context: typer.Context) -> bool:
    """Whether the command that is being run may start its process again."""
    return isinstance(context.obj, Invocation) and context.obj.restartable
