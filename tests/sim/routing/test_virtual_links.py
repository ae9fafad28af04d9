"""Virtual links (RFC 2328 section 15): they join areas to the backbone through another area, and live by its paths."""

from __future__ import annotations

from typing import Any

import pytest

from catenet import Internet, LabError
from catenet.lab.report import routing as show
from catenet.lab.report.trace_text import fields
from catenet.network.addresses import text
from catenet.network.routing.ospf import drop_reasons, tracing
from catenet.network.routing.ospf.adjacency.interface import DOWN, Interface
from catenet.network.routing.ospf.adjacency.neighbour import FULL
from catenet.network.routing.ospf.lsa.lsa import ROUTER, RouterBody
from catenet.network.routing.ospf.lsa.router_lsa import FLAG_B, FLAG_V, VIRTUAL
from catenet.view.routing.ospf import ospf_lines

MD5 = {"key": "secret"}


def chain(
    near: dict[str, Any] | None = None,
    far: dict[str, Any] | None = None,
    areas: dict[str, Any] | None = None,
    **options: Any,
) -> Internet:
    """core (0) - near - (1) mid (1) - far - (2) leaf, and a way round mid through the router detour, at a cost.

    ``near`` and ``far`` are options of the two ends of the virtual link through area 1.
    """
    net = Internet(seed=3, **options)
    one = {"area": 1, "router": "far", **(near or {})}
    other = {"area": 1, "router": "near", **(far or {})}
    plain = {"hello": "1s", "areas": areas or {}}
    net.router("core", routing="ospf", ospf=plain)
    net.router("near", routing="ospf", ospf={**plain, "virtual_links": [one]})
    net.routers("mid", "detour", routing="ospf", ospf={**plain, "area": 1})
    net.router("far", routing="ospf", ospf={**plain, "virtual_links": [other]})
    net.router("leaf", routing="ospf", ospf={**plain, "area": 2})
    net.link("core", "near", ospf={"cost": 5})
    for end in ("near", "far"):
        net.link(end, "mid", ospf={"area": 1, "cost": 10})
        net.link(end, "detour", ospf={"area": 1, "cost": 100})
    net.link("far", "leaf", ospf={"area": 2, "cost": 3})
    net.host("h", at="leaf")
    net.host("c", at="core")
    return net


def ends(net: Internet) -> list[Interface]:
    return [net.ospf.daemons[name].machine.virtual_links[0] for name in ("near", "far")]


def router_lsa(net: Internet, seen_by: str, of: str, area: int) -> RouterBody:
    daemons = net.ospf.daemons
    entries = daemons[seen_by].machine.areas[area].scope.database.entries.values()
    wanted = daemons[of].machine.router_id
    body = next(one.lsa.body for one in entries if one.lsa.type == ROUTER and one.lsa.advertising_router == wanted)
    assert isinstance(body, RouterBody)
    return body


def prefixes(net: Internet, name: str) -> dict[str, tuple[int, str]]:
    """A router's OSPF routes: cost and area."""
    (seen,) = show.ospf(net._world, name, ["routes"])
    return {route["prefix"]: (route["cost"], route["area"]) for route in seen["routes"]}


def is_full(net: Internet) -> bool:
    return all([int(one.state) for one in end.neighbours.values()] == [FULL] for end in ends(net))


def test_a_virtual_link_joins_an_area_to_the_backbone() -> None:
    net = chain()
    net.run(until="60s")
    assert is_full(net)
    near, far = ends(net)
    assert (near.cost, far.cost) == (20, 20), "that of the path, over mid"
    assert (near.address, near.remote_address) == (far.remote_address, far.address)
    # The backbone has it as a link of type 4, without a network; the transit area has the V bit of both ends.
    links = [link for link in router_lsa(net, "core", "far", 0).links if link.kind == VIRTUAL]
    assert [(link.id, link.data, link.cost) for link in links] == [
        (net.ospf.daemons["near"].machine.router_id, far.address, 20)
    ]
    assert [router_lsa(net, "mid", name, 1).flags & (FLAG_V | FLAG_B) for name in ("near", "far")] == [5, 5]
    assert router_lsa(net, "core", "far", 0).flags & FLAG_V == 0
    assert net.ping("c", "h", count=1, version=4).loss == 0
    assert prefixes(net, "leaf").keys() == prefixes(net, "core").keys()
    # Over the virtual link there is no way without a hop more than one.
    assert net.ping("near", "far", count=1, version=4).loss == 0


