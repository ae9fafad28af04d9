"""Large internets: what a router costs does not grow with how many there are, and five thousand fit."""

from __future__ import annotations

import gc
import json
import subprocess
import sys
import tracemalloc

import pytest

from catenet import Internet
from catenet.bench import fib as bench_fib
from catenet.bench import ospf as bench_ospf
from catenet.bench import scale as bench_scale
from catenet.lab.routing.link_changes import ROW_COST, Change
from catenet.network.forwarding.route import UNICAST

GIB = 2**30


def built(routers: int) -> tuple[Internet, float]:
    """An internet that is built and has carried packets across, and the octets that each router costs."""
    gc.collect()
    tracemalloc.start()
    net = bench_scale.build(routers, seed=1)
    net.host("here", at="r1")
    net.host("there", at=f"r{routers - 1}")
    assert net.ping("here", "there", count=2).received > 0
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return net, held / routers


def test_a_router_costs_the_same_in_a_network_three_times_as_large() -> None:
    small, small_octets = built(60)
    large, large_octets = built(180)
    assert large_octets < 1.2 * small_octets
    for net, routers in ((small, 60), (large, 180)):
        table = net._world.registry.routers()[0].stack.fib4.routes()
        automatic = [route for route in table if route.metric == 20 and route.kind == UNICAST]
        assert len(automatic) == routers - 1


def test_a_cut_costs_one_search_for_each_place_behind_the_link() -> None:
    """Counted in edges looked at: once for each column, and seven times if all has moved; five times to find those."""
    for routers in (60, 240):
        net = bench_scale.build(routers, seed=1)
        net.build()
        tables = net._world.routes._tables
        assert tables is not None
        for link in list(net.links)[:: routers // 20]:
            for down, up in (([link], []), ([], [link])):
                change = Change(tables, down, up)
                assert change.edges_seen <= (8 * change.columns + 5) * len(tables.routes.edges)
                assert change.rows * ROW_COST <= routers
                assert change.columns <= routers


def test_the_benches_measure_what_they_say(monkeypatch: pytest.MonkeyPatch) -> None:
    figures = bench_scale.scale(30, hosts=4, megabytes=0.1, seconds=3.5)
    assert figures["received_mb"] == pytest.approx(0.4)
    assert isinstance(figures["forwarded_packets"], int)
    assert figures["forwarded_packets"] > 4 * 0.1e6 / 1448
    assert len(figures["routes_changed"]) == 1  # type: ignore[arg-type]
    assert str(figures["cut_link"]).startswith("r")
    found = bench_ospf.ospf(10)
    assert found["cut_route_changes"] != 0
    monkeypatch.setattr(bench_fib, "LOOKUPS", 2000)
    for version in (4, 6):
        assert bench_fib.lookups(500, version=version)["prefixes"] == 500


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_five_thousand_routers_in_four_gib() -> None:
    """In a process of its own, whose peak is its own."""
    command = [sys.executable, "-m", "catenet", "bench", "scale", "--routers", "5000", "--megabytes", "0.2", "--json"]
    figures = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    assert figures["links"] == 10_100
    assert figures["received_mb"] == pytest.approx(20)
    assert figures["passing_routers"] > 200
    assert figures["peak_mb"] * 1e6 < 4 * GIB


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_one_ospf_area_of_three_hundred_routers() -> None:
    """The bench holds every table against Dijkstra's, from cold and after a cut."""
    command = [sys.executable, "-m", "catenet", "bench", "ospf", "--routers", "300", "--json"]
    figures = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    assert figures["cold_virtual_s"] < 60
    assert figures["cut_virtual_s"] < 10
