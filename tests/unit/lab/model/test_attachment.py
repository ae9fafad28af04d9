"""Attachments as they are declared; nothing here needs Linux's leave."""

from __future__ import annotations

from pathlib import Path

import pytest

from catenet.errors import LabError
from catenet.internet import Internet
from catenet.scenario import load


@pytest.fixture
def net() -> Internet:
    net = Internet(seed=1)
    paris, oslo = net.routers("paris", "oslo")
    net.link(paris, oslo, delay="10ms")
    net.switch("lan", subnets=["192.0.2.0/24"])
    net.link(paris, "lan")
    net.host("server", at=oslo)
    return net


def test_it_has_addresses_and_a_name_like_a_host(net: Internet) -> None:
    one = net.attach("linux", at="lan")
    other = net.attach("far", at="oslo", addresses=["198.51.100.7/24"])
    net.build()
    assert [str(address) for address in one.addresses] == ["192.0.2.2"]
    assert [str(address) for address in other.addresses] == ["198.51.100.7"]
    assert net._world.naming.table.name_of(4, int(other.addresses[0])) == "far"
    assert not net._world.registry.ip_nodes() or "linux" not in [node.name for node in net._world.registry.ip_nodes()]


def test_its_link_stands_in_nobodys_way_unless_told(net: Internet) -> None:
    net.attach("fast", at="lan")
    net.attach("slow", at="oslo", rate="1Mbit/s", delay="5ms", mtu=1400)
    fast, slow = net.links["fast-lan"].wire.forward, net.links["slow-oslo"].wire.forward
    assert (fast.rate_bit_s, fast.delay_ns) == (10_000_000_000, 0)
    assert (slow.rate_bit_s, slow.delay_ns) == (1_000_000, 5_000_000)
    assert net.links["slow-oslo"].a.port.mtu == 1400


def test_in_virtual_time_nobody_is_there(net: Internet) -> None:
    linux = net.attach("linux", at="lan")
    net.build()
    result = net.ping("server", str(linux.addresses[0]), count=1)
    assert result.received == 0
    assert net.ping("paris", "server", count=1).received == 1


def test_two_may_be_joined_by_a_wire() -> None:
    net = Internet()
    left, right = net.attach("left", namespace="a"), net.attach("right", namespace="b")
    net.link(left, right, delay="50ms", subnets=["10.9.0.0/24"])
    net.build()
    assert [str(each.addresses[0]) for each in (left, right)] == ["10.9.0.1", "10.9.0.2"]


def test_routes_may_lead_behind_it(net: Internet) -> None:
    linux = net.attach("linux", at="oslo")
    net.route("oslo", "172.16.0.0/12", via="linux")
    net.build()
    route = net._world.registry.ip_node("oslo", "test").stack.fib4.lookup(0xAC100001, True)
    assert route is not None
    assert route.hops[0].gateway == int(linux.addresses[0])


def test_all_prefixes_that_lead_somewhere_are_known(net: Internet) -> None:
    net.attach("linux", at="lan")
    net.build()
    prefixes = [str(prefix) for prefix in net._world.prefixes()]
    assert "192.0.2.0/24" in prefixes
    assert any(prefix.startswith("10.0.2.") for prefix in prefixes)


def test_what_cannot_be_is_refused(net: Internet) -> None:
    for options, told in (
        ({"at": "server"}, "a router or a switch"),
        ({"at": "pariss"}, "did you mean 'paris'"),
        ({"at": "lan", "kind": "tub"}, "did you mean"),
        ({"at": "lan", "kind": "tun"}, 'make it kind = "tap"'),
        ({"at": "lan", "device": "much-too-long-a-name"}, "at most 15"),
        ({"at": "lan", "namespace": "a/b"}, "network namespace"),
        ({"at": "lan", "routes": ["10.0.0.1/8"]}, "write a subnet"),
        ({"at": "lan", "loss": "2%%"}, "attachment linux: loss: "),
        ({"loss": "1%"}, "give at="),
    ):
        with pytest.raises(LabError, match=told):
            net.attach("linux", **options)  # type: ignore[arg-type]
    net.attach("once", at="lan")
    with pytest.raises(LabError, match="already has its link"):
        net.link("once", "oslo")
    with pytest.raises(LabError, match="there is a host of that name"):
        net.attach("server", at="lan")


SCENARIO = """
[attach.left]
namespace = "a"
[attach.right]
namespace = "b"
kind = "tap"
[[links]]
between = ["left", "right"]
delay = "50ms"
"""


def test_a_scenario_says_it(tmp_path: Path) -> None:
    path = tmp_path / "scenario.toml"
    path.write_text(SCENARIO)
    net = load(path).build()
    assert [node.namespace for node in net._world.registry.attachments()] == ["a", "b"]
    assert list(net.links) == ["left-right"]
    path.write_text(SCENARIO.replace('"tap"', '"tab"'))
    with pytest.raises(LabError, match="attach.right.kind.*not one of"):
        load(path)


def test_accounts_without_an_end_are_bounded() -> None:
    net = Internet()
    net.trace.keep(10)
    for number in range(100):
        net.trace.row(number, 0x800, 0)
    rows = net.trace.rows()
    assert len(rows) <= 10
    assert rows[-1].time_ns == 99
