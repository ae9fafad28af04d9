"""What Jepsen means by its events, and what is refused because nobody could tell what it means."""

from __future__ import annotations

from typing import Any

import pytest

from catenet.check.formats import parse_history
from catenet.check.history import FAIL, INFO, RETURN, HistoryError, Operation
from catenet.check.models import MODELS
from catenet.check.verdict import check


def event(process: object, kind: str, f: str, value: str = "nil", more: str = "") -> str:
    return f"{{:process {process}, :type :{kind}, :f :{f}, :value {value}{more}}}"


def operations_of(*lines: str, **options: Any) -> list[Operation]:
    return parse_history("\n".join(lines), **options).operations()


def verdict(*lines: str, model: str = "register", **options: Any) -> bool:
    return check(operations_of(*lines, **options), MODELS[model]).linearizable


WRITE = event(0, "invoke", "write", "1"), event(0, "ok", "write", "1")
CAS = event(1, "invoke", "cas", "[1 2]"), event(1, "fail", "cas", "[1 2]", ", :error :connection-refused")


def test_a_cas_that_failed_did_not_happen_in_jepsens_own_format() -> None:
    assert [each.end for each in operations_of(*WRITE, *CAS)] == [RETURN, FAIL]
    assert verdict(*WRITE, *CAS)
    assert not verdict(*WRITE, *CAS, failed_cas="compared")


@pytest.mark.parametrize(
    ("line", "end"),
    [
        ("INFO  jepsen.util - 1\t:fail\t:cas\t[1 2]", RETURN),
        ("INFO  jepsen.util - 1\t:fail\t:cas\t[1 2]\t:connection-refused", FAIL),
        ("INFO  jepsen.util - 1\t:fail\t:cas\t[1 2]\tjava.net.ConnectException: (refused", FAIL),
        ("INFO  jepsen.util - 1\t:fail\t:cas\t:timed-out", FAIL),
        ("2021-03-04 05:06:07,890{GMT}\tINFO\t[jepsen worker 1] jepsen.util: 1\t:fail\t:cas\t[1 2]", FAIL),
        ("INFO  jepsen.util - 1\t:info\t:cas\t:timed-out", INFO),
    ],
)
def test_a_cas_that_failed_compared_only_in_logs_as_porcupine_reads_them(line: str, end: str) -> None:
    begin = "INFO  jepsen.util - 1\t:invoke\t:cas\t[1 2]"
    (cas,) = operations_of(begin, line)
    assert (cas.end, cas.result) == (end, False if end == RETURN else None)
    (cas,) = operations_of(begin, line, failed_cas="no-effect")
    assert cas.end == (FAIL if end == RETURN else end)


@pytest.mark.parametrize("value", [-(1 << 63), (1 << 63) - 1, -(1 << 63) - 1, 1 << 63])
@pytest.mark.parametrize("name", ["process", "time"])
def test_numbers_of_an_event_have_64_bits(name: str, value: int) -> None:
    line = event(
        value if name == "process" else 0, "invoke", "read", "nil", f", :time {value}" if name == "time" else ""
    )
    if -(1 << 63) <= value < 1 << 63:
        (found,) = operations_of(line)
        assert (found.process if name == "process" else found.called_ns) == value
        return
    with pytest.raises(HistoryError, match=f"line 1: :{name} is .*whole number"):
        operations_of(line)


def test_what_happened_at_a_time_that_nobody_told_has_none() -> None:
    (found,) = operations_of("INFO  jepsen.util - 0\t:invoke\t:read\tnil", "INFO  jepsen.util - 0\t:ok\t:read\t3")
    assert (found.called_ns, found.ended_ns) == (-1, -1)


def test_what_a_read_carries_when_it_begins_is_ignored() -> None:
    assert verdict(*WRITE, event(1, "invoke", "read", "1"), event(1, "ok", "read", "1"))
    assert not verdict(*WRITE, event(1, "invoke", "read", "1"), event(1, "ok", "read", "2"))
    queue = event(0, "invoke", "enqueue", "1"), event(0, "ok", "enqueue", "1"), event(0, "invoke", "dequeue", "7")
    assert verdict(*queue, event(0, "ok", "dequeue", "1"), model="queue")


