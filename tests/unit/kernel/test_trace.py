"""Rows of integers, kept only when somebody listens."""

from __future__ import annotations

import pytest

from catenet.kernel.trace import KINDS, Row, Trace, declare


def test_rows_are_kept_in_order_once_somebody_listens() -> None:
    trace = Trace()
    trace.row(1, 0x7F1, trace.subject("a"))
    assert len(trace) == 0
    trace.listen()
    trace.row(2, 0x7F1, trace.subject("a"), 5)
    trace.row(2, 0x7F2, trace.subject("b"), 6, 7)
    assert trace.rows() == [Row(2, 0x7F1, 0, 5, 0), Row(2, 0x7F2, 1, 6, 7)]
    assert trace.names == ["a", "b"]


def test_a_kind_is_declared_once() -> None:
    code = declare(0x7F0, "test.kind", "reason")
    assert declare(0x7F0, "test.kind", "reason") == code
    assert KINDS[code].a == "reason"
    with pytest.raises(ValueError, match="already test.kind"):
        declare(0x7F0, "test.other")


def test_a_trace_with_a_limit_keeps_the_latest_rows() -> None:
    """A run of days does not fill the memory; what happened last is what one wants to read."""
    trace = Trace()
    trace.listen()
    trace.keep(100)
    lengths = []
    for number in range(1, 1001):
        trace.row(number, 0x7F1, 0)
        lengths.append(len(trace))
        rows = trace.rows()
        assert [row.time_ns for row in rows] == list(range(number + 1 - len(rows), number + 1))
    assert max(lengths) == 100
    assert min(lengths[100:]) == 51, "half goes at once, and not one at each row"
