"""The states in which an operation may have found the object: how many are told, and when none."""

from __future__ import annotations

from typing import Any

import pytest

from catenet.check import witness
from catenet.check.history import INFO, RETURN, Operation
from catenet.check.models import MODELS
from catenet.check.witness import possible_states, until

REGISTER = MODELS["register"]


def operation(number: int, span: tuple[int, int], name: str, *arguments: Any, result: Any = None) -> Operation:
    end = INFO if span[1] < 0 else RETURN
    return Operation(number, number, name, None, arguments, end, result, span[0], span[1])


def writes_at_once(count: int) -> list[Operation]:
    """Writes of 1, 2, 3 ... that all overlap, and a read after them of what nobody wrote."""
    found = [operation(at, (at, 50 + at), "write", count - at) for at in range(count)]
    return [*found, operation(count, (200, 201), "read", result=99)]


@pytest.mark.parametrize("count", [1, 2, 8])
def test_all_states_are_told_in_the_order_of_their_text(count: int) -> None:
    history = writes_at_once(count)
    assert possible_states(history, history[-1], REGISTER) == list(range(1, count + 1))


def test_of_many_states_eight_are_told() -> None:
    """A page of them explains no more."""
    history = writes_at_once(9)
    found = possible_states(history, history[-1], REGISTER)
    assert len(found) == witness.STATES_MAX == 8
    assert found == sorted(found, key=str)
    assert set(found) < set(range(1, 10))


@pytest.mark.parametrize(("most", "known"), [(5, False), (10_000, True)])
def test_where_the_search_takes_too_long_none_are_told(monkeypatch: pytest.MonkeyPatch, most: int, known: bool) -> None:
    """Some of them would look like all of them."""
    monkeypatch.setattr(witness, "_CONFIGURATIONS_MAX", most)
    history = writes_at_once(5)
    assert possible_states(history, history[-1], REGISTER) == ([1, 2, 3, 4, 5] if known else [])


def test_the_work_for_all_states_together_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each state is a search of its own; where the last of them is given up, its state may be one, and none is told."""
    history = writes_at_once(3)

    def states_with(most: int) -> list[Any]:
        monkeypatch.setattr(witness, "_CONFIGURATIONS_MAX", most)
        return possible_states(history, history[-1], REGISTER)

    enough = next(most for most in range(1, 200) if states_with(most))
    assert 10 < enough < 199
    assert all(states_with(most) == [1, 2, 3] for most in range(enough, 200, 5))


def test_where_the_others_contradict_one_another_there_is_no_state() -> None:
    history = [operation(0, (0, 1), "read", result=5), operation(1, (2, 3), "read", result=6)]
    assert possible_states(history, history[1], REGISTER) == []


def test_a_history_up_to_an_event_does_not_know_what_came_later() -> None:
    whole = [
        operation(0, (0, 1), "write", 1),
        operation(1, (2, 6), "write", 2),
        operation(2, (3, 4), "read", result=1),
        operation(3, (4, 9), "write", 3),
        operation(4, (5, -1), "write", 4),
        operation(5, (7, 8), "write", 5),
    ]
    assert until(whole, 4) == [whole[0], whole[1].unknown(), whole[2]]
    assert until(whole, 5) == [whole[0], whole[1].unknown(), whole[2], whole[3].unknown()]
    assert until(whole, 6) == [whole[0], whole[1], whole[2], whole[3].unknown(), whole[4].unknown()]
    assert until(whole, 9) == [*whole[:4], whole[4].unknown(), whole[5]]
