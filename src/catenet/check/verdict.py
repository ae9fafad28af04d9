"""The verdict on a history of one kind of object: key by key, and the smallest part that refutes it.

A history of several objects is linearizable if and only if that of each object is (Herlihy and Wing, 1990, theorem
1), so each key is checked by itself, in the order of their first use.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from catenet.check.counterexample import Counterexample, smallest
from catenet.check.history import FAIL, HistoryError, Operation
from catenet.check.linearizability import Search
from catenet.check.models import Model
from catenet.check.values import as_json, plain


class Verdict(NamedTuple):
    """The result of a check.  ``configurations`` is the number explored, a measure of the work.

    ``refuted`` are the keys whose objects are not linearizable, in the order of their first use; ``refutation`` is of
    the first.
    """

    model: str
    linearizable: bool
    operations: int
    keys: int
    configurations: int
    refuted: tuple[Any, ...] = ()
    refutation: Counterexample | None = None

    def as_data(self) -> dict[str, Any]:
        """The same as data, for JSON and for pictures."""
        found = self._asdict()
        found["refuted"] = [as_json(key) for key in self.refuted]
        found["refutation"] = None if self.refutation is None else self.refutation.as_data()
        return found


def check(operations: Sequence[Operation], model: Model, *, explain: bool = True) -> Verdict:
    """Check a history.  ``explain`` finds the smallest part that refutes it, which takes longer than the verdict.

    Raises HistoryError for an operation outside the model, and for an empty history.
    """
    if not operations:
        raise HistoryError("there is no operation, and nothing can be said of none")
    objects = split(operations, model)
    known = {each.number: each for each in operations}
    count = 0
    refuted: dict[Any, None] = {}
    refutation = None
    for (key, _), part in objects.items():
        outcome = Search(part, model).run()
        count += outcome.configurations
        if not outcome.linearizable:
            if explain and not refuted:
                refutation = smallest(key, part, model).of(known)
            refuted[key] = None
    return Verdict(
        model.name, not refuted, len(operations), len(objects), count, tuple(plain(key) for key in refuted), refutation
    )


def split(operations: Sequence[Operation], model: Model) -> dict[tuple[Any, Any], list[Operation]]:
    """The histories of the single objects, by key and part, with exact values, without failed operations."""
    names: dict[Any, set[str]] = {}
    exact: list[Operation] = []
    for each in operations:
        model.accept(each)
        exact.append(model.exact(each))
        names.setdefault(exact[-1].key, set()).add(each.name)
    found: dict[tuple[Any, Any], list[Operation]] = {}
    for each in exact:
        if each.end != FAIL:
            part = model.part(each, frozenset(names[each.key]))
            found.setdefault((each.key, part), []).append(each)
    return found
