"""The smallest part of a history that is not linearizable.

Removing operations arbitrarily proves nothing: without its write, any read is a contradiction.  So an operation is
removed only if the rest is refuted *for any effect of it*: the history must stay refuted if the operation's end is
unknown, so that it may take effect at any time after its invocation, or never.  The remaining operations are

- the *certain* operations: make the end of any one of them unknown, and the history is linearizable;
- the *helpers*, whose ends are unknown, and which could explain a part of the results, such as the write of a value
  that was read, but not all results.

A count of configurations and operations bounds the work, so that the outcome is the same on every machine; beyond the
bound the part is still refuted, but may not be the smallest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from catenet.check.history import RETURN, Operation
from catenet.check.linearizability import Search
from catenet.check.models import Model
from catenet.check.values import plain
from catenet.check.witness import possible_states, until

MAX_FOR_END: Final = 100_000
MAX_FOR_ONE: Final = 5_000
MAX_FOR_RECENT: Final = 300
MAX_IN_ALL: Final = 300_000


class Counterexample(NamedTuple):
    """The smallest part.  ``operations`` are in order of invocation, helpers have unknown ends.

    ``culprit`` is the number of the first operation whose return cannot be explained, given the returns of concurrent
    operations; ``states`` are the object's possible states during it, in the whole history: all of them, unless there
    are :data:`~catenet.check.witness.STATES_MAX`; empty if they are not known.
    """

    key: Any
    operations: list[Operation]
    culprit: int
    states: list[Any]

    def of(self, known: Mapping[int, Operation]) -> Counterexample:
        """The same with the history's own operations, by number, and values."""
        return Counterexample(
            plain(self.key),
            [known[each.number] if each.end == RETURN else known[each.number].unknown() for each in self.operations],
            self.culprit,
            [plain(state) for state in self.states],
        )

    def as_data(self) -> dict[str, Any]:
        """The same as data, for JSON and for pictures."""
        return {
            "key": self.key,
            "culprit": self.culprit,
            "states": self.states,
            "operations": [each._asdict() for each in self.operations],
        }


def smallest(key: Any, operations: Sequence[Operation], model: Model) -> Counterexample:
    """The smallest part of one object's history that is refuted, as it is."""
    shrinking = _Shrinking(model)
    ended = shrinking.shortest(operations)
    certain = [each for each in ended if each.end == RETURN]
    helpers = [each for each in ended if each.end != RETURN and not model.only_looks(each)]
    certain, helpers = shrinking.without_certainty(certain, helpers)
    helpers = shrinking.without_helpers(certain, helpers)
    part = _together(certain, helpers)
    outcome = Search(part, model, looks_ahead=False).run(MAX_FOR_ONE)
    if outcome.linearizable is None:
        return Counterexample(key, part, max(certain, key=lambda each: each.ended).number, [])
    culprit = part[outcome.refuted_at]
    return Counterexample(key, part, culprit.number, possible_states(until(operations, culprit.ended), culprit, model))


class _Shrinking:
    def __init__(self, model: Model) -> None:
        self._model: Final = model
        self._left = MAX_IN_ALL

    def shortest(self, operations: Sequence[Operation]) -> list[Operation]:
        """The history up to the first return that cannot be explained."""
        ends = sorted(each.ended for each in operations if each.end == RETURN)
        low, high = 0, len(ends) - 1
        while low < high:
            middle = (low + high) // 2
            if Search(until(operations, ends[middle]), self._model).run(MAX_FOR_END).linearizable is False:
                high = middle
            else:
                low = middle + 1
        return until(operations, ends[low])

    def without_certainty(
        self, certain: list[Operation], helpers: list[Operation]
    ) -> tuple[list[Operation], list[Operation]]:
        """Make ends unknown while the history stays refuted: old ones first, then reads."""
        certain, helpers = self._recent(certain, helpers)
        looking = [each for each in certain if self._model.only_looks(each)]
        others = [each for each in certain if not self._model.only_looks(each)]
        looking, helpers = self._doubt(looking, others, helpers)
        others, helpers = self._doubt(others, looking, helpers)
        return _together(looking, others), helpers

    def _recent(self, certain: list[Operation], helpers: list[Operation]) -> tuple[list[Operation], list[Operation]]:
        """As few as suffice of those that ended last, by powers of two."""
        by_end = sorted(certain, key=lambda each: each.ended)
        count = 1
        while count < len(by_end):
            old, rest = by_end[:-count], by_end[-count:]
            more = helpers + [each.unknown() for each in old if not self._model.only_looks(each)]
            if self._linearizable(rest, more, MAX_FOR_RECENT) is False:
                return _together(rest, []), more
            count *= 2
        return certain, helpers

    def _doubt(
        self, doubtful: list[Operation], certain: list[Operation], helpers: list[Operation]
    ) -> tuple[list[Operation], list[Operation]]:
        """Make ends unknown, many at a time and then one by one; what remains, and the helpers."""
        size = max(1, len(doubtful) // 2)
        while True:
            at = 0
            while at < len(doubtful):
                rest, doubted = doubtful[:at] + doubtful[at + size :], doubtful[at : at + size]
                acting = [each.unknown() for each in doubted if not self._model.only_looks(each)]
                more = helpers + acting
                if self._linearizable(rest + certain, more) is False:
                    doubtful, helpers = rest, more
                else:
                    at += size
            if size == 1:
                return doubtful, helpers
            size = max(1, size // 2)

    def without_helpers(self, certain: list[Operation], helpers: list[Operation]) -> list[Operation]:
        """Leave helpers out, as long as the end of each certain operation is still needed for the refutation."""
        size = max(1, len(helpers) // 2)
        while helpers:
            at = 0
            while at < len(helpers):
                rest = helpers[:at] + helpers[at + size :]
                if self._all_needed(certain, rest):
                    helpers = rest
                else:
                    at += size
            if size == 1:
                break
            size = max(1, size // 2)
        return helpers

    def _all_needed(self, certain: list[Operation], helpers: list[Operation]) -> bool:
        return all(
            self._linearizable(certain[:at] + certain[at + 1 :], [*helpers, each.unknown()])
            for at, each in enumerate(certain)
        )

    def _linearizable(self, certain: list[Operation], helpers: list[Operation], most: int = MAX_FOR_ONE) -> bool | None:
        """None where the bound was reached."""
        if self._left <= 0:
            return None
        outcome = Search(_together(certain, helpers), self._model).run(min(self._left, most))
        self._left -= outcome.configurations * (1 + len(helpers) // 32) + (len(certain) + len(helpers)) // 8
        return outcome.linearizable


def _together(certain: list[Operation], helpers: list[Operation]) -> list[Operation]:
    return sorted(certain + helpers, key=lambda each: each.called)
