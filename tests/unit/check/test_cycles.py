"""Transactions against an oracle that tries every order, and Adya's anomalies one by one."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catenet.check.cycles import check_transactions
from catenet.check.history import FAIL, INFO, RETURN, HistoryError, Operation


def txn(number: int, span: tuple[int, int], *parts: tuple[str, Any, Any], end: str = RETURN) -> Operation:
    ended = span[1] if end == RETURN else -1
    result = parts if end == RETURN else None
    return Operation(number, number, "txn", None, parts, end, result, span[0], ended)


def names(operations: list[Operation], model: str = "list-append", *, strict: bool = True) -> list[str]:
    return [each.name for each in check_transactions(operations, model, strict=strict).anomalies]


@st.composite
def histories(draw: st.DrawFn, model: str) -> list[Operation]:
    """Up to four transactions whose steps come in any order, over a store that isolates nothing, or reads snapshots."""
    count = draw(st.integers(2, 4))
    snapshots = draw(st.booleans())
    plans = [
        draw(st.lists(st.tuples(st.booleans(), st.sampled_from("xy")), min_size=1, max_size=3)) for _ in range(count)
    ]
    order = draw(st.permutations([number for number in range(count) for _ in range(len(plans[number]) + 1)]))
    ends = [draw(st.sampled_from([RETURN, RETURN, RETURN, INFO, FAIL])) for _ in range(count)]
    store: dict[str, Any] = {}
    seen: dict[int, dict[str, Any]] = {}
    done: list[list[tuple[str, str, Any]]] = [[] for _ in range(count)]
    spans: dict[int, list[int]] = {}
    for clock, number in enumerate(order):
        spans.setdefault(number, []).append(clock)
        view = seen.setdefault(number, dict(store) if snapshots else store)
        if len(done[number]) == len(plans[number]):
            continue
        writes, key = plans[number][len(done[number])]
        value = 10 * number + len(done[number]) + 1
        if model == "rw-register":
            small = ("w", key, value) if writes else ("r", key, view.get(key))
            written = value
        else:
            small = ("append", key, value) if writes else ("r", key, view.get(key, ()))
            written = (*store.get(key, ()), value)
        done[number].append(small)
        if writes:
            store[key] = written
            if view is not store:
                view[key] = value if model == "rw-register" else (*view.get(key, ()), value)
    found = []
    for number in sorted(spans, key=lambda each: spans[each][0]):
        parts = tuple(done[number])
        asked = tuple((name, key, None if name == "r" else value) for name, key, value in parts)
        known = ends[number] == RETURN
        ended = spans[number][-1] if known else -1
        found.append(
            Operation(
                number, number, "txn", None, asked, ends[number], parts if known else None, spans[number][0], ended
            )
        )
    return found


def possible(operations: list[Operation], *, strict: bool) -> bool:
    """Whether some order of all that returned, and any of those with unknown ends, gives what was read."""
    return _go_on([each for each in operations if each.end != FAIL], {}, strict)


def _go_on(left: list[Operation], store: dict[Any, Any], strict: bool) -> bool:
    if all(each.end == INFO for each in left):
        return True
    first_end = min(each.ended for each in left if each.end == RETURN)
    for at, each in enumerate(left):
        if not strict or each.called < first_end:
            after = _applied(each, store)
            if after is not None and _go_on(left[:at] + left[at + 1 :], after, strict):
                return True
    return False


def _applied(transaction: Operation, store: dict[Any, Any]) -> dict[Any, Any] | None:
    after = dict(store)
    for name, key, value in transaction.result or transaction.arguments:
        if name == "append":
            after[key] = (*after.get(key, ()), value)
        elif name == "w":
            after[key] = value
        elif transaction.end == RETURN and (after.get(key) or None) != (value or None):
            return None
    return after


@pytest.mark.slow
@pytest.mark.parametrize("strict", [False, True])
@settings(max_examples=100)
@given(data=st.data())
def test_lists_are_serializable_exactly_if_some_order_explains_them(strict: bool, data: st.DataObject) -> None:
    operations = data.draw(histories("list-append"))
    assert bool(names(operations, strict=strict)) is not possible(operations, strict=strict)


@pytest.mark.slow
@pytest.mark.parametrize("strict", [False, True])
@settings(max_examples=100)
@given(data=st.data())
def test_registers_are_refuted_only_if_no_order_explains_them(strict: bool, data: st.DataObject) -> None:
    operations = data.draw(histories("rw-register"))
    if names(operations, "rw-register", strict=strict):
        assert not possible(operations, strict=strict)


def test_the_edge_of_a_read_names_the_element_that_it_saw_last() -> None:
    """A person looks for that element in the log; the first one was another's."""
    one, two = txn(0, (0, 1), ("append", "x", 1)), txn(1, (2, 9), ("append", "x", 2), ("r", "y", (3,)))
    three = txn(2, (3, 8), ("append", "y", 3), ("r", "x", (1, 2)))
    (found,) = check_transactions([one, two, three], "list-append").anomalies
    edges = {(edge.kind, edge.key, edge.value) for edge in found.edges}
    assert edges == {("wr", "x", 2), ("wr", "y", 3)}


