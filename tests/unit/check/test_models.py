"""What each kind of object answers, one operation after another, as the table of models says; by hand, no oracle."""

from __future__ import annotations

from typing import Any

import pytest

from catenet.check.history import FAIL, INFO, RETURN, Event, HistoryError, Operation, operations
from catenet.check.linearizability import Search
from catenet.check.models import MODELS
from catenet.check.verdict import check

Step = tuple[Any, ...]
"""A name, its arguments, and the result; with the process before it where that matters."""


def told(*steps: Step, process: int = 0) -> list[Operation]:
    """The steps one after another; each begins when the one before has ended."""
    found = []
    for number, step in enumerate(steps):
        own, (name, *arguments, result) = (step[0], step[1:]) if isinstance(step[0], int) else (process, step)
        called = 2 * number
        found.append(
            Operation(number, own, name, None, tuple(arguments), RETURN, result, called, called + 1, called, called + 1)
        )
    return found


def answers(model: str, *steps: Step, of: tuple[Any, ...]) -> list[Any]:
    """Which of these answers of the last step, which is given without one, may be."""
    *before, last = steps
    return [each for each in of if check(told(*before, (*last, each)), MODELS[model]).linearizable]


BOTH = (True, False)


@pytest.mark.parametrize(
    ("model", "steps", "of", "right"),
    [
        ("register", [("read",)], (None, 0, 1, False), [None]),
        ("register", [("write", 1, None), ("read",)], (None, 1, 2, True), [1]),
        ("register", [("write", 1, None), ("write", 2, None), ("read",)], (None, 1, 2), [2]),
        ("register", [("write", 1, None), ("cas", 1, 2)], BOTH, [True]),
        ("register", [("write", 1, None), ("cas", 3, 2)], BOTH, [False]),
        ("register", [("cas", None, 2)], BOTH, [True]),
        ("register", [("write", 1, None), ("cas", 1, 2, True), ("read",)], (None, 1, 2), [2]),
        ("register", [("write", 1, None), ("cas", 3, 2, False), ("read",)], (None, 1, 2, 3), [1]),
        ("kv", [("get",)], (None, "", "a"), [None]),
        ("kv", [("put", "a", None), ("get",)], (None, "a", "b"), ["a"]),
        ("kv", [("append", "a", None), ("append", "b", None), ("get",)], ("a", "b", "ab", "ba"), ["ab"]),
        ("kv", [("put", "a", None), ("delete", None), ("get",)], (None, "a", ""), [None]),
        ("kv", [("put", "a", None), ("delete", None), ("append", "b", None), ("get",)], ("b", "ab"), ["b"]),
        ("kv", [("put", "a", None), ("cas", "a", "b")], BOTH, [True]),
        ("kv", [("put", "a", None), ("cas", "b", "c")], BOTH, [False]),
        ("kv", [("put", "a", None), ("cas", "b", "c", False), ("get",)], ("a", "b", "c"), ["a"]),
        ("kv", [("put", "a", None), ("append", "b", None), ("cas", "ab", "c", True), ("get",)], ("ab", "c"), ["c"]),
        ("kv", [("cas", "", "c")], BOTH, [False]),
        ("queue", [("dequeue",)], (None, 1), [None]),
        ("queue", [("enqueue", 1, None), ("enqueue", 2, None), ("dequeue",)], (None, 1, 2), [1]),
        ("queue", [("enqueue", 1, None), ("enqueue", 2, None), ("dequeue", 1), ("dequeue",)], (None, 1, 2), [2]),
        ("queue", [("enqueue", 1, None), ("dequeue", 1), ("dequeue",)], (None, 1), [None]),
        ("queue", [("dequeue", None), ("enqueue", 1, None), ("dequeue",)], (None, 1), [1]),
        ("lock", [("acquire",)], BOTH, [True]),
        ("lock", [("release",)], BOTH, [False]),
        ("lock", [(1, "acquire", True), (2, "acquire")], BOTH, [False]),
        ("lock", [(1, "acquire", True), (1, "acquire")], BOTH, [False]),
        ("lock", [(1, "acquire", True), (2, "release")], BOTH, [False]),
        ("lock", [(1, "acquire", True), (1, "release")], BOTH, [True]),
        ("lock", [(1, "acquire", True), (1, "release", True), (2, "acquire")], BOTH, [True]),
        ("lock", [(1, "acquire", True), (2, "release", False), (2, "acquire")], BOTH, [False]),
        ("lock", [(1, "acquire", None), (2, "acquire")], (True, False, None), [False]),
        ("lock", [(1, "acquire", "a", True), (2, "release", "a")], (True, False, None), [True, None]),
        ("lock", [(1, "acquire", "a", True), (1, "release", "b")], (True, False, None), [False]),
        ("set", [("contains", 1)], BOTH, [False]),
        ("set", [("add", 1)], (True, False, None), [True, None]),
        ("set", [("add", 1, None), ("add", 1)], (True, False, None), [False, None]),
        ("set", [("remove", 1)], (True, False, None), [False, None]),
        ("set", [("add", 1, True), ("remove", 1)], (True, False, None), [True, None]),
        ("set", [("add", 1, True), ("remove", 1, True), ("contains", 1)], BOTH, [False]),
        ("set", [("add", 1, True), ("contains", 2)], BOTH, [False]),
        ("set", [("add", 1, True), ("remove", 2, False), ("contains", 1)], BOTH, [True]),
        ("set", [("add", 1, None), ("add", 2, None), ("read",)], ((), (1,), (2, 1), (1, 2, 3)), [(2, 1)]),
        ("set", [("add", 1, None), ("remove", 1, None), ("read",)], (None, (), (1,)), [None, ()]),
    ],
)
def test_what_an_object_answers(model: str, steps: list[Step], of: tuple[Any, ...], right: list[Any]) -> None:
    """A wrong line here is a store that is called broken, or one that is broken and called well."""
    found = answers(model, *steps, of=of)
    assert [(type(each), each) for each in found] == [(type(each), each) for each in right]


