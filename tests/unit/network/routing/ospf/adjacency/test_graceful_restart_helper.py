"""A neighbour restarts and nobody sees it (RFC 3623), and opaque LSAs that carry what it asks (RFC 5250)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catenet.network.routing.ospf.adjacency import neighbour as neighbours
from catenet.network.routing.ospf.database.scope import Origin, Scope
from catenet.network.routing.ospf.lsa.lsa import (
    INITIAL_SEQUENCE,
    NETWORK,
    OPAQUE_AREA,
    OPAQUE_AS,
    OPAQUE_LINK,
    ROUTER,
    Lsa,
    LsaBody,
    RouterBody,
    lsa_key,
)
from catenet.network.routing.ospf.lsa.opaque_lsa import GRACE, SOFTWARE_RESTART, Grace, OpaqueBody, read_grace
from catenet.network.routing.ospf.origination.origination import withdraw
from catenet.network.routing.ospf.packets.header import ALL_SPF_ROUTERS
from catenet.network.routing.ospf.packets.ls_update import Update
from tests.unit.network.routing.ospf.tiny_network import SECOND_NS, Bench, Node


def grace_lsa(node: Node, period_s: int = 120, sequence: int = INITIAL_SEQUENCE) -> Lsa:
    body = Grace(period_s, SOFTWARE_RESTART, node.interfaces[0].address).body()
    return Lsa(OPAQUE_LINK, GRACE << 24, node.router_id, 2, sequence, body)


def say(node: Node, lsa: Lsa, age: int = 0) -> None:
    """A node sends an LSA out of its first interface."""
    node.send(node.interfaces[0], ALL_SPF_ROUTERS, Update(node.router_id, 0, [lsa], [age]))


class Restart:
    """Router 1, helped or not by router 2 across a link; router 3 looks on from beyond 2.

    A network of many has 4 on it, too; router 1 is the designated one, if it is given the priority.
    """

    def __init__(self, network: str = "point-to-point", priority: int = 9, **settings: int) -> None:
        self.priority = priority
        self.bench = bench = Bench()
        self.restarting, self.helper = bench.node(), bench.node(**settings)
        self.link = bench.join([], network)
        bench.attach(self.link, self.restarting, 1, network, priority=priority)
        bench.attach(self.link, self.helper, 2, network)
        self.witness = bench.node()
        bench.join([self.helper, self.witness])
        if network == "broadcast":
            bench.attach(self.link, bench.node(), 4, network)
        bench.start()
        bench.run(70)
        self.forget()

    def forget(self) -> None:
        for node in self.bench.nodes:
            node.causes.clear()
            node.originated.clear()

    def crash(self) -> None:
        """It is gone, with all that it knew, and said nothing."""
        self.link.ends = [end for end in self.link.ends if end[0] is not self.restarting]
        self.bench.nodes.remove(self.restarting)

    def come_back(self) -> None:
        network = self.helper.interfaces[0].settings.network
        self.restarting = self.bench.node(1, lsa_interval_ns=25 * SECOND_NS, lsa_max_ns=25 * SECOND_NS)
        interface = self.bench.attach(self.link, self.restarting, 1, network, priority=self.priority)
        # What a restarting router does: it says nothing new before all is as it was (2.2).
        ospf = self.restarting.ospf
        self._hold_back(ospf.areas[0].scope, ROUTER, 1, RouterBody(0, []))
        self.link_scope = ospf.scope_of(OPAQUE_LINK, interface)
        self._hold_back(self.link_scope, OPAQUE_LINK, GRACE << 24, Grace(1, 1).body())
        self.bench.start([self.restarting])

    def _hold_back(self, scope: Scope, ls_type: int, link_state_id: int, body: LsaBody) -> None:
        ospf = self.restarting.ospf
        origin = scope.origins[lsa_key(ls_type, link_state_id, 1)] = Origin(ls_type, link_state_id, ospf.settings)
        origin.body = body
        origin.delay.originated(self.bench.now_ns)

    def is_through(self) -> None:
        """The restarting router takes its grace-LSA back."""
        withdraw(self.restarting.ospf, self.link_scope, lsa_key(OPAQUE_LINK, GRACE << 24, 1))

    @property
    def is_helped(self) -> bool:
        neighbour = self.helper.neighbour(self.restarting)
        return neighbour is not None and neighbour.is_helped


def test_a_restart_that_was_announced_is_not_seen() -> None:
    for network in ("point-to-point", "broadcast"):
        restart = Restart(network, 0)
        bench = restart.bench
        say(restart.restarting, grace_lsa(restart.restarting))
        bench.run(1)
        assert restart.is_helped
        restart.crash()
        bench.run(60)
        neighbour = restart.helper.neighbour(restart.restarting)
        assert neighbour is not None, "long past the dead interval"
        assert restart.witness.causes == []
        assert restart.helper.originated == []
        restart.come_back()
        bench.run(24)
        bench.assert_adjacent(restart.restarting, restart.helper)
        assert restart.is_helped, "until it says that it is through"
        restart.is_through()
        bench.run(30)
        assert not restart.is_helped
        assert restart.helper.ospf.helps == 0
        bench.assert_adjacent(restart.restarting, restart.helper)
        assert restart.witness.causes == [], "no route has changed"
        assert lsa_key(ROUTER, 1, 1) in restart.witness.live()
        bench.run(20)
        bench.assert_equal_databases()


def test_without_a_word_it_is_lost_after_the_dead_interval() -> None:
    restart = Restart()
    restart.crash()
    restart.bench.run(60)
    assert restart.helper.neighbour(restart.restarting) is None
    assert [lsa.type for _, _, lsa, _ in restart.helper.originated] == [ROUTER]


def test_help_ends_when_the_time_is_over() -> None:
    restart = Restart()
    say(restart.restarting, grace_lsa(restart.restarting, 100))
    restart.bench.run(1)
    restart.crash()
    restart.bench.run(98)
    assert restart.is_helped
    assert restart.helper.originated == []
    restart.bench.run(2)
    assert restart.helper.neighbour(restart.restarting) is None
    assert [lsa.type for _, _, lsa, _ in restart.helper.originated] == [ROUTER]
    assert restart.helper.ospf.helps == 0


def test_help_ends_when_the_topology_changes() -> None:
    restart = Restart()
    say(restart.restarting, grace_lsa(restart.restarting))
    restart.bench.run(1)
    restart.crash()
    restart.bench.run(50)
    restart.witness.ospf.set_cost(restart.witness.interfaces[0], 7, restart.bench.now_ns)
    restart.bench.run(1)
    assert restart.helper.neighbour(restart.restarting) is None
    assert [lsa.type for _, _, lsa, _ in restart.helper.originated] == [ROUTER]


def test_a_mere_refresh_does_not_end_it() -> None:
    restart = Restart(refresh_jitter_ns=0)
    restart.bench.run(1700)
    say(restart.restarting, grace_lsa(restart.restarting, 600))
    restart.bench.run(1)
    restart.crash()
    restart.forget()
    restart.bench.run(300)
    assert restart.witness.originated
    assert restart.is_helped


def test_the_dr_stays_in_office_while_it_restarts() -> None:
    restart = Restart("broadcast")
    interface = restart.helper.interfaces[0]
    address = restart.restarting.interfaces[0].address
    assert interface.dr == address
    say(restart.restarting, grace_lsa(restart.restarting, 100))
    restart.bench.run(1)
    restart.crash()
    restart.bench.run(90)
    assert interface.dr == address
    assert lsa_key(NETWORK, address, 1) in restart.witness.live()
    restart.bench.run(60)
    assert interface.dr != address


def test_who_does_not_help_does_not() -> None:
    restart = Restart(helps_restarts=False)
    say(restart.restarting, grace_lsa(restart.restarting))
    restart.bench.run(1)
    assert not restart.is_helped


def test_who_is_not_fully_adjacent_or_asks_too_late_is_not_helped() -> None:
    restart = Restart()
    neighbour = restart.helper.neighbour(restart.restarting)
    assert neighbour is not None
    say(restart.restarting, grace_lsa(restart.restarting, 100), age=100)
    restart.bench.run(1)
    assert not restart.is_helped
    restart.helper.ospf.neighbour_event(neighbour, neighbours.SEQUENCE_MISMATCH)
    say(restart.restarting, grace_lsa(restart.restarting, 100, INITIAL_SEQUENCE + 1))
    restart.bench.run(0.5)
    assert not restart.is_helped


def test_who_has_not_acknowledged_a_change_is_not_helped() -> None:
    restart = Restart()
    restart.link.silent = True
    restart.witness.ospf.set_cost(restart.witness.interfaces[0], 7, restart.bench.now_ns)
    restart.bench.run(2)
    restart.link.silent = False
    say(restart.restarting, grace_lsa(restart.restarting))
    restart.bench.run(0.5)
    assert not restart.is_helped


def test_another_may_not_ask_in_its_name() -> None:
    restart = Restart("broadcast")
    body = Grace(100, SOFTWARE_RESTART, 0x0A000063).body()
    say(restart.restarting, Lsa(OPAQUE_LINK, GRACE << 24, 1, 2, INITIAL_SEQUENCE, body))
    restart.bench.run(1)
    assert not restart.is_helped


def test_opaque_lsas_go_as_far_as_their_type_says() -> None:
    bench = Bench()
    nodes = [bench.node() for _ in range(4)]
    bench.area(nodes[3], 1)
    for place, area_id in enumerate((0, 0, 1)):
        bench.join(nodes[place : place + 2], area_id=area_id)
    bench.start()
    bench.run(40)
    nodes[2].causes.clear()
    lsas = [Lsa(kind, 4 << 24, 1, 2, INITIAL_SEQUENCE, OpaqueBody(b"data")) for kind in (9, 10, 11)]
    for lsa in lsas:
        say(nodes[0], lsa)
        bench.run(2)
    held = [
        [any(lsa.key in scope.database.entries for scope in node.ospf.scopes()) for lsa in lsas] for node in nodes[1:]
    ]
    assert held == [[True, True, True], [False, True, True], [False, False, True]]
    assert [lsa.type for lsa in lsas] == [OPAQUE_LINK, OPAQUE_AREA, OPAQUE_AS]
    assert nodes[2].causes == []


def test_opaque_lsas_are_not_sent_to_who_does_not_read_them() -> None:
    bench = Bench()
    nodes = [bench.node() for _ in range(3)]
    bench.join(nodes[:2])
    bench.join(nodes[1:])
    bench.start()
    bench.run(20)
    deaf = nodes[1].neighbour(nodes[2])
    assert deaf is not None
    assert deaf.reads_opaque
    deaf.reads_opaque = False
    lsa = Lsa(OPAQUE_AREA, 4 << 24, 1, 2, INITIAL_SEQUENCE, OpaqueBody(b"data"))
    say(nodes[0], lsa)
    bench.run(10)
    assert lsa.key in nodes[1].database()
    assert lsa.key not in nodes[2].database()


@pytest.mark.slow
@given(st.integers(1, 0xFFFFFFFF), st.integers(0, 3), st.integers(0, 0xFFFFFFFF))
def test_what_a_grace_lsa_asks_is_read(period_s: int, reason: int, address: int) -> None:
    read = read_grace(Grace(period_s, reason, address).body().octets)
    assert read is not None
    assert (read.period_s, read.reason, read.address) == (period_s, reason, address)


@given(st.binary(max_size=40))
def test_what_is_no_grace_lsa_asks_nothing(octets: bytes) -> None:
    read = read_grace(octets)
    assert read is None or read.period_s >= 0
    assert read_grace(Grace(5, 1).body().octets[:-5]) is None