def test_g0_writes_interleave() -> None:
    first = txn(0, (0, 5), ("append", "x", 1), ("append", "y", 1))
    second = txn(1, (1, 6), ("append", "x", 2), ("append", "y", 2))
    third = txn(2, (7, 8), ("r", "x", (1, 2)), ("r", "y", (2, 1)))
    found = check_transactions([first, second, third], "list-append")
    assert [each.name for each in found.anomalies] == ["G0"]
    assert set(found.anomalies[0].transactions) == {0, 1}
    assert {each.kind for each in found.anomalies[0].edges} == {"ww"}


def test_g1a_reads_what_was_aborted() -> None:
    aborted = txn(0, (0, 5), ("append", "x", 1), end=FAIL)
    assert names([aborted, txn(1, (1, 2), ("r", "x", (1,)))]) == ["G1a"]
    assert names([aborted, txn(1, (1, 2), ("r", "x", ()))]) == []


def test_g1b_reads_what_was_written_over() -> None:
    twice = txn(0, (0, 5), ("append", "x", 1), ("append", "x", 2))
    assert "G1b" in names([twice, txn(1, (1, 2), ("r", "x", (1,)))])
    both = txn(0, (0, 5), ("w", "x", 1), ("w", "x", 2))
    assert names([both, txn(1, (1, 2), ("r", "x", 1))], "rw-register") == ["G1b"]


def test_g1c_each_sees_the_other() -> None:
    first = txn(0, (0, 5), ("append", "x", 1), ("r", "y", (1,)))
    second = txn(1, (1, 6), ("append", "y", 1), ("r", "x", (1,)))
    assert names([first, second]) == ["G1c"]


def test_g_single_a_skewed_read() -> None:
    writer = txn(0, (0, 5), ("append", "x", 1), ("append", "y", 1))
    assert names([writer, txn(1, (1, 6), ("r", "x", ()), ("r", "y", (1,)))]) == ["G-single"]
    other = txn(0, (0, 5), ("w", "x", 1), ("w", "y", 1))
    assert names([other, txn(1, (1, 6), ("r", "x", None), ("r", "y", 1))], "rw-register") == ["G-single"]


def test_g2_a_skewed_write() -> None:
    first = txn(0, (0, 5), ("r", "x", ()), ("append", "y", 1))
    second = txn(1, (1, 6), ("r", "y", ()), ("append", "x", 1))
    assert names([first, second]) == ["G2"]


def test_a_stale_read_breaks_only_strict_serializability() -> None:
    stale = [txn(0, (0, 1), ("append", "x", 1)), txn(1, (2, 3), ("r", "x", ()))]
    assert names(stale) == ["G-single-realtime"]
    assert names(stale, strict=False) == []
    write = [txn(0, (0, 1), ("w", "x", 1)), txn(1, (2, 3), ("w", "x", 2)), txn(2, (4, 5), ("r", "x", 1))]
    assert names(write, "rw-register") == ["G-single-realtime"]
    assert names(write, "rw-register", strict=False) == []


def test_what_needs_no_cycle() -> None:
    assert names([txn(0, (0, 1), ("append", "x", 1), ("r", "x", ()))]) == ["internal"]
    assert names([txn(0, (0, 1), ("w", "x", 1), ("r", "x", 2))], "rw-register") == ["internal"]
    assert names([txn(0, (0, 1), ("r", "x", (7,)))]) == ["unwritten"]
    writes = [txn(0, (0, 9), ("append", "x", 1)), txn(1, (1, 8), ("append", "x", 2))]
    forked = [*writes, txn(2, (2, 3), ("r", "x", (1,))), txn(3, (4, 5), ("r", "x", (2,)))]
    assert "incompatible-order" in names(forked)
    assert "duplicate" in names([writes[0], txn(1, (2, 3), ("r", "x", (1, 1)))])


def test_a_write_that_tells_nothing_is_refused() -> None:
    with pytest.raises(HistoryError, match="written twice"):
        names([txn(0, (0, 1), ("append", "x", 1)), txn(1, (2, 3), ("append", "x", 1))])
    with pytest.raises(HistoryError, match="takes transactions"):
        names([Operation(0, 0, "get", None, (), RETURN, None, 0, 1)])
    with pytest.raises(HistoryError, match="is made of"):
        names([txn(0, (0, 1), ("w", "x", 1))])


@pytest.mark.slow
def test_a_thousand_transactions_one_after_the_other() -> None:
    lists: dict[int, tuple[int, ...]] = {}
    history = []
    for number in range(1000):
        key = number % 7
        read = lists.get(key, ())
        lists[key] = (*read, number)
        history.append(txn(number, (2 * number, 2 * number + 1), ("r", key, read), ("append", key, number)))
    assert names(history) == []
    late = txn(1000, (5000, 5001), ("r", 3, lists[3][:-5]))
    found = check_transactions([*history, late], "list-append")
    assert [each.name for each in found.anomalies] == ["G-single-realtime"]
    assert len(found.anomalies[0].transactions) == 2