def test_it_goes_down_and_comes_up_with_its_path_and_follows_it() -> None:
    net = chain()
    net.run(until="60s")
    before = [end.address for end in ends(net)]
    net.at("60s").cut("mid", "far")
    net.run(until="80s")
    assert is_full(net), "it leads over the detour"
    assert [end.cost for end in ends(net)] == [200, 200]
    assert [end.address for end in ends(net)] != before
    assert net.ping("c", "h", count=1, version=4).loss == 0
    net.at("81s").cut("near", "detour")
    net.run(until="100s")
    assert [int(end.state) for end in ends(net)] == [DOWN, DOWN]
    assert [end.neighbours for end in ends(net)] == [{}, {}]
    assert "10.0.6.1/32" not in prefixes(net, "core")
    assert router_lsa(net, "mid", "near", 1).flags & FLAG_V == 0
    net.at("101s").heal("mid", "far")
    net.run(until="140s")
    assert is_full(net)
    assert [end.cost for end in ends(net)] == [20, 20]
    assert net.ping("c", "h", count=1, version=4).loss == 0


@pytest.mark.parametrize(
    ("near", "far", "comes_up"),
    [
        (MD5, MD5, True),
        ({**MD5, "authentication": "hmac-sha-256"}, {**MD5, "authentication": "hmac-sha-256"}, True),
        ({**MD5, "authentication": "plain"}, {**MD5, "authentication": "plain"}, True),
        (MD5, {"key": "other"}, False),
        (MD5, {}, False),
    ],
)
def test_it_has_a_key_of_its_own(near: dict[str, Any], far: dict[str, Any], comes_up: bool) -> None:
    """The links of the transit area have none here."""
    net = chain(near, far)
    net.run(until="40s")
    assert is_full(net) == comes_up
    refused = [end.drops[drop_reasons.WRONG_KEY] + end.drops[drop_reasons.AUTHENTICATION_TYPE] for end in ends(net)]
    assert (sum(refused) == 0) == comes_up


def test_the_summaries_of_a_transit_area_shorten_ways_of_the_backbone() -> None:
    """Section 16.3: by the virtual link alone, far would send to z over near (10 + 50); y tells area 1 of less."""
    net = Internet(seed=3)
    net.router("near", routing="ospf", ospf={"hello": "1s", "virtual_links": [{"area": 1, "router": "far"}]})
    net.router("far", routing="ospf", ospf={"hello": "1s", "virtual_links": [{"area": 1, "router": "near"}]})
    net.routers("y", "z", routing="ospf", ospf={"hello": "1s"})
    net.router("leaf", routing="ospf", ospf={"hello": "1s", "area": 2})
    net.link("near", "far", ospf={"area": 1, "cost": 10})
    net.link("far", "y", ospf={"area": 1, "cost": 2})
    net.link("near", "z", ospf={"cost": 50})
    net.link("y", "z", ospf={"cost": 4})
    net.link("far", "leaf", ospf={"area": 2, "cost": 1})
    net.host("at-z", at="z")
    net.host("h", at="leaf")
    net.run(until="60s")
    z = net.ospf.daemons["z"].machine.router_id
    (seen,) = show.ospf(net._world, "far", ["routes"])
    route = next(one for one in seen["routes"] if one["prefix"] == f"{text(4, z)}/32")
    assert (route["path"], route["cost"], route["area"]) == ("intra-area", 2 + 4, "0.0.0.0")
    assert [hop["node"] for hop in route["hops"]] == ["y"]
    trip = net.traceroute("h", "at-z", version=4)
    assert [hop.name for hop in trip] == ["leaf", "far", "y", "z", "at-z"]


def test_a_transit_area_is_told_the_networks_of_a_backbone_range_one_by_one() -> None:
    net = chain(areas={"0": {"ranges": ["10.0.1.0/24"]}})
    net.run(until="60s")
    backbone = {"10.0.1.1/32", "10.0.1.4/30"}
    assert backbone <= prefixes(net, "mid").keys()
    assert "10.0.1.0/24" not in prefixes(net, "mid")
    assert not backbone & prefixes(net, "leaf").keys()
    assert "10.0.1.0/24" in prefixes(net, "leaf")


