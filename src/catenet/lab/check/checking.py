"""The verdict on a history of one kind of object: key by key, and the smallest part that refutes it.

A history of several objects is linearizable if and only if that of each object is (Herlihy and Wing, 1990, theorem
1), so each key is checked by itself, in the order of their first use, until one is refuted.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from catenet.lab.check.history import FAIL, Operation, frozen
from catenet.lab.check.linearizability import Search
from catenet.lab.check.models import Model
from catenet.lab.check.refutation import Refutation, smallest


class Verdict(NamedTuple):
    """What a check found.  ``configurations`` is how many the search went through, as a measure of its work."""

    model: str
    linearizable: bool
    operations: int
    keys: int
    configurations: int
    refutation: Refutation | None = None

    def as_data(self) -> dict[str, Any]:
        """The same for a machine, and for a picture."""
        found = self._asdict()
        found["refutation"] = None if self.refutation is None else self.refutation.as_data()
        return found


def check(operations: Sequence[Operation], model: Model, *, explain: bool = True) -> Verdict:
    """Check a history.  ``explain`` finds the smallest part that refutes it, which takes longer than the verdict.

    Raises HistoryError where an operation is not one of the model's.
    """
    objects = split(operations, model)
    count = 0
    for (key, _), part in objects.items():
        outcome = Search(part, model).run()
        count += outcome.configurations
        if not outcome.linearizable:
            refutation = smallest(key, part, model) if explain else None
            return Verdict(model.name, False, len(operations), len(objects), count, refutation)
    return Verdict(model.name, True, len(operations), len(objects), count)


def split(operations: Sequence[Operation], model: Model) -> dict[tuple[Any, Any], list[Operation]]:
    """The histories of the single objects, by key and part, without the operations that had no effect."""
    names: dict[Any, set[str]] = {}
    for each in operations:
        model.accept(each)
        names.setdefault(each.key, set()).add(each.name)
    found: dict[tuple[Any, Any], list[Operation]] = {}
    for each in operations:
        if each.end != FAIL:
            part = model.part(each, frozenset(names[each.key]))
            found.setdefault((frozen(each.key), part), []).append(each)
    return found
