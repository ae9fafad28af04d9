"""How this command was started."""

from __future__ import annotations

from typing import NamedTuple

import typer


class Invocation(NamedTuple):
    """``restartable`` is true if the process runs only this command, so that it may replace itself."""

    restartable: bool


def may_restart(context: typer.Context) -> bool:
    """Whether the present command may restart its process."""
    return isinstance(context.obj, Invocation) and context.obj.restartable
