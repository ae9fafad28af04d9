"""Notes of programs for the timeline, and their histories for a checker.

A program on a host says ``catenet.note("leader-changed", "oslo leads group 1")``, which adds an entry to the run's
timeline under the host's name, or ``catenet.history()``, in which it records its requests and their responses.  At the
end of a run the history is checked, and the summary contains the result.
"""

from __future__ import annotations

from typing import Any, Final

from catenet.check.history import RETURN, Recorder
from catenet.check.models import MODELS
from catenet.check.verdict import check
from catenet.host.sandbox.current import present
from catenet.kernel.kernel import Kernel
from catenet.lab.observe.timeline import Timeline

MODEL: Final = "kv"
"""The model by which a history is checked."""


class Notes:
    """The notes and the history of one internet's programs."""

    def __init__(self, kernel: Kernel, timeline: Timeline) -> None:
        self.timeline: Final = timeline
        self.history: Final = Recorder(lambda: int(kernel.now_ns))

    def summary(self) -> dict[str, Any]:
        """The history and the result of its check; empty if there is none."""
        if not self.history.events:
            return {}
        operations = self.history.operations()
        verdict = check(operations, MODELS[MODEL])
        return {
            "history": {
                **verdict.as_data(),
                "answered": sum(1 for operation in operations if operation.end == RETURN),
            }
        }


def note(what: str, text: str) -> None:
    """Add an entry to the timeline: its kind, such as ``"leader-changed"``, and one line of text.

    Raises RuntimeError if no host's program is running.
    """
    notes, host = _notes("note")
    notes.timeline.record_program(what, host, text)


def history() -> Recorder:
    """The history of this run, in which a program records its requests and their responses.

    Its operations are those of the ``kv`` model: get, put, delete, cas and append, with a key; each client has a
    process number of its own.  Raises RuntimeError if no host's program is running.
    """
    return _notes("history")[0].history


def _notes(what: str) -> tuple[Notes, str]:
    here = present()
    found = getattr(here.host, "notes", None) if here is not None else None
    if here is None or not isinstance(found, Notes):
        raise RuntimeError(f"{what}() is for programs that run on a host of an internet, and none is running here")
    return found, here.host.name
