"""Why packets go as they do: what is told, against the tables and against where packets really go."""

from __future__ import annotations

import itertools
import pathlib

import pytest

from catenet import Internet
from catenet.errors import LabError
from catenet.lab.probe.explain.automatic import Computed
from catenet.lab.probe.explain.explanation import RouteExplanation
from catenet.view.routing.explanation import explanation_lines


def computed(found: RouteExplanation) -> Computed:
    assert found.computed is not None
    return found.computed


def square() -> Internet:
    """A client at a, a server at d; a-b-d and a-c-d cost the same, the line a-d more; e is a dead end at a."""
    net = Internet(seed=1)
    a, b, c, d, e = net.routers("a", "b", "c", "d", "e")
    for one, other, cost in ((a, b, 10), (b, d, 10), (a, c, 10), (c, d, 10), (a, d, 25), (a, e, 10)):
        net.link(one, other, cost=cost)
    net.host("client", at=a)
    net.host("server", at=d)
    return net


def test_a_tie_is_told_with_what_every_way_costs() -> None:
    with square() as net:
        told = net.explain("client", "server")
    found = computed(told)
    assert (found.cost, found.path_count, found.owners) == (120, 2, ("d",))
    assert told.paths == found.paths == (("client", "a", "b", "d", "server"), ("client", "a", "c", "d", "server"))
    hops = {hop.node: hop for hop in found.hops}
    assert list(hops) == ["client", "a", "b", "c", "d", "server"]
    assert [(link.to, link.total, link.extra, link.taken, link.loop_free) for link in hops["a"].links] == [
        ("b", 20, 0, True, True),
        ("c", 20, 0, True, True),
        ("d", 25, 5, False, True),
        ("e", None, None, False, False),
    ]
    at_a = next(hop for hop in told.hops if hop.node == "a")
    assert at_a.route is not None
    assert ([hop.node for hop in at_a.route.next_hops], at_a.route.protocol) == (["b", "c"], "automatic")
    assert at_a.rule == "2 equal-cost next hops: the hash of a flow selects one"
    assert all(hop.as_computed for hop in found.hops)
    tree = {node.node: node for node in found.tree}
    assert (tree["d"].parents, tree["d"].distance, tree["d"].first_hops) == (("b", "c"), 120, ("a",))
    assert tree["e"].distance == 110


def test_packets_go_one_of_the_ways_that_are_told() -> None:
    with square() as net:
        paths = net.explain("client", "server").paths
        hops = net.traceroute("client", "server")
    assert ("client", *(hop.name for hop in hops)) in paths


@pytest.mark.slow
def test_every_decision_in_a_published_topology_is_what_the_tables_say(published: pathlib.Path) -> None:
    with Internet(seed=1) as net:
        routers = net.topology(published / "topologies" / "Abilene.graphml")
        for one, other in itertools.permutations(routers, 2):
            for version in (4, 6):
                told = net.explain(one, other, version=version)
                found = computed(told)
                assert told.paths == found.paths
                assert found.cost is not None
                assert all(hop.as_computed for hop in found.hops)


def test_a_static_route_that_leads_elsewhere_is_told() -> None:
    with square() as net:
        net.route("a", "0.0.0.0/0", "d")
        net.build()
        address = net.explain("client", "server").address
        net.route("a", f"{address}/32", "d")
        found = net.explain("client", "server")
    hop = found.hops[1]
    assert found.paths == (("client", "a", "d", "server"),)
    assert hop.route is not None
    assert (hop.node, hop.route.protocol, hop.rule) == ("a", "static", "longest prefix of 3 that contain it")
    assert [each.node for each in hop.route.next_hops] == ["d"]
    assert [other.why_not for other in hop.others] == ["shorter prefix: /32 contains the address too"] * 2
    assert [each.as_computed for each in computed(found).hops if each.node == "a"] == [False]
    assert "  ! computed: client → a → b → d → server" in explanation_lines(found.as_data())


