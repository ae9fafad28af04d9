"""What programs tell of a run themselves: what happened to them, for the timeline, and what they saw, for a checker.

A program on a host says ``catenet.note("leader-changed", "oslo leads group 1")``, which is told in the run's timeline
under the host's name, or ``catenet.history()``, to which it writes what it asked and was told.  At the end of a run the
history is judged, and the verdict stands in the summary.
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
"""What the operations of a history are taken for."""


class Notes:
    """What the programs of one internet have told."""

    def __init__(self, kernel: Kernel, timeline: Timeline) -> None:
        self.timeline: Final = timeline
        self.history: Final = Recorder(lambda: int(kernel.now_ns))

    def summary(self) -> dict[str, Any]:
        """The history and the verdict on it; empty if there is none."""
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
    """Tell something in the timeline, as a kind of thing (such as ``"leader-changed"``) and a line for people.

    Raises RuntimeError if no host's program is running.
    """
    accounts, host = _accounts("note")
    accounts.timeline.tell(what, host, text)


def history() -> Recorder:
    """The history of this run, in which a program writes what it asked and was told.

    Its operations are those of the ``kv`` model: get, put, delete, cas and append, with a key; each client is a process
    of its own number.  Raises RuntimeError if no host's program is running.
    """
    return _accounts("history")[0].history


def _accounts(what: str) -> tuple[Notes, str]:
    here = present()
    found = getattr(here.host, "accounts", None) if here is not None else None
    if here is None or not isinstance(found, Notes):
        raise RuntimeError(f"{what}() is for programs that run on a host of an internet, and none is running here")
    return found, here.host.name
