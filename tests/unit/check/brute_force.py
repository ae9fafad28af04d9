"""The oracle: tries every order, with no cleverness at all; and random small histories to try it on."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from catenet.check.history import INFO, RETURN, Operation
from catenet.check.models import ILLEGAL, NOTHING, Model

ASKED: dict[str, list[tuple[str, tuple[Any, ...], list[Any]]]] = {
    "register": [
        ("read", (), [None, 1, 2, 3]),
        ("write", (1,), [None]),
        ("write", (2,), [None]),
        ("write", (3,), [None]),
        ("cas", (1, 2), [True, False]),
        ("cas", (2, 1), [True, False]),
    ],
    "kv": [
        ("get", (), [None, "a", "b", "ab", "ba", "aa", 5]),
        ("put", ("a",), [None]),
        ("put", (5,), [None]),
        ("append", ("a",), [None]),
        ("append", ("b",), [None]),
        ("delete", (), [None]),
        ("cas", ("a", "b"), [True, False]),
    ],
    "queue": [("enqueue", (1,), [None]), ("enqueue", (2,), [None]), ("dequeue", (), [None, 1, 2])],
    "lock": [("acquire", (), [None, True, False]), ("release", (), [True, False])],
    "set": [
        ("add", (1,), [None, True, False]),
        ("add", (2,), [None, True]),
        ("remove", (1,), [None, True, False]),
        ("contains", (1,), [True, False]),
        ("contains", (2,), [True, False]),
        ("read", (), [(), (1,), (1, 2)]),
    ],
}


@st.composite
def histories(draw: st.DrawFn, name: str, most: int = 6) -> list[Operation]:
    """Operations of up to three processes, any results, some ends unknown."""
    count = draw(st.integers(1, most))
    clock = 0
    free: list[int] = [0, 1, 2]
    under_way: list[tuple[int, int]] = []
    found: list[Operation] = []
    while len(found) < count or under_way:
        ends = bool(under_way) and (len(found) == count or not free or draw(st.booleans()))
        clock += 1
        if ends:
            number, process = under_way.pop(draw(st.integers(0, len(under_way) - 1)))
            if draw(st.integers(0, 4)):
                found[number] = found[number]._replace(end=RETURN, ended=clock)
                free.append(process)
            else:
                found[number] = found[number]._replace(result=None)
                free.append(process + 3)
        else:
            asked, arguments, results = draw(st.sampled_from(ASKED[name]))
            process = free.pop(0)
            result = draw(st.sampled_from(results))
            under_way.append((len(found), process))
            found.append(Operation(len(found), process, asked, None, arguments, INFO, result, clock, -1))
    return found


def linearizable(operations: list[Operation], model: Model) -> bool:
    """Whether there is an order of all that returned, and any of the rest, that the model could have gone through."""
    return _go_on(tuple(operations), model, model.initial)


def _go_on(left: tuple[Operation, ...], model: Model, state: Any) -> bool:
    if all(each.end != RETURN for each in left):
        return True
    first_end = min(each.ended for each in left if each.end == RETURN)
    for at, each in enumerate(left):
        if each.called < first_end:
            after = model.step(state, each)
            if after is not ILLEGAL and _go_on(left[:at] + left[at + 1 :], model, after):
                return True
    return False


def states_found(operations: list[Operation], number: int, model: Model) -> set[Any]:
    """All states in which one operation could have found the object, in any order that explains all the others."""
    probed = next(each for each in operations if each.number == number)
    known = [
        each if each.ended <= probed.ended else each.unknown() for each in operations if each.called < probed.ended
    ]
    found: set[Any] = set()
    _look(tuple(known), number, model, model.initial, NOTHING, found)
    return found


def _look(left: tuple[Operation, ...], number: int, model: Model, state: Any, seen: Any, found: set[Any]) -> None:
    if all(each.end != RETURN for each in left):
        found.add(seen)
        return
    first_end = min(each.ended for each in left if each.end == RETURN)
    for at, each in enumerate(left):
        if each.called < first_end:
            rest = left[:at] + left[at + 1 :]
            if each.number == number:
                _look(rest, number, model, state, state, found)
                continue
            after = model.step(state, each)
            if after is not ILLEGAL:
                _look(rest, number, model, after, seen, found)
