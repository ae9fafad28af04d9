"""Which cycle of a graph of dependencies is told, what it is called, and in which words."""

from __future__ import annotations

import pytest

from catenet.check.cycles import cycles
from catenet.check.history import RETURN, Operation
from catenet.check.transactions import Anomaly, Edge


def edge(before: int, after: int, kind: str = "ww", key: object = "x", value: object = 5) -> Edge:
    return Edge(before, after, kind) if kind == "rt" else Edge(before, after, kind, key, value)


def transactions(*spans: tuple[int, int]) -> dict[int, Operation]:
    return {at: Operation(at, at, "txn", None, (), RETURN, (), *span) for at, span in enumerate(spans)}


def found(*edges: Edge, spans: tuple[tuple[int, int], ...] = ()) -> list[Anomaly]:
    return cycles(edges, transactions(*spans))


@pytest.mark.parametrize(
    ("kinds", "name"),
    [
        (("ww", "ww"), "G0"),
        (("ww", "wr"), "G1c"),
        (("wr", "wr"), "G1c"),
        (("rw", "ww"), "G-single"),
        (("rw", "wr"), "G-single"),
        (("rw", "rw"), "G2"),
        (("ww", "rt"), "G0-realtime"),
        (("wr", "rt"), "G1c-realtime"),
        (("rw", "rt"), "G-single-realtime"),
    ],
)
def test_a_cycle_has_the_name_of_the_worst_that_its_edges_make_it(kinds: tuple[str, str], name: str) -> None:
    (anomaly,) = found(edge(0, 1, kinds[0]), edge(1, 0, kinds[1]), spans=((2, 3), (0, 1)))
    assert (anomaly.name, sorted(anomaly.transactions)) == (name, [0, 1])


def test_each_step_is_told_in_words_that_say_who_did_what() -> None:
    """A person reads why a history is no good: who read and who wrote must not be turned round."""
    told = {
        "ww": 'T1 wrote after what T0 wrote of "x", with 5',
        "wr": 'T1 read 5 of "x", which T0 wrote',
        "rw": 'T1 overwrote what T0 read of "x", with 5',
        "rt": "T0 ended before T1 began",
    }
    for kind, words in told.items():
        (anomaly,) = found(edge(0, 1, kind), edge(1, 0, "rw", "y", 7), spans=((0, 1), (2, 3)))
        steps = anomaly.what.split("; ")
        assert sorted(steps) == sorted([words, 'T0 overwrote what T1 read of "y", with 7'])


def test_a_short_way_back_is_found_past_ways_that_turn_round() -> None:
    """From 1 the way leads through 2 and 3, which lead to each other as well."""
    (anomaly,) = found(edge(0, 1), edge(1, 2), edge(2, 3), edge(3, 2), edge(3, 0))
    assert anomaly.name == "G0"
    assert sorted(anomaly.transactions) == [2, 3], "the shorter of the two"


def test_of_two_ways_back_the_shorter_is_told() -> None:
    """A cycle of twenty transactions, where one of three is there, is no explanation."""
    long_way = [edge(at, at + 1) for at in range(1, 20)] + [edge(20, 0)]
    (anomaly,) = found(edge(0, 1), *long_way, edge(1, 21), edge(21, 0))
    assert anomaly.transactions == (0, 1, 21)


def test_a_hundred_ways_are_compared_and_no_more() -> None:
    """In a knot of thousands, the time to tell of it must not grow with the square of their number."""
    for many, transactions_told in ((99, 2), (100, 3)):
        threes = [edge(0, 2 + at) for at in range(many)]
        threes += [edge(2 + at, 2 + many + at) for at in range(many)] + [edge(2 + many + at, 0) for at in range(many)]
        (anomaly,) = found(*threes, edge(0, 1), edge(1, 0))
        assert (anomaly.name, len(anomaly.transactions)) == ("G0", transactions_told)


def test_each_knot_is_told_and_what_only_hangs_on_it_is_not() -> None:
    edges = [edge(0, 1), edge(1, 0), edge(1, 2), edge(2, 3), edge(3, 4), edge(4, 3), edge(4, 5), edge(6, 0)]
    assert sorted(sorted(anomaly.transactions) for anomaly in found(*edges)) == [[0, 1], [3, 4]]
    assert found(edge(0, 1), edge(1, 2), edge(0, 2)) == []


def test_one_step_of_real_time_stands_for_several() -> None:
    """``T0 ended before T2 began`` is enough; the ones in between are left out."""
    edges = [edge(0, 1, "rt"), edge(1, 2, "rt"), edge(2, 3, "rt"), edge(3, 0, "wr")]
    (anomaly,) = found(*edges, spans=((0, 1), (2, 3), (4, 5), (6, 7)))
    assert anomaly.name == "G1c-realtime"
    assert anomaly.transactions == (3, 0)
    assert anomaly.what == 'T0 read 5 of "x", which T3 wrote; T0 ended before T3 began'


def test_what_was_inferred_from_real_time_is_used_only_where_nothing_else_makes_a_cycle() -> None:
    """A cycle that needs no guess about the order of versions is the stronger evidence."""
    guess = Edge(1, 0, "ww", "x", 5, 2)
    (anomaly,) = found(edge(0, 1, "wr"), guess, edge(1, 0, "rw"), spans=((0, 1), (2, 3)))
    assert anomaly.name == "G-single"
    (anomaly,) = found(edge(0, 1, "wr"), guess, spans=((0, 1), (2, 3)))
    assert anomaly.name == "G1c-realtime"
