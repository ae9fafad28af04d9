"""Verdicts as data: what a JSON file or a picture of one says, and that it is true of the history."""

from __future__ import annotations

import json
from typing import Any

from catenet.check.cycles import check_transactions
from catenet.check.formats import parse_history
from catenet.check.history import FAIL, INFO, RETURN, Operation
from catenet.check.models import MODELS
from catenet.check.verdict import check


def operation(
    number: int, name: str, *arguments: Any, key: Any = "x", result: Any = None, end: str = RETURN
) -> Operation:
    """Operations one after another; times in nanoseconds are tenfold their places."""
    called = 2 * number
    ended = -1 if end == INFO else called + 1
    return Operation(
        number, number, name, key, arguments, end, result, called, ended, 10 * called, 10 * ended if ended >= 0 else -1
    )


def test_a_history_that_holds_is_told_as_data_without_a_refutation() -> None:
    found = check([operation(0, "put", "a"), operation(1, "get", result="a", key="y")._replace(key="x")], MODELS["kv"])
    assert found.as_data() == {
        "model": "kv",
        "linearizable": True,
        "operations": 2,
        "keys": 1,
        "configurations": found.configurations,
        "refuted": [],
        "refutation": None,
    }
    assert found.configurations > 0


def test_a_refuted_history_is_told_as_data_with_the_part_that_refutes_it() -> None:
    """Two keys are refuted; the part that is shown is of the first."""
    history = [
        operation(0, "put", "a"),
        operation(1, "put", "b", key="fine"),
        operation(2, "get", result=None),
        operation(3, "get", result="c", key=("y", True)),
    ]
    found = check(history, MODELS["kv"])
    write, read = (each._asdict() for each in (history[0], history[2]))
    assert found.as_data() == {
        "model": "kv",
        "linearizable": False,
        "operations": 4,
        "keys": 3,
        "configurations": found.configurations,
        "refuted": ["x", ["y", True]],
        "refutation": {"key": "x", "culprit": 2, "states": ["a"], "operations": [write, read]},
    }
    json.dumps(found.as_data())


def test_without_an_explanation_the_verdict_is_the_same() -> None:
    history = [operation(0, "put", "a"), operation(1, "get", result=None)]
    told, short = check(history, MODELS["kv"]), check(history, MODELS["kv"], explain=False)
    assert (short.refutation, told.refutation is None) == (None, False)
    assert short == told._replace(refutation=None)


def test_what_is_shown_has_the_values_of_the_history_and_not_those_that_are_compared() -> None:
    writes = [operation(0, "put", False, key=True), operation(1, "put", True, key=True)]
    history = [*writes, operation(2, "get", result=False, key=True)]
    refutation = check(history, MODELS["kv"]).refutation
    assert refutation is not None
    assert (refutation.key, refutation.states, refutation.operations) == (True, [True], history)
    shown = [refutation.key, *refutation.states, *refutation.operations[0].arguments, refutation.operations[2].result]
    assert [type(each) for each in shown] == [bool] * 4


def test_what_failed_counts_as_an_operation_and_for_no_object() -> None:
    found = check([operation(0, "put", "a", end=FAIL), operation(1, "get", key="y")], MODELS["kv"])
    assert (found.linearizable, found.operations, found.keys) == (True, 2, 1)


def test_the_work_for_several_objects_is_added_up() -> None:
    histories = [[operation(at, "put", "a", key=key) for at in range(count)] for key, count in (("x", 3), ("y", 5))]
    alone = [check(each, MODELS["kv"]).configurations for each in histories]
    together = [*histories[0], *(each._replace(number=each.number + 3) for each in histories[1])]
    assert check(together, MODELS["kv"]).configurations == sum(alone)


def transaction(number: int, *parts: tuple[str, Any, Any]) -> Operation:
    return operation(number, "txn", *parts, key=None, result=parts)


def test_transactions_that_hold_are_told_as_data() -> None:
    found = check_transactions([transaction(0, ("w", "x", 1)), transaction(1, ("r", "x", 1))], "rw-register")
    assert found.as_data() == {
        "model": "rw-register",
        "level": "strict-serializable",
        "holds": True,
        "operations": 2,
        "anomalies": [],
        "involved": [],
    }


def test_a_cycle_of_transactions_is_told_as_data_edge_by_edge() -> None:
    history = [
        transaction(0, ("append", True, 1), ("r", "y", (2,))),
        transaction(1, ("append", "y", 2), ("r", True, (1,))),
        transaction(2, ("r", "z", ())),
    ]
    overlapping = [each._replace(called=each.number, ended=10 + each.number) for each in history]
    found = check_transactions(overlapping, "list-append", strict=False)
    (anomaly,) = found.as_data()["anomalies"]
    edges = {edge["before"]: edge for edge in anomaly["edges"]}
    assert (found.level, found.holds) == ("serializable", False)
    assert (anomaly["name"], sorted(anomaly["transactions"])) == ("G1c", [0, 1])
    assert edges[0] == {"before": 0, "after": 1, "kind": "wr", "key": True, "value": 1, "inferred": 0}
    assert edges[1] == {"before": 1, "after": 0, "kind": "wr", "key": "y", "value": 2, "inferred": 0}
    assert [edge["before"] for edge in anomaly["edges"]] == anomaly["transactions"]
    assert "T1 read 1 of true, which T0 wrote" in anomaly["what"].split("; ")
    assert found.as_data()["involved"] == [each._asdict() for each in overlapping[:2]]
    json.dumps(found.as_data())


def test_what_is_said_of_a_file_is_said_with_its_line() -> None:
    text = '{"event": "invoke", "process": 0, "operation": "peek"}\n\n{"event": "return", "process": 0}\n'
    history = parse_history(text)
    assert (history.lines, len(history.operations())) == ([1, 3], 1)