@pytest.mark.parametrize("near_has_an_address_there", [True, False])
def test_over_an_unnumbered_path_it_has_the_routers_own_addresses(near_has_an_address_there: bool) -> None:
    """Each end needs an address of the other within the transit area; without one there is nowhere to send to."""
    net = Internet(seed=3)
    net.router("core", routing="ospf", ospf={"hello": "1s"})
    near = {
        "hello": "1s",
        "virtual_links": [{"area": 1, "router": "far"}],
        "area": 1 if near_has_an_address_there else 0,
    }
    net.router("near", routing="ospf", ospf=near)
    far = {"hello": "1s", "area": 1, "virtual_links": [{"area": 1, "router": "near"}]}
    net.router("far", routing="ospf", ospf=far)
    net.router("leaf", routing="ospf", ospf={"hello": "1s", "area": 2})
    net.link("core", "near", ospf={"area": 0})
    net.link("near", "far", ospf={"area": 1, "unnumbered": True})
    net.link("far", "leaf", ospf={"area": 2})
    net.host("h", at="leaf")
    net.host("c", at="core")
    net.run(until="60s")
    assert is_full(net) == near_has_an_address_there
    assert net.ping("c", "h", count=1, version=4).loss == (0 if near_has_an_address_there else 1)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"virtual_links": [{"area": 1, "router": "b"}], "areas": {"1": {"kind": "stub"}}},
            "area 1 is stub, and the transit area",
        ),
        (
            {"virtual_links": [{"area": 1, "router": "b"}], "areas": {"1": {"kind": "nssa"}}},
            "area 1 is nssa, and the transit area",
        ),
        ({"virtual_links": [{"area": 0, "router": "b"}]}, "other than the backbone"),
        ({"virtual_links": [{"area": 7, "router": "b"}]}, "the router has no link in area 7"),
        ({"virtual_links": [{"area": 1, "router": "a"}]}, "must be another router, not the router itself"),
        ({"virtual_links": [{"area": 1, "router": "bb"}]}, "'bb' is neither a router that speaks OSPF nor a router id"),
        ({"virtual_links": [{"area": 1, "router": "b"}]}, "b has none to a through area 0.0.0.1; both ends are to be"),
        ({"virtual_links": [{"area": 1, "router": "9.9.9.9"}] * 2}, "that router through that area already exists"),
        ({"virtual_links": [{"area": 1}]}, "a virtual link needs router"),
        ({"virtual_links": [{"area": 1, "router": "b", "cost": 3}]}, "there is no option 'cost'"),
        ({"virtual_links": {"area": 1, "router": "b"}}, "virtual_links is a list like"),
        ({"virtual_links": ["b"]}, "a virtual link is a table like"),
        ({"virtual_links": [{"area": 1, "router": True}]}, "router is a router's name or id, not True"),
    ],
)
def test_a_virtual_link_that_cannot_be_is_refused(options: dict[str, Any], message: str) -> None:
    net = Internet()

    def declare() -> None:
        net.router("a", routing="ospf", ospf=options)
        net.router("b", routing="ospf", ospf={"areas": options.get("areas", {})})
        net.link("a", "b", ospf={"area": 1})
        net.run(until="1s")

    with pytest.raises(LabError, match=message):
        declare()


def test_it_is_shown() -> None:
    net = chain()
    net.run(until="60s")
    lines = ospf_lines(show.ospf(net._world, "far", ["interfaces", "neighbours"]))
    row = next(line for line in lines if line.strip().startswith("vlink0"))
    assert "virtual to near through 0.0.0.1" in row
    assert "Point-to-point" in row
    assert any("vlink0" in line and "(near)" in line and "Full" in line for line in lines)
    told = [fields(row, []) for row in net.trace.rows() if row.kind == tracing.INTERFACE]
    assert "vlink0" in {one["interface"] for one in told}


def test_the_same_run_in_objects_and_in_bytes() -> None:
    traces = []
    for fidelity in ("objects", "bytes"):
        net = chain(MD5, MD5, fidelity=fidelity)
        net.at("40s").cut("mid", "far")
        net.run(until="60s")
        traces.append([tuple(row) for row in net.trace.rows()])
    assert traces[0] == traces[1]
