"""Which transaction comes before which, and why, edge by edge."""

from __future__ import annotations

from typing import Any

import pytest

from catenet.check.dependencies import edges_of
from catenet.check.history import FAIL, INFO, RETURN, HistoryError, Operation
from catenet.check.transactions import Edge, Transactions


def txn(number: int, span: tuple[int, int], *parts: tuple[str, Any, Any], end: str = RETURN) -> Operation:
    ended = span[1] if end == RETURN else -1
    return Operation(number, number, "txn", None, parts, end, parts if end == RETURN else None, span[0], ended)


def edges(model: str, *operations: Operation, real_time: bool = False) -> set[Edge]:
    found, _ = edges_of(Transactions(operations, model), real_time=real_time)
    assert len(found) == len(set(found))
    return set(found)


def anomalies(*operations: Operation) -> list[tuple[str, str, tuple[int, ...]]]:
    history = Transactions(operations, "list-append")
    found = [*history.anomalies, *edges_of(history, real_time=False)[1]]
    return [(each.name, each.what, each.transactions) for each in found]


def test_a_list_that_was_read_orders_its_writers_and_its_readers() -> None:
    found = edges(
        "list-append",
        txn(0, (0, 9), ("append", "x", 1)),
        txn(1, (1, 9), ("append", "x", 2)),
        txn(2, (2, 9), ("r", "x", (1,))),
        txn(3, (3, 9), ("r", "x", (1, 2))),
        txn(4, (4, 9), ("r", "x", ())),
        txn(5, (5, 9), ("append", "x", 3)),
    )
    assert found == {
        Edge(0, 1, "ww", "x", 2),
        Edge(1, 5, "ww", "x", 3),
        Edge(0, 2, "wr", "x", 1),
        Edge(1, 3, "wr", "x", 2),
        Edge(2, 1, "rw", "x", 2),
        Edge(3, 5, "rw", "x", 3),
        Edge(4, 0, "rw", "x", 1),
    }


def test_a_transaction_is_before_no_other_by_itself() -> None:
    assert edges("list-append", txn(0, (0, 1), ("append", "x", 1), ("r", "x", (1,)), ("append", "x", 2))) == set()
    assert edges("rw-register", txn(0, (0, 1), ("w", "x", 1), ("r", "x", 1), ("w", "x", 2))) == set()


@pytest.mark.parametrize(("end", "seen", "counts"), [(INFO, True, True), (INFO, False, False), (FAIL, True, False)])
def test_what_may_not_have_happened_comes_before_nothing_unless_it_was_seen(end: str, seen: bool, counts: bool) -> None:
    maybe = txn(0, (0, 1), ("append", "x", 1), ("append", "y", 7), end=end)
    other = txn(1, (2, 3), ("r", "x", (1,) if seen else ()))
    last = txn(2, (4, 5), ("r", "y", ()))
    found = edges("list-append", maybe, other, last)
    wanted = {Edge(0, 1, "wr", "x", 1), Edge(2, 0, "rw", "y", 7)}
    assert found == (wanted if counts else set())


def test_the_order_of_time_is_told_by_those_that_nothing_stands_between() -> None:
    """T0 before T2 follows from T0 before T1 before T2; T3 overlaps all but T0."""
    history = [txn(0, (0, 1)), txn(1, (2, 4)), txn(2, (5, 7)), txn(3, (3, 6)), txn(4, (8, 9), end=INFO)]
    found = edges("list-append", *history, real_time=True)
    assert {(edge.before, edge.after) for edge in found} == {(0, 1), (0, 3), (1, 2)}
    assert {(edge.kind, edge.key, edge.inferred) for edge in found} == {("rt", None, 0)}
    assert edges("list-append", *history) == set()


def test_one_whose_end_nobody_knows_began_after_others_and_ended_before_none() -> None:
    history = [
        txn(0, (0, 1)),
        txn(1, (2, 3), ("append", "x", 1), end=INFO),
        txn(2, (4, 5), ("r", "x", (1,))),
    ]
    found = {(edge.before, edge.after) for edge in edges("list-append", *history, real_time=True) if edge.kind == "rt"}
    assert found == {(0, 1), (0, 2)}


def test_a_register_s_versions_are_ordered_by_what_read_them_and_wrote_the_next() -> None:
    found = edges(
        "rw-register",
        txn(0, (0, 9), ("w", "x", 1)),
        txn(1, (1, 9), ("r", "x", 1), ("w", "x", 2)),
        txn(2, (2, 9), ("r", "x", 1)),
        txn(3, (3, 9), ("r", "x", None)),
    )
    assert found == {
        Edge(0, 1, "ww", "x", 2),
        Edge(0, 1, "wr", "x", 1),
        Edge(0, 2, "wr", "x", 1),
        Edge(2, 1, "rw", "x", 2),
        Edge(3, 0, "rw", "x", 1),
        Edge(3, 1, "rw", "x", 2),
    }