def test_values_with_a_key_are_of_one_object_each() -> None:
    history = (
        event(0, "invoke", "write", "[7 1]"),
        event(1, "invoke", "write", "[8 4]"),
        event(0, "ok", "write", "[7 1]"),
        event(1, "info", "write", ":timed-out"),
        event(0, "invoke", "cas", "[7 [1 3]]"),
        event(0, "ok", "cas", "[7 [1 3]]"),
        event(2, "invoke", "read", "[8 nil]"),
        event(2, "ok", "read", "[8 1]"),
    )
    found = check(operations_of(*history), MODELS["register"])
    assert (found.keys, found.refuted) == (2, (8,))
    assert "jepsen.independent" in parse_history("\n".join(history)).notes[0]
    assert check(operations_of(*history, independent=False), MODELS["register"]).keys == 1


def test_pairs_that_are_values_are_not_taken_for_keys() -> None:
    pairs = event(0, "invoke", "write", "[7 1]"), event(0, "ok", "write", "[7 1]")
    assert not verdict(*pairs, event(1, "invoke", "read"), event(1, "ok", "read", "[8 1]"))
    assert [each.key for each in operations_of(event(0, "invoke", "cas", "[1 2]"))] == [None]
    micro = event(0, "invoke", "txn", "[[:r 1 nil] [:append 2 1]]")
    assert operations_of(micro)[0].arguments == (("r", 1, None), ("append", 2, 1))


def test_transactions_with_a_key() -> None:
    (txn,) = operations_of(event(0, "invoke", "txn", '["a" [[:r 1 nil]]]'), event(0, "ok", "txn", '["a" [[:r 1 [2]]]]'))
    assert (txn.key, txn.arguments, txn.result) == ("a", (("r", 1, None),), (("r", 1, (2,)),))


def test_a_write_may_tell_its_value_when_it_ends() -> None:
    begin = event(0, "invoke", "write")
    assert operations_of(begin, event(0, "ok", "write", "5"))[0].arguments == (5,)
    read = event(0, "invoke", "read"), event(0, "ok", "read", "5")
    assert verdict(begin, event(0, "ok", "write", "5"), *read)


