"""The domain name system of an internet: root, top-level and zone servers, a resolver, and the hosts that ask it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from catenet.application.dns import need_dnspython
from catenet.application.dns.stub.resolv_conf import ResolvConf
from catenet.errors import LabError
from catenet.lab.model.host import Host
from catenet.lab.model.registry import NodeReference
from catenet.lab.services import dns_zones
from catenet.lab.services.dns_zones import IpAddress, MailExchange, Plan, Server
from catenet.lab.services.nameservers import HostDns
from catenet.lab.world.builder import Builder

if TYPE_CHECKING:
    from catenet.application.dns.authority.server import AuthoritativeServer
    from catenet.application.dns.resolver.resolver import RecursiveResolver
    from catenet.application.dns.zones.zone import Zone

DOMAIN: Final = "lab.example"
ROOT, TOP, ZONES, RESOLVER = "dns-root", "dns-top", "dns-zones", "resolver"
"""The names of the hosts."""
_PROGRAM: Final = "dns"


class Dns:
    """The servers that ``net.dns()`` has declared.

    ``root_server``, ``top_server``, ``zone_server`` and ``resolver`` are those that run now, None before the run; their
    ``counters`` tell what they did.
    """

    def __init__(
        self,
        world: Builder,
        places: Sequence[NodeReference],
        resolver_at: NodeReference,
        domain: str,
        zones: Mapping[str, str | Path],
        ttls: tuple[int, int],
        transfer_to: Sequence[str],
    ) -> None:
        need_dnspython("dns")
        self._transfer_to: Final = _prefixes(transfer_to)
        self.domain: Final = _domain(domain)
        self.root_server: AuthoritativeServer | None = None
        self.top_server: AuthoritativeServer | None = None
        self.zone_server: AuthoritativeServer | None = None
        self.resolver: RecursiveResolver | None = None
        self._world: Final = world
        self._ttls: Final = ttls
        self._own_zones: Final = _read_zones(zones, self.domain)
        self._zones: dict[str, list[Zone]] = {}
        self._exchanges: Final[dict[str, Sequence[MailExchange]]] = {}
        self._serial = 0
        self._known: object = None
        self.hosts: Final[dict[str, Host]] = {}
        for number, name in enumerate((ROOT, TOP, ZONES)):
            self.hosts[name] = world.host(name, at=places[number % len(places)])
        self.hosts[RESOLVER] = world.host(RESOLVER, at=resolver_at)
        for name, host in self.hosts.items():
            host.run(self._resolve if name == RESOLVER else self._serve, name, name=_PROGRAM, service=True)

    # -- programs

    async def _serve(self, name: str) -> None:
        from catenet.application.dns.authority.server import AuthoritativeServer
        from catenet.application.dns.protocol.service import DnsService

        server = AuthoritativeServer(self._zones[name], transfer_to=self._transfer_to)
        if name == ROOT:
            self.root_server = server
        elif name == TOP:
            self.top_server = server
        else:
            self.zone_server = server
        await DnsService(server).run()

    async def _resolve(self, name: str) -> None:
        from catenet.application.dns.protocol.service import DnsService
        from catenet.application.dns.resolver.hints import Hints
        from catenet.application.dns.resolver.resolver import RecursiveResolver

        root = self._server(ROOT)
        self.resolver = RecursiveResolver(Hints.of({root.name: tuple(map(str, root.addresses))}))
        try:
            await DnsService(self.resolver).run()
        finally:
            self.resolver.close()

    # -- zones

    def serve_mail(self, exchanges: Mapping[str, Sequence[MailExchange]]) -> None:
        """Add the records of mail domains, by domain, to what is served.  Raises LabError during or after a run."""
        from catenet.lab.services.mail_records import check_zone

        if self.zone_server is not None:
            raise LabError("mail: the name servers run already; call mail() before the first run")
        for domain, servers in exchanges.items():
            if domain in self._own_zones:
                check_zone(self._own_zones[domain], servers[0].host)
        self._exchanges.update(exchanges)
        self._known = None

    def update(self) -> None:
        """Make the zones from the addresses that nodes have now; set the name server of hosts that have none."""
        nodes = {node.name: node.addresses for node in self._world.registry.ip_nodes()}
        if nodes != self._known:
            self._known = nodes
            self._serial += 1
            self._make_zones(nodes)
        for host in self._world.registry.hosts():
            if host.name not in self.hosts:
                conf = ResolvConf(search=(self.domain,))
                self._world.nameservers.defaults[host.name] = HostDns((RESOLVER,), conf)

    def _make_zones(self, nodes: Mapping[str, Sequence[IpAddress]]) -> None:
        from catenet.application.dns.zones.zone_file import parse_zone

        plan = Plan(self.domain, *self._ttls, self._serial, self._server(ROOT), self._server(TOP), self._server(ZONES))
        own = self._with_mail(plan, nodes)
        domains = [self.domain, *own]
        tops = dict.fromkeys(dns_zones.top_level(domain) for domain in domains)
        self._zones = {
            ROOT: [parse_zone(dns_zones.root_zone(plan, domains), ".", "root zone")],
            TOP: [parse_zone(dns_zones.top_zone(plan, top, domains), top, f"zone {top}") for top in tops],
            ZONES: [
                parse_zone(
                    dns_zones.domain_zone(plan, nodes, self._exchanges.get(self.domain, ())),
                    self.domain,
                    f"zone {self.domain}",
                ),
                *(parse_zone(dns_zones.reverse_zone(plan, zone, nodes), zone, zone) for zone in dns_zones.REVERSE),
                *own.values(),
            ],
        }
        running = {ROOT: self.root_server, TOP: self.top_server, ZONES: self.zone_server}
        for name, server in running.items():
            for zone in self._zones[name] if server is not None else ():
                if server is not None and zone not in self._own_zones.values():
                    server.replace(zone)

    def _with_mail(self, plan: Plan, nodes: Mapping[str, Sequence[IpAddress]]) -> dict[str, Zone]:
        """The user's zones, and those of mail domains."""
        found = dict(self._own_zones)
        if self._exchanges:
            from catenet.lab.services.mail_records import with_mail

            for domain, exchanges in self._exchanges.items():
                if domain != self.domain:
                    found[domain] = with_mail(found.get(domain), plan, domain, exchanges, nodes)
        return found

    def _server(self, name: str) -> Server:
        return Server(dns_zones.absolute(name, self.domain), self.hosts[name].addresses)


def _prefixes(transfer_to: Sequence[str]) -> tuple[str, ...]:
    from catenet.application.dns.authority.server import parse_prefixes

    return tuple(map(str, parse_prefixes(transfer_to, "dns: transfer_to")))


def _domain(text: str) -> str:
    """A domain below a top-level one, without the final dot."""
    from catenet.application.dns.zones.zone_file import parse_origin

    name = parse_origin(text)
    if len(name) < 3:
        raise LabError(f"dns: domain {text!r} is a top-level one; write one below it, like {DOMAIN!r}")
    return name.canonicalize().to_text(omit_final_dot=True)


def _read_zones(zones: Mapping[str, str | Path], domain: str) -> dict[str, Zone]:
    """The user's zones, each from a file (a path) or its text."""
    from catenet.application.dns.zones.zone_file import parse_zone, read_zone

    found: dict[str, Zone] = {}
    for origin, source in zones.items():
        name = _domain(origin)
        if name == domain:
            raise LabError(f"dns: zones: {origin} is the domain of the nodes; set domain to another")
        found[name] = (
            read_zone(source, name) if isinstance(source, Path) else parse_zone(source, name, f"zone {origin}")
        )
    return found
