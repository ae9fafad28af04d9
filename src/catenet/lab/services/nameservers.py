"""The name servers that a host asks: ``nameservers`` and ``resolv_conf``, and those that it learns from its links."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from typing import Final, NamedTuple

from catenet.application.dns import need_dnspython
from catenet.application.dns.stub.resolv_conf import NAMESERVERS_MAX, ResolvConf, is_domain, parse_resolv_conf
from catenet.errors import LabError, MissingExtra, installed
from catenet.host.host_base import HostBase
from catenet.lab.model.registry import Registry


class HostDns(NamedTuple):
    """The settings of one host; ``nameservers`` are addresses, or names of hosts and routers of the internet."""

    nameservers: tuple[str, ...]
    conf: ResolvConf


def parse_host_dns(nameservers: Sequence[str], resolv_conf: str | None, owner: str) -> HostDns | None:
    """The settings of a host from its options; None if it has none.  Raises :class:`~catenet.errors.LabError`."""
    if isinstance(nameservers, str):
        raise LabError(f"{owner}: nameservers: {nameservers!r} is one text; write a list like ['192.0.2.53']")
    if not nameservers and resolv_conf is None:
        return None
    try:
        conf = parse_resolv_conf(resolv_conf or "")
    except LabError as error:
        raise LabError(f"{owner}: resolv_conf: {error}") from None
    if nameservers and conf.nameservers:
        raise LabError(f"{owner}: nameservers and resolv_conf both name servers; let one of them do it")
    if not (nameservers or conf.nameservers):
        raise LabError(f"{owner}: resolv_conf names no server; add a line like 'nameserver 192.0.2.53'")
    if len(nameservers) > NAMESERVERS_MAX:
        raise LabError(f"{owner}: {len(nameservers)} nameservers; a host asks at most {NAMESERVERS_MAX}")
    need_dnspython(f"{owner}: a name server")
    return HostDns(tuple(nameservers) or conf.nameservers, conf)


def use_nameservers(host: HostBase, conf: ResolvConf) -> None:
    """Let a host look names up at these servers from now on."""
    from catenet.application.dns.stub.stub import Stub

    if isinstance(host.name_service, Stub):
        host.name_service.conf = conf
    else:
        host.name_service = Stub(conf)


class Learned(NamedTuple):
    """Name servers and search domains of one source: DHCP, or router advertisements."""

    nameservers: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()


class Nameservers:
    """The settings of all hosts.

    What a host was declared with comes first, then what it learns from its links, then what ``net.dns()`` sets; a host
    without any of these uses the hosts table.
    """

    def __init__(self) -> None:
        self.by_host: Final[dict[str, HostDns]] = {}
        """Declared for single hosts."""
        self.defaults: Final[dict[str, HostDns]] = {}
        """Set by ``net.dns()``."""
        self._settled: Final[dict[str, ResolvConf]] = {}
        """The settings above, with addresses instead of names."""
        self._learned: Final[dict[str, ResolvConf]] = {}
        self._in_use: Final[dict[str, ResolvConf]] = {}

    @property
    def in_use(self) -> dict[str, ResolvConf]:
        """What hosts use now, by name; hosts that use the hosts table are left out."""
        return dict(self._in_use)

    def update(self, registry: Registry) -> None:
        """Set what was declared, once addresses are assigned."""
        for name, settings in {**self.defaults, **self.by_host}.items():
            found: list[str] = []
            for server in settings.nameservers:
                found += _addresses(registry, server, name)
            self._settled[name] = settings.conf._replace(nameservers=tuple(found[:NAMESERVERS_MAX]))
            self._choose(registry.host(name, "name server").host)

    def learn(self, host: HostBase, dhcp: Learned, advertised: Learned) -> None:
        """What a host knows from its links has changed: DHCP's servers come first (RFC 8106 section 5.3.1)."""
        nameservers = _merged(dhcp.nameservers, advertised.nameservers)
        domains = [domain for domain in (*dhcp.domains, *advertised.domains) if is_domain(domain)]
        conf = ResolvConf(nameservers, tuple(dict.fromkeys(domains)))
        if self._learned.get(host.name, ResolvConf()) == conf:
            return
        self._learned[host.name] = conf
        if nameservers and not installed("dns"):
            problem = MissingExtra(f"{host.name}: asking the name servers that it has learned", "dnspython", "services")
            host.log_event("dns", f"{problem}; names are looked up in the hosts table")
        self._choose(host)

    def _choose(self, host: HostBase) -> None:
        settled, learned = self._settled.get(host.name), self._learned.get(host.name, ResolvConf())
        conf = settled
        if host.name not in self.by_host:
            search = learned.search or (() if settled is None else settled.search)
            if learned.nameservers and installed("dns"):
                conf = learned._replace(search=search)
            elif settled is not None:
                conf = settled._replace(search=search)
        if conf == self._in_use.get(host.name):
            return
        if conf is None:
            del self._in_use[host.name]
            host.name_service = None
        else:
            self._in_use[host.name] = conf
            use_nameservers(host, conf)


def _merged(dhcp: Sequence[str], advertised: Sequence[str]) -> tuple[str, ...]:
    """As many servers as a host asks; of advertised ones, at least one."""
    known = tuple(dict.fromkeys((*dhcp, *advertised)))
    if len(known) > NAMESERVERS_MAX and advertised:
        return tuple(dict.fromkeys((*dhcp[: NAMESERVERS_MAX - 1], *advertised)))[:NAMESERVERS_MAX]
    return known[:NAMESERVERS_MAX]


def _addresses(registry: Registry, server: str, host: str) -> list[str]:
    try:
        return [str(ipaddress.ip_address(server))]
    except ValueError:
        pass
    try:
        node = registry.ip_node(server, "name server")
    except LabError as error:
        raise LabError(f"host {host}: nameservers: {error}") from None
    return [str(address) for address in node.addresses]
