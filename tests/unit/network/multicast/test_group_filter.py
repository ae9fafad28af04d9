"""Filters of sockets, merged to that of the interface."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catenet.network.multicast.group_filter import GroupFilter
from catenet.network.multicast.source_filter import ANY_SOURCE, NOTHING, SourceFilter

filters = st.builds(SourceFilter, st.booleans(), st.sets(st.integers(1, 5)))


@pytest.mark.slow
@given(st.lists(st.tuples(st.integers(0, 3), filters), max_size=12))
def test_the_interface_hears_what_any_socket_hears(changes: list[tuple[int, SourceFilter]]) -> None:
    merged = GroupFilter()
    sockets = [NOTHING] * 4
    for number, new in changes:
        merged.change(sockets[number], new)
        sockets[number] = new
        for source in range(1, 7):
            assert merged.merged.accepts(source) == any(each.accepts(source) for each in sockets)
        assert merged.merged.exclude == any(each.exclude for each in sockets)
        assert merged.is_plain == all(each in (NOTHING, ANY_SOURCE) for each in sockets)


def test_the_example_of_rfc_3376() -> None:
    """Section 3.2: EXCLUDE {a,b,c,d}, EXCLUDE {b,c,d,e} and INCLUDE {d,e,f} give EXCLUDE {b,c}."""
    a, b, c, d, e, f = range(1, 7)
    merged = GroupFilter()
    merged.change(NOTHING, SourceFilter(True, [a, b, c, d]))
    merged.change(NOTHING, SourceFilter(True, [b, c, d, e]))
    merged.change(NOTHING, SourceFilter(False, [d, e, f]))
    assert merged.merged == SourceFilter(True, [b, c])


def test_sockets_that_were_members_before_count() -> None:
    merged = GroupFilter(2)
    assert merged.merged == ANY_SOURCE
    merged.change(ANY_SOURCE, SourceFilter(True, [1]))
    assert merged.merged == ANY_SOURCE
    merged.change(ANY_SOURCE, NOTHING)
    assert merged.merged == SourceFilter(True, [1])
    assert repr(merged.merged) == "EXCLUDE{1}"
    assert hash(merged.merged) == hash(SourceFilter(True, [1]))
