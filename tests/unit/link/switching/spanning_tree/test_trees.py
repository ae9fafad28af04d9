"""Bridges in networks of any shape: whatever they speak, what forwards is a tree that spans the network."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catenet.kernel import Kernel, Octets
from catenet.link import Bridge, Frame
from catenet.link.switching.bridge_port import BridgePort
from catenet.link.switching.reserved import BRIDGE_GROUP
from catenet.link.switching.spanning_tree.settings import TreePortSettings, TreeSettings, path_cost, path_cost_1998
from catenet.link.switching.spanning_tree.tracing import ROW_TOPOLOGY_CHANGE
from catenet.link.switching.spanning_tree.tree import ROLES, STATES, SpanningTree
from catenet.physical import Wire

S = 1_000_000_000
CONVERGED_S = 75
"""More than max age and twice the forward delay, and what STP's topology changes take."""


class Bridged:
    """Bridges, each with a protocol, and wires between pairs of them."""

    def __init__(self, protocols: Sequence[str], pairs: Sequence[tuple[int, int]], *settings: TreeSettings) -> None:
        self.kernel = Kernel()
        self.kernel.trace.listen()
        given = [*settings, *[TreeSettings()] * len(protocols)]
        self.bridges = [
            Bridge(self.kernel, f"b{number}", protocol=protocol, tree_settings=given[number])
            for number, protocol in enumerate(protocols)
        ]
        self.pairs = list(pairs)
        self.ports: list[tuple[BridgePort, BridgePort]] = []
        self.wires: list[Wire] = []
        for number, (a, b) in enumerate(self.pairs):
            ends = self._port(a, number), self._port(b, number)
            wire = Wire(self.kernel, ends[0].name, ends[1].name, *ends, 10**9, 1000)
            ends[0].attach(wire.forward)
            ends[1].attach(wire.backward)
            self.ports.append(ends)
            self.wires.append(wire)

    def _port(self, bridge: int, number: int) -> BridgePort:
        device = self.bridges[bridge]
        port = device.add_port(f"b{bridge}.{number}", (bridge + 1) << 8 | len(device.ports))
        assert isinstance(port, BridgePort)
        return port

    def tree(self, bridge: int) -> SpanningTree:
        tree = self.bridges[bridge].tree
        assert tree is not None
        assert tree.core is not None
        return tree.core

    def run(self, seconds: float) -> None:
        self.kernel.run(until_ns=self.kernel.now_ns + int(seconds * S))

    def states(self, bridge: int) -> list[tuple[str, str]]:
        """Role and state of each port."""
        return [(ROLES[info.role], STATES[info.state]) for info in self.tree(bridge).port_infos()]

    def forwarding(self) -> list[int]:
        """The wires that are up and that both ends forward over."""
        return [
            number
            for number, (a, b) in enumerate(self.ports)
            if self.wires[number].up and a.forwarding and b.forwarding
        ]

    def check_tree(self) -> None:
        """What forwards has no loop, and joins what the wires join; each part has the best of its bridges for root."""
        parts = list(range(len(self.bridges)))
        whole = list(range(len(self.bridges)))
        for number in self.forwarding():
            a, b = (find(parts, end) for end in self.pairs[number])
            assert a != b, f"a loop: {[self.states(bridge) for bridge in range(len(self.bridges))]}"
            parts[a] = b
        for (a, b), wire in zip(self.pairs, self.wires, strict=True):
            if wire.up:
                whole[find(whole, a)] = find(whole, b)
        for a, b in self.pairs:
            assert (find(whole, a) == find(whole, b)) == (find(parts, a) == find(parts, b))
        for bridge in {end for pair in self.pairs for end in pair}:
            mates = [other for other in range(len(parts)) if find(whole, other) == find(whole, bridge)]
            assert self.tree(bridge).root()[0] == min(self.tree(mate).bridge_id for mate in mates)


def find(parts: list[int], place: int) -> int:
    while parts[place] != place:
        place = parts[place]
    return place


RING = [(0, 1), (1, 2), (2, 0)]


@st.composite
def networks(draw: st.DrawFn) -> tuple[list[str], list[tuple[int, int]]]:
    """Up to six bridges that speak either protocol, joined by up to ten wires, loops and parallel ones among them."""
    count = draw(st.integers(2, 6))
    protocols = draw(st.lists(st.sampled_from(["stp", "rstp"]), min_size=count, max_size=count))
    joined = [(draw(st.integers(0, number - 1)), number) for number in range(1, count)]
    ends = st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)).filter(lambda pair: pair[0] != pair[1])
    return protocols, joined + draw(st.lists(ends, max_size=10 - len(joined)))


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(networks(), st.data())
def test_any_network_becomes_a_tree_and_is_one_again_after_any_cut(
    network: tuple[list[str], list[tuple[int, int]]], choose: st.DataObject
) -> None:
    net = Bridged(*network)
    net.run(CONVERGED_S)
    net.check_tree()
    cut = net.wires[choose.draw(st.integers(0, len(net.wires) - 1))]
    cut.cut()
    net.run(CONVERGED_S)
    net.check_tree()
    cut.heal()
    net.run(CONVERGED_S)
    net.check_tree()


