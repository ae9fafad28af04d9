"""Why this path, where OSPF, RIP and static routes say so: told as the databases and tables have it."""

from __future__ import annotations

import itertools
import random
from typing import Any

import pytest

from catenet import Internet
from catenet.lab.probe.explain.explanation import ExplainedHop, RouteExplanation
from catenet.view.routing.explanation import explanation_lines


def at(found: RouteExplanation, node: str) -> ExplainedHop:
    return next(hop for hop in found.hops if hop.node == node)


def why_not(found: RouteExplanation, node: str, what: str) -> str:
    """Why something at a node, which is named by how it begins, is not what happens."""
    return next(other.why_not for other in at(found, node).others if other.what.startswith(what))


def joined() -> Internet:
    """OSPF at a, b, c and d, a square with a dear diagonal; RIP at d, e and f; d tells each what the other knows."""
    net = Internet(seed=1)
    a, b, c = (net.router(name, routing="ospf") for name in "abc")
    both = {"ospf": {"redistribute": ["rip"]}, "rip": {"redistribute": ["ospf"]}}
    d = net.router("d", routing="ospf+rip", **both)
    e, f = (net.router(name, routing="rip") for name in "ef")
    for one, other, cost in (
        (a, b, 10),
        (b, d, 10),
        (a, c, 10),
        (c, d, 10),
        (a, d, 25),
        (d, e, 1),
        (e, f, 1),
        (d, f, 3),
    ):
        net.link(one, other, cost=cost)
    net.host("client", at=a)
    net.host("server", at=f)
    return net


def test_over_two_protocols_each_hop_says_what_its_route_rests_on() -> None:
    with joined() as net:
        net.run(until="60s")
        found = net.explain("client", "server")
        hops = net.traceroute("client", "server")
    assert found.paths == tuple(("client", "a", middle, "d", "e", "f", "server") for middle in "bc")
    assert ("client", *(hop.name for hop in hops)) in found.paths
    because = at(found, "a").because
    assert (because["path"], because["cost"], because["external_cost"]) == ("external type 2", 20, 20)
    assert (because["lsa"]["type"], because["lsa"]["node"], because["redistributed_from"]) == ("external", "d", "rip")
    assert because["lsa"]["received_from"] in ("b", "c", "d")
    assert [(way["to"], way["total"], way["taken"]) for way in because["links"]] == [
        ("b", 20, True),
        ("c", 20, True),
        ("d", 25, False),
    ]
    assert [step["cost"] for step in because["tree"]] == [0, 10, 20]
    assert "2 equal-cost next hops" in at(found, "a").rule
    (update,) = at(found, "d").because["updates"]
    assert (update["neighbour"], update["advertised"], update["link"], at(found, "d").because["metric"]) == (
        "e",
        2,
        1,
        3,
    )
    assert 0 <= update["heard_s_ago"] < 40
    assert why_not(found, "d", "rip via f") == "metric 1 + 3 for the link = 4, 1 more"
    assert "split horizon" in why_not(found, "e", "rip via d")
    text = "\n".join(explanation_lines(found.as_data()))
    assert "metric 3: e (" in text
    assert "external-LSA" in text


@pytest.mark.parametrize("seconds", [0, 2])
def test_before_there_is_a_path_it_says_where_it_ends_and_why(seconds: int) -> None:
    with joined() as net:
        net.run(until=f"{seconds}s")
        found = net.explain("client", "server")
    assert not found.reached
    assert at(found, "a").end == f"a has no route to {found.address}"
    said = [other.why_not for other in at(found, "a").others if other.what == "ospf"]
    if seconds == 0:
        assert said[0] == "it has received nothing from a neighbour yet"
    else:
        assert "neighbour b on eth0 is Init" in said
        assert any(each.startswith("LSAs have come; routes are calculated in") for each in said)
    assert said[-1].endswith("describes a network that contains it")
    assert explanation_lines(found.as_data())[0].endswith("no path")


def test_distances_decide_between_protocols_and_lengths_before_them() -> None:
    with Internet(seed=1) as net:
        a = net.router("a", routing="ospf+rip")
        b, c, d = (net.router(name, routing="ospf+rip") for name in "bcd")
        for one, other in ((a, b), (b, d), (a, c), (c, d)):
            net.link(one, other)
        net.switch("lan", subnets=["203.0.113.0/24"])
        net.link(d, "lan")
        net.host("server", at="lan")
        net.run(until="80s")
        first = net.explain("a", "server")
        net.route("a", "203.0.113.0/24", c)
        net.route("a", "203.0.0.0/16", b)
        second = net.explain("a", "server")
    assert at(first, "a").rule.startswith("lowest administrative distance of ospf 110, rip 120")
    assert why_not(first, "a", "rip 203.0.113.0/24").startswith("administrative distance 120 (rip) is more than 110")
    assert at(second, "a").rule == (
        "longest prefix of 2 that contain it; lowest administrative distance of static 1, ospf 110, rip 120"
    )
    assert why_not(second, "a", "static 203.0.0.0/16") == "shorter prefix: /24 contains the address too"
    ospf = next(other for other in at(second, "a").others if other.what.startswith("ospf 203.0.113.0/24"))
    assert "intra-area, cost" in ospf.what
    assert second.paths == (("a", "c", "d", "server"),)


