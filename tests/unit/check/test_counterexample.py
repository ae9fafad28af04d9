"""How much work it takes to find the smallest part that refutes a history, and what is shown where it is too much."""

from __future__ import annotations

from typing import Any

import pytest

from catenet.check import counterexample
from catenet.check.counterexample import smallest
from catenet.check.history import INFO, RETURN, Operation
from catenet.check.linearizability import Outcome, Search
from catenet.check.models import MODELS, Model

REGISTER = MODELS["register"]


def operation(number: int, span: tuple[int, int], name: str, *arguments: Any, result: Any = None) -> Operation:
    end = INFO if span[1] < 0 else RETURN
    return Operation(number, number, name, None, arguments, end, result, span[0], span[1])


def in_turn(count: int, wrong: int, behind: int = 3) -> list[Operation]:
    """A write and a read of it in turn; one read finds what was written some writes ago."""
    found = []
    for at in range(count):
        seen = at - behind if at == wrong else at
        found.append(operation(2 * at, (4 * at, 4 * at + 1), "write", at))
        found.append(operation(2 * at + 1, (4 * at + 2, 4 * at + 3), "read", result=seen))
    return found


class Counted:
    """A search that notes how many operations it was given, and how many configurations it may explore."""

    asked: list[tuple[int, int]] = []  # noqa: RUF012 - one for all searches of a test

    def __init__(self, operations: list[Operation], model: Model, looks_ahead: bool = True) -> None:
        self._search = Search(operations, model, looks_ahead)
        self._size = len(operations)

    def run(self, max_configurations: int = 0) -> Outcome:
        Counted.asked.append((self._size, max_configurations))
        return self._search.run(max_configurations)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    Counted.asked = []
    monkeypatch.setattr(counterexample, "Search", Counted)
    return Counted.asked


@pytest.mark.parametrize(("count", "wrong"), [(8, 5), (64, 40), (64, 63), (128, 3), (128, 120)])
def test_a_part_of_three_is_found_by_halving(asked: list[tuple[int, int]], count: int, wrong: int) -> None:
    """A history of a million operations must not take a million searches."""
    found = smallest("x", in_turn(count, wrong), REGISTER)
    assert [each.number for each in found.operations] == [2 * wrong - 6, 2 * wrong - 4, 2 * wrong + 1]
    assert (found.key, found.culprit, found.states) == ("x", 2 * wrong + 1, [wrong])
    assert all(each.end == RETURN for each in found.operations)
    halvings = (2 * count).bit_length() - 1
    assert len(asked) <= halvings + 2 * halvings + 12
    assert sum(size for size, _ in asked) <= 32 * 2 * count


def test_the_first_of_several_contradictions_is_shown() -> None:
    """What comes later may follow from it."""
    history = in_turn(30, 10)
    history[51] = history[51]._replace(result=3)
    assert smallest(None, history, REGISTER).culprit == 21


def test_the_first_and_the_last_operation_may_be_the_wrong_one() -> None:
    first = [operation(0, (0, 1), "read", result=7), *(each._replace(number=each.number + 1, called=each.called + 10,
        ended=each.ended + 10) for each in in_turn(5, 9))]  # fmt: skip
    found = smallest(None, first, REGISTER)
    assert ([each.number for each in found.operations], found.states) == ([0], [None])
    last = [*in_turn(5, 9), operation(10, (30, 31), "read", result=99)]
    found = smallest(None, last, REGISTER)
    assert ([each.number for each in found.operations], found.states) == ([10], [4])


def test_no_search_gets_more_work_than_is_left(asked: list[tuple[int, int]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counterexample, "MAX_IN_ALL", 30)
    found = smallest(None, in_turn(12, 8), REGISTER)
    limits = [most for _, most in asked if most not in (counterexample.MAX_FOR_END, counterexample.MAX_FOR_ONE)]
    assert limits[0] == 30
    assert limits == sorted(limits, reverse=True)
    assert min(limits) > 0
    assert not Search(found.operations, REGISTER).run().linearizable


def test_where_there_is_no_time_the_part_is_larger_and_refutes_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counterexample, "MAX_IN_ALL", 0)
    history = [*in_turn(20, 10), operation(40, (200, -1), "write", 50)]
    found = smallest(None, history, REGISTER)
    assert [each.number for each in found.operations] == list(range(22)), "up to the read that cannot be explained"
    assert (found.culprit, found.states) == (21, [10])


def test_where_even_the_part_is_too_hard_its_last_return_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counterexample, "MAX_IN_ALL", 0)
    monkeypatch.setattr(counterexample, "MAX_FOR_ONE", 3)
    found = smallest(None, in_turn(20, 10), REGISTER)
    assert (found.culprit, found.states, len(found.operations)) == (21, [], 22)


def test_an_operation_whose_end_nobody_knows_is_shown_only_if_it_could_explain_a_part() -> None:
    """Of the three unknown writes, the read saw one; the later read shows that it was too early."""
    history = [
        operation(0, (0, -1), "write", 1),
        operation(1, (1, -1), "write", 2),
        operation(2, (2, -1), "read"),
        operation(3, (3, 4), "read", result=2),
        operation(4, (5, 6), "write", 3),
        operation(5, (7, 8), "read", result=3),
        operation(6, (9, 10), "read", result=2),
        operation(7, (11, -1), "write", 2),
    ]
    found = smallest(None, history, REGISTER)
    assert [(each.number, each.end) for each in found.operations] == [(1, INFO), (3, RETURN), (4, RETURN), (6, RETURN)]
    assert found.culprit == 6


def test_a_write_whose_answer_does_not_count_is_shown_without_it() -> None:
    """Whether it had ended is not what refutes the history; that it may have happened is."""
    history = [operation(0, (0, 1), "write", 1), operation(1, (2, 3), "write", 2), operation(2, (4, 5), "read"),
               operation(3, (6, 7), "read", result=1)]  # fmt: skip
    found = smallest(None, history, REGISTER)
    assert not Search(found.operations, REGISTER).run().linearizable
    assert found.operations[-1].number == found.culprit == 2
    assert [each.end for each in found.operations].count(RETURN) == 2
