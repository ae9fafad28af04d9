"""A summary covers addresses that do not exist: packets to them are refused where it was made, and never sent back."""

from __future__ import annotations

from typing import Any

from catenet import Internet
from catenet.network.addresses import parse
from catenet.network.forwarding import route_selection as distances
from catenet.network.forwarding.route import UNREACHABLE, Route


def entry(net: Internet, name: str, prefix: str) -> Route | None:
    """The best route of a router to just this prefix."""
    (router,) = [router for router in net._world.registry.routers() if router.name == name]
    address, length = prefix.split("/")
    found = router.stack.fib4.routes_to(parse(address)[1], int(length))
    return found[0] if found else None


def loops(net: Internet) -> list[str]:
    """The prefixes that packets went in circles for."""
    assert net.forwarding is not None
    return [one.prefix for one in net.forwarding.episodes if one.kind == "loop" and one.end_ns is None]


def test_a_border_router_does_not_send_back_what_its_range_lacks() -> None:
    """It has a /30 of the /16 that it tells area 1 of, and area 1 leads its default route."""
    net = Internet(check_forwarding=True)
    options: dict[str, Any] = {"hello": "1s", "areas": {"0": {"ranges": ["10.50.0.0/16"]}}}
    r0, core = net.routers("r0", "core", routing="ospf", ospf=options)
    inside = net.router("in1", routing="ospf", ospf={**options, "area": 1, "redistribute": ["static"]})
    isp = net.router("isp", routing="static")
    net.link(r0, inside, ospf={"area": 1})
    net.link(r0, core, subnets=["10.50.1.0/30"])
    net.link(inside, isp)
    net.route(inside, "0.0.0.0/0", isp)
    net.host("h", at=inside)
    net.run(until="60s")
    assert loops(net) == []
    discard = entry(net, "r0", "10.50.0.0/16")
    assert discard is not None
    assert (discard.kind, discard.metric, discard.hops) == (UNREACHABLE, distances.OSPF, [])
    assert entry(net, "core", "10.50.0.0/16") is None, "an internal router has no range of its own"
    assert [reply.error for reply in net.ping("h", "10.50.9.9", count=1).replies] == ["Destination Host Unreachable"]
    assert net.ping("h", "10.50.1.2", count=1).loss == 0
    # The network goes, and so does the range: what is left is the default route.
    net.at("61s").cut(r0, core)
    net.run(until="70s")
    assert entry(net, "r0", "10.50.0.0/16") is None


def test_the_translator_of_an_nssa_does_not_send_back_what_its_range_lacks() -> None:
    net = Internet(check_forwarding=True)
    areas = {"1": {"kind": "nssa", "external_ranges": ["172.16.0.0/12"]}}
    border, core = net.routers("border", "core", routing="ospf", ospf={"hello": "1s", "areas": areas})
    (inside,) = net.routers(
        "inside", routing="ospf", ospf={"hello": "1s", "areas": areas, "area": 1, "redistribute": ["static"]}
    )
    net.link(border, inside, ospf={"area": 1})
    net.link(border, core)
    net.host("h", at=inside)
    net.host("far", at=core)
    net.route(inside, "172.16.1.0/24", "h")
    net.route(border, "0.0.0.0/0", inside)
    net.run(until="60s")
    told = entry(net, "core", "172.16.0.0/12")
    assert told is not None
    assert entry(net, "core", "172.16.1.0/24") is None
    discard = entry(net, "border", "172.16.0.0/12")
    assert discard is not None
    assert discard.kind == UNREACHABLE
    assert "172.16.0.0/12" not in loops(net)
    assert [reply.error for reply in net.ping("far", "172.20.0.1", count=1).replies] == ["Destination Host Unreachable"]


def test_a_discard_entry_is_not_redistributed() -> None:
    net = Internet()
    options: dict[str, Any] = {"hello": "1s", "areas": {"1": {"ranges": ["10.50.0.0/16"]}}}
    (border,) = net.routers("border", routing="ospf+rip", ospf=options, rip={"redistribute": ["ospf"]})
    inside, core = net.routers("inside", "core", routing="ospf", ospf=options)
    (old,) = net.routers("old", routing="rip")
    net.link(border, inside, subnets=["10.50.1.0/30"], ospf={"area": 1})
    net.link(border, core)
    net.link(border, old)
    net.run(until="60s")
    assert entry(net, "border", "10.50.0.0/16") is not None
    assert entry(net, "old", "10.50.1.0/30") is not None
    assert entry(net, "old", "10.50.0.0/16") is None


def test_an_automatic_router_does_not_send_back_what_its_block_lacks() -> None:
    """Others send it the whole block that its links have their subnets from."""
    net = Internet(check_forwarding=True)
    r0, r1 = net.routers("r0", "r1")
    net.link(r0, r1)
    net.host("h", at=r0)
    net.host("far", at=r1)
    net.route(r0, "0.0.0.0/0", r1)
    net.run(until="1s")
    assert entry(net, "r1", "10.0.1.0/24") is not None
    discard = entry(net, "r0", "10.0.1.0/24")
    assert discard is not None
    assert discard.kind == UNREACHABLE
    assert loops(net) == []
    assert [reply.error for reply in net.ping("far", "10.0.1.200", count=1).replies] == ["Destination Host Unreachable"]
    assert net.ping("far", "h", count=1, version=4).loss == 0
