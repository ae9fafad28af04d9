"""Hosts without any address: they are plugged in, and reach the rest."""

from __future__ import annotations

import asyncio
import socket
from ipaddress import IPv4Address, IPv6Address
from typing import Any

import pytest

import catenet
from catenet.errors import LabError
from catenet.lab.model.host import Host


def internet(seed: int = 3, **options: Any) -> tuple[catenet.Internet, Host, Host]:
    """A LAN with a router that advertises and serves DHCP, and a host behind another router."""
    net = catenet.Internet(seed=seed, **options)
    lan = net.switch("lan")
    here = net.router("here", advertise={"interval": "30s", "dns": ["2001:db8:ff::53"], "search": ["lab.example"]})
    there = net.router("there")
    net.link(here, lan)
    net.link(here, there)
    net.dhcp(here, dns=["10.0.2.6"], domain="lab.example", lease="2min")
    plugged = net.host("plugged", at=lan, dhcp=True, ipv6="slaac")
    return net, plugged, net.host("far", at=there)


def state(net: catenet.Internet, name: str) -> Any:
    return net._world.autoconfiguration.hosts[name]


def machine(net: catenet.Internet, name: str) -> Any:
    return net._world.registry.node(name).machine  # type: ignore[attr-defined]


def test_a_host_that_is_plugged_in_reaches_the_rest() -> None:
    net, plugged, far = internet()
    net.build()
    assert plugged.addresses == ()
    with pytest.raises(LabError, match="configures itself, and has no IP address yet"):
        net.ping(plugged, far)
    net.run(until="10s")
    four, six = plugged.addresses
    assert isinstance(four, IPv4Address)
    assert isinstance(six, IPv6Address)
    for version in (4, 6):
        assert all(not reply.error for reply in net.ping(plugged, far, count=2, version=version).replies)
        assert all(not reply.error for reply in net.ping(far, "plugged", count=2, version=version).replies)


def test_programs_find_it_by_its_name_once_it_has_addresses() -> None:
    net, plugged, far = internet()

    async def serve() -> None:
        server = await asyncio.start_server(lambda _, writer: writer.close(), port=80)
        async with server:
            await server.serve_forever()

    async def look(after: float) -> list[Any]:
        await asyncio.sleep(after)
        try:
            found = await asyncio.get_running_loop().getaddrinfo("plugged", 80, type=socket.SOCK_STREAM)
        except socket.gaierror as error:
            return [error.errno]
        _, writer = await asyncio.open_connection("plugged", 80)
        writer.close()
        return sorted(entry[4][0] for entry in found)

    plugged.run(serve, service=True)
    early, late = far.run(look, 0.0), far.run(look, 10.0)
    net.run()
    assert early.result == [socket.EAI_NONAME]
    assert late.result == sorted(str(address) for address in plugged.addresses)


def test_leases_are_renewed_and_the_address_stays() -> None:
    net, plugged, _ = internet()
    net.run(until="10s")
    before = plugged.addresses
    net.run(until="20min")
    assert plugged.addresses == before
    client = state(net, "plugged").dhcp["eth0"].client
    assert client.sent[1] == 1
    assert 15 <= client.sent[3] <= 22


@pytest.mark.parametrize("crash_at", ["7min", "20min"])
def test_the_server_crashes_and_keeps_its_leases(crash_at: str) -> None:
    """What was granted is on its disk: the second host gets another address."""
    net, plugged, _ = internet()
    late = net.host("late", at="lan", dhcp=True)
    net.at("1s").cut("late-lan")
    net.at(crash_at).call(machine(net, "here").crash)
    net.at("21min").call(machine(net, "here").restart)
    net.run(until="5s")
    held = plugged.addresses[0]
    net.at("22min").heal("late-lan")
    net.run(until="25min")
    assert plugged.addresses[0] == held, "also after its lease had ended"
    assert late.addresses[0] not in (held, None)
    leases = net._world.autoconfiguration.servers["here"].server.leases  # type: ignore[union-attr]
    assert set(leases.by_address) == {held, late.addresses[0]}


