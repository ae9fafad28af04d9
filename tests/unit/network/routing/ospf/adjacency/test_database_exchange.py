"""The exchange of descriptions, one packet at a time, with a neighbour that the test plays (RFC 2328 10.6 to 10.8)."""

from __future__ import annotations

import pytest

from catenet.network.routing.ospf import drop_reasons
from catenet.network.routing.ospf.adjacency.neighbour import EX_START, EXCHANGE, FULL, INIT, LOADING, Neighbour
from catenet.network.routing.ospf.lsa.lsa import (
    E_BIT,
    INITIAL_SEQUENCE,
    MAX_AGE_S,
    NSSA,
    O_BIT,
    ROUTER,
    Lsa,
    LsaHeader,
    RouterBody,
    lsa_key,
)
from catenet.network.routing.ospf.packets.database_description import FLAG_I, FLAG_M, FLAG_MS, Description
from catenet.network.routing.ospf.packets.ls_request import Request
from catenet.network.routing.ospf.packets.ls_update import Update
from tests.unit.network.routing.ospf.adjacency.test_hello import hello
from tests.unit.network.routing.ospf.tiny_network import Bench

FIRST = FLAG_I | FLAG_M | FLAG_MS
OPTIONS = E_BIT | O_BIT
OWN = 5


class Peer:
    """Router 5 with a neighbour of another number, which says what the test says; ``heard`` is what it hears."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.bench = Bench()
        self.node = self.bench.node(OWN)
        self.segment = self.bench.join([self.node], "point-to-point")
        self.bench.start()
        self.say(hello(number, heard=(OWN,), mask=0xFFFFFF00))
        self.bench.run(0.001)

    @property
    def neighbour(self) -> Neighbour:
        return self.node.interfaces[0].neighbours[self.number]

    def say(self, packet: object) -> None:
        self.node.ospf.receive(self.node.interfaces[0], 0x0A000002, 0xE0000005, packet, self.bench.now_ns)  # type: ignore[arg-type]

    def describe(self, flags: int, sequence: int, *headers: LsaHeader, options: int = OPTIONS, mtu: int = 1500) -> None:
        self.say(Description(self.number, 0, mtu, options, flags, sequence, list(headers)))

    def heard(self, kind: type) -> list[object]:
        """All of one kind since it was last asked."""
        found = [packet for _, _, _, packet in self.segment.carried if isinstance(packet, kind)]
        self.segment.carried = [one for one in self.segment.carried if not isinstance(one[3], kind)]
        return found

    def descriptions(self) -> list[tuple[int, int, int]]:
        """Flags, sequence number and count of headers."""
        return [(one.flags, one.sequence, len(one.headers)) for one in self.heard(Description)]  # type: ignore[attr-defined]

    def first(self) -> int:
        """The number under which it claims to be the master."""
        ((flags, sequence, headers),) = self.descriptions()
        assert (flags, headers) == (FIRST, 0)
        return sequence


def header(router: int, ls_type: int = ROUTER, sequence: int = INITIAL_SEQUENCE, age: int = 1) -> LsaHeader:
    return LsaHeader(ls_type, router, router, E_BIT, sequence, 7, age, 24)


def slave() -> tuple[Peer, int]:
    """The neighbour has the higher id, and has said that it is the master."""
    peer = Peer(9)
    peer.first()
    peer.describe(FIRST, 1000)
    assert peer.neighbour.state == EXCHANGE
    return peer, 1000


def master() -> tuple[Peer, int]:
    """The neighbour has the lower id, and has given in."""
    peer = Peer(2)
    sequence = peer.first()
    peer.describe(FLAG_M, sequence)
    assert peer.neighbour.state == EXCHANGE
    return peer, sequence + 1


def test_the_one_with_the_higher_id_is_the_master_and_the_other_answers_under_its_number() -> None:
    peer, sequence = slave()
    assert not peer.neighbour.is_master
    assert peer.descriptions() == [(0, sequence, 1)]
    peer, sequence = master()
    assert peer.neighbour.is_master
    assert peer.descriptions() == [(FLAG_MS, sequence, 1)]


@pytest.mark.parametrize(
    ("number", "flags", "sequence"),
    [
        (2, FIRST, 1000),
        (9, FLAG_M, 0),
        (9, FLAG_MS, 0),
        (2, FLAG_MS, 0),
        (2, FLAG_I, 0),
        (2, 0, 1),
    ],
    ids=["a lower master", "a higher slave", "not the first", "no slave", "no slave's first", "another number"],
)
def test_what_says_nothing_of_who_is_the_master_is_passed_over(number: int, flags: int, sequence: int) -> None:
    peer = Peer(number)
    peer.describe(flags, peer.first() + sequence if sequence < 1000 else sequence)
    assert peer.neighbour.state == EX_START
    assert peer.node.reasons == []


def test_an_answer_that_is_lost_is_given_again_and_the_same_again() -> None:
    """A master repeats what is not answered; a new number would leave the two out of step for ever."""
    peer, sequence = slave()
    (answer,) = peer.descriptions()
    peer.describe(FIRST, sequence)
    assert peer.descriptions() == [answer]
    peer.describe(FLAG_MS, sequence + 1)
    assert peer.descriptions() == [(0, sequence + 1, 0)]
    peer.describe(FLAG_MS, sequence + 1)
    assert peer.descriptions() == [(0, sequence + 1, 0)]
    assert peer.neighbour.state == FULL


def test_a_master_repeats_what_is_not_answered_and_takes_an_answer_once() -> None:
    peer, sequence = master()
    (asked,) = peer.descriptions()
    peer.bench.run(4.9)
    assert peer.descriptions() == []
    peer.bench.run(0.2)
    assert peer.descriptions() == [asked]
    peer.describe(0, sequence)
    assert (peer.neighbour.state, peer.descriptions()) == (FULL, [])
    peer.describe(0, sequence)
    assert (peer.neighbour.state, peer.descriptions()) == (FULL, [])
    peer.bench.run(20)
    assert peer.descriptions() == [], "it is over"


@pytest.mark.parametrize(
    ("flags", "step", "options"),
    [
        (FLAG_MS, 2, OPTIONS),
        (FLAG_MS, -1, OPTIONS),
        (FLAG_MS | FLAG_I, 1, OPTIONS),
        (0, 1, OPTIONS),
        (FLAG_MS, 1, E_BIT),
    ],
    ids=["one is missing", "an old one", "begun anew", "no master any more", "other options"],
)
def test_a_description_that_does_not_follow_begins_the_exchange_anew(flags: int, step: int, options: int) -> None:
    """Gone on with, the two would take themselves for adjacent with different databases."""
    peer, sequence = slave()
    peer.describe(flags, sequence + step, options=options)
    assert peer.neighbour.state == EX_START
    assert peer.node.reasons == [drop_reasons.DESCRIPTION_SEQUENCE]


def test_a_slave_remembers_its_last_answer_for_the_dead_interval_and_no_longer() -> None:
    peer, sequence = slave()
    peer.describe(FLAG_MS, sequence + 1)
    assert peer.neighbour.state == FULL
    for _ in range(3):
        peer.bench.run(13)
        peer.say(hello(9, heard=(OWN,)))
        peer.heard(Description)
        peer.describe(FLAG_MS, sequence + 1)
        assert (peer.neighbour.state, len(peer.descriptions())) == (FULL, 1)
    peer.bench.run(1.1)
    peer.describe(FLAG_MS, sequence + 1)
    assert peer.neighbour.state == EX_START


def test_what_is_newer_there_is_asked_for_and_what_is_not_is_not() -> None:
    peer, sequence = slave()
    own = peer.node.database()[lsa_key(ROUTER, OWN, OWN)].lsa
    known = LsaHeader(ROUTER, OWN, OWN, own.options, own.sequence, own.checksum, 1, own.length)
    newer = LsaHeader(ROUTER, OWN, OWN, own.options, own.sequence + 1, own.checksum, 1, own.length)
    peer.describe(FLAG_MS | FLAG_M, sequence + 1, known, header(7))
    (request,) = peer.heard(Request)
    assert request.keys == [lsa_key(ROUTER, 7, 7)]  # type: ignore[attr-defined]
    peer.describe(FLAG_MS, sequence + 2, newer)
    assert list(peer.neighbour.wanted) == [lsa_key(ROUTER, 7, 7), lsa_key(ROUTER, OWN, OWN)]
    assert peer.neighbour.state == LOADING


def test_what_was_asked_for_and_does_not_come_is_asked_for_again_and_then_the_neighbour_is_full() -> None:
    peer, sequence = slave()
    lsa = Lsa(ROUTER, 7, 7, E_BIT, INITIAL_SEQUENCE, RouterBody(0, []))
    told = LsaHeader(ROUTER, 7, 7, E_BIT, lsa.sequence, lsa.checksum, 1, lsa.length)
    peer.describe(FLAG_MS, sequence + 1, told)
    assert len(peer.heard(Request)) == 1
    peer.bench.run(5.1)
    assert len(peer.heard(Request)) == 1
    peer.say(Update(9, 0, [lsa], [2]))
    assert (peer.neighbour.state, list(peer.neighbour.wanted)) == (FULL, [])
    peer.bench.run(20)
    assert peer.heard(Request) == []
    assert peer.node.database()[lsa.key].lsa == lsa


def test_an_answer_that_is_no_newer_than_what_is_here_begins_the_exchange_anew() -> None:
    """It was described as newer: one of the two was wrong, and the databases may differ (section 13 (6))."""
    peer, sequence = slave()
    own = peer.node.database()[lsa_key(ROUTER, OWN, OWN)].lsa
    newer = LsaHeader(ROUTER, OWN, OWN, own.options, own.sequence + 1, own.checksum, 1, own.length)
    peer.describe(FLAG_MS, sequence + 1, newer)
    peer.say(Update(9, 0, [own], [1]))
    assert peer.node.reasons == [drop_reasons.BAD_REQUEST]
    assert peer.neighbour.state == EX_START


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (header(7, 8), drop_reasons.LSA_UNKNOWN_TYPE),
        (header(7, NSSA), drop_reasons.LSA_NOT_FOR_AREA),
        (header(7, age=MAX_AGE_S + 1), drop_reasons.LSA_AGE),
        (header(7, sequence=-0x80000000), drop_reasons.LSA_SEQUENCE),
    ],
)
def test_a_description_of_what_cannot_be_begins_the_exchange_anew(bad: LsaHeader, reason: int) -> None:
    peer, sequence = slave()
    peer.describe(FLAG_MS | FLAG_M, sequence + 1, header(8), bad)
    assert peer.node.reasons == [reason]
    assert peer.neighbour.state == EX_START


def test_a_request_before_the_exchange_is_not_answered() -> None:
    peer = Peer(9)
    peer.say(Request(9, 0, [lsa_key(ROUTER, OWN, OWN)]))
    assert (peer.node.reasons, peer.heard(Update)) == ([drop_reasons.WRONG_STATE], [])
    peer.describe(FIRST, 1000)
    peer.say(Request(9, 0, [lsa_key(ROUTER, OWN, OWN)]))
    (update,) = peer.heard(Update)
    assert [lsa.key for lsa in update.lsas] == [lsa_key(ROUTER, OWN, OWN)]  # type: ignore[attr-defined]


def test_an_update_before_the_exchange_is_not_taken() -> None:
    peer = Peer(9)
    lsa = Lsa(ROUTER, 7, 7, E_BIT, INITIAL_SEQUENCE, RouterBody(0, []))
    peer.say(Update(9, 0, [lsa], [2]))
    assert peer.node.reasons == [drop_reasons.WRONG_STATE]
    assert lsa.key not in peer.node.database()


def test_a_description_from_one_that_hears_us_no_more_is_taken_as_a_sign_that_it_does() -> None:
    """It answers what it cannot have if it does not hear us (section 10.6); waiting for its hello costs ten seconds."""
    peer = Peer(9)
    peer.say(hello(9, heard=()))
    assert peer.neighbour.state == INIT
    peer.heard(Description)
    peer.describe(FIRST, 1000)
    assert peer.neighbour.state == EXCHANGE
    peer = Peer(9)
    peer.describe(FIRST, 1000, mtu=1501)
    assert (peer.neighbour.state, peer.node.reasons) == (EX_START, [drop_reasons.MTU_TOO_BIG])


@pytest.mark.parametrize("last", [77, 0xFFFFFFFE, 0xFFFFFFFF])
def test_each_attempt_has_the_number_after_the_last_one_s(last: int) -> None:
    """RFC 2328 10.8.  Under an old number a late answer to the last attempt would be taken for the new one's."""
    peer, _ = master()
    peer.descriptions()
    peer.neighbour.dd_sequence = last
    peer.describe(0, last ^ 5)
    assert peer.neighbour.state == EX_START
    assert peer.first() == (last + 1) & 0xFFFFFFFF


