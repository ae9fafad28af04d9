"""The possible states of an object during an operation, given all other operations.

A *probe* replaces the operation: it reads the state.  A search in which the probe never returns finds all candidate
states; a state is possible if a linearization exists in which the probe reads it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Final

from catenet.check.history import Operation
from catenet.check.linearizability import Search
from catenet.check.models import ILLEGAL, NOTHING, Model
from catenet.check.values import text

STATES_MAX: Final = 8
_CONFIGURATIONS_MAX: Final = 20_000
_PROBE: Final = "probe"


def possible_states(history: Sequence[Operation], operation: Operation, model: Model) -> list[Any]:
    """The possible states of an object during an operation: at most :data:`STATES_MAX` of them.

    ``history`` is one object's, with exact values.  The list is empty if the search for them took too long, or if the
    other operations contradict one another.
    """
    probed = [each._replace(name=_PROBE) if each.number == operation.number else each for each in history]
    probe = _Probe(model)
    outcome = Search(probed, probe, looks_ahead=False).run(_CONFIGURATIONS_MAX)
    left = _CONFIGURATIONS_MAX - outcome.configurations
    found: list[Any] = []
    for state in probe.seen:
        if outcome.linearizable is None or len(found) == STATES_MAX:
            break
        outcome = Search(probed, _Probe(model, state), looks_ahead=False).run(left)
        left -= outcome.configurations
        if outcome.linearizable:
            found.append(state)
    return [] if outcome.linearizable is None else sorted(found, key=text)


def until(operations: Sequence[Operation], end: int) -> list[Operation]:
    """The history up to one event: without later invocations, and with later ends unknown."""
    return [each if each.ended <= end else each.unknown() for each in operations if each.called < end]


class _Probe(Model):
    """A model with a probe that accepts only a certain state; without one, it accepts none, and records all."""

    name: ClassVar[str] = _PROBE

    def __init__(self, model: Model, found: Any = NOTHING) -> None:
        self.initial = model.initial
        self.by_process = model.by_process
        self.seen: Final[dict[Any, None]] = {}
        self._model: Final = model
        self._found: Final = found

    def step(self, state: Any, operation: Operation) -> Any:
        if operation.name != _PROBE:
            return self._model.step(state, operation)
        self.seen[state] = None
        return state if state == self._found else ILLEGAL

    def only_looks(self, operation: Operation) -> bool:
        return operation.name == _PROBE or self._model.only_looks(operation)
