"""The search against an oracle that tries every order, and the histories that everybody knows."""

from __future__ import annotations

from typing import Any

import pytest
from brute_force import histories, linearizable, states_found
from hypothesis import given, settings
from hypothesis import strategies as st

from catenet.check.history import INFO, RETURN, HistoryError, Operation
from catenet.check.linearizability import Search
from catenet.check.models import MODELS, Register
from catenet.check.values import plain
from catenet.check.verdict import check, split
from catenet.check.witness import STATES_MAX


def operation(number: int, span: tuple[int, int], name: str, *arguments: Any, result: Any = None) -> Operation:
    end = INFO if span[1] < 0 else RETURN
    return Operation(number, number, name, None, arguments, end, result, span[0], span[1])


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(MODELS))
@settings(max_examples=150)
@given(data=st.data())
def test_every_verdict_is_that_of_trying_every_order(name: str, data: st.DataObject) -> None:
    model, operations = MODELS[name], data.draw(histories(name))
    expected = linearizable(operations, model)
    assert Search(operations, model).run().linearizable is expected
    assert Search(operations, model, looks_ahead=False).run().linearizable is expected
    assert check(operations, model, explain=False).linearizable is expected


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(MODELS))
@settings(max_examples=60)
@given(data=st.data())
def test_what_is_shown_is_refuted_and_needed_to_the_last(name: str, data: st.DataObject) -> None:
    model, operations = MODELS[name], data.draw(histories(name))
    refutation = check(operations, model).refutation
    if refutation is None:
        assert linearizable(operations, model)
        return
    shown = refutation.operations
    assert not linearizable(shown, model)
    assert refutation.culprit in [each.number for each in shown if each.end == RETURN]
    known = {each.number: each for each in operations}
    assert all(each in (known[each.number], known[each.number].unknown()) for each in shown)
    for at, each in enumerate(shown):
        if each.end == RETURN:
            assert linearizable([*shown[:at], each.unknown(), *shown[at + 1 :]], model)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(MODELS))
@settings(max_examples=80)
@given(data=st.data())
def test_the_states_that_are_told_are_all_that_the_history_allows(name: str, data: st.DataObject) -> None:
    model, operations = MODELS[name], data.draw(histories(name))
    refutation = check(operations, model).refutation
    if refutation is None:
        return
    parts = split(operations, model)
    part = next(part for part in parts.values() if any(each.number == refutation.culprit for each in part))
    expected = {plain(state) for state in states_found(part, refutation.culprit, model)}
    assert set(refutation.states) <= expected
    assert len(refutation.states) == min(STATES_MAX, len(expected))


def test_the_states_are_those_of_the_whole_time_of_an_operation_and_none_that_the_others_forbid() -> None:
    operations = [
        operation(0, (0, 1), "write", 1),
        operation(1, (2, 9), "read", result=7),
        operation(2, (3, 4), "write", 2),
        operation(3, (3, 8), "write", 3),
        operation(4, (5, 6), "read", result=2),
    ]
    found = check(operations, MODELS["register"])
    assert found.refutation is not None
    assert (found.refutation.culprit, found.refutation.states) == (1, [1, 2, 3])


def test_a_change_that_has_had_its_instant_brings_back_no_state() -> None:
    """Counted as if it could, it would let the search go on where there is no way on."""
    operations = [
        operation(0, (1, 2), "read"),
        operation(1, (3, 4), "cas", 2, 1, result=False),
        operation(2, (5, 6), "cas", 1, 2, result=True),
    ]
    outcome = Search(operations, MODELS["register"]).run()
    assert (outcome.linearizable, outcome.configurations) == (False, 2)


def test_a_model_is_asked_once_for_what_it_makes_of_a_state() -> None:
    """What it refuses, too: a model may be slow, and a search goes the same way many times."""

    class Counting(Register):
        def __init__(self) -> None:
            self.asked: list[tuple[Any, ...]] = []

        def step(self, state: Any, operation: Operation) -> Any:
            self.asked.append((state, operation.name, operation.arguments, operation.result))
            return super().step(state, operation)

    model = Counting()
    operations = [operation(number, (number, 20 + number), "write", number % 3) for number in range(6)]
    operations += [operation(6 + number, (6 + number, 30 + number), "read", result=number % 4) for number in range(6)]
    operations.append(operation(12, (40, 41), "read", result=7))
    assert Search(operations, model, looks_ahead=False).run().linearizable is False
    assert len(model.asked) > 10
    assert len(model.asked) == len(set(model.asked))


def test_a_stale_read_is_refuted_with_the_two_writes_and_nothing_else() -> None:
    operations = [
        operation(0, (0, 1), "write", 1),
        operation(1, (2, 9), "write", 3),
        operation(2, (3, 4), "write", 2),
        operation(3, (5, 6), "read", result=2),
        operation(4, (7, 8), "read", result=1),
    ]
    found = check(operations, MODELS["register"])
    assert not found.linearizable
    assert found.refutation is not None
    assert [each.number for each in found.refutation.operations] == [0, 2, 4]
    assert found.refutation.culprit == 4
    assert found.refutation.states == [2, 3]