def test_the_first_attempt_has_a_number_of_31_bits_that_is_drawn() -> None:
    """Two routers that restart together would otherwise begin alike each time."""
    numbers = {Peer(number).first() for number in (2, 3, 9)}
    assert all(0 < number <= 1 << 31 for number in numbers)


def test_a_master_s_number_grows_with_each_answer_and_a_slave_follows() -> None:
    peer, sequence = master()
    assert peer.descriptions() == [(FLAG_MS, sequence, 1)]
    for step in range(3):
        peer.describe(FLAG_M, sequence + step)
        assert peer.descriptions() == [(FLAG_MS, sequence + step + 1, 0)]
    peer, sequence = slave()
    peer.descriptions()
    for step in range(1, 4):
        peer.describe(FLAG_MS | FLAG_M, sequence + step)
        assert peer.descriptions() == [(0, sequence + step, 0)]


def test_a_request_holds_no_more_than_fits_and_the_rest_is_asked_for_when_that_has_come() -> None:
    """One that is longer than the link carries would be lost on it, again and again."""
    peer, sequence = slave()
    peer.heard(Request)
    peer.describe(FLAG_MS, sequence + 1, *(header(number) for number in range(100, 300)))
    (first,) = peer.heard(Request)
    most = (1500 - 20 - 24) // 12
    assert len(first.keys) == most  # type: ignore[attr-defined]
    for number in range(100, 100 + most):
        assert peer.heard(Request) == []
        peer.say(Update(9, 0, [Lsa(ROUTER, number, number, E_BIT, INITIAL_SEQUENCE, RouterBody(0, []))], [1]))
    (second,) = peer.heard(Request)
    assert len(second.keys) == 200 - most  # type: ignore[attr-defined]
    assert not set(first.keys) & set(second.keys)  # type: ignore[attr-defined]
