"""A neighbour that says anything at all: nothing breaks, and what must always hold does."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catenet.network.routing.ospf.lsa.body import LsaBody
from catenet.network.routing.ospf.lsa.lsa import (
    ASBR_SUMMARY,
    EXTERNAL,
    INITIAL_SEQUENCE,
    MAX_AGE_S,
    MAX_SEQUENCE,
    NETWORK,
    NSSA,
    OPAQUE_AS,
    OPAQUE_LINK,
    ROUTER,
    SUMMARY,
    ExternalBody,
    Lsa,
    LsaHeader,
    NetworkBody,
    RouterBody,
    RouterLink,
    SummaryBody,
    lsa_key,
)
from catenet.network.routing.ospf.lsa.opaque_lsa import GRACE, Grace, OpaqueBody
from catenet.network.routing.ospf.packets.database_description import Description
from catenet.network.routing.ospf.packets.header import ALL_SPF_ROUTERS, OspfPacket
from catenet.network.routing.ospf.packets.hello import Hello
from catenet.network.routing.ospf.packets.ls_ack import Acknowledgement
from catenet.network.routing.ospf.packets.ls_request import Request
from catenet.network.routing.ospf.packets.ls_update import Update
from tests.unit.network.routing.ospf.tiny_network import Bench, Node

IDS = st.sampled_from([1, 2, 3, 9, 0x0A000001, 0x0A000002, 0x0A000101, 0x0D000000, 0xFFFFFFFF, 0])
MASKS = st.sampled_from([0, 0xFF000000, 0xFFFFFF00, 0xFFFFFFFF])
COSTS = st.sampled_from([0, 1, 10, 0xFFFF])
AGES = st.sampled_from([0, 1, 1799, MAX_AGE_S - 1, MAX_AGE_S])
SEQUENCES = st.sampled_from([INITIAL_SEQUENCE, INITIAL_SEQUENCE + 1, INITIAL_SEQUENCE + 9, 0, MAX_SEQUENCE])
OPTIONS = st.sampled_from([0, 2, 8, 0x42])


@st.composite
def lsas(draw: st.DrawFn) -> Lsa:
    ls_type = draw(st.sampled_from([ROUTER, NETWORK, SUMMARY, ASBR_SUMMARY, EXTERNAL, NSSA, OPAQUE_LINK, OPAQUE_AS]))
    body: LsaBody
    if ls_type == ROUTER:
        links = st.builds(RouterLink, st.integers(1, 4), IDS, IDS, COSTS)
        body = RouterBody(draw(st.integers(0, 31)), draw(st.lists(links, max_size=4)))
    elif ls_type == NETWORK:
        body = NetworkBody(draw(MASKS), draw(st.lists(IDS, min_size=1, max_size=4)))
    elif ls_type in (SUMMARY, ASBR_SUMMARY):
        body = SummaryBody(draw(MASKS), draw(COSTS))
    else:
        body = ExternalBody(draw(MASKS), draw(st.booleans()), draw(COSTS), draw(IDS), 0)
    if ls_type >= OPAQUE_LINK:
        octets = st.sampled_from([b"", bytes(7), Grace(60, 1).body().octets, Grace(9999, 3, 0x0A000002).body().octets])
        body = OpaqueBody(draw(octets))
        return Lsa(ls_type, GRACE << 24, draw(IDS), draw(OPTIONS), draw(SEQUENCES), body)
    router_id = draw(IDS)
    link_state_id = router_id if ls_type == ROUTER else draw(IDS)
    return Lsa(ls_type, link_state_id, router_id, draw(OPTIONS), draw(SEQUENCES), body)


KEYS = st.builds(lsa_key, st.integers(0, 12), IDS, IDS)
HEADERS = st.builds(
    LsaHeader, st.integers(0, 12), IDS, IDS, OPTIONS, SEQUENCES, st.integers(0, 0xFFFF), AGES, st.just(20)
)


@st.composite
def updates(draw: st.DrawFn) -> Update:
    found = draw(st.lists(lsas(), max_size=5))
    return Update(2, 0, found, [draw(AGES) for _ in found])


PACKETS: st.SearchStrategy[OspfPacket] = st.one_of(
    updates(),
    updates(),
    st.builds(Request, st.just(2), st.just(0), st.lists(KEYS, max_size=4)),
    st.builds(Acknowledgement, st.just(2), st.just(0), st.lists(HEADERS, max_size=4)),
    st.builds(
        Description,
        st.just(2),
        st.just(0),
        st.sampled_from([0, 1500, 9000]),
        OPTIONS,
        st.integers(0, 7),
        st.sampled_from([0, 1, 2, 0xFFFFFFFF]),
        st.lists(HEADERS, max_size=4),
    ),
    st.builds(
        Hello,
        st.just(2),
        st.just(0),
        MASKS,
        st.sampled_from([0, 10]),
        OPTIONS,
        st.integers(0, 255),
        st.just(40),
        IDS,
        IDS,
        st.lists(IDS, max_size=3),
    ),
)


def assert_sound(node: Node) -> None:
    """The books are in order: who waits for what, and who is in exchange."""
    ospf = node.ospf
    neighbours = [neighbour for interface in ospf.interfaces for neighbour in interface.neighbours.values()]
    assert ospf.exchanging == sum(5 <= neighbour.state <= 6 for neighbour in neighbours)
    assert ospf.helps == sum(neighbour.is_helped for neighbour in neighbours)
    for scope in ospf.scopes():
        for key, entry in scope.database.entries.items():
            waiting = sum(key in neighbour.unacknowledged for neighbour in neighbours)
            assert entry.waiting == waiting
            assert (key in scope.flushing) == entry.is_flushed
    for neighbour in neighbours:
        assert neighbour.state >= 5 or not neighbour.unacknowledged
        assert neighbour.state in (5, 6) or not neighbour.wanted
        assert set(neighbour.asked) <= set(neighbour.wanted)
    assert ospf.deadline_ns() > node.bench.now_ns


@pytest.mark.slow
@settings(max_examples=25)
@given(st.booleans(), st.booleans(), st.lists(st.tuples(PACKETS, st.sampled_from([0.0, 0.5, 3.0, 30.0])), max_size=12))
def test_whatever_a_neighbour_says_the_others_stay_right(
    is_broadcast: bool, is_full: bool, said: list[tuple[OspfPacket, float]]
) -> None:
    bench = Bench()
    one, other, third = (bench.node() for _ in range(3))
    bench.join([one, other], "broadcast" if is_broadcast else "point-to-point")
    bench.join([one, third])
    bench.start()
    bench.run(90 if is_full else 12)
    for packet, seconds in said:
        one.ospf.receive(one.interfaces[0], other.interfaces[0].address, ALL_SPF_ROUTERS, packet, bench.now_ns)
        bench.run(seconds)
        assert_sound(one)
        assert_sound(third)
    bench.run(200)
    assert_sound(one)
    bench.assert_adjacent(one, third)
    assert one.live() == third.live()
    # What was said in its name it has not heard, but it is still a neighbour.
    if not any(isinstance(packet, Hello) for packet, _ in said):
        bench.assert_adjacent(one, other)
