"""Who must still acknowledge an LSA, and when one that is flushed may be forgotten (RFC 2328 13.5, 13.6, 14)."""

from __future__ import annotations

from catenet.network.routing.ospf.adjacency.neighbour import Neighbour
from catenet.network.routing.ospf.database.database import Entry
from catenet.network.routing.ospf.database.retransmission import expect, forget, forget_all, forget_everywhere
from catenet.network.routing.ospf.lsa.lsa import MAX_AGE_S, ROUTER, lsa_key
from tests.unit.network.routing.ospf.tiny_network import Bench, Node


class Held:
    """Router 1 with two neighbours, and its own LSA, which they have acknowledged."""

    def __init__(self) -> None:
        self.bench = Bench()
        self.node, one, other = (self.bench.node() for _ in range(3))
        self.bench.join([self.node, one])
        self.bench.join([self.node, other])
        self.bench.start()
        self.bench.run(30)
        self.key = lsa_key(ROUTER, 1, 1)
        self.neighbours = [self.known(one), self.known(other)]
        self.router = self.node.ospf
        self.router.review_flushed = False

    def known(self, other: Node) -> Neighbour:
        neighbour = self.node.neighbour(other)
        assert neighbour is not None
        return neighbour

    @property
    def entry(self) -> Entry:
        return self.node.database()[self.key]

    def expect_both(self) -> Entry:
        for neighbour in self.neighbours:
            expect(self.router, neighbour, self.entry)
        assert self.entry.waiting == 2
        return self.entry


def test_an_lsa_waits_for_each_neighbour_once_however_often_it_is_sent() -> None:
    """Counted twice it would wait for ever, and a flushed LSA would stay in all databases."""
    held = Held()
    entry = held.expect_both()
    expect(held.router, held.neighbours[0], entry)
    assert entry.waiting == 2
    assert [forget(held.router, held.neighbours[0], held.key) for _ in range(2)] == [True, False]
    assert entry.waiting == 1
    assert not held.router.review_flushed
    assert forget(held.router, held.neighbours[1], held.key)
    assert entry.waiting == 0


def test_a_living_lsa_that_all_have_gives_no_reason_to_look_for_flushed_ones() -> None:
    """Each acknowledgement would cost a walk through all that is being flushed."""
    held = Held()
    held.expect_both()
    for neighbour in held.neighbours:
        forget(held.router, neighbour, held.key)
    assert not held.router.review_flushed


def test_a_flushed_lsa_is_reviewed_when_the_last_neighbour_has_it() -> None:
    held = Held()
    entry = held.expect_both()
    entry.age_at_install = MAX_AGE_S
    forget(held.router, held.neighbours[0], held.key)
    assert not held.router.review_flushed, "it would find that one of them waits, each time"
    forget(held.router, held.neighbours[1], held.key)
    assert held.router.review_flushed


def test_an_lsa_that_is_replaced_waits_for_nobody_and_other_lsas_go_on_waiting() -> None:
    held = Held()
    other = held.node.database()[lsa_key(ROUTER, 2, 2)]
    entry = held.expect_both()
    expect(held.router, held.neighbours[1], other)
    forget_everywhere(held.router, held.node.ospf.areas[0].scope, entry)
    assert (entry.waiting, other.waiting) == (0, 1)
    assert [list(neighbour.unacknowledged) for neighbour in held.neighbours] == [[], [other.lsa.key]]


def test_a_neighbour_that_is_lost_keeps_no_lsa_waiting() -> None:
    """One that is gone will never acknowledge: what is flushed would stay as long as the router runs."""
    held = Held()
    entry = held.expect_both()
    entry.age_at_install = MAX_AGE_S
    forget_all(held.router, held.neighbours[0])
    assert (entry.waiting, held.router.review_flushed) == (1, False)
    forget_all(held.router, held.neighbours[1])
    assert (entry.waiting, held.router.review_flushed) == (0, True)
    assert not held.neighbours[1].unacknowledged
