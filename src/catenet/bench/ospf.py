"""The cost of OSPF in one large area: convergence from a cold start, and after the cut of a link.

The network is that of ``bench scale``, with OSPF on every router.  It has converged when no table has changed for
longer than any of OSPF's timers; then each router's distances and next hops to all others are compared with those of
Dijkstra's algorithm.
"""

from __future__ import annotations

import time
from typing import Any, Final

import catenet.kernel.event
from catenet.bench import hot_loops
from catenet.bench.baseline import us_per_heapq_push_pop
from catenet.bench.scale import build, peak_mb
from catenet.internet import Internet
from catenet.lab.model.link import Link
from catenet.lab.model.nodes import Router
from catenet.lab.world.gc_tuning import sparing_collector
from catenet.network.routing.dijkstra import shortest_paths
from catenet.network.routing.graph import UNREACHED, Graph

CALM_S: Final = 15
"""Longer than any timer between an event and its effect: an LSA is originated, and routes are calculated, at least
every 5 s if something has changed."""
MAX_S: Final = 600


def ospf(routers: int = 1000, *, pacing: str = "0s", seed: int = 1) -> dict[str, object]:
    """Measure one area.


    Times are processor times, except ``cold_virtual_s`` and ``cut_virtual_s``, which end with the last change of any
    table.  ``pacing`` is the flood pacing of the routers.  ``messages`` counts OSPF packets that left a router.  No
    trace is recorded.  Raises AssertionError if a table differs from the shortest paths.
    """
    with sparing_collector():
        return _measured(routers, pacing, seed)


def _measured(routers: int, pacing: str, seed: int) -> dict[str, object]:
    started = time.process_time()
    net = build(routers, seed, routing="ospf", ospf={"flood_pacing": pacing})
    net.trace.listening = False
    net.build()
    clock = hot_loops.RouteClock(net._world.kernel)
    for router in net._world.registry.routers():
        router.stack.fib4.watch(clock)
    built_s, built_mb = time.process_time() - started, peak_mb()
    cold = _converge(net, clock)
    _verify(net, set())
    link = _busiest(net)
    link.cut()
    cut = _converge(net, clock)
    _verify(net, {link.name})
    return {
        "bench": "ospf",
        "build": "interpreted" if catenet.kernel.event.__file__.endswith(".py") else "compiled",
        "routers": routers,
        "links": len(net.links),
        "pacing": pacing,
        "built_s": built_s,
        **{f"cold_{key}": value for key, value in cold.items()},
        **{f"cut_{key}": value for key, value in cut.items()},
        "routes": sum(len(router.stack.fib4.routes()) for router in net._world.registry.routers()),
        "peak_mb_built": built_mb,
        "peak_mb": peak_mb(),
        "us_per_heapq_push_pop": us_per_heapq_push_pop(time.process_time),
    }


def _converge(net: Internet, clock: hot_loops.RouteClock) -> dict[str, Any]:
    """Run until no table changes any more."""
    start, begun_ns = time.process_time(), int(net._world.kernel.now_ns)
    before = clock.changes, int(net._world.kernel.events_fired), _messages(net)
    clock.last_ns = begun_ns
    with net._world.driven("bench"):
        while net._world.kernel.now_ns < clock.last_ns + CALM_S * 1_000_000_000:
            assert net._world.kernel.now_ns < begun_ns + MAX_S * 1_000_000_000, f"no convergence within {MAX_S} s"
            net._world.kernel.run(net._world.kernel.now_ns + 1_000_000_000)
    return {
        "virtual_s": (int(clock.last_ns) - begun_ns) / 1e9,
        "s": time.process_time() - start,
        "route_changes": int(clock.changes - before[0]),
        "events": int(net._world.kernel.events_fired) - before[1],
        "messages": _messages(net) - before[2],
    }


def _verify(net: Internet, down: set[str]) -> None:
    """Compare the tables with the shortest paths in a graph made from the links."""
    routers = net._world.registry.routers()
    numbers = {router.name: number for number, router in enumerate(routers)}
    graph, hops = Graph(len(routers)), []
    for link in net.links.values():
        for out in link.ends if link.name not in down else ():
            into = link.other(out)
            face, cost = into.face(4), link.given_cost(out)
            assert face is not None
            assert cost is not None
            graph.add_edge(numbers[out.node.name], numbers[into.node.name], cost)
            hops.append((out.interface, int(face.ip)))
    own = [next(int(face.ip) for face in router.own_faces if face.version == 4) for router in routers]
    for number, router in enumerate(routers):
        paths = shortest_paths(graph, number)
        calculation = net.ospf.daemons[router.name].machine.calculation
        for other, edges in enumerate(paths.first_hops()):
            route, entries = calculation.route(own[other], 32), router.stack.fib4.routes_to(own[other], 32)
            if paths.distances[other] == UNREACHED:
                assert route is None, f"{router.name} has a route to {routers[other].name}, which is cut off"
            elif other != number:
                assert route is not None, f"{router.name} has no route to {routers[other].name}"
                assert route.cost == paths.distances[other], f"{router.name} to {routers[other].name}: {route.cost}"
                used = {(hop.interface, hop.gateway) for hop in entries[0].hops}
                assert used == {hops[edge] for edge in edges}, f"{router.name} to {routers[other].name}: next hops"


def _messages(net: Internet) -> int:
    """The number of packets that routers sent; no other node sends any."""
    return sum(int(router.stack.family4.counters.out_requests) for router in net._world.registry.routers())


def _busiest(net: Internet) -> Link:
    """The link that is the first hop of most routes to the first hundred routers."""
    count: dict[str, int] = {}
    by_interface = {end.interface: link for link in net.links.values() for end in link.ends}
    routers: list[Router] = net._world.registry.routers()
    for router in routers:
        for other in routers[:100]:
            for route in router.stack.fib4.routes_to(int(other.own_faces[0].ip), 32)[:1]:
                for hop in route.hops:
                    link = by_interface.get(hop.interface)
                    if link is not None:
                        count[link.name] = count.get(link.name, 0) + 1
    return net._world.find_link(max(count, key=lambda name: count[name]))
