"""Redirects between our machines and Linux's kernel on one LAN: each as the router, each as the host."""

from __future__ import annotations

import asyncio
import json
import sys
from ipaddress import ip_address
from typing import Any

import pytest
from interop_needs import need

from catenet.network import addresses
from catenet.network.forwarding.route import UNICAST, NextHop, Route
from catenet.network.interface import Interface

pytestmark = pytest.mark.slow

VERSIONS = [pytest.param(4, marks=pytest.mark.long), 6]

CLIENT = """
import socket, sys, time
client = socket.socket(socket.AF_INET6 if ":" in sys.argv[1] else socket.AF_INET, socket.SOCK_DGRAM)
client.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"linux")
client.settimeout(5)
client.connect((sys.argv[1], 7))
echoed = 0
for _ in range(int(sys.argv[2])):
    client.send(b"?")
    echoed += client.recv(9) == b"?"
    time.sleep(0.3)
print(echoed)
"""
"""Linux's end: datagrams, one after the other, and how many have come back.

Linux matches an IPv6 redirect about a UDP packet with routes of the device to which the socket is bound, and ignores it
if it is bound to none.
"""


def interface_on(net: Any, name: str, lan: str) -> Interface:
    """The interface of a node on the LAN."""
    node = net._world.registry.ip_node(name, "test")
    return next(end.interface for end in node.ends if lan in end.link.name)


class Lan:
    """A LAN with Linux, and a router to a host that is far away."""

    def __init__(self, world: Any, *names: str, forwarding: bool) -> None:
        need("ip")
        self.world, self.net = world, world.net
        self.net.switch("lan")
        for name in ("second", *names):
            self.net.link(self.net.router(name, advertise={"interval": "4s", "min_interval": "3s"}), "lan")
        self.far = self.net.host("far", at="second")
        self.space = world.attach("linux", at="lan", routes=[])
        self.forwarding = forwarding

    def open(self) -> None:
        self.world.open()
        self.device = "linux"
        for version in (4, 6):
            key = "net.ipv4.ip_forward" if version == 4 else "net.ipv6.conf.all.forwarding"
            self.world.call(self.space, "sysctl", "-qw", f"{key}={int(self.forwarding)}")
        self.world.call(self.space, "sysctl", "-qw", "net.ipv6.conf.all.accept_ra=0")

    def link_local(self, name: str) -> str:
        return addresses.text(6, interface_on(self.net, name, "lan").link_local())

    def address(self, name: str, version: int) -> str:
        """An address on the LAN."""
        interface = interface_on(self.net, name, "lan")
        owned = interface.ipv4 if version == 4 else interface.ipv6
        own = [each for each in owned if not addresses.is_link_local(version, each[0])]
        return addresses.text(version, own[0][0])

    def ip(self, version: int, *words: str) -> Any:
        said = self.world.call(self.space, "ip", "-j", f"-{version}", *words)
        return json.loads(said) if said.strip() else []


@pytest.mark.parametrize("version", VERSIONS)
def test_linux_follows_our_redirect(world: Any, version: int) -> None:
    lan = Lan(world, "first", forwarding=False)
    lan.far.run(echo, version, service=True)
    lan.open()
    far = world.address("far", version)
    first = lan.address("first", 4) if version == 4 else lan.link_local("first")
    second = lan.address("second", 4) if version == 4 else lan.link_local("second")
    lan.ip(version, "route", "add", "default", "via", first, "dev", lan.device)
    sender = world.net._world.registry.ip_node("first", "test").stack.redirect_sender
    assert world.call(lan.space, sys.executable, "-c", CLIENT, far, "15") == "15\n"
    # Linux takes a redirect only if it knows the MAC of the new first hop, and looks that up when the first one comes.
    assert lan.ip(version, "route", "get", far)[0]["gateway"] == second
    before = sender.sent
    assert before >= 1
    assert world.call(lan.space, sys.executable, "-c", CLIENT, far, "2") == "2\n"
    assert sender.sent == before, "the packets go to the better router"
    world.outcome()


class Echo(asyncio.DatagramProtocol):
    """Sends what it gets back; a client keeps it."""

    def __init__(self, kept: list[bytes] | None = None) -> None:
        self.kept = kept

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, addr: Any) -> None:
        if self.kept is None:
            self.transport.sendto(data, addr)
        else:
            self.kept.append(data)


async def echo(version: int) -> None:
    loop = asyncio.get_running_loop()
    await loop.create_datagram_endpoint(Echo, local_addr=("0.0.0.0" if version == 4 else "::", 7))
    await loop.create_future()


async def send(world: Any, version: int, echoed: list[bytes]) -> None:
    """A datagram each 100 ms, once the test has set the route."""
    await asyncio.sleep(3)
    to = (world.address("far", version), 7)
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(lambda: Echo(echoed), remote_addr=to)
    while True:
        transport.sendto(b"?")
        await asyncio.sleep(0.1)


@pytest.mark.parametrize("version", VERSIONS)
def test_our_host_follows_the_redirect_of_linux(world: Any, version: int) -> None:
    lan = Lan(world, forwarding=True)
    host = world.net.host("host", at="lan", accept_redirects=True)
    echoed: list[bytes] = []
    lan.far.run(echo, version, service=True)
    host.run(send, world, version, echoed, service=True)
    lan.open()
    far = int(ip_address(world.address("far", version)))
    second = lan.address("second", 4) if version == 4 else lan.link_local("second")
    lan.ip(version, "route", "add", "default", "via", second, "dev", lan.device)
    scope = ("scope", "global") if version == 4 else ("scope", "link")
    found = lan.ip(version, "addr", "show", "dev", lan.device, *scope)
    (info,) = [each for link in found for each in link.get("addr_info", ()) if "local" in each]
    interface = interface_on(world.net, "host", "lan")
    hop = NextHop(interface, int(ip_address(info["local"])))
    host.ip.add_route(Route(version, far, 32 if version == 4 else 128, UNICAST, [hop], 0))
    assert len(host.ip.family(version).redirected) == 0
    world.until(lambda: len(echoed) >= 10)
    assert {address: hop.gateway for address, hop in host.ip.family(version).redirected.items()} == {
        far: int(ip_address(second))
    }
    forwarded = [forwarded_by_linux(lan, version)]
    world.until(lambda: len(echoed) >= 20)
    assert forwarded_by_linux(lan, version) == forwarded[0], "the packets go to the better router"
    world.outcome()


def forwarded_by_linux(lan: Lan, version: int) -> int:
    """Datagrams that Linux has forwarded."""
    if version == 6:
        text = lan.world.call(lan.space, "cat", "/proc/net/snmp6")
        return int(next(line.split()[1] for line in text.splitlines() if line.startswith("Ip6OutForwDatagrams")))
    keys, values = [line.split() for line in lan.world.call(lan.space, "cat", "/proc/net/snmp").splitlines()[:2]]
    return int(values[keys.index("ForwDatagrams")])
