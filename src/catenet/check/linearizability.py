"""The search for a linearization of a history.

A history is linearizable if each operation can be given one instant between its invocation and its return so that a
sequential object, called in that order, returns the same results (Herlihy and Wing, 1990).  An operation whose end is
unknown may be given an instant at any time after its invocation, or none.

The search proceeds from return to return (Wing and Gong, 1993; Lowe, "Testing for linearizability", 2017).  A
*configuration* is the place reached, the set of concurrent operations that have been linearized, and the object's
state.  *Just in time*: operations are linearized only when an operation returns that has not been linearized; then any
concurrent operations may precede it.  A configuration seen before is not explored again.  Four rules reduce the
configurations without changing a verdict:

- a read-only operation is linearized as soon as possible: delaying it allows nothing more;
- of equal operations with unknown ends, or those whose resulting state no operation compares with, the earliest is
  linearized first; a configuration that has used more operations with unknown ends than an otherwise equal one is not
  explored;
- a state that no operation to come compares with, nor with one that it grows into, is equivalent to any other such
  state (:data:`~catenet.check.models.LOST`), such as the order of appends before an unread put;
- a configuration in which the next operation that requires a certain state can no longer find it is abandoned.
"""

from __future__ import annotations

from typing import Any, Final

from catenet.check.history import RETURN, Operation
from catenet.check.models import FOREVER, ILLEGAL, LOST, NOTHING, Model, forever

_REFUSED: Final = -1
_NOT_ASKED: Final = -2
_STATE_BITS: Final = 32
_ARRIVING: Final = 0
_TRYING_OTHERS: Final = 1


class Outcome:
    """The result of a search.

    ``linearizable`` is None if it gave up.  ``refuted_at`` is the place in the list of operations of the one whose
    return cannot be explained, -1 if there is none.
    """

    def __init__(self, linearizable: bool | None, configurations: int, refuted_at: int) -> None:
        self.linearizable: Final = linearizable
        self.configurations: Final = configurations
        self.refuted_at: Final = refuted_at