@pytest.mark.parametrize(
    ("model", "steps"),
    [
        ("register", [("write", 1, None), ("cas", 2, 3, False), ("read", 1)]),
        ("kv", [("put", "a", None), ("cas", "b", "c", False), ("get", "a")]),
    ],
)
def test_a_compare_and_set_that_found_something_else_needs_nothing(model: str, steps: list[Step]) -> None:
    """The search looks ahead for what must yet be found; what was *not* found must not count."""
    assert Search(told(*steps), MODELS[model]).run().linearizable


@pytest.mark.parametrize(
    ("model", "writes", "last"),
    [
        ("register", "write", ("read", "never")),
        ("register", "write", ("cas", "never", "x", True)),
        ("kv", "append", ("get", "never")),
        ("kv", "append", ("cas", "never", "x", True)),
    ],
)
def test_what_can_never_be_found_is_known_before_all_orders_are_tried(model: str, writes: str, last: Step) -> None:
    """Twenty writes at once have more orders than can be tried; a wrong answer after them is found all the same."""
    begin = told(("put" if model == "kv" else "write", "a", None))
    many = [Operation(1 + at, 1 + at, writes, None, (f"{at}.",), RETURN, None, 100 + at, 200 + at) for at in range(20)]
    (end,) = told(last)
    outcome = Search([*begin, *many, end._replace(number=21, called=300, ended=301)], MODELS[model]).run(10)
    assert outcome.linearizable is False


@pytest.mark.parametrize(("model", "write", "read"), [("register", "write", "read"), ("kv", "put", "get")])
def test_unknown_writes_that_nobody_saw_cost_no_more_the_more_there_are(model: str, write: str, read: str) -> None:
    """A client that times out again and again must not make its history hard to check."""

    def asked(number: int, span: tuple[int, int], name: str, value: str) -> Operation:
        arguments, result = ((), value) if name == read else ((value,), None)
        return Operation(number, number, name, None, arguments, INFO if span[1] < 0 else RETURN, result, *span)

    counts = set()
    for many in (3, 10, 30):
        writes = [asked(0, (0, 1), write, "a"), asked(1, (2, -1), write, "q")]
        writes += [asked(2 + at, (10 + at, -1), write, f"b{at}") for at in range(many)]
        reads = [asked(50 + at, (100 + 2 * at, 101 + 2 * at), read, value) for at, value in enumerate("aqa")]
        outcome = Search([*writes, *reads], MODELS[model]).run()
        assert outcome.linearizable is False
        counts.add(outcome.configurations)
    assert len(counts) == 1


def test_an_end_that_is_made_unknown_is_as_if_nobody_had_seen_it() -> None:
    """What is shown for a helper is what a history with ``info`` in its place has."""
    call = Event("invoke", 3, 5, "write", "x", (1,))
    (known,) = operations([call, Event(RETURN, 3, 9, result=None)])
    (unknown,) = operations([call, Event(INFO, 3, 9)])
    assert (known.end, known.ended, known.ended_ns) == (RETURN, 1, 9)
    assert known.unknown() == unknown
    assert (unknown.end, unknown.result, unknown.called, unknown.ended) == (INFO, None, 0, -1)
    assert (unknown.called_ns, unknown.ended_ns) == (5, -1)
    (failed,) = operations([call, Event(FAIL, 3, 9)])
    assert (failed.end, failed.ended) == (FAIL, 1)
    (open_,) = operations([call])
    assert open_ == unknown


@pytest.mark.parametrize(
    ("events", "what", "place"),
    [
        ([Event(RETURN, 1, 0)], "process 1 has no operation that could end", 0),
        ([Event("invoke", 1, 0, "read"), Event("invoke", 1, 1, "write")], "process 1 invokes write while its read", 1),
        ([Event("begin", 1, 0)], "'begin' is none of invoke, return, fail and info", 0),
        ([Event("invoke", 1, 0, "read"), Event(INFO, 1, 1), Event(RETURN, 1, 2)], "process 1 has no operation", 2),
    ],
)
def test_a_history_that_cannot_be_says_which_event_and_why(events: list[Event], what: str, place: int) -> None:
    with pytest.raises(HistoryError) as caught:
        operations(events)
    assert caught.value.what.startswith(what)
    assert caught.value.place == place
    assert str(caught.value).startswith(f"event {place + 1}: ")


@pytest.mark.parametrize(
    ("model", "step", "what", "place"),
    [
        ("register", ("cas", 1, 2, None), "cas is answered true or false, not nil", 1),
        ("register", ("cas", 1, 2, 1), "cas is answered true or false, not 1", 1),
        ("lock", ("acquire", 1), "acquire is answered true or false, or nothing, not 1", 1),
        ("lock", ("acquire", "a", "b", True), "acquire takes 0 to 1 arguments, not 2", 0),
        ("set", ("read", "ab"), 'what is read from a set is a list, not "ab"', 1),
        ("set", ("contains", 1, None), "contains is answered true or false, not nil", 1),
        ("kv", ("append", 5, None), "append takes a text, not 5", 0),
        ("queue", ("peek", 1), "a queue has no operation 'peek'; it has dequeue, enqueue", 0),
    ],
)
def test_what_an_object_cannot_be_asked_or_have_answered_is_told_with_its_event(
    model: str, step: Step, what: str, place: int
) -> None:
    with pytest.raises(HistoryError) as caught:
        check(told(step), MODELS[model])
    assert what in caught.value.what
    assert caught.value.place == place