def test_without_the_server_the_lease_ends_and_without_the_router_the_addresses_do() -> None:
    net, plugged, far = internet()
    net.at("1min").call(machine(net, "here").crash)
    net.run(until="2min")
    assert len(plugged.addresses) == 2
    net.run(until="4min")
    (six,) = plugged.addresses
    assert six.version == 6
    assert plugged.ip.fib6.lookup(int(six)) is not None
    assert [route for route in plugged.ip.fib6.routes() if route.prefix_len == 0] == []
    assert plugged.ip.fib4.routes() == []
    assert far.addresses


def test_a_host_that_crashes_configures_itself_again() -> None:
    net, plugged, far = internet()
    net.at("30s").crash("plugged")
    net.run(until="31s")
    assert plugged.addresses == ()
    net.at("40s").restart("plugged")
    net.run(until="50s")
    assert len(plugged.addresses) == 2
    assert not any(reply.error for reply in net.ping(far, plugged, count=1).replies)


def test_an_address_that_somebody_uses_already_is_declined() -> None:
    net = catenet.Internet(seed=5)
    lan = net.switch("lan", subnets=["10.7.0.0/24"])
    router = net.router("router")
    net.link(router, lan)
    squatter = net.host("squatter", at=lan)
    net.dhcp(router, subnets={"10.7.0.0/24": {"pools": ["10.7.0.50-10.7.0.51"]}})
    plugged = net.host("plugged", at=lan, dhcp=True)
    net.build()
    squatter.ip.add_address(squatter.ip.interfaces[1], 4, int(IPv4Address("10.7.0.50")), 24, detect=False)
    net.run(until="30s")
    assert plugged.addresses[0] == IPv4Address("10.7.0.51")
    assert state(net, "plugged").dhcp["eth0"].client.declined == 1


def test_a_relay_agent_brings_hosts_to_a_server_elsewhere() -> None:
    net = catenet.Internet(seed=5)
    edge, core = net.router("edge"), net.router("core")
    lan = net.switch("lan")
    net.link(edge, lan)
    net.link(edge, core)
    server = net.host("server", at=core)
    net.dhcp(server, domain="lab.example", lease="1min")
    net.dhcp(edge, relay=server)
    plugged = net.host("plugged", at=lan, dhcp=True)
    other = net.host("other", at=lan)
    net.run(until="5min")
    (address, _) = plugged.addresses
    assert address in other.ip.interfaces[1].ipv4 or str(address).startswith(str(other.addresses[0])[:6])
    assert not any(reply.error for reply in net.ping(plugged, server, count=1, version=4).replies)
    client = state(net, "plugged").dhcp["eth0"].client
    assert client.lease is not None
    assert client.lease.server == server.addresses[0]
    assert client.lease.domains == ("lab.example",)
    relay = net._world.autoconfiguration.relays["edge"].relay
    assert relay.forwarded == relay.returned == 2, "renewals go to the server directly"
    assert client.sent[3] > 5


def test_a_redirect_leads_a_host_to_the_better_router() -> None:
    net = catenet.Internet(seed=5)
    lan = net.switch("lan")
    first = net.router("first", advertise={"preference": "high"})
    second = net.router("second", advertise=True)
    for router in (first, second):
        net.link(router, lan)
    far = net.host("far", at=second)
    net.dhcp(first)
    plugged = net.host("plugged", at=lan, dhcp=True, ipv6="slaac")
    stubborn = net.host("stubborn", at=lan, dhcp=True, ipv6="slaac", accept_redirects=False)
    net.run(until="10s")
    for version in (4, 6):
        for host in (plugged, stubborn):
            reply = net.ping(host, far, count=3, version=version)  # type: ignore[arg-type]
            assert not any(each.error for each in reply.replies)
        assert len(plugged.ip.family(version).redirected) == 1
        assert len(stubborn.ip.family(version).redirected) == 0


def test_a_router_that_stops_advertising_is_given_up() -> None:
    net, plugged, _ = internet()
    net.at("20s").call(net._world.registry.node("here").stop_advertising)  # type: ignore[attr-defined]
    net.run(until="30s")
    assert [route for route in plugged.ip.fib6.routes() if route.prefix_len == 0] == []
    net.at("40s").call(net._world.registry.node("here").start_advertising)  # type: ignore[attr-defined]
    net.run(until="45s")
    assert [route for route in plugged.ip.fib6.routes() if route.prefix_len == 0] != []