class Search:
    """The search through one object's history.

    ``operations`` are in order of invocation, without those that failed.  Looking ahead abandons configurations
    earlier; without it, ``refuted_at`` is the first return that no configuration passes.
    """

    def __init__(self, operations: list[Operation], model: Model, looks_ahead: bool = True) -> None:
        self.operations: Final = operations
        self.model: Final = model
        self._classes: Final[list[int]] = []
        self._examples: Final[list[Operation]] = []
        self._bits: Final[list[int]] = [0] * len(operations)
        self._returning: Final[list[int]] = []
        self._pending: Final[list[list[int]]] = []
        self._looking: Final[list[list[int]]] = []
        self._unknown: Final[list[int]] = []
        self._twins: Final[list[int]] = []
        self._unknown_before: Final[list[int]] = []
        self._width = 0
        self._returns_mask = 0
        self._state_numbers: Final[dict[Any, int]] = {}
        self._states: Final[list[Any]] = []
        self._steps: Final[dict[int, int]] = {}
        self._called: Final[list[int]] = [each.called for each in operations]
        self._ended: Final[list[int]] = [each.ended for each in operations]
        self._ends: Final[list[int]] = []
        self._horizon: Any = forever
        self._called_before: Final[list[int]] = []
        self._lost_after: Final[list[int]] = []
        self._needing: Final[list[int]] = []
        self._first_needing: Final[list[int]] = []
        self._resets: Final[dict[int, list[int]]] = {}
        self._becomes: Final[dict[int, int]] = {}
        self._classify()
        self._lay_out()
        if looks_ahead:
            self._look_ahead()

    def run(self, max_configurations: int = 0) -> Outcome:
        """Search, at most so many configurations; 0 means no limit."""
        places: list[int] = [0]
        masks: list[int] = [0]
        states: list[int] = [self._number(self.model.initial)]
        stages: list[int] = [_ARRIVING]
        seen: list[dict[int, list[int]]] = [{} for _ in self._returning]
        goal = len(self._returning)
        furthest = -1
        count = 0
        looks_ahead = len(self._needing) > 0
        while places:
            place = places.pop()
            mask = masks.pop()
            state = states.pop()
            if stages.pop() == _TRYING_OTHERS:
                self._others(place, mask, state, places, masks, states, stages)
                continue
            if place == goal:
                return Outcome(True, count, -1)
            if self._lost_after[state] < self._ends[place]:
                state = self._number(LOST)
            mask = self._linearize_reads(place, mask, state)
            if self._is_known(seen[place], mask, state):
                continue
            count += 1
            if count == max_configurations:
                return Outcome(None, count, -1)
            if looks_ahead and self._hopeless(place, mask, state):
                continue
            furthest = max(furthest, place)
            self._follow(place, mask, state, places, masks, states, stages)
        refuted_at = self._returning[furthest] if furthest >= 0 else -1
        return Outcome(False, count, refuted_at)

    def _is_known(self, seen: dict[int, list[int]], mask: int, state: int) -> bool:
        """Whether a configuration was seen, or one that differs only in having used fewer that never return."""
        key = (mask & self._returns_mask) << _STATE_BITS | state
        used = mask >> self._width
        before = seen.get(key)
        if before is None:
            seen[key] = [used]
            return False
        for each in before:
            if each & used == each:
                return True
        before.append(used)
        return False

    def _linearize_reads(self, place: int, mask: int, state: int) -> int:
        """Linearize all concurrent read-only operations that are possible now."""
        bits = self._bits
        for each in self._looking[place]:
            if not mask & bits[each] and self._step(state, self._classes[each]) == state:
                mask |= bits[each]
        return mask

    def _follow(
        self,
        place: int,
        mask: int,
        state: int,
        places: list[int],
        masks: list[int],
        states: list[int],
        stages: list[int],
    ) -> None:
        """Push the configuration in which the returning operation is next, and, for later, the others."""
        bits = self._bits
        returning = self._returning[place]
        if mask & bits[returning]:
            places.append(place + 1)
            masks.append(mask ^ bits[returning])
            states.append(state)
            stages.append(_ARRIVING)
            return
        places.append(place)
        masks.append(mask)
        states.append(state)
        stages.append(_TRYING_OTHERS)
        after = self._step(state, self._classes[returning])
        if after >= 0:
            places.append(place + 1)
            masks.append(mask)
            states.append(after)
            stages.append(_ARRIVING)

    def _others(
        self,
        place: int,
        mask: int,
        state: int,
        places: list[int],
        masks: list[int],
        states: list[int],
        stages: list[int],
    ) -> None:
        """Push the configurations in which another operation precedes the returning one, the likeliest last."""
        bits, classes = self._bits, self._classes
        returning = self._returning[place]
        for at in range(self._unknown_before[place] - 1, -1, -1):
            each = self._unknown[at]
            if not mask & bits[each] and mask & self._twins[at] == self._twins[at]:
                after = self._step(state, classes[each])
                if after >= 0 and after != state:
                    places.append(place)
                    masks.append(mask | bits[each])
                    states.append(after)
                    stages.append(_ARRIVING)
        pending = self._pending[place]
        for at in range(len(pending) - 1, -1, -1):
            each = pending[at]
            if each != returning and not mask & bits[each]:
                after = self._step(state, classes[each])
                if after >= 0:
                    places.append(place)
                    masks.append(mask | bits[each])
                    states.append(after)
                    stages.append(_ARRIVING)

    def _hopeless(self, place: int, mask: int, state: int) -> bool:
        """Whether the next operation that requires a certain state can no longer find it."""
        now = self._ends[place]
        for at in range(self._first_needing[place], len(self._needing)):
            each = self._needing[at]
            if not mask & self._bits[each] or self._called[each] > now:
                return not self._may_become(state, each) and not self._reset_left(place, mask, each)
        return False

    def _may_become(self, state: int, needing: int) -> bool:
        key = self._classes[needing] << _STATE_BITS | state
        known = self._becomes.get(key, _NOT_ASKED)
        if known == _NOT_ASKED:
            known = (
                1 if self.model.may_become(self._states[state], self.model.compared(self.operations[needing])) else 0
            )
            self._becomes[key] = known
        return known == 1

    def _reset_left(self, place: int, mask: int, needing: int) -> bool:
        """Whether an operation that could produce the required state has not been linearized."""
        for each in self._pending[place]:
            if not mask & self._bits[each] and self._could_reset(each, needing):
                return True
        for at in self._unknown_resets(needing):
            if not mask & self._bits[self._unknown[at]]:
                return True
        end = self._ended[needing]
        for each in range(self._called_before[place], len(self.operations)):
            if self._called[each] > end:
                break
            if self._could_reset(each, needing):
                return True
        return False

    def _could_reset(self, each: int, needing: int) -> bool:
        return bool(self.model.resets(self.operations[each], self.model.compared(self.operations[needing])))

    def _unknown_resets(self, needing: int) -> list[int]:
        """The indices of operations with unknown ends that could produce the required state."""
        found = self._resets.get(needing)
        if found is None:
            end = self._ended[needing]
            found = [
                at
                for at, each in enumerate(self._unknown)
                if self._called[each] < end and self._could_reset(each, needing)
            ]
            self._resets[needing] = found
        return found

    def _look_ahead(self) -> None:
        """Determine the states that operations compare with, until when, and the operations that require one."""
        operations, model = self.operations, self.model
        wanted = [model.compared(each) for each in operations]
        compared: dict[Any, int] = {}
        for at in self._returning:
            if wanted[at] is not NOTHING:
                compared[wanted[at]] = max(self._ended[at], compared.get(wanted[at], 0))
        self._add_unknown(wanted, compared)
        self._horizon = model.horizon(compared)
        elder = 0
        for at, each in enumerate(self._unknown):
            made = model.makes(operations[each])
            if made is not NOTHING and int(self._horizon(made)) < 0:
                self._twins[at] = elder
                elder = self._bits[each]
        self._needing.extend(at for at in self._returning if wanted[at] is not NOTHING and model.needs(operations[at]))
        first = called = 0
        for end in self._ends:
            while first < len(self._needing) and self._ended[self._needing[first]] < end:
                first += 1
            while called < len(operations) and self._called[called] < end:
                called += 1
            self._first_needing.append(first)
            self._called_before.append(called)

    def _add_unknown(self, wanted: list[Any], compared: dict[Any, int]) -> None:
        """Comparisons of operations with unknown ends count only if their resulting states do."""
        left = [at for at in self._unknown if wanted[at] is not NOTHING and wanted[at] not in compared]
        added = True
        while added:
            added = False
            horizon = self.model.horizon(compared)
            for at in left:
                value = wanted[at]
                after = self.model.step(value, self.operations[at])
                if value not in compared and after is not ILLEGAL and int(horizon(after)) >= 0:
                    compared[value] = FOREVER
                    added = True
        for at in self._unknown:
            if wanted[at] in compared:
                compared[wanted[at]] = FOREVER

    def _step(self, state: int, kind: int) -> int:
        """The state after an operation of a class; negative if it is impossible."""
        key = kind << _STATE_BITS | state
        known = self._steps.get(key, _NOT_ASKED)
        if known != _NOT_ASKED:
            return known
        after = self.model.step(self._states[state], self._examples[kind])
        number = _REFUSED if after is ILLEGAL else self._number(after)
        self._steps[key] = number
        return number

    def _number(self, state: Any) -> int:
        number = self._state_numbers.get(state, _NOT_ASKED)
        if number == _NOT_ASKED:
            number = len(self._states)
            self._state_numbers[state] = number
            self._states.append(state)
            self._lost_after.append(int(self._horizon(state)))
        return number

    def _classify(self) -> None:
        """Group operations with equal arguments and results into classes."""
        numbers: dict[Any, int] = {}
        by_process: bool = self.model.by_process
        for each in self.operations:
            known = each.end == RETURN
            asker = each.process if by_process else 0
            signature = (each.name, each.arguments, known, each.result if known else None, asker)
            number = numbers.setdefault(signature, len(numbers))
            if number == len(self._examples):
                self._examples.append(each)
            self._classes.append(number)

    def _lay_out(self) -> None:
        """The returns in order, the concurrent operations at each, and a bit for each operation."""
        events: list[tuple[int, int]] = []
        for at, each in enumerate(self.operations):
            if each.end == RETURN:
                events.append((each.called, at))
                events.append((each.ended, -1 - at))
        events.sort()
        looks = [self.model.only_looks(each) for each in self.operations]
        free: list[int] = []
        slots: dict[int, int] = {}
        width = 0
        for _, at in events:
            if at >= 0:
                if free:
                    slots[at] = free.pop()
                else:
                    slots[at] = width
                    width += 1
                self._bits[at] = 1 << slots[at]
            else:
                at = -1 - at
                self._returning.append(at)
                self._ends.append(self._ended[at])
                self._looking.append([each for each in slots if looks[each]])
                self._pending.append([each for each in slots if not looks[each] or each == at])
                free.append(slots.pop(at))
        self._width = width
        self._returns_mask = (1 << width) - 1
        self._lay_out_unknown(width)

    def _lay_out_unknown(self, width: int) -> None:
        """Assign the highest bits to operations that never return, with those of their earlier equals."""
        elders: dict[int, int] = {}
        for at, each in enumerate(self.operations):
            if each.end != RETURN:
                bit = 1 << (width + len(self._unknown))
                self._bits[at] = bit
                self._twins.append(elders.get(self._classes[at], 0))
                elders[self._classes[at]] = bit
                self._unknown.append(at)
        count = 0
        for at in self._returning:
            ended = self.operations[at].ended
            while count < len(self._unknown) and self.operations[self._unknown[count]].called < ended:
                count += 1
            self._unknown_before.append(count)
