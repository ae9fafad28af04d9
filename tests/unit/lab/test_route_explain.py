"""Why packets go as they do: what is told, against the tables and against where packets really go."""

from __future__ import annotations

import itertools
import pathlib

import pytest

from catenet import Internet
from catenet.lab.errors import LabError
from catenet.view.routes import explanation_lines


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
        found = net.explain("client", "server")
    assert (found.cost, found.path_count, found.owners) == (120, 2, ("d",))
    assert found.paths == (("client", "a", "b", "d", "server"), ("client", "a", "c", "d", "server"))
    hops = {hop.node: hop for hop in found.hops}
    assert list(hops) == ["client", "a", "b", "c", "d", "server"]
    assert [(way.to, way.total, way.extra, way.taken, way.loop_free) for way in hops["a"].ways] == [
        ("b", 20, 0, True, True),
        ("c", 20, 0, True, True),
        ("d", 25, 5, False, True),
        ("e", None, None, False, False),
    ]
    table = hops["a"].table
    assert table is not None
    assert ([hop.node for hop in table.next_hops], table.origin) == (["b", "c"], "automatic")
    assert all(hop.as_computed for hop in found.hops)
    tree = {node.node: node for node in found.tree}
    assert (tree["d"].parents, tree["d"].distance, tree["d"].first_hops) == (("b", "c"), 120, ("a",))
    assert tree["e"].distance == 110


def test_packets_go_one_of_the_ways_that_are_told() -> None:
    with square() as net:
        paths = net.explain("client", "server").paths
        hops = net.traceroute("client", "server")
    assert ("client", *(hop.name for hop in hops)) in paths


def test_every_decision_in_a_published_topology_is_what_the_tables_say(published: pathlib.Path) -> None:
    with Internet(seed=1) as net:
        routers = net.topology(published / "topologies" / "Abilene.graphml")
        for one, other in itertools.permutations(routers, 2):
            for version in (4, 6):
                found = net.explain(one, other, version=version)
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
    assert hop.table is not None
    assert (hop.node, hop.as_computed, hop.table.origin) == ("a", False, "static")
    assert [each.node for each in hop.table.next_hops] == ["d"]
    assert any(
        "! its table says otherwise" in line and "static, to d" in line for line in explanation_lines(found.as_data())
    )


def test_between_a_cut_and_its_discovery_the_table_and_the_computation_differ() -> None:
    with square() as net:
        net.at("1s").cut("b", "d")
        net.run(until="1.1s")
        before = {hop.node: hop for hop in net.explain("client", "server").hops}
        net.run(until="2s")
        after = net.explain("client", "server")
    assert (before["b"].as_computed, before["b"].table) == (False, None)
    assert before["a"].as_computed
    assert after.paths == (("client", "a", "c", "d", "server"),)
    assert all(hop.as_computed for hop in after.hops)


def test_where_no_path_leads_it_says_so() -> None:
    with square() as net:
        net.at("1s").cut("a", "e")
        net.run(until="2s")
        found = net.explain("client", "e")
    assert (found.cost, found.hops, found.paths, found.path_count) == (None, (), (), 0)
    assert explanation_lines(found.as_data())[0].endswith(": no path")


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
        found = net.explain("client", "server")
    assert (found.owners, found.paths) == (("b", "c"), (("client", "a", "b", "server"),))
    assert all(hop.as_computed for hop in found.hops)
    assert [(way.to, way.extra) for way in found.hops[1].ways] == [("b", 0), ("c", 10)]


def test_a_host_on_a_lan_asks_the_first_of_its_routers_only() -> None:
    with lan() as net:
        found = net.explain("server", "client")
    assert found.paths == (("server", "b", "a", "client"),)
    assert [way.to for way in found.hops[0].ways] == ["b"]


def test_the_longest_prefix_says_who_leads_there() -> None:
    with Internet(seed=1) as net:
        a, b = net.routers("a", "b")
        c = net.router("c", addresses=["203.0.113.200/32"])
        net.switch("lan", subnets=["203.0.113.0/24"])
        net.link(a, b)
        net.link(a, c)
        net.link(b, "lan")
        net.host("server", at="lan")
        one, other = net.explain("a", "203.0.113.200"), net.explain("a", "server")
    assert (one.prefix, one.owners, other.prefix, other.owners) == (
        "203.0.113.200/32",
        ("c",),
        "203.0.113.0/24",
        ("b",),
    )
    assert all(hop.as_computed for found in (one, other) for hop in found.hops)


def test_on_one_lan_no_router_is_asked() -> None:
    with lan() as net:
        found = net.explain("other", "server")
    assert found.paths == (("other", "server"),)
    assert found.hops[0].as_computed


def test_what_cannot_be_explained_is_refused() -> None:
    with square() as net:
        net.router("still", routing="static")
        net.link("still", "a")
        for a, b, words in (
            ("client", "client", "are one node"),
            ("still", "server", "a router without automatic routes"),
            ("client", "still", "no automatic route leads to"),
            ("client", "192.0.2.99", "nobody has the address 192.0.2.99"),
        ):
            with pytest.raises(LabError, match=words):
                net.explain(a, b)
