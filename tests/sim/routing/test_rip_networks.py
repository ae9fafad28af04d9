"""RIP on whole networks: its tables are the shortest paths, also after links were cut and healed, and TCP lives on."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_array
from scipy.sparse.csgraph import shortest_path

from catenet import Internet
from catenet.host.routing.rip import DISTANCE
from catenet.kernel import kernel
from catenet.lab.model.link import Link
from catenet.lab.model.nodes import Router
from catenet.network.routing.rip import drop_reasons, tracing

FARTHEST = 14
"""Hops to a router whose own address has metric 15 here: 1 where it is, and 1 for each hop."""


def hop_distances(net: Internet, routers: tuple[Router, ...]) -> Any:
    """SciPy's hop distances between all routers, over the links that are up."""
    places = {router.name: place for place, router in enumerate(routers)}
    rows, columns = [], []
    for link in net.links.values():
        if link.up and link.a.node.name in places and link.b.node.name in places:
            rows.append(places[link.a.node.name])
            columns.append(places[link.b.node.name])
    graph = csr_array((np.ones(len(rows)), (rows, columns)), shape=(len(routers), len(routers)))
    return shortest_path(graph, directed=False, unweighted=True)


def nearer(net: Internet, routers: tuple[Router, ...], here: int, there: int, distances: Any) -> set[int]:
    """The gateways of every first hop on a shortest path."""
    found = set()
    places = {router.name: place for place, router in enumerate(routers)}
    for end in routers[here].ends:
        assert end.link is not None
        across = end.link.other(end)
        if end.link.up and across.node.name in places:
            if distances[places[across.node.name]][there] == distances[here][there] - 1:
                face = across.face(4)
                assert face is not None
                found.add(int(face.ip))
    return found


def check_tables(net: Internet, routers: tuple[Router, ...], all_ways: bool) -> None:
    """Every router's way to every other's own address, in RIP's table and in the forwarding table."""
    distances = hop_distances(net, routers)
    for here, router in enumerate(routers):
        table = net.rip.daemons[router.name].machine.table
        for there, other in enumerate(routers):
            if here == there:
                continue
            address = int(other.own_faces[0].ip)
            route = table.find(address, 32)
            forwarding = router.stack.fib4.lookup(address, True)
            if distances[here][there] > FARTHEST:
                assert route is None or route.dead, f"{router.name} has a way to {other.name}"
                assert forwarding is None
                continue
            assert route is not None, f"{router.name} has no way to {other.name}"
            assert route.metric == distances[here][there] + 1, f"{router.name} to {other.name}"
            assert forwarding is not None
            assert forwarding.metric == DISTANCE
            hops = {hop.gateway for hop in forwarding.hops}
            valid = nearer(net, routers, here, there, distances)
            assert hops == valid if all_ways else len(hops) == 1 and hops <= valid, f"{router.name} to {other.name}"


@pytest.mark.parametrize("paths", [1, 16])
@pytest.mark.parametrize("name", ["Abilene", "AttMpls", "Geant2012", "Nsfnet", "Sinet"])
def test_the_tables_are_the_shortest_paths(published: Path, name: str, paths: int) -> None:
    net = Internet(seed=2)
    file = published / "topologies" / f"{name}.graphml"
    routers = net.topology(file, delay="5ms", routing="rip", rip={"paths": paths, "poison_reverse": paths > 1})
    net.run(until="150s")
    check_tables(net, routers, paths > 1)
    assert all(sum(daemon.machine.drops) == 0 for daemon in net.rip.daemons.values())


@pytest.mark.slow
def test_what_is_farther_than_fifteen_is_not_there(published: Path) -> None:
    net = Internet(seed=2)
    routers = net.topology(published / "topologies" / "Cogentco.graphml", delay="5ms", routing="rip")
    net.run(until="150s")
    check_tables(net, routers, False)


COMPILED = not kernel.__file__.endswith(".py")
LARGER = ("AttMpls", "Geant2012", "Sinet") if COMPILED else ("AttMpls",)
"""Interpreted, the two largest take two and a half minutes; `make test` follows them compiled."""
SLOWER = [pytest.param(name, marks=pytest.mark.slow) for name in LARGER]


@pytest.mark.parametrize("name", ["Abilene", "Nsfnet", *SLOWER])
def test_the_tables_follow_cuts_and_heals(published: Path, name: str) -> None:
    net = Internet(seed=4)
    rip = {
        "update": "5s",
        "timeout": "30s",
        "garbage": "20s",
        "hold": ("0.2s", "1s"),
        "poison_reverse": True,
        "paths": 8,
    }
    routers = net.topology(published / "topologies" / f"{name}.graphml", delay="5ms", routing="rip", rip=rip)
    net.run(until="30s")
    dice = random.Random(name)
    now = 30
    for _ in range(20):
        link: Link = dice.choice(list(net.links.values()))
        if link.up:
            link.cut()
        else:
            link.heal()
        now += 90
        net.run(until=f"{now}s")
        check_tables(net, routers, True)


