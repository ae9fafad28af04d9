"""Declaring an internet: what comes by itself, and what is refused."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from ipaddress import IPv4Address, IPv6Address

import pytest

import catenet
from catenet import Internet, LabError
from catenet.lab.faults.plan import Step


def small() -> Internet:
    net = Internet()
    paris, oslo = net.routers("paris", "oslo")
    net.link(paris, oslo, delay="10ms")
    net.host("client", at=paris)
    net.host("server", at=oslo)
    return net


def test_addresses_follow_the_order_of_declaration() -> None:
    net = small()
    net.build()
    assert {node.name: [str(address) for address in node.addresses] for node in net._world.registry.ip_nodes()} == {
        "paris": ["10.0.1.1", "2001:db8:1::1", "10.0.1.5", "2001:db8:1:1::1", "10.0.1.9", "2001:db8:1:2::1"],
        "oslo": ["10.0.2.1", "2001:db8:2::1", "10.0.1.6", "2001:db8:1:1::2", "10.0.2.5", "2001:db8:2:1::1"],
        "client": ["10.0.1.10", "2001:db8:1:2::2"],
        "server": ["10.0.2.6", "2001:db8:2:1::2"],
    }


def test_adding_a_host_does_not_change_who_was_there() -> None:
    before, after = small(), small()
    after.host("another", at="paris")
    before.build()
    after.build()
    for node in before._world.registry.ip_nodes():
        assert after._world.registry.ip_node(node.name, "test").addresses[: len(node.addresses)] == node.addresses


def test_names_lead_to_addresses_and_back() -> None:
    net = small()
    net.build()
    table = net._world.naming.table
    assert table.lookup("server") == [(4, 0x0A000206), (6, 0x20010DB8_0002_0001_0000_0000_0000_0002)]
    assert table.name_of(4, 0x0A000106) == "oslo"


def test_parallel_links_have_names_and_can_be_named() -> None:
    net = Internet()
    a, b = net.routers("a", "b")
    names = [net.link(*ends).name for ends in ((a, b), (a, b), (b, a))]
    names.append(net.link(a, b, name="spare").name)
    assert names == ["a-b", "a-b-2", "b-a-2", "spare"]
    wires = [link.wire for link in net.links.values()]
    assert len({channel.name for wire in wires for channel in (wire.forward, wire.backward)}) == 8
    assert [link.name for link in net._world.links_between("b", "a")] == names
    net.run(until=1)


def test_delay_from_length_and_from_positions() -> None:
    net = Internet()
    here = net.router("here", position=(0.0, 0.0))
    there = net.router("there", position=(0.0, 1.0))
    assert net.link(here, there).wire.forward.delay_ns == pytest.approx(556_000, rel=0.001)
    assert net.link(here, there, length="1km").wire.forward.delay_ns == 5003
    assert net.link(here, there, delay="3ms").wire.forward.delay_ns == 3_000_000


def test_explicit_addresses() -> None:
    net = Internet()
    a, b = net.routers("a", "b")
    net.link(a, b, addresses={"a": ["192.0.2.1/30"]})
    net.host("h", at=b, addresses=["198.51.100.9/24", "2001:db8:ffff::9/64"])
    net.build()
    assert [str(face) for face in net.links["a-b"].b.faces] == ["192.0.2.2/30"]
    assert [str(face) for face in net.links["h-b"].b.faces] == ["198.51.100.1/24", "2001:db8:ffff::1/64"]
    assert net.ping("a", "h").loss == 0
    assert net.ping("h", "192.0.2.1").loss == 0


def test_a_duplicate_address_is_refused() -> None:
    net = Internet()
    switch = net.switch("lan")
    net.host("one", at=switch, addresses=["192.0.2.7/24"])
    net.host("two", at=switch, addresses=["192.0.2.7/24"])
    with pytest.raises(LabError, match=r"two on link two-lan: the address 192\.0\.2\.7 is already that of one"):
        net.build()


def test_overlapping_subnets_are_refused() -> None:
    net = Internet()
    a, b, c = net.routers("a", "b", "c")
    net.link(a, b, subnets=["192.0.2.0/24"])
    net.link(b, c, subnets=["192.0.2.128/25"])
    with pytest.raises(LabError, match=r"link b-c: the subnet 192\.0\.2\.128/25 overlaps 192\.0\.2\.0/24 of link a-b"):
        net.build()


def test_an_address_outside_of_the_lan_is_refused() -> None:
    net = Internet()
    switch = net.switch("lan", subnets=["192.0.2.0/24"])
    net.host("one", at=switch, addresses=["198.51.100.1/24"])
    with pytest.raises(LabError, match=r"one: 198\.51\.100\.1/24 is not in a subnet of the LAN lan"):
        net.build()


def test_a_loop_of_switches_is_refused() -> None:
    net = Internet()
    for name in ("x", "y", "z"):
        net.switch(name)
    net.link("x", "y")
    net.link("y", "z")
    with pytest.raises(LabError, match=r"close a loop of switches \(z - y - x\)"):
        net.link("z", "x")
    with pytest.raises(LabError, match=r"close a loop of switches \(x - y\)"):
        net.link("x", "y")


def test_joined_switches_share_a_subnet() -> None:
    net = Internet()
    left, right = net.switch("left"), net.switch("right")
    one, two = net.host("one", at=left), net.host("two", at=right)
    net.link(left, right)
    assert net.ping(one, two, count=1).loss == 0
    assert one.addresses == (IPv4Address("10.0.1.1"), IPv6Address("2001:db8:1::1"))
    assert two.addresses == (IPv4Address("10.0.1.2"), IPv6Address("2001:db8:1::2"))


def test_names_are_looked_up_kindly() -> None:
    net = small()
    with pytest.raises(LabError, match="no host, router or switch 'pari'; did you mean 'paris'"):
        net.link("pari", "oslo")
    with pytest.raises(LabError, match="there is a router of that name already"):
        net.host("paris")
    with pytest.raises(LabError, match=r"no link between client and server; links of client lead to paris"):
        net.at(1).cut("client", "server")
    with pytest.raises(LabError, match="no link 'oslo-paris'; did you mean 'paris-oslo'"):
        net.at(1).heal("oslo-paris")
    with pytest.raises(LabError, match="both ends are paris"):
        net.link("paris", "paris")
    with pytest.raises(LabError, match="client is a host; attach a host to"):
        net.host("guest", at="client")
    with pytest.raises(LabError, match="belongs to another internet"):
        net.host("guest", at=small()._world.registry.node("paris"))


def test_options_of_the_internet_are_judged() -> None:
    with pytest.raises(LabError, match="did you mean 'bytes'"):
        Internet(fidelity="byte")
    with pytest.raises(LabError, match="is not one of delay, bandwidth"):
        Internet(metric="hops")
    with pytest.raises(LabError, match="write it like"):
        Internet(start="yesterday")
    with pytest.raises(catenet.QuantityError, match="is not a duration"):
        Internet(reconverge="soon")


def test_actions_are_judged_when_they_are_declared() -> None:
    net = small()
    with pytest.raises(LabError, match="unknown option 'lost'; did you mean 'loss'"):
        Step(10**9, "set", ("paris", "oslo"), {"lost": "1%"}).declare(net.at("1s"))
    with pytest.raises(LabError, match="a disk has no fault 'slov'; did you mean 'slow'"):
        Step(10**9, "disk", ("client",), {"slov": 2}).declare(net.at("1s"))
    with pytest.raises(LabError, match="something to set"):
        net.at("1s").set("paris", "oslo")
    with pytest.raises(LabError, match="two ends"):
        net.at("1s").cut("paris", "oslo", "rome")
    net.run(until="2s")
    with pytest.raises(LabError, match="1 s has passed"):
        net.at("1s")


def test_the_clock_starts_when_told() -> None:
    seen: list[datetime] = []

    async def look() -> None:
        seen.append(datetime.now(UTC))

    net = Internet(start="2030-06-01T12:00:00")
    net.host("host").run(look)
    net.run()
    assert seen == [datetime(2030, 6, 1, 12, tzinfo=UTC)]


def test_the_package_imports_lightly() -> None:
    assert "Internet" in dir(catenet)
    with pytest.raises(AttributeError, match="no attribute 'internet_of_things'"):
        _ = catenet.internet_of_things


def test_names_that_cannot_be_told_apart() -> None:
    net = Internet()
    net.router("paris")
    with pytest.raises(LabError, match="there is a router of the name paris, and case does not count, already"):
        net.host("Paris")
    for name in ("localhost", "10.0.0.1"):
        with pytest.raises(LabError, match="it is an address"):
            net.host(name)


def test_time_does_not_run_backwards() -> None:
    net = small()
    net.run(until="2s")
    with pytest.raises(LabError, match=r"cannot run until 1s: it is 2 s already"):
        net.run(until="1s")
    assert net._world.kernel.now_ns == 2_000_000_000


def test_a_run_cannot_be_driven_from_within() -> None:
    net = small()
    net.at("1s").call(net.ping, "client", "server")
    with pytest.raises(LabError, match="a probe runs the internet itself"):
        net.run(until="2s")


@pytest.mark.slow
def test_an_internet_needs_no_heavy_library() -> None:
    code = "import sys, catenet; print('catenet.lab' in sys.modules); catenet.Internet; print(*sys.modules)"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert out[0] == "False"
    assert not {"networkx", "pydantic", "aiohttp", "httpx", "numpy", "rich", "typer"} & set(out)