@pytest.mark.parametrize("fidelity", ["objects", "bytes"])
def test_the_same_seed_gives_the_same_addresses(fidelity: Any) -> None:
    found = []
    for seed in (3, 3, 4):
        net, plugged, _ = internet(seed, fidelity=fidelity)
        net.run(until="2min")
        client = state(net, "plugged").dhcp["eth0"].client
        found.append((plugged.addresses, client.lease.until_ns, net.trace.rows()[-1].time_ns))
    assert found[0] == found[1]
    assert found[0][1] != found[2][1]


@pytest.mark.parametrize(
    ("mistake", "message"),
    [
        (lambda net: net.host("h", at="r", dhcp=True, addresses=["10.1.0.1/24"]), "leave one out"),
        (lambda net: net.host("h", at="r", ipv6="slack"), "is not one of auto, slaac"),
        (lambda net: net.host("h", at="r", dhcp="yes"), "true or false"),
        (lambda net: net.router("x", advertise={"interval": "1s"}), "interval is 4 s to 30 min"),
        (lambda net: net.router("x", advertise={"lifetime": "10s"}), "at least interval"),
        (lambda net: net.router("x", advertise={"valid": "1h", "preferred": "2h"}), "preferred is at most valid"),
        (lambda net: net.router("x", advertise={"dns": ["10.0.0.1"]}), "dns"),
        (lambda net: net.router("x", advertise={"intervall": "10s"}), "interval"),
        (lambda net: net.dhcp("r", lease="1s"), "10 to"),
        (lambda net: net.dhcp("r", lease="1min", renew="50s"), "give both or none"),
        (lambda net: net.dhcp("r", subnets={"10.1.0.0/24": {"pools": ["10.1.0.9-10.1.0.1"]}}), "ends before"),
        (lambda net: net.dhcp("r", subnets={"2001:db8::/64": {}}), "DHCP is for IPv4"),
        (lambda net: net.dhcp("r", relay="r"), "relay to itself"),
        (lambda net: net.dhcp("r", relay="nobody"), "nobody"),
        (lambda net: net.dhcp("r", relay="10.0.0.1", lease="1h"), "no other options"),
        (lambda net: (net.dhcp("r"), net.dhcp("r")), "already"),
        (lambda net: (net.host("h", at="r", dhcp=True), net.dhcp("h")), "by DHCP"),
        (lambda net: (net.host("h", at="r"), net.dhcp("h", relay="r")), "a relay agent is a router"),
    ],
)
def test_mistakes_are_refused(mistake: Any, message: str) -> None:
    net = catenet.Internet()
    net.router("r")
    with pytest.raises(LabError, match=message):
        mistake(net)


def test_mistakes_that_show_when_it_is_built() -> None:
    net = catenet.Internet()
    net.router("r")
    net.dhcp("r")
    with pytest.raises(LabError, match="no link with an IPv4 subnet"):
        net.build()
    net = catenet.Internet()
    lan = net.switch("lan", subnets=["10.7.0.0/24"])
    net.link(net.router("r"), lan)
    net.host("h", at=lan)
    net.dhcp("r", subnets={"10.7.0.0/24": {"reservations": {"hh": "10.7.0.9"}}})
    with pytest.raises(LabError, match=r"neither a host nor a MAC.*did you mean 'h'"):
        net.build()


def test_linux_behind_a_switch_counts_as_a_host() -> None:
    """It is advertised to, and its subnet is served."""
    net = catenet.Internet()
    lan = net.switch("lan", subnets=["10.7.0.0/24"])
    router = net.router("r", advertise=True)
    net.link(router, lan)
    net.attach("linux", at=lan)
    net.dhcp(router)
    net.build()
    assert list(net._world.registry.node("r").advertisers) == ["eth0"]  # type: ignore[attr-defined]
    assert [str(subnet.network) for subnet in net._world.autoconfiguration.servers["r"].subnets] == ["10.7.0.0/24"]