def test_the_empty_text_is_a_missing_key_only_where_no_key_is_told_to_be_missing() -> None:
    empty = event(0, "invoke", "get", "nil", ', :key "x"'), event(0, "ok", "get", '""', ', :key "x"')
    missing = event(0, "invoke", "get", "nil", ', :key "x"'), event(0, "ok", "get", "nil", ', :key "x"')
    put = event(0, "invoke", "put", '""', ', :key "x"'), event(0, "ok", "put", '""', ', :key "x"')
    assert verdict(*empty, model="kv")
    assert verdict(*missing, model="kv")
    assert not verdict(*missing, *put, *missing, model="kv")
    assert verdict(*missing, *put, *empty, model="kv")
    cas = event(0, "invoke", "cas", '["" "a"]', ', :key "x"'), event(0, "ok", "cas", '["" "a"]', ', :key "x"')
    assert verdict(*put, *empty, *cas, model="kv")


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["{:type :invoke, :f :read}"], "line 1: :process is a client's whole number, or :nemesis, and there is none"),
        ([*WRITE, "{:proces 1, :type :invoke, :f :read}"], "line 3: :process"),
        ([event('"0"', "invoke", "read")], 'line 1: :process is a client\'s whole number, or :nemesis, not "0"'),
        ([event(":a", "invoke", "read")], "not :a"),
        ([event("1.5", "invoke", "read")], "not 1.5"),
        ([*WRITE, event(0, "ok", "read", "5")], "line 3: process 0 has no operation that could end"),
        ([event(0, "info", "read", "5")], "line 1: process 0 has no operation"),
        ([WRITE[0], event(0, "ok", "read", "1")], "line 2: process 0 ends a :read, and began a :write in line 1"),
        ([WRITE[0], event(0, "ok", "write", "2")], "line 2: the value is 2, and was 1 in line 1"),
        ([WRITE[0], event(0, "ok", "write", "true")], "line 2: the value is true, and was 1 in line 1"),
        ([WRITE[0], WRITE[0]], "line 2: process 0 invokes write while its write has not ended"),
        (
            [event(0, "invoke", "read"), "{:process 0, :type :ok, :f :read, :valu 5}"],
            "line 2: a :read that is :ok needs",
        ),
        ([event(0, "okay", "read")], "line 1: an event needs :type"),
        (["{:process 0, :type :invoke, :f read}"], "line 1: an event needs :type"),
        ([event(0, "invoke", "read", "nil", ', :time "now"')], "line 1: :time is a whole number"),
        ([event(":nemesis", "info", "start")], "no client's operation is in it"),
        (["; nothing"], "no client's operation is in it"),
        (["INFO  jepsen.util - :nemesis\t:info\t:start\tnil"], "no client's operation is in it"),
        (["INFO  jepsen.util - 0\t:okay\t:read\t3"], "line 1: an event needs :type"),
        (["", "INFO  jepsen.util - 0\t:ok\t:read\t3"], "line 2: process 0 has no operation"),
        (["{:process 0, :process 1, :type :invoke, :f :read}"], "line 1: a map has the same key twice"),
        (["3"], "this is no history"),
        (["[3]"], "line 1: an event is a map, not 3"),
        (["[" * 5000], "line 1: nested more than 100 deep"),
        ([event(0, "invoke", "write", "1" * 5000)], "line 1: a number or a name of 5,000 characters"),
        ([event(0, "invoke", "write", "1e999")], "line 1: 1e999 is larger"),
        (["INFO jepsen.util - " + "1" * 5000 + " :invoke :read nil"], "line 1: a number or a name of 5,000 characters"),
        ([*WRITE, "#_"], ""),
    ],
)
def test_what_is_not_understood_is_told_with_its_line(lines: list[str], message: str) -> None:
    if not message:
        assert len(operations_of(*lines)) == 1
        return
    with pytest.raises(HistoryError) as error:
        operations_of(*lines)
    assert message in str(error.value)


def test_keywords_characters_and_strings_are_different_values() -> None:
    for written, read in (
        (":a", '"a"'),
        ("\\a", '"a"'),
        ("a", '"a"'),
        ("true", "1"),
        ("[true]", "[1]"),
        ("{1 2}", "[[1 2]]"),
    ):
        lines = event(0, "invoke", "write", written), event(0, "ok", "write", written), event(0, "invoke", "read")
        assert not verdict(*lines, event(0, "ok", "read", read)), (written, read)
        assert verdict(*lines, event(0, "ok", "read", written)), written
    maps = event(0, "invoke", "write", "{1 2, 3 4}"), event(0, "ok", "write", "{1 2, 3 4}"), event(0, "invoke", "read")
    assert verdict(*maps, event(0, "ok", "read", "{3 4, 1 2}"))


def test_sets_hold_true_beside_one() -> None:
    lines = [event(0, kind, "add", value) for value in ("1", "true") for kind in ("invoke", "ok")]
    assert verdict(*lines, event(0, "invoke", "read"), event(0, "ok", "read", "#{1 true}"), model="set")
    assert not verdict(*lines, event(0, "invoke", "read"), event(0, "ok", "read", "#{true}"), model="set")


def test_escapes_of_java_are_one_character() -> None:
    face = r'"\ud83d\ude00"'
    lines = event(0, "invoke", "write", face), event(0, "ok", "write", face), event(0, "invoke", "read")
    assert verdict(*lines, event(0, "ok", "read", '"😀"'))
