"""Our own format: what is one value and what are two, where lines end, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catenet.check.cycles import check_transactions
from catenet.check.formats import parse_history, read_history
from catenet.check.history import HistoryError, Operation, Recorder, operations
from catenet.check.json_lines import written
from catenet.check.models import MODELS
from catenet.check.values import frozen
from catenet.check.verdict import check


def one_after_another(*asked: tuple[str, list[Any], Any], key: Any = None) -> list[Operation]:
    """Operations of one process, from JSON and back."""
    lines = []
    for name, arguments, result in asked:
        lines.append({"event": "invoke", "process": 0, "operation": name, "key": key, "arguments": arguments})
        lines.append({"event": "return", "process": 0, "result": result})
    return parse_history("\n".join(json.dumps(line) for line in lines)).operations()


LOOKALIKES = [
    (1, True),
    (0, False),
    ([1], [True]),
    ([[0, "a"]], [[False, "a"]]),
    ({"a": 1}, {"a": True}),
    ({"a": 1}, [["a", 1]]),
    (None, False),
    ("1", 1),
    ("", None),
]


@pytest.mark.parametrize(("one", "other"), [*LOOKALIKES, *[(other, one) for one, other in LOOKALIKES]])
def test_values_that_python_or_a_reader_could_confuse(one: Any, other: Any) -> None:
    for model, write, read in (("register", "write", "read"), ("kv", "put", "get"), ("queue", "enqueue", "dequeue")):
        same = one_after_another((write, [one], None), (read, [], one))
        assert check(same, MODELS[model]).linearizable, model
        wrong = check(one_after_another((write, [one], None), (read, [], other)), MODELS[model])
        assert not wrong.linearizable, model
        assert wrong.refutation is not None
    for model in ("register", "kv"):
        write = "write" if model == "register" else "put"
        assert check(one_after_another((write, [one], None), ("cas", [other, 5], False)), MODELS[model]).linearizable
        assert not check(one_after_another((write, [one], None), ("cas", [other, 5], True)), MODELS[model]).linearizable
    added = one_after_another(("add", [one], True), ("contains", [other], False))
    assert check(added, MODELS["set"]).linearizable
    assert check([*added, *_read_later(added, [one])], MODELS["set"]).linearizable
    assert not check([*added, *_read_later(added, [other])], MODELS["set"]).linearizable
    held = one_after_another(("acquire", [one], True), ("release", [other], False))
    assert check(held, MODELS["lock"]).linearizable


def _read_later(before: list[Operation], result: list[Any]) -> list[Operation]:
    (read,) = one_after_another(("read", [], result))
    return [read._replace(number=len(before), called=100, ended=101)]


@pytest.mark.parametrize(("one", "other"), [pair for pair in LOOKALIKES if None not in pair])
def test_keys_that_could_be_confused_are_two_objects(one: Any, other: Any) -> None:
    put = {"event": "invoke", "process": 0, "operation": "put", "key": one, "arguments": ["a"]}
    get = {"event": "invoke", "process": 0, "operation": "get", "key": other}
    ended = {"event": "return", "process": 0, "result": None}
    found = check(parse_history("\n".join(map(json.dumps, (put, ended, get, ended)))).operations(), MODELS["kv"])
    assert (found.linearizable, found.keys) == (True, 2)
    same = check(
        parse_history("\n".join(map(json.dumps, (put, ended, {**get, "key": one}, ended)))).operations(), MODELS["kv"]
    )
    assert (same.linearizable, same.keys) == (False, 1)


def test_transactions_tell_true_from_one_in_keys_and_values() -> None:
    two_keys = one_after_another(
        ("txn", [["w", 1, "a"], ["w", True, "a"]], [["w", 1, "a"], ["w", True, "a"]]),
        ("txn", [["r", 1, None], ["r", True, None]], [["r", 1, "a"], ["r", True, "a"]]),
    )
    assert check_transactions(two_keys, "rw-register").holds
    other = one_after_another(
        ("txn", [["append", "x", 1]], [["append", "x", 1]]), ("txn", [["r", "x", None]], [["r", "x", [True]]])
    )
    found = check_transactions(other, "list-append")
    assert [each.name for each in found.anomalies] == ["unwritten", "G-single-realtime"]
    assert found.anomalies[0].what == 'true was read from key "x", and written by nobody'
    assert found.involved[-1].result == (("r", "x", (True,)),)


def test_only_line_feeds_end_lines() -> None:
    for odd in ("\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c", "\x1e"):
        begin = json.dumps({"event": "invoke", "process": 0, "operation": "put", "key": odd, "arguments": [odd]})
        raw = json.loads(begin)["key"].join(begin.split(json.dumps(odd)[1:-1])) if odd >= "\x7f" else begin
        (put,) = parse_history(raw + '\r\n{"event": "return", "process": 0}\r\n').operations()
        assert (put.key, put.arguments) == (odd, (odd,))
    with pytest.raises(HistoryError, match="line 3: "):
        parse_history(
            '{"event": "invoke", "process": 0, "operation": "put", "arguments": ["a\u2028\u2029b"]}\n\nnonsense'
        ).operations()


def test_a_byte_order_mark_is_no_part_of_the_history(tmp_path: Path) -> None:
    path = tmp_path / "history.jsonl"
    path.write_text('{"event": "invoke", "process": 0, "operation": "put"}', encoding="utf-8-sig")
    assert len(read_history(path).events) == 1


BEGIN = '{"event": "invoke", "process": 0, "operation": "get", "key": "x"}\n'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the file is empty"),
        ("\n\n", "the file is empty"),
        ("{}", 'line 1: "event" is invoke'),
        (BEGIN + '{"event": "return", "result": 1}', 'line 2: "process" and "time_ns" are whole numbers'),
        ('{"event": "return", "process": 0}', "line 1: process 0 has no operation that could end"),
        (BEGIN + "\n" + BEGIN, "line 3: process 0 invokes get while its get has not ended"),
        (BEGIN + '{"event": "return", "process": 0, "value": 1}', "line 2: an event has no 'value'; it has arguments"),
        (BEGIN + '{"event": "fail", "process": 0, "result": 1}', 'line 2: only a return has a "result"'),
        (BEGIN + '{"event": "return", "process": 0, "key": "y"}', 'line 2: "key" is "y", and was "x" when process 0'),
        (BEGIN + '{"event": "return", "process": 0, "process": 1}', "line 2: 'process' is there twice"),
        ('{"event": "invoke", "process": true, "operation": "get"}', 'line 1: "process" and'),
        ('{"event": "invoke", "process": 1e3, "operation": "get"}', 'line 1: "process" and'),
        (f'{{"event": "invoke", "process": {1 << 70}, "operation": "get"}}', "whole numbers of 64 bits"),
        (BEGIN + '{"event": "return", "process": 0, "result": NaN}', "line 2: NaN is no JSON"),
        (BEGIN + '{"event": "return", "process": 0, "result": 1e999}', "line 2: a number is larger"),
        (BEGIN + f'{{"event": "return", "process": 0, "result": {"9" * 5000}}}', "line 2: a number of 5,000 digits"),
        (BEGIN + f'{{"event": "return", "process": 0, "result": {"[" * 200}{"]" * 200}}}', "line 2: a value is nested"),
        (BEGIN + f'{{"event": "return", "process": 0, "result": {"[" * 100_000}', "line 2: "),
    ],
)
def test_what_is_not_understood(text: str, message: str) -> None:
    with pytest.raises(HistoryError) as error:
        parse_history(text).operations()
    assert message in str(error.value)


@pytest.mark.parametrize("name", ["process", "time_ns"])
@pytest.mark.parametrize("value", [-(1 << 63), (1 << 63) - 1, -(1 << 63) - 1, 1 << 63])
def test_numbers_of_an_event_have_64_bits(name: str, value: int) -> None:
    """What is written is what other programs read; they would take a larger one for another process."""
    line = json.dumps({"event": "invoke", "process": 0, "operation": "get", "key": "x", name: value})
    if -(1 << 63) <= value < 1 << 63:
        assert getattr(parse_history(line).events[0], name) == value
        return
    with pytest.raises(HistoryError, match=f'64 bits: "{name}": not {value}'):
        parse_history(line)


def test_a_value_may_be_nested_a_hundred_deep_and_no_deeper() -> None:
    """The list of arguments counts as one of them."""
    deep: Any = 1
    for _ in range(99):
        deep = [deep]
    (put,) = one_after_another(("put", [deep], None))
    assert put.arguments == frozen([deep])
    with pytest.raises(HistoryError, match="nested more than 100 deep"):
        one_after_another(("put", [[deep]], None))


def test_an_end_may_repeat_its_beginning() -> None:
    end = '{"event": "return", "process": 0, "operation": "get", "key": "x", "arguments": [], "result": 1}'
    assert parse_history(BEGIN + end).operations()[0].result == 1


@pytest.mark.parametrize(
    ("model", "asked", "message"),
    [
        ("register", ("cas", [1, 2], 1), "event 2: cas is answered true or false, not 1"),
        ("kv", ("cas", [1, 2], None), "cas is answered true or false, not nil"),
        ("set", ("add", [1], 0), "add is answered true or false, or nothing, not 0"),
        ("set", ("read", [], 5), "what is read from a set is a list, not 5"),
        ("kv", ("append", [True], None), "event 1: append takes a text, not true"),
    ],
)
def test_answers_that_no_object_of_the_kind_gives(model: str, asked: tuple[str, list[Any], Any], message: str) -> None:
    with pytest.raises(HistoryError) as error:
        check(one_after_another(asked), MODELS[model])
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("arguments", "result", "message"),
    [
        ([["r", "x", None]], None, "event 2: a transaction is a list of operations, not nil"),
        ([["r", "x", None]], [], "event 2: the transaction is [] now, and was"),
        ([["append", "x", 1]], [["append", "x", True]], "event 2: the transaction is"),
        ([["r", "x", None]], [["r", "x", 3]], "event 2: what is read from a list is a list, not 3"),
        ("r", None, '"arguments" is a list'),
    ],
)
def test_transactions_that_are_none(arguments: Any, result: Any, message: str) -> None:
    with pytest.raises(HistoryError) as error:
        check_transactions(one_after_another(("txn", arguments, result)), "list-append")
    assert message in str(error.value)


def test_nothing_is_no_history() -> None:
    for checker in (lambda: check([], MODELS["kv"]), lambda: check_transactions([], "list-append")):
        with pytest.raises(HistoryError, match="nothing can be said of none"):
            checker()


SCRAPS = """"event" "invoke" "return" "process" "operation" "get" "key" 0 : , { } [ ] {:process_0
:type_:invoke :ok :f_:read :value nil _ #_ #{ INFO__jepsen.util_-_1_:invoke_:read_nil \\ " 1e999 ##NaN"""
scraps = st.sampled_from([*(each.replace("_", " ") for each in SCRAPS.split()), "#_", "\n", "\u2028"])


@pytest.mark.slow
@given(st.lists(scraps, max_size=30).map("".join) | st.text(max_size=60))
def test_no_text_is_more_than_not_understood(text: str) -> None:
    try:
        found = parse_history(text).operations()
    except HistoryError:
        return
    assert found


def test_octets_are_written_as_text_and_stay_different() -> None:
    recorder = Recorder(lambda: 7)
    for octets in (b"a", b"\xff", b"\xfe", "é".encode()):
        recorder.invoke(0, "put", octets, key=octets)
        recorder.returned(0)
        recorder.invoke(0, "get", key=octets)
        recorder.returned(0, octets)
    again = parse_history(written(recorder.events))
    assert again.events == recorder.events
    assert [each.key for each in again.operations()][::2] == ["a", "\udcff", "\udcfe", "é"]
    assert check(again.operations(), MODELS["kv"]).keys == 4
    assert check(operations(recorder.events), MODELS["kv"]).linearizable