def test_a_value_of_an_unknown_write_is_shown_with_the_write() -> None:
    operations = [
        operation(0, (0, -1), "write", 1),
        operation(1, (1, 2), "read", result=1),
        operation(2, (3, 4), "read"),
        operation(3, (5, -1), "write", 4),
    ]
    found = check(operations, MODELS["register"])
    assert found.refutation is not None
    assert [each.number for each in found.refutation.operations] == [0, 1, 2]


@pytest.mark.slow
@pytest.mark.parametrize("writes", [2, 3, 4, 7, 10, pytest.param(20, marks=pytest.mark.slow)])
def test_of_many_unknown_writes_only_the_one_that_was_read_is_shown(writes: int) -> None:
    """However many there are: those whose values nobody saw explain nothing."""
    unknown = [operation(number, (number, -1), "write", number) for number in range(writes)]
    reads = [("read", 1), ("read", None)]
    seen = [
        operation(writes + at, (100 + 2 * at, 101 + 2 * at), name, result=result)
        for at, (name, result) in enumerate(reads)
    ]
    found = check([*unknown, *seen], MODELS["register"])
    assert found.refutation is not None
    assert [each.number for each in found.refutation.operations] == [1, writes, writes + 1]


def test_operations_at_the_same_time_may_be_in_either_order() -> None:
    both = [operation(0, (0, 3), "write", 1), operation(1, (1, 2), "read"), operation(2, (4, 5), "read", result=1)]
    assert check(both, MODELS["register"]).linearizable
    assert check([*both[:1], both[1]._replace(result=1), both[2]], MODELS["register"]).linearizable


@pytest.mark.parametrize("order", [(1, 2, 3), (3, 2, 1), (2, 3, 1)])
def test_a_chain_of_unknown_changes_explains_a_read_at_its_end(order: tuple[int, int, int]) -> None:
    """The read needs 4, and so, one before the other, 3, 2 and 1: whichever of the changes was asked for first."""
    chain = [operation(1 + at, (2 + at, -1), "cas", value, value + 1) for at, value in enumerate(order)]
    history = [operation(0, (0, 1), "write", 1), *chain, operation(4, (10, 11), "read", result=4)]
    assert check(history, MODELS["register"]).linearizable
    assert not check([*history[:2], *history[3:]], MODELS["register"]).linearizable


def test_a_lock_held_twice() -> None:
    twice = [operation(0, (0, 1), "acquire", result=True), operation(1, (2, 3), "acquire", result=True)]
    assert not check(twice, MODELS["lock"]).linearizable
    assert check([twice[0], twice[1]._replace(result=False)], MODELS["lock"]).linearizable


def test_a_fenced_lock_names_its_holder() -> None:
    held = [operation(0, (0, 1), "acquire", "a"), operation(1, (2, 3), "release", "a")]
    assert check(held, MODELS["lock"]).linearizable
    assert not check([held[0], held[1]._replace(arguments=("b",))], MODELS["lock"]).linearizable


def test_keys_are_independent_and_so_are_the_values_of_a_set_nobody_reads() -> None:
    one = operation(0, (0, 1), "add", 1)._replace(key="x")
    two = operation(1, (2, 3), "contains", 2, result=False)._replace(key="x")
    three = operation(2, (4, 5), "contains", 1, result=False)._replace(key="y")
    assert len(split([one, two, three], MODELS["set"])) == 3
    assert check([one, two, three], MODELS["set"]).linearizable
    assert check([one, two, three], MODELS["set"]).keys == 3
    read = operation(3, (6, 7), "read", result=())._replace(key="x")
    assert len(split([one, two, three, read], MODELS["set"])) == 2
    assert not check([one, two, three, read], MODELS["set"]).linearizable


def test_what_failed_had_no_effect() -> None:
    failed = operation(0, (0, 1), "write", 1)._replace(end="fail")
    assert check([failed, operation(1, (2, 3), "read")], MODELS["register"]).linearizable
    assert not check([failed, operation(1, (2, 3), "read", result=1)], MODELS["register"]).linearizable


def test_a_hundred_appends_at_once_before_a_put_that_hides_them_are_no_work() -> None:
    appends = [operation(number, (number, 1000 + number), "append", f"{number} ") for number in range(100)]
    rest = [operation(100, (2000, 2001), "put", "new"), operation(101, (2002, 2003), "get", result="new")]
    outcome = Search([*appends, *rest], MODELS["kv"]).run(1000)
    assert outcome.linearizable


def test_the_search_gives_up_where_it_is_told_to() -> None:
    writes = [operation(number, (number, 100 + number), "enqueue", number) for number in range(8)]
    out = operation(8, (200, 201), "dequeue", result=9)
    assert Search([*writes, out], MODELS["queue"]).run(50).linearizable is None


def test_what_a_model_cannot_be_asked() -> None:
    with pytest.raises(HistoryError, match="a register has no operation 'put'; it has cas, read, write"):
        check([operation(0, (0, 1), "put", 1)], MODELS["register"])
    with pytest.raises(HistoryError, match="cas takes 2 arguments, not 1"):
        check([operation(0, (0, 1), "cas", 1)], MODELS["register"])
    with pytest.raises(HistoryError, match="append takes a text"):
        check([operation(0, (0, 1), "append", 1)], MODELS["kv"])