@pytest.mark.parametrize(
    ("last", "edge"),
    [
        (("w", "x", 2), Edge(0, 1, "ww", "x", 2, 1)),
        (("r", "x", 2), Edge(0, 2, "ww", "x", 2, 2)),
    ],
)
def test_with_real_time_a_version_that_was_there_comes_before_one_met_later(
    last: tuple[str, str, int], edge: Edge
) -> None:
    """By a later write it is surer than by a later read, which says only that another had written meanwhile."""
    history = [txn(0, (0, 1), ("w", "x", 1)), txn(1, (2, 3), last)]
    if last[0] == "r":
        history.append(txn(2, (0, 9), ("w", "x", 2)))
    assert edge in edges("rw-register", *history, real_time=True)
    assert edge not in edges("rw-register", *history)


def test_a_read_of_nothing_orders_nothing_by_time() -> None:
    """Whatever was written later came after it in any case."""
    history = [txn(0, (0, 1), ("r", "x", None)), txn(1, (2, 3), ("w", "x", 1))]
    found = edges("rw-register", *history, real_time=True)
    assert found == {Edge(0, 1, "rw", "x", 1), Edge(0, 1, "rt")}


def test_anomalies_name_the_key_the_values_and_who_met_them() -> None:
    one, two = txn(0, (0, 9), ("append", "x", 1)), txn(1, (0, 9), ("append", "x", 2))
    forked = anomalies(one, two, txn(2, (0, 9), ("r", "x", (1,))), txn(3, (0, 9), ("r", "x", (2, 1))))
    told = 'key "x" was read as [1] and as [2, 1]: neither grew out of the other'
    assert forked == [("incompatible-order", told, (2, 3))]
    twice = anomalies(one, txn(1, (0, 9), ("r", "x", (1, 1))), txn(2, (0, 9), ("r", "x", (1, 1))))
    assert twice == [("duplicate", 'key "x" holds an element twice: [1, 1]', (1,))]
    unwritten = anomalies(txn(0, (0, 1), ("r", "x", (7,))))
    assert unwritten == [("unwritten", '7 was read from key "x", and written by nobody', (0,))]
    failed = anomalies(txn(0, (0, 9), ("append", "x", 1), end=FAIL), txn(1, (0, 9), ("r", "x", (1,))))
    assert failed == [("G1a", '1 was read from key "x", and its writer failed', (0, 1))]
    half = anomalies(txn(0, (0, 9), ("append", "x", 1), ("append", "x", 2)), txn(1, (0, 9), ("r", "x", (1,))))
    told = 'key "x" was read as of 1, which its writer followed by 2'
    assert half == [("G1b", told, (0, 1))]


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        ([("append", "x", 1), ("r", "x", ())], "a list that ends with [1]"),
        ([("append", "x", 1), ("append", "x", 2), ("r", "x", (1,))], "a list that ends with [1, 2]"),
        ([("r", "x", ()), ("append", "x", 1), ("r", "x", (5, 1))], "[1]"),
        ([("r", "x", (5,)), ("r", "x", ())], "[5]"),
    ],
)
def test_a_transaction_that_does_not_see_its_own_work_is_told_what_it_should_have_seen(
    parts: list[tuple[str, str, Any]], told: str
) -> None:
    name, what, transactions = anomalies(txn(9, (0, 9), ("append", "x", 5)), txn(0, (0, 9), *parts))[-1]
    seen = "[" + ", ".join(map(str, parts[-1][2])) + "]"
    assert (name, transactions) == ("internal", (0,))
    assert what == f'key "x" was read as {seen}, after this transaction itself had made it {told}'


def test_a_register_that_is_read_twice_must_be_the_same() -> None:
    history = Transactions(
        [txn(0, (0, 9), ("w", "x", 1)), txn(1, (0, 9), ("r", "x", None), ("r", "x", 1))], "rw-register"
    )
    assert [(each.name, each.transactions) for each in history.anomalies] == [("internal", (1,))]
    assert history.reads == [(1, "x", None)]


def test_a_value_that_one_transaction_writes_twice_is_refused_with_its_place() -> None:
    with pytest.raises(HistoryError) as caught:
        Transactions([txn(0, (3, 4), ("w", "x", 1), ("w", "x", 1))], "rw-register")
    assert caught.value.place == 3
    assert caught.value.what.startswith('1 is written twice to key "x"')
    Transactions([txn(0, (3, 4), ("w", "x", 1), ("w", "y", 1))], "rw-register")
