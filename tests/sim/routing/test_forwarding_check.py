"""The check of all forwarding tables: it finds the loops and blackholes that are known to be there, and no others."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from catenet import Internet
from catenet.lab.forwarding.check import ForwardingCheck
from catenet.lab.forwarding.episodes import Episode
from catenet.scenario import load

SECOND = 1_000_000_000


def check_of(net: Internet) -> ForwardingCheck:
    assert net.forwarding is not None
    return net.forwarding


def faults_of(net: Internet, prefix: str = "") -> list[tuple[str, tuple[str, ...], float, float]]:
    """Kind, routers, start and end in seconds (-1: lasting)."""
    return [
        (
            one.kind,
            one.routers,
            one.start_ns / SECOND,
            -1 if one.end_ns is None else one.end_ns / SECOND,
        )
        for one in check_of(net).episodes
        if prefix in ("", one.prefix)
    ]


def triangle(**options: Any) -> Internet:
    net = Internet(seed=1, check_forwarding=True, **options)
    a, b, c = net.routers("a", "b", "c")
    net.link(a, b)
    net.link(b, c)
    net.link(c, a, delay="9ms")
    net.host("target", at=c)
    return net


def test_automatic_routes_lose_packets_until_they_reconverge() -> None:
    net = triangle(reconverge="300ms")
    net.at("5s").cut("b", "c")
    net.at("8s").heal("b", "c")
    run = net.run(until="12s")
    assert faults_of(net, "10.0.3.8/30") == [("blackhole", ("b",), 5.0, 5.3)]
    found = next(one for one in check_of(net).episodes if one.prefix == "10.0.3.8/30")
    assert found.affected == ("a", "b")
    assert {one[2:] for one in faults_of(net)} == {(5.0, 5.3)}
    summary = run.summary()
    assert summary["forwarding"]["blackholes"] == {"count": len(faults_of(net)), "longest_ns": 300_000_000}
    assert summary["forwarding"]["loops"]["count"] == summary["forwarding"]["lasting"] == 0
    told = [entry["text"] for entry in summary["timeline"] if entry["what"] == "blackhole"]
    assert len(told) == 2
    assert all("for 300 ms" in text for text in told)


def test_what_no_link_leads_to_any_more_is_no_blackhole() -> None:
    net = triangle()
    net.at("5s").cut("target", "c")
    net.at("6s").cut("a", "b")
    net.run(until="7s")
    assert faults_of(net, "10.0.3.8/30") == []


def test_a_link_that_loses_everything_is_dead() -> None:
    net = triangle()
    net.at("5s").set("b", "c", back={"loss": "100%"}, loss="0%")
    net.at("6s").set("b", "c", loss="100%")
    net.at("7s").set("b", "c", loss="1%")
    net.run(until="8s")
    assert faults_of(net, "10.0.3.8/30") == [("blackhole", ("b",), 6.0, 7.0)]
    assert faults_of(net, "10.0.2.1/32") == [("blackhole", ("c",), 5.0, 7.0)]


def test_counting_to_infinity_is_a_loop() -> None:
    net = Internet(seed=1, check_forwarding=True)
    naive = {"split_horizon": False, "triggered": False, "jitter": 0}
    first, second = net.routers("first", "second", routing="rip", rip=naive)
    net.link(first, second)
    net.host("target", at=first)
    net.at("163s").cut("first", "target")
    net.run(until="600s")
    (found,) = faults_of(net)
    assert found[:2] == ("loop", ("first", "second"))
    assert found[3] - found[2] == pytest.approx(200, abs=31)


def test_split_horizon_makes_no_loop_of_two() -> None:
    net = Internet(seed=1, check_forwarding=True)
    first, second = net.routers("first", "second", routing="rip")
    net.link(first, second)
    net.host("target", at=first)
    net.at("163s").cut("first", "target")
    net.run(until="600s")
    assert faults_of(net) == []


def test_static_routes_that_point_at_each_other() -> None:
    net = Internet(seed=1, check_forwarding=True)
    a, b, c = net.routers("a", "b", "c", routing="static")
    net.link(a, b)
    net.link(b, c)
    net.route(a, "192.168.0.0/16", "b")
    net.route(b, "default", "a")
    net.route(c, "192.168.0.0/16", "b")
    net.run(until="1s")
    lasting = {one.prefix: one for one in check_of(net).lasting()}
    found = lasting["192.168.0.0/16"]
    assert (found.kind, found.routers, found.affected) == ("loop", ("a", "b"), ("a", "b", "c"))
    assert found.place == "loop a → b → a"
    # b's default route draws packets for c itself to a, which has no route.
    assert {lasting[prefix].place for prefix in ("10.0.3.1/32", "2001:db8:3::1/128")} == {"blackhole at a"}


def test_a_cut_behind_a_switch_is_not_noticed_by_the_sender() -> None:
    net = Internet(seed=1, check_forwarding=True)
    lan = net.switch("lan")
    a, b = net.routers("a", "b", routing="static")
    net.link(a, lan)
    net.link(b, lan)
    net.link(a, b)
    net.host("target", at=b)
    net.build()
    net.route(a, "10.0.2.0/24", str(b.ends[0].faces[0].ip))
    net.at("2s").cut(b, lan)
    net.at("3s").heal(b, lan)
    net.run(until="4s")
    assert faults_of(net, "10.0.2.4/30") == [("blackhole", ("a",), 2.0, 3.0)]


def test_an_interface_that_is_disabled() -> None:
    net = triangle()
    net.build()
    interface = net._world.registry.routers()[1].ends[1].interface
    assert interface is not None
    net.at("5s").call(interface.set_enabled, False)
    net.at("6s").call(interface.set_enabled, True)
    net.run(until="7s")
    assert ("blackhole", ("b",), 5.0, 6.0) in faults_of(net, "10.0.3.8/30")


def now(check: ForwardingCheck) -> dict[Any, Any]:
    """What the check thinks of every class of addresses."""
    return {
        key: (known.sample, known.branches, sorted(fault for fault in known.open if fault[0]))
        for key, known in check._classes.items()
    }


@pytest.mark.parametrize("routing", ["auto", "rip"])
def test_following_changes_comes_to_the_same_as_looking_at_everything(published: Path, routing: str) -> None:
    net = Internet(seed=3, check_forwarding=True)
    rip = {"update": "5s", "timeout": "30s", "garbage": "20s", "split_horizon": False} if routing == "rip" else None
    net.topology(published / "topologies" / "Abilene.graphml", delay="5ms", routing=routing, rip=rip)
    lan = net.switch("lan")
    for router in net._world.registry.routers()[:3]:
        net.link(router, lan)
    net.run(until="20s")
    dice = random.Random(routing)
    for step in range(1, 25):
        link = dice.choice(list(net.links.values()))
        if link.up:
            link.cut()
        else:
            link.heal()
        if dice.random() < 0.3:
            link.set(loss=dice.choice(["0%", "100%"]))
        net.run(until=f"{20_000 + step * 3700}ms")
        fresh = ForwardingCheck(net._world.kernel, net._world.registry)
        fresh.update()
        fresh._look()
        assert now(check_of(net)) == now(fresh)


def test_a_run_that_is_checked_is_the_same_run() -> None:
    outcomes = []
    for check in (False, True):
        net = Internet(seed=4, check_forwarding=check)
        a, b, c = net.routers("a", "b", "c", routing="rip", rip={"split_horizon": False})
        net.link(a, b)
        net.link(b, c)
        net.link(c, a)
        net.host("target", at=a)
        net.at("61s").cut(a, "target")
        net.run(until="200s")
        outcomes.append(net.trace.rows())
        assert (net.forwarding is not None) == check
        assert ("forwarding" in net.result().summary()) == check
    assert outcomes[0] == outcomes[1]


def test_a_scenario_asks_for_the_check(tmp_path: Path) -> None:
    file = tmp_path / "pair.toml"
    file.write_text('check_forwarding = true\n[routers]\na = {}\nb = {}\n[[links]]\nbetween = ["a", "b"]\n')
    net = load(file).build()
    net.run(until="1s")
    assert check_of(net).checks > 0
    assert faults_of(net) == []


def test_an_episode_as_json() -> None:
    episode = Episode("loop", "10.0.0.0/8", ("a", "b"), 1, 2, ("a", "b"))
    assert episode.as_json()["affected"] == ["a", "b"]
