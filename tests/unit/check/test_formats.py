"""Histories in files, and the recorder."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catenet.check import edn
from catenet.check.edn import Word
from catenet.check.formats import parse_history, read_history, write_history
from catenet.check.history import FAIL, INFO, INVOKE, RETURN, Event, HistoryError, Recorder, operations
from catenet.check.json_lines import written
from catenet.check.values import frozen

JEPSEN = """\
INFO  jepsen.core - Running test
INFO  jepsen.util - 0	:invoke	:read	nil
INFO  jepsen.util - 1	:invoke	:write	4
INFO  jepsen.util - 0	:ok	:read	nil
INFO  jepsen.util - 2	:invoke	:cas	[4 1]
INFO  jepsen.util - :nemesis	:info	:start	nil
INFO  jepsen.util - 1	:info	:write	:timed-out
INFO  jepsen.util - 2	:fail	:cas	[4 1]
INFO  jepsen.util - 3	:invoke	:read	nil
INFO  jepsen.util - 3	:fail	:read	:timed-out
"""


def test_a_jepsen_log() -> None:
    found = parse_history(JEPSEN).operations()
    assert [(each.name, each.arguments, each.end, each.result) for each in found] == [
        ("read", (), RETURN, None),
        ("write", (4,), INFO, None),
        ("cas", (4, 1), RETURN, False),
        ("read", (), FAIL, None),
    ]
    assert [(each.called, each.ended) for each in found] == [(0, 2), (1, -1), (3, 5), (6, 7)]


def test_edn_with_keys_and_transactions() -> None:
    text = """
    ; what clients did
    {:process 0, :type :invoke, :f :put, :key "a", :value "x\\"y", :time 12}
    {:process 0, :type :ok, :f :put, :key "a", :value "x\\"y", :time 15}
    {:process 1, :type :invoke, :f :get, :key "b", :value nil}
    {:process 1, :type :ok, :f :get, :key "b", :value ""}
    {:process :nemesis, :type :info, :f :start, :value nil}
    #jepsen.history.Op{:process 2, :type :invoke, :f :txn, :value [[:append 5 1] [:r 6 nil]]}
    {:process 2, :type :ok, :f :txn, :value [[:append 5 1] [:r 6 [3 4]]]}
    """
    put, get, txn = parse_history(text).operations()
    assert (put.key, put.arguments, put.result, put.called_ns, put.ended_ns) == ("a", ('x"y',), None, 12, 15)
    assert (get.key, get.arguments, get.result) == ("b", (), None)
    assert txn.arguments == (("append", 5, 1), ("r", 6, None))
    assert txn.result == (("append", 5, 1), ("r", 6, (3, 4)))


def test_a_vector_of_maps_is_a_history_too() -> None:
    text = "[{:process 0, :type :invoke, :f :read, :value nil}\n {:process 0, :type :ok, :f :read, :value 3}]"
    assert parse_history(text).operations()[0].result == 3


scalars = st.none() | st.booleans() | st.integers() | st.text(max_size=4)
values = scalars | st.lists(scalars, max_size=3).map(tuple)


processes, times = st.integers(0, 3), st.integers(0, 99)
invocations = st.tuples(
    st.just(INVOKE), processes, times, st.just("put"), st.none() | st.text(max_size=3), st.lists(values).map(tuple)
)
returns = st.tuples(st.just(RETURN), processes, times, st.just(""), st.none(), st.just(()), values)
others = st.tuples(st.sampled_from([FAIL, INFO]), processes, times)


@pytest.mark.slow
@given(st.lists((invocations | returns | others).map(lambda parts: Event(*parts)), min_size=1))
def test_what_is_written_is_read_again(events: list[Event]) -> None:
    assert parse_history(written(events)).events == events


def test_a_file_is_read_as_it_was_written(tmp_path: Path) -> None:
    events = [Event(INVOKE, 0, 5, "put", "ä", ("ö\u2028",)), Event(RETURN, 0, 7)]
    write_history(tmp_path / "history.jsonl", events)
    assert read_history(tmp_path / "history.jsonl").events == events


def test_the_recorder_writes_down_what_coroutines_do() -> None:
    clock = iter(range(100))
    recorder = Recorder(lambda: next(clock))

    async def answer() -> list[int]:
        return [1, 2]

    async def break_down() -> None:
        raise ConnectionError

    async def client() -> None:
        assert await recorder.call(0, "read", key="x", by=answer()) == [1, 2]
        with pytest.raises(ConnectionError):
            await recorder.call(1, "add", 3, by=break_down())
        recorder.invoke(2, "remove", 3)
        recorder.failed(2)

    asyncio.run(client())
    read, add, remove = recorder.operations()
    assert (read.key, read.end, read.result, read.called_ns, read.ended_ns) == ("x", RETURN, (1, 2), 0, 1)
    assert (add.end, add.ended, add.arguments) == (INFO, -1, (3,))
    assert remove.end == FAIL


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("hello", "this is no history"),
        ('{"event": "invoke", "process": 0}', 'line 1: an invocation needs its "operation"'),
        ('{"event": "begin", "process": 0}', 'line 1: "event" is invoke, return, fail or info, not "begin"'),
        ('{"event": "info", "process": "a"}', "whole numbers"),
        ('{"event": "info", "process": 1, "proces": 2}', "an event has no 'proces'"),
        ('{"event": "info", "process": 1}\n{"event"', "line 2: "),
        ('{"event": "info"}\n[]', "whole numbers"),
        ("{:process 0, :type :invoke", "line 1: the text ends before }"),
        ("{:process 0, :type :start, :f :read}", "line 1: an event needs :type"),
        ("{:process 0, :type :invoke, :f :txn, :value 3}", "a transaction is a list"),
    ],
)
def test_what_cannot_be_read(text: str, message: str) -> None:
    with pytest.raises(HistoryError) as error:
        parse_history(text)
    assert message in str(error.value)


def test_a_history_that_cannot_be() -> None:
    begin = Event(INVOKE, 3, 0, "read")
    with pytest.raises(HistoryError, match="event 2: process 3 invokes read while its read has not ended"):
        operations([begin, begin])
    with pytest.raises(HistoryError, match="event 1: process 3 has no operation that could end"):
        operations([Event(RETURN, 3, 0)])


def test_edn_by_example() -> None:
    text = '#inst "x" [1 -2N 3.5 :a "b\\n" \\c #{1} (true false nil) {"k" 1,} #_ hidden sym] ; end'
    assert [form for _, form in edn.forms(text)] == [
        "x",
        (
            1,
            -2,
            3.5,
            Word(":a"),
            "b\n",
            Word("\\c"),
            frozenset({1}),
            (True, False, None),
            frozen({"k": 1}),
            Word("sym"),
        ),
    ]
    with pytest.raises(edn.EdnError, match="closes nothing"):
        list(edn.forms("[1)"))
    with pytest.raises(edn.EdnError, match="a key without a value"):
        list(edn.forms("{1 2 3}"))