@pytest.mark.slow
@settings(max_examples=15, deadline=None)
@given(networks(), st.integers(1, 30))
def test_rstp_has_no_loop_at_any_time(network: tuple[list[str], list[tuple[int, int]]], steps: int) -> None:
    """Not even while it looks for the tree: what both ends of a wire forward over is a forest at every instant."""
    protocols, pairs = network
    net = Bridged(["rstp"] * len(protocols), pairs)
    for _ in range(40):
        net.run(0.000_001 * steps)
        parts = list(range(len(protocols)))
        for number in net.forwarding():
            a, b = (find(parts, end) for end in pairs[number])
            assert a != b
            parts[a] = b
    net.run(1)
    net.check_tree()


@pytest.mark.parametrize("protocol", ["stp", "rstp"])
def test_the_root_is_the_bridge_of_least_priority_then_address(protocol: str) -> None:
    net = Bridged([protocol] * 3, RING)
    net.run(CONVERGED_S)
    assert [net.tree(bridge).root()[0] for bridge in range(3)] == [net.tree(0).bridge_id] * 3
    chosen = Bridged([protocol] * 3, RING, TreeSettings(), TreeSettings(), TreeSettings(priority=4096))
    chosen.run(CONVERGED_S)
    assert [chosen.tree(bridge).root()[0] for bridge in range(3)] == [chosen.tree(2).bridge_id] * 3
    assert [role for role, _ in chosen.states(2)] == ["designated", "designated"]


def test_stp_listens_and_learns_for_the_forward_delay_each() -> None:
    net = Bridged(["stp"] * 2, [(0, 1)])
    seen = []
    for _ in range(3):
        net.run(14.9)
        seen.append(net.states(0)[0][1])
    assert seen == ["listening", "learning", "forwarding"]
    assert (net.ports[0][0].learning, net.ports[0][0].forwarding) == (True, True)


def test_stp_needs_thirty_to_fifty_seconds_to_forward_again() -> None:
    """At once where the root port itself is cut; after max age where the cut is elsewhere (802.1D-1998, 8.10)."""
    direct = Bridged(["stp"] * 3, RING)
    direct.run(CONVERGED_S)
    direct.wires[2].cut()
    direct.run(29.9)
    assert not direct.ports[1][1].forwarding
    direct.run(0.2)
    direct.check_tree()
    indirect = Bridged(["stp"] * 3, RING)
    indirect.run(CONVERGED_S)
    indirect.wires[0].cut()
    indirect.run(30.1)
    assert not all(port.forwarding for port in indirect.ports[1])
    indirect.run(19.9)
    indirect.check_tree()


@pytest.mark.parametrize("cut", [0, 1, 2])
def test_rstp_is_back_in_less_than_a_second(cut: int) -> None:
    net = Bridged(["rstp"] * 3, RING)
    net.run(0.1)
    net.check_tree()
    net.wires[cut].cut()
    net.run(0.1)
    net.check_tree()
    net.wires[cut].heal()
    net.run(0.1)
    net.check_tree()


def test_a_port_that_hears_nobody_is_an_edge_and_forwards_after_three_seconds() -> None:
    net = Bridged(["rstp", "none"], [(0, 1)])
    net.run(2.9)
    assert net.states(0) == [("designated", "discarding")]
    net.run(0.2)
    assert net.states(0) == [("designated", "forwarding")]
    assert net.tree(0).port_infos()[0].edge
    assert net.tree(0).topology_changes == 0


def test_a_port_that_is_set_to_be_an_edge_forwards_at_once_until_a_bridge_is_heard() -> None:
    net = Bridged(["rstp", "rstp"], [(0, 1)])
    net.ports[0][0].tree = TreePortSettings(edge=True)
    net.run(0.000_000_5)
    assert net.states(0) == [("designated", "forwarding")]
    net.run(1)
    assert not net.tree(0).port_infos()[0].edge


def test_a_link_that_is_shared_has_to_wait() -> None:
    net = Bridged(["rstp", "rstp"], [(0, 1)])
    for port in net.ports[0]:
        port.tree = TreePortSettings(point_to_point=False)
    net.run(3)
    assert net.states(0) == [("designated", "discarding")]
    net.run(30)
    net.check_tree()


