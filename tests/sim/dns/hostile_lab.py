"""A resolver among servers of which one does as the test says."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import dns.message
import dns.name
import dns.rdataset
import dns.rrset
from dns.rdatatype import RdataType

import catenet
from catenet.application.dns.authority.server import AuthoritativeServer
from catenet.application.dns.protocol.service import DnsService, Handler
from catenet.application.dns.resolver.hints import Hints
from catenet.application.dns.resolver.iteration import Answer
from catenet.application.dns.resolver.limits import Limits
from catenet.application.dns.resolver.resolver import Failed, RecursiveResolver
from catenet.application.dns.zones.zone import Zone
from catenet.application.dns.zones.zone_file import parse_zone

Script = Callable[[dns.message.Message, dns.message.Message], Any]
"""Gets a query and its response, and fills the response in; what it returns, if not None, are the octets to send."""


class Scripted(Handler):
    """A server that answers what a script says."""

    def __init__(self, script: Script) -> None:
        super().__init__()
        self.script = script
        self.asked: list[str] = []

    def takes_time(self, octets: bytes) -> bool:
        return True

    async def answers(self, octets: bytes, peer: str, *, tcp: bool) -> Iterable[bytes]:
        query = dns.message.from_wire(octets)
        self.asked.append(f"{query.question[0].name} {query.question[0].rdtype.name}".lower())
        response = dns.message.make_response(query)
        found = self.script(query, response)
        return (response.to_wire(max_size=65_535),) if found is None else found


def add(section: list[Any], name: str, ttl: int, rdtype: str, *data: str) -> None:
    """Add records to a section of a message."""
    section.append(dns.rrset.from_text(name, ttl, "IN", rdtype, *data))


class HostileLab:
    """The root and ``good.`` are honest; ``evil.`` is the script's."""

    def __init__(self, script: Script, limits: Limits | None = None, good: str = "") -> None:
        self.net = net = catenet.Internet(seed=5)
        net.router("r")
        self.hosts = {
            name: net.host(name, at="r") for name in ("root", "honest", "evil", "resolver", "spare", "forger")
        }
        net.build()
        self.addresses = {name: str(host.addresses[0]) for name, host in self.hosts.items()}
        soa = "$TTL 600\n@ SOA ns.good. h.good. 1 3600 600 86400 60\n"
        glue = f"ns.good. A {self.addresses['honest']}\nns.evil. A {self.addresses['evil']}\n"
        root = f"{soa}@ NS root.\nroot. A {self.addresses['root']}\ngood. NS ns.good.\nevil. NS ns.evil.\n{glue}"
        zone = f"{soa}@ NS ns\nns A {self.addresses['honest']}\nwww A 192.0.2.80\nns1 A 192.0.2.81\n{good}"
        self.honest = AuthoritativeServer([parse_zone(zone, "good")])
        self.root = AuthoritativeServer([parse_zone(root, ".")])
        self.evil = Scripted(script)
        self.resolver = RecursiveResolver(Hints.of({"root.": (self.addresses["root"],)}), limits)
        for name, handler in (("root", self.root), ("honest", self.honest), ("evil", self.evil)):
            self.hosts[name].run(DnsService(handler).run, name="dns", service=True)

    def delegate(self, origin: str, name: str) -> None:
        """Let the honest server name a host as that of a zone below ``good.``."""
        nodes = dict(self.honest.zones.by_origin[dns.name.from_text("good")].nodes)  # type: ignore[union-attr]
        for owner, rdtype, data in ((origin, "NS", f"ns.{origin}."), (f"ns.{origin}", "A", self.addresses[name])):
            rdataset = dns.rdataset.from_text("IN", rdtype, 600, data)
            nodes[dns.name.from_text(owner)] = {rdataset.rdtype: rdataset}
        self.honest.add(Zone(dns.name.from_text("good"), nodes))

    def run(self, program: Callable[[], Awaitable[Any]]) -> Any:
        """Run a program on the resolver's host, and return its result."""
        process = self.hosts["resolver"].run(program)
        with self.net:
            self.net.run()
            return process.result

    async def ask(self, name: str, rdtype: str = "A") -> Any:
        """The data of the answer, or why there is none."""
        try:
            answer: Answer = await self.resolver.resolve(dns.name.from_text(name), RdataType.make(rdtype))
        except Failed:
            return "failed"
        data = [rdata.to_text() for _, rdataset in answer.rdatasets for rdata in rdataset]
        return data or answer.rcode.name

    async def seconds(self, name: str) -> tuple[Any, float]:
        """The answer, and the time that it took."""
        started = asyncio.get_running_loop().time()
        return await self.ask(name), asyncio.get_running_loop().time() - started
