"""Every router comes to have every LSA, whatever is lost (RFC 2328 section 13)."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catenet.network.routing.ospf import drop_reasons
from catenet.network.routing.ospf.adjacency import neighbour as neighbours
from catenet.network.routing.ospf.adjacency.neighbour import Neighbour
from catenet.network.routing.ospf.lsa.lsa import (
    EXTERNAL,
    INITIAL_SEQUENCE,
    MAX_AGE_S,
    ROUTER,
    ExternalBody,
    Lsa,
    LsaHeader,
    RouterBody,
    RouterLink,
    lsa_key,
)
from catenet.network.routing.ospf.lsa.router_lsa import STUB
from catenet.network.routing.ospf.packets.database_description import Description
from catenet.network.routing.ospf.packets.header import ALL_D_ROUTERS, ALL_SPF_ROUTERS
from catenet.network.routing.ospf.packets.ls_ack import Acknowledgement
from catenet.network.routing.ospf.packets.ls_request import Request
from catenet.network.routing.ospf.packets.ls_update import Update
from tests.unit.network.routing.ospf.tiny_network import MS_NS, Bench, Node

Edge = tuple[int, ...]


@st.composite
def internets(draw: st.DrawFn) -> tuple[int, list[Edge]]:
    """A number of routers, and segments between some of them; those of three or more are broadcast networks."""
    count = draw(st.integers(2, 7))
    edges: list[Edge] = [(place, draw(st.integers(0, place - 1))) for place in range(1, count)]
    for _ in range(draw(st.integers(0, 3))):
        chosen = draw(st.lists(st.integers(0, count - 1), min_size=2, max_size=4, unique=True))
        edges.append(tuple(chosen))
    return count, edges


def build(count: int, edges: list[Edge], seed: int = 1, as_octets: bool = False) -> Bench:
    bench = Bench(seed, as_octets)
    nodes = [bench.node() for _ in range(count)]
    for edge in edges:
        bench.join([nodes[place] for place in edge])
    return bench


def parts(bench: Bench, down: set[int]) -> list[list[Node]]:
    """The routers, by who can reach whom over the segments that are up."""
    part = {node.router_id: {node.router_id} for node in bench.nodes}
    for segment in bench.segments:
        if segment.number not in down:
            together = set[int]().union(*[part[node.router_id] for node, _ in segment.ends])
            for router_id in together:
                part[router_id] = together
    names = sorted({min(members): sorted(members) for members in part.values()}.values())
    return [[bench.nodes[router_id - 1] for router_id in members] for members in names]


def reachable(nodes: list[Node]) -> dict[int, dict[int, int]]:
    """The databases of some routers, without what those say that are not among them."""
    members = {node.router_id for node in nodes}
    return {
        node.router_id: {key: value for key, value in node.live().items() if key & 0xFFFFFFFF in members}
        for node in nodes
    }


@pytest.mark.slow
@settings(max_examples=25)
@given(internets(), st.sampled_from([0.0, 0.1, 0.3]), st.booleans(), st.data())
def test_databases_are_equal_after_cuts_heals_and_losses(
    internet: tuple[int, list[Edge]], loss: float, as_octets: bool, data: st.DataObject
) -> None:
    bench = build(*internet, as_octets=as_octets)
    for segment in bench.segments:
        segment.loss = loss
    bench.start()
    down: set[int] = set()
    for _ in range(data.draw(st.integers(0, 4))):
        bench.run(data.draw(st.integers(1, 50)))
        segment = data.draw(st.sampled_from(bench.segments))
        if segment.number in down:
            segment.heal()
        else:
            segment.cut()
        down ^= {segment.number}
    bench.run(60)
    for segment in bench.segments:
        segment.loss = 0.0
    bench.run(120)
    for part in parts(bench, down):
        databases = reachable(part)
        first = databases[part[0].router_id]
        assert all(database == first for database in databases.values()), databases
        assert len(first) >= len(part)
        for node in part:
            assert not any(n.unacknowledged for i in node.interfaces for n in i.neighbours.values())
            assert not node.ospf.areas[0].scope.flushing
            assert node.ospf.exchanging == 0


def test_all_that_is_lost_is_sent_again() -> None:
    bench = build(3, [(0, 1), (1, 2)], seed=5)
    bench.segments[0].loss = bench.segments[1].loss = 0.3
    for place in range(80):
        bench.nodes[0].ospf.redistribute(0x0B000000 + (place << 8), 24, 5, True, 0, 0)
    bench.start()
    bench.run(240)
    assert len(bench.nodes[2].ospf.externals.database) == 80
    assert len(bench.nodes[2].routes) == 82


def test_one_change_is_one_update_a_link_and_one_acknowledgement() -> None:
    bench = build(3, [(0, 1), (1, 2), (0, 2)])
    bench.start()
    bench.run(100)
    for segment in bench.segments:
        segment.carried.clear()
    bench.nodes[0].ospf.set_cost(bench.nodes[0].interfaces[0], 9, bench.now_ns)
    bench.run(4.9)
    for segment in bench.segments:
        updates = [packet for _, _, _, packet in segment.carried if isinstance(packet, Update)]
        answers = [packet for _, _, _, packet in segment.carried if isinstance(packet, Acknowledgement)]
        # Between the two that hear it first it may go both ways, and each way answers for the other.
        assert len(updates) <= 2
        assert len(updates) + len(answers) == 2


# -- one neighbour, played by the test


class Peer:
    """A router that is fully adjacent to node 1 and says just what the test wants; with a third beyond node 1."""

    def __init__(self, **settings: int) -> None:
        self.bench = Bench()
        self.node = self.bench.node(**settings)
        self.puppet = self.bench.node()
        self.bench.join([self.node, self.puppet])
        self.witness = self.bench.node()
        self.bench.join([self.node, self.witness])
        self.bench.start()
        self.bench.run(60)
        self.node.ospf.redistribute(0x0D000000, 24, 1, True, 0, self.bench.now_ns)
        self.bench.run(60)
        self.segment = self.bench.segments[0]
        self.segment.carried.clear()
        self.node.reasons.clear()

    @property
    def neighbour(self) -> Neighbour:
        neighbour = self.node.neighbour(self.puppet)
        assert neighbour is not None
        return neighbour

    def say(self, *lsas: Lsa, age: int = 1) -> None:
        packet = Update(self.puppet.router_id, 0, list(lsas), [age] * len(lsas))
        self.send(packet)

    def send(self, packet: Update | Acknowledgement | Request | Description) -> None:
        self.puppet.send(self.puppet.interfaces[0], ALL_SPF_ROUTERS, packet)
        self.bench.run(0.005)

    def heard(self) -> list[object]:
        """What node 1 said to it since the last time."""
        found: list[object] = [packet for _, node, _, packet in self.segment.carried if node is self.node]
        self.segment.carried.clear()
        return [packet for packet in found if isinstance(packet, Update | Acknowledgement | Request | Description)]


def external(sequence: int = INITIAL_SEQUENCE, cost: int = 5, router_id: int = 77, number: int = 0) -> Lsa:
    return Lsa(EXTERNAL, 0x0C000000 + number, router_id, 2, sequence, ExternalBody(0xFFFFFF00, True, cost, 0, 0))


def headers_of(found: list[object]) -> list[LsaHeader]:
    return [header for packet in found if isinstance(packet, Acknowledgement) for header in packet.headers]


def test_news_is_acknowledged_later_and_what_is_known_at_once() -> None:
    peer = Peer()
    lsa = external()
    peer.say(lsa)
    assert peer.heard() == [], "a delayed acknowledgement"
    assert peer.witness.ospf.externals.database.get(lsa.key) is not None
    peer.bench.run(1)
    assert [header.key for header in headers_of(peer.heard())] == [lsa.key]
    peer.say(lsa)
    assert [header.key for header in headers_of(peer.heard())] == [lsa.key], "a direct one"


def test_an_older_instance_is_answered_with_the_newer_but_not_each_time() -> None:
    peer = Peer()
    newer = external(INITIAL_SEQUENCE + 5)
    peer.say(newer)
    peer.bench.run(1.5)
    peer.heard()
    peer.say(external())
    peer.say(external())
    updates = [packet for packet in peer.heard() if isinstance(packet, Update)]
    assert [update.lsas for update in updates] == [[newer]]
    assert peer.node.reasons == [drop_reasons.LSA_OLDER] * 2


def test_what_comes_too_soon_is_not_taken_nor_acknowledged() -> None:
    peer = Peer()
    peer.say(external())
    peer.say(external(INITIAL_SEQUENCE + 1, 6))
    assert peer.node.reasons == [drop_reasons.LSA_TOO_SOON]
    peer.bench.run(1.1)
    peer.say(external(INITIAL_SEQUENCE + 1, 6))
    entry = peer.node.ospf.externals.database.get(external().key)
    assert entry is not None
    assert entry.lsa.sequence == INITIAL_SEQUENCE + 1


def test_a_flood_fills_the_database_to_its_limit() -> None:
    peer = Peer(max_lsas=50)
    peer.say(*[external(number=number << 8) for number in range(60)])
    assert len(peer.node.ospf.externals.database) == 50
    assert peer.node.reasons == [drop_reasons.TOO_MANY_LSAS] * 11


def test_an_update_may_acknowledge_what_was_sent() -> None:
    """The last but one line of table 19."""
    peer = Peer()
    peer.segment.silent = True
    peer.node.ospf.redistribute(0x0D000100, 24, 1, True, 0, peer.bench.now_ns)
    peer.bench.run(1)
    (key,) = peer.neighbour.unacknowledged
    entry = peer.node.ospf.externals.database.get(key)
    assert entry is not None
    peer.segment.silent = False
    peer.heard()
    peer.say(entry.lsa)
    assert not peer.neighbour.unacknowledged
    assert headers_of(peer.heard()) == []


def test_an_acknowledgement_of_another_instance_is_none() -> None:
    peer = Peer()
    peer.segment.silent = True
    peer.node.ospf.redistribute(0x0D000100, 24, 1, True, 0, peer.bench.now_ns)
    peer.bench.run(1)
    peer.segment.silent = False
    (key,) = peer.neighbour.unacknowledged
    entry = peer.node.ospf.externals.database.get(key)
    assert entry is not None
    lsa = entry.lsa
    wrong = LsaHeader(lsa.type, lsa.link_state_id, 1, 2, lsa.sequence - 1, lsa.checksum, 1, lsa.length)
    peer.send(Acknowledgement(2, 0, [wrong]))
    assert list(peer.neighbour.unacknowledged) == [key]
    peer.send(Acknowledgement(2, 0, [lsa.describe(1)]))
    assert not peer.neighbour.unacknowledged


def test_maxage_of_what_is_not_known_is_acknowledged_and_forgotten() -> None:
    peer = Peer()
    lsa = external()
    peer.say(lsa, age=MAX_AGE_S)
    assert peer.node.ospf.externals.database.get(lsa.key) is None
    assert [header.key for header in headers_of(peer.heard())] == [lsa.key]


def test_an_external_does_not_enter_a_stub_area() -> None:
    bench = Bench()
    one, other = bench.node(), bench.node()
    for node in (one, other):
        bench.area(node, 1, "stub")
    bench.join([one, other], area_id=1)
    bench.start()
    bench.run(30)
    packet = Update(2, 1, [external()], [1])
    one.ospf.receive(one.interfaces[0], 0x0A000002, ALL_SPF_ROUTERS, packet, bench.now_ns)
    assert one.reasons == [drop_reasons.LSA_NOT_FOR_AREA]
    assert len(one.ospf.externals.database) == 0


def test_a_request_for_what_is_not_there_begins_the_exchange_anew() -> None:
    peer = Peer()
    peer.send(Request(2, 0, [lsa_key(EXTERNAL, 1, 2)]))
    assert peer.node.reasons[0] == drop_reasons.BAD_REQUEST
    assert (2, neighbours.FULL, neighbours.EX_START) in peer.node.states
    peer.bench.run(30)
    peer.bench.assert_adjacent(peer.node, peer.puppet)


def test_a_description_out_of_sequence_begins_the_exchange_anew() -> None:
    peer = Peer()
    peer.send(Description(2, 0, 1500, 2, 0, 12345, []))
    assert peer.node.reasons[0] == drop_reasons.DESCRIPTION_SEQUENCE
    assert (2, neighbours.FULL, neighbours.EX_START) in peer.node.states
    peer.bench.run(30)
    peer.bench.assert_adjacent(peer.node, peer.puppet)


def test_what_a_stranger_or_a_mere_neighbour_sends_is_not_taken() -> None:
    bench = build(4, [(0, 1, 2, 3)])
    bench.start()
    bench.run(80)
    one, other = bench.nodes[0], bench.nodes[1]
    one.reasons.clear()
    packet = Update(2, 0, [external()], [1])
    one.ospf.receive(one.interfaces[0], other.interfaces[0].address, ALL_SPF_ROUTERS, packet, bench.now_ns)
    assert one.reasons == [drop_reasons.WRONG_STATE]


def test_on_a_network_of_many_updates_go_to_the_designated_and_from_there_to_all() -> None:
    bench = build(5, [(0, 1, 2, 3, 4)])
    bench.start()
    bench.run(100)
    segment = bench.segments[0]
    segment.carried.clear()
    bench.nodes[0].ospf.redistribute(0x0D000000, 24, 1, True, 0, bench.now_ns)
    bench.run(3)
    sent = [(node.router_id, dst) for _, node, dst, packet in segment.carried if isinstance(packet, Update)]
    # The router-LSA says now that it is a boundary router, and goes along.
    assert sent == [(1, ALL_D_ROUTERS), (5, ALL_SPF_ROUTERS)]
    answers = [(node.router_id, dst) for _, node, dst, packet in segment.carried if isinstance(packet, Acknowledgement)]
    # The backup leaves the answer to the DR, but answers that itself; who sent it first hears it come back.
    assert sorted(answers) == [(2, ALL_D_ROUTERS), (3, ALL_D_ROUTERS), (4, ALL_SPF_ROUTERS)]
    assert all(node.ospf.externals.database for node in bench.nodes)


def test_an_update_holds_what_fits_into_the_mtu() -> None:
    bench = Bench()
    one, other = bench.node(), bench.node()
    bench.join([one, other], mtu=600)
    for number in range(100):
        one.ospf.redistribute(0x0B000000 + (number << 8), 24, 5, True, 0, 0)
    bench.start()
    bench.run(30)
    assert len(other.ospf.externals.database) == 100
    assert max(packet.wire_length() + 20 for _, _, _, packet in bench.segments[0].carried) <= 600
    updates = [packet for _, _, _, packet in bench.segments[0].carried if isinstance(packet, Update)]
    assert len(updates) < 20


def test_pacing_makes_packets_fuller() -> None:
    counts = []
    for pacing_ns in (0, 50 * MS_NS):
        bench = Bench()
        nodes = [bench.node(flood_pacing_ns=pacing_ns) for _ in range(3)]
        bench.join(nodes[:2])
        bench.join(nodes[1:])
        bench.start()
        bench.run(60)
        bench.segments[1].carried.clear()
        for number in range(20):
            nodes[0].ospf.redistribute(0x0B000000 + (number << 8), 24, 5, True, 0, bench.now_ns)
            bench.run(0.002)
        bench.run(10)
        assert len(nodes[2].ospf.externals.database) == 20
        counts.append(sum(isinstance(packet, Update) for _, _, _, packet in bench.segments[1].carried))
    assert counts[0] > 15
    assert counts[1] < 5


def test_an_lsa_larger_than_the_mtu_travels_alone() -> None:
    peer = Peer()
    links = [RouterLink(STUB, number << 8, 0xFFFFFF00, 1) for number in range(300)]
    lsa = Lsa(ROUTER, 99, 99, 2, INITIAL_SEQUENCE, RouterBody(0, links))
    assert lsa.length > 1500
    peer.say(lsa)
    assert lsa.key in peer.witness.live()


def test_only_what_has_waited_for_its_interval_is_sent_again() -> None:
    """Section 13.6: an LSA of a moment ago, whose acknowledgement is on its way, does not fill the link once more."""
    bench = build(2, [(0, 1)])
    bench.start()
    bench.run(60)
    one, segment = bench.nodes[0], bench.segments[0]
    segment.silent = True
    start_ns = bench.now_ns
    one.ospf.redistribute(0x0D000000, 24, 1, True, 0, bench.now_ns)
    bench.run(4)
    one.ospf.redistribute(0x0E000000, 24, 1, True, 0, bench.now_ns)
    bench.run(6.5)
    sent = [
        ((time_ns - start_ns) // 1_000_000_000, lsa.link_state_id >> 24)
        for time_ns, node, _, packet in segment.carried
        if node is one and isinstance(packet, Update) and time_ns >= start_ns
        for lsa in packet.lsas
        if lsa.type == EXTERNAL
    ]
    assert sent == [(0, 0x0D), (4, 0x0E), (5, 0x0D), (9, 0x0E), (10, 0x0D)]
