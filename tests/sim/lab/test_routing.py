"""Packets find their way: automatic routes, ECMP, MTU in mid-path, probes, published topologies."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from catenet import Internet, LabError
from catenet.network.addresses import text

TOPOLOGIES = ["Abilene", "AttMpls", "Cogentco", "Geant2012", "Nsfnet", "Sinet"]


def test_shortest_paths_by_delay_and_by_bandwidth() -> None:
    for metric, way in (("delay", ["a", "b", "c", "there"]), ("bandwidth", ["a", "c", "there"])):
        net = Internet(metric=metric)
        a, b, c = net.routers("a", "b", "c")
        net.link(a, b, rate="10Mbit/s", delay="1ms")
        net.link(b, c, rate="10Mbit/s", delay="1ms")
        net.link(a, c, rate="1Gbit/s", delay="5ms")
        net.host("here", at=a)
        net.host("there", at=c)
        for version in (4, 6):
            assert [hop.name for hop in net.traceroute("here", "there", version=version)] == way


def test_equal_paths_share_flows() -> None:
    net = Internet(seed=1)
    left, up, down, right = net.routers("left", "up", "down", "right")
    for middle in (up, down):
        net.link(left, middle, delay="5ms")
        net.link(middle, right, delay="5ms")
    net.host("here", at=left)
    for number in range(16):
        net.host(f"there{number}", at=right)
    net.build()
    route = left.stack.fib4.lookup(int(right.own_faces[0].ip))
    assert route is not None
    assert [text(4, hop.gateway) for hop in route.hops] == ["10.0.1.6", "10.0.1.10"]
    middles = [net.traceroute("here", f"there{number}", probes=1)[1].name for number in range(16)]
    assert {"up", "down"} == set(middles)


def test_a_cost_keeps_flows_away() -> None:
    net = Internet()
    left, right = net.routers("left", "right")
    net.link(left, right, name="dear", cost=10)
    net.link(left, right, name="cheap", cost=9)
    net.build()
    route = left.stack.fib6.lookup(int(right.own_faces[1].ip))
    assert route is not None
    assert [hop.interface.name for hop in route.hops] == ["eth1"]


def test_parallel_links_share_too_and_one_may_go() -> None:
    net = Internet()
    a, b = net.routers("a", "b")
    for _ in range(2):
        net.link(a, b, delay="3ms")
    net.host("here", at=a)
    net.host("there", at=b)
    net.at("1s").cut("a-b")
    net.run(until="1.1s")
    # the router at the cut stops using the dead one at once, before routes are computed anew
    assert net.ping("here", "there", count=5, interval="10ms").loss == 0


def test_partition_and_return() -> None:
    net = Internet(reconverge="100ms")
    a, b, c = net.routers("a", "b", "c")
    net.link(a, b, delay="1ms")
    net.link(b, c, delay="1ms")
    net.host("here", at=a)
    net.host("there", at=c)
    net.at("1s").cut("b", "c")
    net.at("2s").heal("b", "c")
    net.run(until="1.5s")
    lost = net.ping("here", "there", count=2, interval="10ms", timeout="0.1s")
    assert lost.loss == 1
    assert "Unreachable" in lost.replies[0].error
    net.run(until="2.2s")
    assert net.ping("here", "there", count=2).loss == 0
    texts = [entry["text"] for entry in net.result().summary()["timeline"]]
    assert (
        texts
        == [
            "link b-c cut",
            "7 routes of 3 routers changed",
            "link b-c healed",
            "7 routes of 3 routers changed",
        ]
        or [text.split(" ", 1)[1] for text in texts if "routes" in text] == ["routes of 3 routers changed"] * 2
    )


def test_static_routers_take_no_part() -> None:
    net = Internet()
    a, b, c = net.router("a"), net.router("b", routing="static"), net.router("c")
    net.link(a, b, delay="1ms")
    net.link(b, c, delay="1ms")
    net.host("here", at=a)
    net.host("there", at=c)
    assert net.ping("here", "there", count=1, timeout="0.1s").loss == 1
    net.route(a, "default", b)
    net.route(c, "default", b)
    net.route(b, "10.0.1.0/24", a)
    net.route(b, "10.0.3.0/24", c)
    net.build()
    assert net.ping("here", "there", count=1).loss == 0


def test_a_small_mtu_in_mid_path() -> None:
    net = Internet()
    a, b, c = net.routers("a", "b", "c")
    net.link(a, b, delay="1ms")
    net.link(b, c, delay="1ms", mtu=1280)
    here, there = net.host("here", at=a), net.host("there", at=c)
    assert net.ping(here, there, size=1400, count=2, interval="50ms").loss == 0
    # IPv6 routers do not cut: the first request and the first reply are lost, and teach their senders the path's MTU
    replies = net.ping(here, there, size=1400, count=3, interval="50ms", version=6).replies
    assert replies[0].error == "Packet too big: mtu=1280"
    assert [reply.rtt_ns > 0 for reply in replies] == [False, False, True]
    assert here.ip.path_mtu(6, int(there.addresses[1])) == 1280


def test_ping_statistics() -> None:
    net = Internet(seed=2)
    a, b = net.host("a"), net.host("b")
    net.link(a, b, delay="10ms", jitter="2ms", loss="20%")
    assert net.ping(a, b, count=10).received > 0  # by now they know each other's MAC
    result = net.ping(a, b, count=200, interval="10ms")
    assert (result.sent, result.received) == (200, len(result.rtts_ns))
    assert 0.2 < result.loss < 0.5
    assert 16e6 < result.rtt_min_ns < result.rtt_avg_ns < result.rtt_max_ns < 25e6
    assert 0.5e6 < result.rtt_mdev_ns < 3e6


def test_hop_limit_ends_where_it_is_spent() -> None:
    net = Internet()
    routers = net.routers("r1", "r2", "r3")
    for here, there in pairwise(routers):
        net.link(here, there, delay="1ms")
    net.host("here", at="r1")
    net.host("there", at="r3")
    reply = net.ping("here", "there", count=1, hop_limit=2).replies[0]
    assert (reply.rtt_ns, reply.error) == (-1, "Time to live exceeded")
    assert net._world.naming.table.name_of(4, int.from_bytes(bytes(map(int, reply.source.split("."))), "big")) == "r2"


def test_a_host_on_two_links_reaches_both_sides() -> None:
    net = Internet()
    a, b = net.routers("a", "b")
    net.link(a, b, delay="50ms")
    both = net.host("both")
    net.link(both, a, delay="1ms")
    net.link(both, b, delay="1ms")
    net.host("left", at=a)
    net.host("right", at=b)
    assert [hop.name for hop in net.traceroute(both, "left")] == ["a", "left"]
    assert [hop.name for hop in net.traceroute(both, "right")] == ["b", "right"]
    # and passes nothing on, though the way through it would be shorter
    assert [hop.name for hop in net.traceroute("left", "right")] == ["a", "b", "right"]


def test_two_routers_on_one_lan() -> None:
    net = Internet()
    lan = net.switch("lan")
    for name in ("first", "second"):
        net.router(name)
        net.link(lan, name)
        net.host(f"behind-{name}", at=name)
    net.host("here", at=lan)
    for name in ("first", "second"):
        assert net.ping("here", f"behind-{name}", count=1).loss == 0
        assert net.ping("here", f"behind-{name}", count=1, version=6).loss == 0
    assert [hop.name for hop in net.traceroute("behind-first", "behind-second")] == ["first", "second", "behind-second"]


@pytest.mark.parametrize("name", TOPOLOGIES)
def test_every_host_of_a_published_topology_reaches_every_other(published: Path, name: str) -> None:
    net = Internet(seed=1)
    routers = net.topology(published / "topologies" / f"{name}.graphml", delay="5ms")
    some = routers[:: max(1, len(routers) // 20)]
    hosts = [net.host(f"host-{router.name}", at=router) for router in some]
    net.build()
    for router in routers:
        for other in routers:
            assert other is router or router.stack.fib4.lookup(int(other.own_faces[0].ip)) is not None
    for place, host in enumerate(hosts):
        peer = hosts[(place + 1) % len(hosts)]
        for version in (4, 6):
            assert net.ping(host, peer, count=1, version=version, timeout="3s").loss == 0


def test_a_lan_of_three_hundred() -> None:
    net = Internet()
    lan = net.switch("lan")
    net.link(net.router("gateway"), lan)
    hosts = net.hosts(*(f"host{number}" for number in range(300)), at=lan)
    far = net.host("far", at="gateway")
    net.build()
    assert str(hosts[0].addresses[0]) == "10.0.2.2"
    assert str(hosts[299].addresses[0]) == "10.0.3.45"
    assert net.ping(hosts[299], hosts[0], count=1).loss == 0
    assert net.ping(hosts[299], far, count=1, version=6).loss == 0


@pytest.mark.parametrize(("subnet", "version"), [("192.0.2.0/24", 4), ("2001:db8:ffff::/64", 6)])
def test_a_lan_may_speak_one_version_only(subnet: str, version: int) -> None:
    net = Internet()
    lan = net.switch("lan", subnets=[subnet])
    one, two = net.hosts("one", "two", at=lan)
    assert net.ping(one, two, count=1).loss == 0
    assert len(one.addresses) == 1
    with pytest.raises(LabError, match="have no IPv. addresses"):
        net.ping(one, two, version=10 - version)


def test_the_way_back_may_differ() -> None:
    net = Internet()
    a, b = net.host("a"), net.host("b")
    link = net.link(
        a, b, rate="20Mbit/s", delay="10ms", loss="1%", back={"rate": "1Mbit/s", "delay": "30ms", "loss": 0}
    )
    assert (link.wire.forward.rate_bit_s, link.wire.backward.rate_bit_s) == (20_000_000, 1_000_000)
    net.at("1s").set(a, b, back={"delay": "50ms"}, loss=0)
    net.run(until="2s")
    assert net.ping(a, b, count=2).rtts_ns[1] == pytest.approx(60_000_000, rel=0.05)
    summary = net.result().summary()
    assert summary["timeline"][0]["text"] == "link a-b: loss 0, back (delay 50ms)"
    directions = summary["links"][0]["directions"]
    assert [direction["delay_ns"] for direction in directions] == [10_000_000, 50_000_000]
    with pytest.raises(LabError, match="link a-b: back: the way back: unknown option 'mtu'"):
        net.links["a-b"].set(back={"mtu": 9000})


def test_mtu_and_queue_may_change() -> None:
    net = Internet()
    a, b = net.routers("a", "b")
    net.link(a, b, delay="1ms")
    here = net.host("here", at=a)
    net.host("there", at=b)
    net.at("10s").set(a, b, mtu=1280, queue=1)
    net.run(until="11s")
    net.ping("here", "there", size=1400, version=6, count=3, interval="50ms")
    assert here.ip.path_mtu(6, int(net._world.registry.host("there", "test").host.addresses[1])) == 1280
    assert net.ping("here", "there", size=6000, count=1).loss == 1  # three more fragments than the queue holds


def test_a_link_that_is_cut_before_the_run_carries_no_routes() -> None:
    net = Internet()
    a, b = net.routers("a", "b")
    net.link(a, b, name="short", delay="1ms").cut()
    net.link(a, b, name="long", delay="9ms")
    net.host("here", at=a)
    net.host("there", at=b)
    assert net.ping("here", "there", count=2).rtts_ns[1] == pytest.approx(18_400_000, rel=0.01)


def test_several_static_routes_to_one_prefix_share() -> None:
    net = Internet()
    a, b = net.routers("a", "b", routing="static")
    net.link(a, b, subnets=["192.0.2.0/30"])
    net.link(a, b, subnets=["192.0.2.4/30"])
    for via in ("192.0.2.2", "192.0.2.6"):
        net.route(a, "198.51.100.0/24", via)
    net.build()
    route = a.stack.fib4.lookup(int.from_bytes(bytes((198, 51, 100, 1)), "big"))
    assert route is not None
    assert [text(4, hop.gateway) for hop in route.hops] == ["192.0.2.2", "192.0.2.6"]