def test_two_wires_between_two_bridges_and_one_back_to_itself() -> None:
    net = Bridged(["rstp", "rstp"], [(0, 1), (0, 1)])
    net.run(1)
    assert net.states(1) == [("root", "forwarding"), ("alternate", "discarding")]
    loop = Bridged(["rstp"], [(0, 0)])
    loop.run(1)
    assert loop.states(0) == [("designated", "forwarding"), ("backup", "discarding")]


def test_a_backup_port_that_becomes_the_root_port_learns_and_forwards_after_a_forward_delay_each() -> None:
    """A bridge with two ports on a shared LAN, where a better bridge appears at the cheaper port, its backup.

    Neither was it a backup too long ago (``rbWhile`` holds for two hello times) nor is there an agreement, so only
    ``fdWhile`` lets it go on: learning after one hello time, forwarding after two (802.1D-2004, 17.20.5, 17.29.2).
    """
    lan = Bridged(["rstp", "none", "rstp"], [(0, 1), (0, 1), (2, 1)], *[TreeSettings()] * 2, TreeSettings(priority=0))
    for port, cost in ((lan.ports[0][0], 100_000), (lan.ports[1][0], 0), (lan.ports[2][0], 0)):
        port.tree = TreePortSettings(point_to_point=False, cost=cost)
    lan.wires[2].cut()
    lan.run(60)
    assert lan.states(0) == [("designated", "forwarding"), ("backup", "discarding")]
    lan.wires[2].heal()
    seen = []
    for seconds in (1.9, 0.2, 1.8, 0.2):
        lan.run(seconds)
        seen.append(lan.states(0)[1])
    assert seen == [("root", "discarding"), ("root", "learning"), ("root", "learning"), ("root", "forwarding")]
    assert lan.states(0)[0] == ("alternate", "discarding")


def test_costs_and_priorities_of_ports_decide() -> None:
    dear = Bridged(["rstp"] * 3, RING)
    dear.ports[2][0].tree = TreePortSettings(cost=100_000)
    dear.run(1)
    assert dear.states(2) == [("root", "forwarding"), ("alternate", "discarding")]
    chosen = Bridged(["rstp"] * 2, [(0, 1), (0, 1)])
    chosen.ports[1][0].tree = TreePortSettings(priority=16)
    chosen.run(1)
    assert chosen.states(1) == [("alternate", "discarding"), ("root", "forwarding")]


def test_a_topology_change_makes_bridges_forget() -> None:
    net = Bridged(["rstp"] * 4, [*RING, (0, 3)])
    net.run(5)
    behind = net.ports[3][0], net.ports[2][0]
    for port, bridge in zip(behind, (net.bridges[0], net.bridges[2]), strict=True):
        bridge._learn(port, 1 << 48 | 99)
        assert bridge.port_of(99) is port
    net.wires[0].cut()
    net.run(1)
    kinds = [row.kind for row in net.kernel.trace.rows() if row.time_ns > 5 * S]
    assert ROW_TOPOLOGY_CHANGE in kinds
    assert [net.bridges[number].port_of(99) for number in (0, 2)] == [None, None]


def test_in_stp_addresses_grow_old_within_the_forward_delay_after_a_change() -> None:
    net = Bridged(["stp"] * 4, [*RING, (2, 3)])
    net.run(150)
    assert [bridge.ageing_ns // S for bridge in net.bridges] == [300] * 4
    net.wires[2].cut()
    net.run(34)
    assert [bridge.ageing_ns // S for bridge in net.bridges] == [15] * 4
    net.run(40)
    assert [bridge.ageing_ns // S for bridge in net.bridges] == [300] * 4


def test_the_roots_times_hold_for_all() -> None:
    fast = TreeSettings(priority=0, hello_time_s=1, max_age_s=6, forward_delay_s=4)
    net = Bridged(["stp"] * 3, RING, fast)
    net.run(CONVERGED_S)
    net.wires[2].cut()
    net.run(8.1)
    net.check_tree()


@pytest.mark.parametrize(
    ("rate", "short", "long"),
    [
        (10**7, 100, 2_000_000),
        (10**8, 19, 200_000),
        (10**9, 4, 20_000),
        (10**10, 2, 2_000),
        (10**13, 2, 2),
        (1, 65_535, 200_000_000),
    ],
)
def test_path_costs(rate: int, short: int, long: int) -> None:
    assert (path_cost_1998(rate), path_cost(rate)) == (short, long)


def test_what_is_no_bpdu_is_counted() -> None:
    net = Bridged(["rstp", "rstp"], [(0, 1)])
    net.run(1)
    net.ports[0][0].send(Frame(BRIDGE_GROUP, 1, 8, Octets(b"\x42\x42\x03\0\0\0\0\1")))
    net.run(1)
    assert net.bridges[1].tree is not None
    assert net.bridges[1].tree.bad_bpdus == 1