def test_between_a_cut_and_its_discovery_the_table_and_the_computation_differ() -> None:
    with square() as net:
        net.at("1s").cut("b", "d")
        net.run(until="1.1s")
        early = net.explain("client", "server")
        net.run(until="2s")
        after = net.explain("client", "server")
    before = {hop.node: hop for hop in computed(early).hops}
    assert (before["b"].as_computed, before["a"].as_computed) == (False, True)
    assert {hop.node: hop.end for hop in early.hops if hop.end} == {"b": f"b has no route to {early.address}"}
    assert after.paths == computed(after).paths == (("client", "a", "c", "d", "server"),)
    assert all(hop.as_computed for hop in computed(after).hops)


def test_where_no_path_leads_it_says_so() -> None:
    with square() as net:
        net.at("1s").cut("a", "e")
        net.run(until="2s")
        told = net.explain("client", "e")
    found = computed(told)
    assert (found.cost, found.hops, found.paths, found.path_count) == (None, (), (), 0)
    assert (told.reached, told.path_count, [hop.end for hop in told.hops if hop.end]) == (
        False,
        0,
        [f"a has no route to {told.address}"],
    )
    assert explanation_lines(told.as_data())[0].endswith(": no path")


def lan() -> Internet:
    """Two routers lead to a LAN, b from nearer."""
    net = Internet(seed=1)
    a, b, c = net.routers("a", "b", "c")
    net.switch("lan")
    net.link(a, b, cost=10)
    net.link(a, c, cost=20)
    net.link(b, "lan")
    net.link(c, "lan")
    net.host("client", at=a)
    net.hosts("server", "other", at="lan")
    return net


def test_to_a_lan_the_nearest_of_its_routers_leads() -> None:
    with lan() as net:
        found = computed(net.explain("client", "server"))
    assert (found.owners, found.paths) == (("b", "c"), (("client", "a", "b", "server"),))
    assert all(hop.as_computed for hop in found.hops)
    assert [(link.to, link.extra) for link in found.hops[1].links] == [("b", 0), ("c", 10)]


def test_a_host_on_a_lan_asks_the_first_of_its_routers_only() -> None:
    with lan() as net:
        found = computed(net.explain("server", "client"))
    assert found.paths == (("server", "b", "a", "client"),)
    assert [link.to for link in found.hops[0].links] == ["b"]


def test_the_longest_prefix_says_who_leads_there() -> None:
    with Internet(seed=1) as net:
        a, b = net.routers("a", "b")
        c = net.router("c", addresses=["203.0.113.200/32"])
        net.switch("lan", subnets=["203.0.113.0/24"])
        net.link(a, b)
        net.link(a, c)
        net.link(b, "lan")
        net.host("server", at="lan")
        one, other = computed(net.explain("a", "203.0.113.200")), computed(net.explain("a", "server"))
    assert (one.prefix, one.owners, other.prefix, other.owners) == (
        "203.0.113.200/32",
        ("c",),
        "203.0.113.0/24",
        ("b",),
    )
    assert all(hop.as_computed for found in (one, other) for hop in found.hops)


def test_on_one_lan_no_router_is_asked() -> None:
    with lan() as net:
        told = net.explain("other", "server")
    assert told.paths == (("other", "server"),)
    assert told.hops[0].route is not None
    assert told.hops[0].route.protocol == "connected"
    assert computed(told).hops[0].as_computed


def test_one_node_is_refused() -> None:
    with square() as net, pytest.raises(LabError, match="are one node"):
        net.explain("client", "client")


def test_where_packets_end_is_told() -> None:
    with square() as net:
        still = net.router("still", routing="static")
        net.link("still", "a")
        net.route("a", "198.51.100.0/24", still)
        net.route("still", "198.51.100.0/24", "a")
        from_still, lost, round_and_round = (
            net.explain("still", "server"),
            net.explain("client", "192.0.2.99"),
            net.explain("client", "198.51.100.9"),
        )
    assert [hop.end for hop in from_still.hops] == [f"still has no route to {from_still.address}"]
    assert [other.what for other in from_still.hops[0].others] == ["static"]
    assert (lost.computed, lost.hops[-1].end) == (None, "a has no route to 192.0.2.99")
    assert round_and_round.hops[1].end == "packets circle: a → still → a"