def areas(**options: Any) -> Internet:
    """Area 1 of a, b and c; b, c, d and e are in the backbone."""
    net = Internet(seed=1)
    a, b, c = (net.router(name, routing="ospf") for name in "abc")
    d, e = (net.router(name, routing="ospf", ospf={"redistribute": options.get(name, [])}) for name in "de")
    for one, other, cost, area in (
        (a, b, 10, 1),
        (a, c, 15, 1),
        (b, d, 10, 0),
        (c, d, 10, 0),
        (d, e, 5, 0),
        (b, e, 50, 0),
    ):
        net.link(one, other, cost=cost, ospf={"area": area})
    return net


def test_from_area_to_area_the_summaries_are_weighed() -> None:
    with areas() as net:
        net.run(until="60s")
        found = net.explain("a", "e")
    because = at(found, "a").because
    assert (because["path"], because["cost"], because["cost_to_router"], because["cost_told"]) == (
        "inter-area",
        25,
        10,
        15,
    )
    assert (because["lsa"]["type"], because["lsa"]["node"], because["lsa"]["area"]) == ("summary", "b", "0.0.0.1")
    assert why_not(found, "a", "ospf inter-area") == "cost 30, 5 more"
    assert "least cost of 2 LSAs" in at(found, "a").rule
    assert why_not(found, "b", "ospf inter-area").startswith("a border router uses the summaries of the backbone alone")


def test_externals_of_type_1_come_before_those_of_type_2() -> None:
    with areas(d={"static": {"type": 2, "metric": 1}}, e={"static": {"type": 1, "metric": 90}}) as net:
        net.route("d", "198.51.100.0/24", "c")
        net.route("e", "198.51.100.0/24", "b")
        net.run(until="60s")
        found = net.explain("a", "198.51.100.1")
    because = at(found, "a").because
    assert (because["path"], because["lsa"]["node"], because["redistributed_from"]) == (
        "external type 1",
        "e",
        "static",
    )
    assert (because["cost"], because["cost_to_router"], because["cost_told"]) == (115, 25, 90)
    assert why_not(found, "a", "ospf external type 2") == ("external type 2 comes after external type 1 (RFC 2328 11)")


def test_a_cut_that_nobody_has_noticed_is_told() -> None:
    """Behind a switch no carrier goes: the dead interval is still to come."""
    with Internet(seed=1) as net:
        a, b = (net.router(name, routing="ospf") for name in "ab")
        net.switch("lan")
        net.link(a, "lan")
        far = net.link(b, "lan")
        net.host("server", at=b)
        net.run(until="60s")
        far.cut()
        net.run(until="61s")
        found = net.explain("a", "server")
        net.run(until="120s")
        later = net.explain("a", "server")
    assert found.hops[0].end == "a sends to b over the LAN, which is down, and has not noticed yet"
    assert later.hops[0].end == f"a has no route to {later.address}"
    assert any(other.why_not.startswith("b is not reached within area 0.0.0.0") for other in later.hops[0].others)


@pytest.mark.parametrize("protocol", ["ospf", "rip"])
def test_packets_go_a_path_that_is_told_and_it_costs_what_is_told(protocol: str) -> None:
    drawn = random.Random(1)
    with Internet(seed=1) as net:
        routers = [net.router(f"r{number}", routing=protocol) for number in range(8)]
        for number in range(14):
            pair = (number + 1, drawn.randrange(number + 1)) if number < 7 else drawn.sample(range(8), 2)
            net.link(routers[pair[0]], routers[pair[1]], cost=drawn.randint(1, 3))
        net.run(until="120s")
        costs: dict[frozenset[str], int] = {}
        for link in net.links.values():
            pair = frozenset(end.node.name for end in link.ends)
            costs[pair] = min(costs.get(pair, 99), link.given_cost(link.a) or 99)
        for number in range(1, 8):
            found = net.explain("r0", f"r{number}")
            # Each probe of a trace is a flow of its own, so that ties mix.
            for place, hop in enumerate(net.traceroute("r0", f"r{number}"), 1):
                assert hop.name in {path[place] for path in found.paths if len(path) > place}
            for path in found.paths:
                lengths = [costs[frozenset(pair)] for pair in itertools.pairwise(path)]
                because = found.hops[0].because
                # What RIP tells of a network of its own is metric 1.
                assert sum(lengths) + (protocol == "rip") == (because.get("cost") or because["metric"])