def square(**rip: Any) -> Internet:
    """Four routers in a ring, a server at one and a client across."""
    net = Internet(seed=5)
    north, east, south, west = net.routers("north", "east", "south", "west", routing="rip", rip=rip)
    for ends in ((north, east), (east, south), (south, west), (west, north)):
        net.link(*ends, delay="5ms")
    net.host("server", at=south)
    net.host("client", at=north)
    return net


def router_of(net: Internet, name: str) -> Router:
    """A router by its name."""
    node = net._world.registry.node(name)
    assert isinstance(node, Router)
    return node


def test_a_connection_survives_a_cut() -> None:
    net = square(key="secret", authentication="hmac-sha-256")

    async def serve() -> None:
        async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            while data := await reader.read(4096):
                writer.write(data)
                await writer.drain()
            writer.close()

        server = await asyncio.start_server(echo, "0.0.0.0", 7)
        await server.serve_forever()

    waits: list[float] = []

    async def talk() -> None:
        reader, writer = await asyncio.open_connection("server", 7)
        loop = asyncio.get_running_loop()
        for number in range(60):
            begun = loop.time()
            writer.write(number.to_bytes(4, "big"))
            assert await reader.readexactly(4) == number.to_bytes(4, "big")
            waits.append(loop.time() - begun)
            await asyncio.sleep(1)
        writer.close()

    net.build()
    way = net._world.find_link("north-east")
    route = router_of(net, "north").stack.fib4
    server, client = net._world.registry.host("server", "test").host, net._world.registry.host("client", "test").host
    server.run(serve, service=True)
    client.run(talk, start="40s")
    net.run(until="41s")
    found = route.lookup(int(server.addresses[0]))
    assert found is not None
    used = "north-east" if found.hops[0].interface is way.a.interface else "west-north"
    net.at("50s").cut(used)
    net.run()
    assert max(waits) > 1
    assert max(waits[:5]) < 0.1
    assert max(waits[-5:]) < 0.1


def test_the_trace_tells_each_change_with_its_cause() -> None:
    net = square()
    net.at("60s").cut("north", "east")
    net.run(until="120s")
    names = net.trace.names
    changes = [tracing.route_change(row) for row in net.trace.rows() if row.kind == tracing.ROUTE]
    east = int(router_of(net, "east").own_faces[0].ip)
    told = [change for change in changes if names[change.subject] == "north" and change.prefix == east]
    assert [change.cause for change in told] == [tracing.LEARNED, tracing.INTERFACE_DOWN, tracing.LEARNED]
    assert [change.metric for change in told] == [2, 16, 4]
    assert told[1].time_ns == 60_000_000_000
    assert {change.cause for change in changes} <= set(tracing.CAUSES)


def test_a_router_without_the_key_is_not_believed() -> None:
    net = Internet(seed=1)
    good, other = net.routers("good", "other", routing="rip", rip={"key": "secret"})
    forger = net.router("forger", routing="rip", rip={"key": "guess"})
    net.link(good, other)
    net.link(good, forger)
    net.run(until="60s")
    machine = net.rip.daemons["good"].machine
    assert machine.drops[drop_reasons.WRONG_KEY] > 0
    assert machine.table.find(int(forger.own_faces[0].ip), 32) is None
    assert machine.table.find(int(other.own_faces[0].ip), 32) is not None


def test_a_static_route_wins_and_is_told_to_the_others() -> None:
    net = Internet(seed=1)
    left, middle, right = net.routers(
        "left", "middle", "right", routing="rip", rip={"redistribute_static": True, "tag": 5}
    )
    net.link(left, middle)
    net.link(middle, right)
    net.link(left, right)
    net.route(left, "192.168.0.0/16", "right")
    net.build()
    net.route(left, str(right.own_faces[0].network), "middle")
    net.run(until="60s")
    route = left.stack.fib4.lookup(int(right.own_faces[0].ip))
    assert route is not None
    assert route.metric == 1
    told = net.rip.daemons["middle"].machine.table.find(0xC0A80000, 16)
    assert told is not None
    assert (told.metric, told.tag) == (2, 5)


def test_a_lan_of_routers() -> None:
    net = Internet(seed=1)
    lan = net.switch("lan")
    routers = net.routers("one", "two", "three", routing="rip")
    for router in routers:
        net.link(router, lan)
        net.host(f"at-{router.name}", at=router)
    net.host("here", at=lan)
    net.run(until="20s")
    for router in routers:
        assert net.ping("here", f"at-{router.name}", count=1, version=4).loss == 0
    assert net.ping("at-one", "at-three", count=1, version=4).loss == 0


def test_the_same_run_twice_and_in_bytes() -> None:
    traces = []
    for fidelity in ("objects", "objects", "bytes"):
        net = Internet(seed=9, fidelity=fidelity)
        routers = net.routers("a", "b", "c", routing="rip", rip={"key": "k"})
        net.link(routers[0], routers[1])
        net.link(routers[1], routers[2])
        net.link(routers[2], routers[0])
        net.at("40s").cut("a", "b")
        net.run(until="100s")
        traces.append([row for row in net.trace.rows() if row.kind in (tracing.ROUTE, tracing.UPDATE)])
    assert traces[0] == traces[1] == traces[2]
