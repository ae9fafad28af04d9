"""Values: which are equal, how they are written as JSON and for people, and that none is lost on the way."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from catenet.check.edn import Word
from catenet.check.values import DEPTH_MAX, FrozenDict, Truth, as_json, exact, frozen, frozen_dict, plain, text


@pytest.mark.parametrize(
    ("value", "right"),
    [
        (None, None),
        (1.5, 1.5),
        ("x", "x"),
        (b"x", "x"),
        (bytearray(b"x"), "x"),
        (memoryview(b"x"), "x"),
        (b"\xff", "\udcff"),
        ([1, [2, (3,)]], (1, (2, (3,)))),
        ({1, 2}, frozenset({1, 2})),
        (frozenset({"a"}), frozenset({"a"})),
        ([True], (True,)),
        ({True}, frozenset({Truth.TRUE})),
        ({(1, False)}, frozenset({(1, Truth.FALSE)})),
        ({"a": [1]}, FrozenDict(frozenset({("a", (1,))}))),
        ({b"a": {False}}, FrozenDict(frozenset({("a", frozenset({Truth.FALSE}))}))),
        ({1: True}, FrozenDict(frozenset({(1, Truth.TRUE)}))),
    ],
)
def test_a_value_of_python_becomes_one_that_can_be_hashed(value: Any, right: Any) -> None:
    found = frozen(value)
    assert (type(found), found) == (type(right), right)
    hash(found)


@pytest.mark.parametrize("wrap", [lambda inner: [inner], lambda inner: (inner,), lambda inner: {"a": inner}])
def test_values_are_nested_to_a_limit(wrap: Callable[[Any], Any]) -> None:
    """Python's own limit would be a RecursionError, at a depth that depends on who calls."""
    value: Any = 1
    for _ in range(DEPTH_MAX):
        value = wrap(value)
    frozen(value)
    with pytest.raises(ValueError, match="nested more than 100 deep"):
        frozen(wrap(value))
    names: Any = "x"
    for _ in range(DEPTH_MAX):
        names = (names,)
    frozen(names)
    for outer in ({names: 1}, {names}):
        with pytest.raises(ValueError, match="nested more than 100 deep"):
            frozen(outer)


@pytest.mark.parametrize(
    ("value", "right"),
    [
        (True, Truth.TRUE),
        (False, Truth.FALSE),
        (1, 1),
        (0, 0),
        (None, None),
        ("true", "true"),
        ((True, (False, 1), "x"), (Truth.TRUE, (Truth.FALSE, 1), "x")),
        ((), ()),
    ],
)
def test_a_truth_value_is_no_number_and_comes_back(value: Any, right: Any) -> None:
    found = exact(value)
    assert (type(found), found) == (type(right), right)
    assert type(plain(found)) is type(value)
    assert plain(found) == value
    assert repr(plain(found)) == repr(value)


@pytest.mark.parametrize(
    ("value", "right"),
    [
        (None, None),
        ("x", "x"),
        (3, 3),
        (2.5, 2.5),
        (True, True),
        (Truth.TRUE, True),
        (Truth.FALSE, False),
        ((1, (Truth.TRUE, "a")), [1, [True, "a"]]),
        ([1, (2,)], [1, [2]]),
        (frozenset({3, 1, "b", "a"}), [1, 3, "a", "b"]),
        (frozenset({Truth.TRUE, 1}), [True, 1]),
        (frozenset({(2, 1), (1, 2)}), [[1, 2], [2, 1]]),
        (frozen_dict([("b", (1,)), ("a", True)]), {"a": True, "b": [1]}),
        (frozen_dict([(2, "b"), (1, ("a",))]), [[1, ["a"]], [2, "b"]]),
        (frozen_dict([("x", 1), (True, 2)]), [["x", 1], [True, 2]]),
        (frozen_dict([]), {}),
        (Word(":ok"), ":ok"),
        ((Word("\\c"), None), ["\\c", None]),
    ],
)
def test_a_value_as_json_has_it(value: Any, right: Any) -> None:
    """Sets are lists in an order of their own, so that equal verdicts are equal files."""
    found = as_json(value)
    assert json.dumps(found) == json.dumps(right)


@pytest.mark.parametrize(
    ("value", "right"),
    [
        (None, "nil"),
        (True, "true"),
        (False, "false"),
        (Truth.TRUE, "true"),
        (Truth.FALSE, "false"),
        (1, "1"),
        (1.5, "1.5"),
        ("é", '"é"'),
        ('a"b', '"a\\"b"'),
        ("a\u200bb", '"a\\u200bb"'),
        ("\n", '"\\n"'),
        ((), "[]"),
        ((1, ("a", None)), '[1, ["a", nil]]'),
        ([True, 1], "[true, 1]"),
        (frozenset({"b", "a"}), '{"a", "b"}'),
        (frozen_dict([("b", 1), ("a", (2,))]), '{"a": [2], "b": 1}'),
        (Word(":ok"), ":ok"),
    ],
)
def test_a_value_for_people(value: Any, right: str) -> None:
    assert text(value) == right


def test_what_stands_for_itself_is_told_as_text() -> None:
    assert str(frozen({"a": True})) == '{"a": true}'
    assert str(Truth.FALSE) == "false"
    assert frozen({"a": 1, "b": 2}) == frozen({"b": 2, "a": 1})
    assert frozen({"a": 1}) != frozen({"a": True})
