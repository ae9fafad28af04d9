"""What a row of the trace was packed of, it gives back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catenet.kernel.trace import KINDS, Row
from catenet.network.routing.ospf import tracing
from catenet.network.routing.ospf.lsa.lsa import INITIAL_SEQUENCE, MAX_SEQUENCE, lsa_key

WORDS = st.integers(0, 0xFFFFFFFF)
SMALL = st.integers(0, 0xFF)


@pytest.mark.slow
@given(
    WORDS,
    st.integers(0, 32),
    st.integers(0, 4),
    WORDS,
    WORDS,
    st.integers(0, 64),
    st.integers(1, 11),
    WORDS,
    WORDS,
    WORDS,
)
def test_a_route(
    prefix: int,
    length: int,
    path_type: int,
    cost: int,
    gateway: int,
    hops: int,
    ls_type: int,
    link_state_id: int,
    router_id: int,
    sender: int,
) -> None:
    packed = tracing.pack_route(path_type, cost, gateway, hops, lsa_key(ls_type, link_state_id, router_id), sender)
    row = Row(5, tracing.ROUTE, 3, tracing.pack_prefix(prefix, length), packed)
    assert tracing.route_change(row) == (
        5, 3, prefix, length, path_type, cost, gateway, hops, ls_type, link_state_id, router_id, sender,
    )  # fmt: skip


@pytest.mark.slow
@given(WORDS, SMALL, SMALL, SMALL, SMALL)
def test_a_state(number: int, interface: int, old: int, new: int, event: int) -> None:
    row = Row(5, tracing.NEIGHBOUR, 3, number, tracing.pack_states(interface, old, new, event))
    assert tracing.state_change(row) == (5, 3, number, interface, old, new, event)


@pytest.mark.slow
@given(
    st.integers(1, 11),
    WORDS,
    WORDS,
    st.integers(-1, 0xFFFFFFFF),
    st.integers(INITIAL_SEQUENCE, MAX_SEQUENCE),
    WORDS,
    SMALL,
)
def test_an_lsa(
    ls_type: int, link_state_id: int, router_id: int, area_id: int, sequence: int, sender: int, cause: int
) -> None:
    packed = tracing.pack_instance(area_id, sequence, sender, cause)
    row = Row(5, tracing.INSTALLED, 3, lsa_key(ls_type, link_state_id, router_id), packed)
    assert tracing.lsa_event(row) == (5, 3, ls_type, link_state_id, router_id, area_id, sequence, sender, cause)


def test_kinds_have_names() -> None:
    names = [KINDS[code].name for code in range(tracing.ROUTE, tracing.CALCULATED + 1)]
    assert all(name.startswith("network.ospf.") for name in names)
    assert len(set(names)) == 8
    assert set(tracing.CAUSES) == set(range(tracing.NEW, tracing.HEARD + 1))
