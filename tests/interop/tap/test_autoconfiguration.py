"""Autoconfiguration with the real Linux: its kernel and DHCP client behind our router, our host behind its daemons."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from pathlib import Path
from typing import Any

import pytest

from catenet.application.dhcp.subnet import Subnet
from catenet.host.dhcp.client import DhcpClientDaemon
from catenet.host.dhcp.server import DhcpServerDaemon
from catenet.host.host import Host, Router
from catenet.kernel import Kernel
from catenet.link import DropTail
from catenet.link.mac import local_mac
from catenet.network import addresses
from catenet.network.router_discovery.advertiser import RouterAdvertiser
from catenet.network.router_discovery.host_discovery import HostDiscovery
from catenet.network.router_discovery.host_settings import HostSettings
from catenet.network.router_discovery.nd_options import NameServers, RouteInformation
from catenet.network.router_discovery.router_settings import AdvertiserSettings
from catenet.physical.wire import Wire
from catenet.tap import TAP, Driver, LinuxSetup, missing, station
from catenet.tap.namespace import inside

NUMBERS = itertools.count(1)
S = 1_000_000_000


class Plug:
    """Linux in a namespace at one end of a wire, and a simulated machine at the other."""

    def __init__(self, rig: LinuxSetup, machine: type[Host], linux: list[str], ours: list[str]) -> None:
        self.rig = rig
        self.kernel = Kernel(1)
        self.namespace = rig.namespace(f"catenet-auto-{os.getpid()}-{next(NUMBERS)}")
        with inside(self.namespace):
            # as on a machine that is no router: addresses from advertisements at once, without a delay of its own
            for key, value in (("accept_ra", 1), ("accept_ra_rt_info_max_plen", 64), ("router_solicitation_delay", 0)):
                path = Path(f"/proc/sys/net/ipv6/conf/default/{key}")
                if path.exists():
                    path.write_text(str(value))
        device = rig.device("wire0", TAP, self.namespace, addresses=linux)
        self.machine = machine(self.kernel, "machine")
        self.interface = self.machine.ip.add_interface("eth0", local_mac(1))
        for text in ours:
            version, address, length = addresses.parse_interface(text)
            self.machine.ip.add_address(self.interface, version, address, length, detect=False)
        self.station = station(self.kernel, "linux", local_mac(99), device, self.interface)
        a, b = self.interface.port, self.station.port
        wire = Wire(self.kernel, a.name, b.name, a, b, 10_000_000_000, 0)
        for port, channel in ((a, wire.forward), (b, wire.backward)):
            port.queue = DropTail()
            port.attach(channel)
        self.driver = Driver(self.kernel)
        self.driver.add(self.station)

    def wait(self, done: Callable[[], object], seconds: float = 20.0) -> Any:
        for _ in range(int(seconds / 0.1)):
            found = done()
            if found:
                return found
            self.driver.run(0.1)
        raise AssertionError(f"not so after {seconds} s")

    def ip(self, *words: str) -> list[dict[str, Any]]:
        done = subprocess.run(["ip", "-j", "-n", self.namespace, *words], check=True, capture_output=True, text=True)
        return json.loads(done.stdout or "[]")  # type: ignore[no-any-return]

    def linux_addresses(self, family: str) -> list[dict[str, Any]]:
        found = self.ip(family, "addr", "show", "dev", "wire0", "scope", "global")
        return [info for link in found for info in link.get("addr_info", ()) if "local" in info]


@pytest.fixture
def plug(tmp_path: Path) -> Iterator[Callable[..., Plug]]:
    lacks = missing(namespaces=True)
    if lacks:
        pytest.skip(lacks)
    made: list[Plug] = []
    with LinuxSetup(tmp_path) as rig:

        def make(machine: type[Host], linux: list[str], ours: list[str]) -> Plug:
            made.append(Plug(rig, machine, linux, ours))
            return made[-1]

        try:
            yield make
        finally:
            for each in made:
                each.driver.close()


def needs(*programs: str) -> None:
    for program in programs:
        if shutil.which(program, path=f"{os.environ['PATH']}:/usr/sbin:/sbin") is None:
            pytest.skip(f"{program} is not installed")


@pytest.mark.slow
def test_linux_configures_itself_by_our_advertisements(plug: Callable[..., Plug]) -> None:
    wire = plug(Router, [], ["fd77:0:0:5::1/64"])
    settings = AdvertiserSettings(
        30 * S,
        10 * S,
        90,
        mtu=1400,
        hop_limit=33,
        valid_s=7200,
        preferred_s=3600,
        routes=[RouteInformation(addresses.parse("fd99::")[1], 64, 300)],
        name_servers=NameServers([addresses.parse("fd77::53")[1]], 90),
    )
    stream = wire.kernel.streams.stream("advertiser")
    advertiser = RouterAdvertiser(wire.machine.ip, wire.interface, settings, stream)
    advertiser.start()
    (own,) = wire.wait(lambda: wire.linux_addresses("-6"))
    assert IPv6Address(own["local"]) in IPv6Network("fd77:0:0:5::/64")
    assert own["prefixlen"] == 64
    assert 3590 <= own["preferred_life_time"] <= 3600
    assert 7190 <= own["valid_life_time"] <= 7200
    gateway = addresses.text(6, wire.interface.link_local())
    routes = {route["dst"]: route for route in wire.ip("-6", "route")}
    assert routes["default"]["gateway"] == gateway
    assert routes["default"]["protocol"] == "ra"
    assert "fd77:0:0:5::/64" in routes
    conf = Path("/proc/sys/net/ipv6/conf/wire0")
    with inside(wire.namespace):
        assert (conf / "mtu").read_text().strip() == "1400"
        assert (conf / "hop_limit").read_text().strip() == "33"
    advertiser.stop()
    wire.wait(lambda: "default" not in {route["dst"] for route in wire.ip("-6", "route")})
    assert wire.linux_addresses("-6"), "the address stays"


@pytest.mark.slow
@pytest.mark.parametrize("client", ["udhcpc", "dhclient"])
def test_a_dhcp_client_gets_a_lease_of_our_server(plug: Callable[..., Plug], client: str, tmp_path: Path) -> None:
    needs(client)
    wire = plug(Router, [], ["10.88.0.1/24"])
    net, own = IPv4Network("10.88.0.0/24"), IPv4Address("10.88.0.1")
    pool = (IPv4Address("10.88.0.100"), IPv4Address("10.88.0.110"))
    server = DhcpServerDaemon(wire.machine, [Subnet(net, (pool,), (), (own,), (own,), "lab.example", lease_s=600)])
    server.interfaces.append(wire.interface)
    server.start()
    log = tmp_path / "said"
    script = tmp_path / "script"
    script.write_text(f"#!/bin/sh\nenv >> {log}\n")
    script.chmod(0o755)
    command = {
        "udhcpc": ["udhcpc", "-f", "-n", "-q", "-i", "wire0", "-s", str(script)],
        "dhclient": ["dhclient", "-4", "-d", "-1", "-sf", str(script), "-lf", str(tmp_path / "l"), "wire0"],
    }[client]
    if client == "dhclient":
        command[1:1] = ["-pf", str(tmp_path / "pid"), "-cf", "/dev/null"]
    wire.rig.popen(wire.namespace, command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    key = "ip=" if client == "udhcpc" else "new_ip_address="
    said = wire.wait(lambda: log.exists() and key + "10.88.0.1" in log.read_text() and log.read_text())
    assert "lab.example" in said
    assert server.server is not None
    (lease,) = server.server.leases.by_address.values()
    assert key + str(lease.address) in said
    assert pool[0] <= lease.address <= pool[1]


@pytest.mark.slow
def test_our_host_behind_dnsmasq(plug: Callable[..., Plug], tmp_path: Path) -> None:
    """Both its DHCP server and its router advertisements."""
    needs("dnsmasq")
    wire = plug(Host, ["10.88.0.1/24", "fd88::1/64"], [])
    client = DhcpClientDaemon(wire.machine, wire.interface)
    discovery = HostDiscovery(wire.machine.ip, wire.interface, HostSettings())
    with inside(wire.namespace):
        Path("/proc/sys/net/ipv6/conf/all/forwarding").write_text("1")
    command = [
        "dnsmasq",
        "--keep-in-foreground",
        "--conf-file=/dev/null",
        "--port=0",
        "--interface=wire0",
        "--bind-interfaces",
        f"--dhcp-leasefile={tmp_path / 'leases'}",
        "--dhcp-range=10.88.0.50,10.88.0.60,255.255.255.0,10m",
        "--dhcp-range=fd88::,ra-only,64,20m",
        "--enable-ra",
        "--dhcp-option=option:dns-server,10.88.0.53",
        "--dhcp-option=option6:dns-server,[fd88::53]",
        "--domain=lab.example",
        "--user=root",
        f"--pid-file={tmp_path / 'pid'}",
    ]
    wire.driver.run(2.5)  # Linux's own duplicate address detection
    wire.rig.popen(wire.namespace, command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wire.driver.run(0.5)
    client.start()
    discovery.start()
    lease = wire.wait(lambda: client.lease)
    assert IPv4Address("10.88.0.50") <= lease.address <= IPv4Address("10.88.0.60")
    assert (lease.prefix_len, lease.routers, lease.name_servers) == (
        24,
        (IPv4Address("10.88.0.1"),),
        (IPv4Address("10.88.0.53"),),
    )
    assert str(lease.address) in (tmp_path / "leases").read_text()
    wire.wait(lambda: discovery.autoconfiguration.formed)
    (formed,) = discovery.autoconfiguration.formed.values()
    assert addresses.text(6, formed.own.address).startswith("fd88::")
    assert list(discovery.dns.servers) == [addresses.parse("fd88::53")[1]]
    (router,) = discovery.routes.default_routers
    found = wire.ip("-6", "addr", "show", "dev", "wire0", "scope", "link")
    own = [info["local"] for link in found for info in link.get("addr_info", ()) if "local" in info]
    assert [addresses.text(6, router.address)] == own


RADVD = """
interface wire0 {
    AdvSendAdvert on;
    MinRtrAdvInterval 3;
    MaxRtrAdvInterval 4;
    AdvDefaultLifetime 90;
    AdvDefaultPreference high;
    AdvCurHopLimit 33;
    AdvLinkMTU 1400;
    AdvManagedFlag off;
    AdvOtherConfigFlag on;
    prefix fd88::/64 { AdvOnLink on; AdvAutonomous on; AdvValidLifetime 1200; AdvPreferredLifetime 600; };
    route fd99::/64 { AdvRoutePreference low; AdvRouteLifetime 300; };
    RDNSS fd88::53 fd88::54 { AdvRDNSSLifetime 60; };
    DNSSL lab.example corp.test { AdvDNSSLLifetime 60; };
};
"""


@pytest.mark.slow
def test_our_host_configures_itself_by_radvd(plug: Callable[..., Plug], tmp_path: Path) -> None:
    """Prefix, routers, routes, parameters, name servers; a stopped radvd says that it is no router any more."""
    needs("radvd")
    wire = plug(Host, ["fd88::1/64"], [])
    (tmp_path / "radvd.conf").write_text(RADVD)
    with inside(wire.namespace):
        Path("/proc/sys/net/ipv6/conf/all/forwarding").write_text("1")
    wire.driver.run(2.5)  # Linux's own duplicate address detection
    discovery = HostDiscovery(wire.machine.ip, wire.interface, HostSettings())
    discovery.start()
    command = ["radvd", "-n", "-m", "stderr", "-C", str(tmp_path / "radvd.conf"), "-p", str(tmp_path / "pid")]
    with (tmp_path / "log").open("w") as log:
        radvd = wire.rig.popen(wire.namespace, command, stdout=log, stderr=subprocess.STDOUT)
    wire.wait(lambda: discovery.autoconfiguration.formed and discovery.dns.servers)
    (formed,) = discovery.autoconfiguration.formed.values()
    assert addresses.text(6, formed.own.address).startswith("fd88::")
    assert [addresses.text(6, server) for server in discovery.dns.servers] == ["fd88::53", "fd88::54"]
    assert list(discovery.dns.domains) == ["lab.example", "corp.test"]
    assert (discovery.managed, discovery.other, discovery.invalid) == (False, True, 0)
    assert (int(wire.interface.ipv6_mtu), int(wire.interface.ipv6_hop_limit)) == (1400, 33)
    (router,) = discovery.routes.default_routers
    found = wire.ip("-6", "addr", "show", "dev", "wire0", "scope", "link")
    own = [info["local"] for link in found for info in link.get("addr_info", ()) if "local" in info]
    assert [addresses.text(6, router.address)] == own
    routes = {(addresses.text(6, route.prefix), int(route.prefix_len)) for route in wire.machine.ip.fib6.routes()}
    assert {("::", 0), ("fd88::", 64), ("fd99::", 64)} <= routes
    radvd.terminate()
    wire.wait(lambda: not discovery.routes.default_routers)
    assert radvd.wait(5) == 0, (tmp_path / "log").read_text()


DHCPD = """
default-lease-time 600; max-lease-time 7200; authoritative; ddns-update-style none;
option domain-name "lab.example"; option domain-search "lab.example", "corp.test";
option domain-name-servers 10.88.0.53, 10.88.0.54;
option rfc3442 code 121 = array of unsigned integer 8;
option interface-mtu 1400;
subnet 10.88.0.0 netmask 255.255.255.0 {
    range 10.88.0.50 10.88.0.60;
    option routers 10.88.0.1;
    option rfc3442 16, 10, 9, 10, 88, 0, 2, 0, 10, 88, 0, 1;
}
"""


@pytest.mark.slow
def test_our_host_gets_a_lease_of_isc_dhcpd_and_keeps_it_over_a_crash(
    plug: Callable[..., Plug], tmp_path: Path
) -> None:
    needs("dhcpd")
    wire = plug(Host, ["10.88.0.1/24"], [])
    (tmp_path / "conf").write_text(DHCPD)
    (tmp_path / "leases").touch()
    tmp_path.chmod(0o755)
    command = ["dhcpd", "-4", "-f", "-d", "-user", "root", "-group", "root", "-cf", str(tmp_path / "conf")]
    command += ["-lf", str(tmp_path / "leases"), "-pf", str(tmp_path / "pid"), "wire0"]
    with (tmp_path / "log").open("w") as log:
        wire.rig.popen(wire.namespace, command, stdout=log, stderr=subprocess.STDOUT)
    client = DhcpClientDaemon(wire.machine, wire.interface)
    wire.driver.run(1)
    client.start()
    try:
        lease = wire.wait(lambda: client.lease)
    except AssertionError:
        raise AssertionError((tmp_path / "log").read_text()[-2000:]) from None
    gateways = (IPv4Address("10.88.0.2"), IPv4Address("10.88.0.1"))
    assert IPv4Address("10.88.0.50") <= lease.address <= IPv4Address("10.88.0.60")
    assert (lease.prefix_len, lease.mtu, lease.domains) == (24, 1400, ("lab.example", "corp.test"))
    assert lease.name_servers == (IPv4Address("10.88.0.53"), IPv4Address("10.88.0.54"))
    assert lease.routes == tuple(zip((IPv4Network("10.9.0.0/16"), IPv4Network("0.0.0.0/0")), gateways, strict=True))
    wire.driver.run(0.5)
    wire.machine.crash()
    assert client.lease is None
    wire.driver.run(0.5)
    wire.machine.restart()
    again = wire.wait(lambda: client.lease)
    assert again.address == lease.address
    said = (tmp_path / "log").read_text()
    assert (said.count("DHCPDISCOVER"), said.count("DHCPREQUEST"), said.count("DHCPACK")) == (1, 2, 2)
