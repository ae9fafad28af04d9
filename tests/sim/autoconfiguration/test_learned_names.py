"""Name servers and leases that a host has learned from its link: asked by its programs, and kept over a crash."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest

import catenet
from catenet.application.dns.authority.server import AuthoritativeServer
from catenet.application.dns.protocol.service import DnsService
from catenet.application.dns.zones.zone_file import parse_zone
from catenet.lab.model.host import Host
from catenet.lab.model.nodes import IpNode

NS4, NS6 = "10.53.0.53", "2001:db8:53::53"
ZONE = f"$TTL 60\n@ SOA ns h 1 3600 600 86400 30\n@ NS ns\nns A {NS4}\nwww A 192.0.2.80\n"


class Lab:
    """A LAN whose hosts learn name servers, and a server of ``corp.test`` behind its router."""

    def __init__(self, seed: int = 3, *, dhcp: bool = True, advertised: bool = True) -> None:
        self.net = net = catenet.Internet(seed=seed)
        lan = net.switch("lan")
        told: Any = {"interval": "20s", "lifetime": "30s"}
        if advertised:
            told |= {"dns": [NS6], "search": ["corp.test"]}
        net.link(net.router("here", advertise=told), lan)
        if dhcp:
            net.dhcp("here", dns=[NS4], domain="corp.test", lease="5min")
        self.server = net.host("ns", at="here", addresses=[f"{NS4}/24", f"{NS6}/64"])
        self.plugged = self.plug("plugged", dhcp=dhcp, ipv6="slaac" if advertised else "auto")
        self.authority = AuthoritativeServer([parse_zone(ZONE, "corp.test")])
        self.server.run(DnsService(self.authority).run, service=True)

    @property
    def four(self) -> list[Any]:
        """The IPv4 addresses of the plugged host."""
        return [address for address in self.plugged.addresses if address.version == 4]

    def node(self, name: str) -> IpNode:
        return self.net._world.registry.ip_node(name, "test")

    def plug(self, name: str, **options: Any) -> Host:
        return self.net.host(name, at="lan", **options)

    def look_ups(self, host: Host, name: str, *at_s: float) -> list[Any]:
        """What a name means to a program of a host at some times."""
        found: list[Any] = []

        async def main() -> None:
            loop = asyncio.get_running_loop()
            for when in at_s:
                await asyncio.sleep(when - loop.time())
                try:
                    infos = await loop.getaddrinfo(name, 80, type=socket.SOCK_STREAM)
                    found.append(infos[0][4][0])
                except socket.gaierror as error:
                    found.append(error.errno)

        host.run(main)
        self.net.run(until="10min")
        return found


@pytest.mark.parametrize(("dhcp", "advertised"), [(True, False), (False, True), (True, True)])
def test_a_host_asks_the_name_servers_that_it_has_learned(dhcp: bool, advertised: bool) -> None:
    lab = Lab(dhcp=dhcp, advertised=advertised)
    assert lab.look_ups(lab.plugged, "www", 0, 30) == [socket.EAI_NONAME, "192.0.2.80"]
    service: Any = lab.plugged.name_service
    assert service.conf.nameservers == (*([NS4] if dhcp else []), *([NS6] if advertised else []))
    assert service.conf.search == ("corp.test",)
    assert lab.authority.counters["rcode-noerror"] == 2


def test_name_servers_are_forgotten_with_their_lifetime_and_the_lease() -> None:
    lab = Lab()
    lab.net.at("40s").call(lab.node("here").machine.crash)
    found = lab.look_ups(lab.plugged, "plugged.corp.test", 30, 100, 590)
    assert found == [socket.EAI_NONAME, socket.EAI_AGAIN, socket.EAI_NONAME]
    assert lab.plugged.name_service is None, "the hosts table again"


def test_what_a_host_was_declared_with_comes_first_and_net_dns_last() -> None:
    lab = Lab()
    lab.net.link(lab.net.router("core"), "here")
    lab.net.dns(at="core")
    fixed = lab.plug("fixed", dhcp=True, nameservers=["192.0.2.1"])
    other = lab.net.host("other", at="core")
    lab.net.build()
    resolver = str(lab.node("resolver").addresses[0])
    services: list[Any] = [host.name_service for host in (lab.plugged, fixed, other)]
    before = [service.conf.nameservers[0] for service in services]
    lab.net.run(until="30s")
    assert before == [resolver, "192.0.2.1", resolver]
    assert [service.conf.nameservers[0] for service in services] == [NS4, "192.0.2.1", resolver]
    lab.net.at("31s").crash("plugged")
    lab.net.run(until="32s")
    assert services[0].conf.nameservers[0] == resolver
    assert services[0].conf.search == ("lab.example",)


def test_without_dnspython_the_hosts_table_is_used_and_the_log_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    lab = Lab()
    lab.net.build()
    monkeypatch.setattr("catenet.lab.services.nameservers.installed", lambda *modules: False)
    lab.net.run(until="30s")
    assert lab.plugged.name_service is None
    line, *_ = [entry.text for entry in lab.net._world.timeline.entries if entry[1] == "dns"]
    assert "plugged: asking the name servers that it has learned needs dnspython" in line


@pytest.mark.parametrize("server_up", [True, False])
def test_a_lease_is_kept_over_a_crash_of_the_host(server_up: bool) -> None:
    """RFC 2131 3.2: no DISCOVER, and without the server the lease is used to its end."""
    lab = Lab(advertised=False)
    lab.net.run(until="20s")
    before = lab.four
    client = lab.net._world.autoconfiguration.hosts["plugged"].dhcp["eth0"].client
    assert (client.sent[1], client.sent[3]) == (1, 1)
    lab.net.at("30s").crash("plugged")
    if not server_up:
        lab.net.at("30s").call(lab.node("here").machine.crash)
    lab.net.at("60s").restart("plugged")
    lab.net.run(until="50s")
    assert lab.four == []
    lab.net.run(until="90s")
    assert lab.four == before
    assert (client.sent[1], client.sent[3]) == (1, 2 if server_up else 3)
    if not server_up:
        lab.net.run(until="6min")
        assert lab.four == []
        assert client.sent[1] > 1


def test_a_damaged_lease_is_asked_for_anew() -> None:
    lab = Lab(advertised=False)
    lab.net.run(until="20s")
    before = lab.four
    disk = lab.plugged.disk
    lab.net.at("30s").crash("plugged")
    lab.net.at("31s").call(lambda: disk.rot(3, folder="dhcp"))
    lab.net.at("32s").restart("plugged")
    lab.net.run(until="60s")
    client = lab.net._world.autoconfiguration.hosts["plugged"].dhcp["eth0"].client
    assert client.sent[1] == 2
    assert lab.four == before, "the server knows its client"
