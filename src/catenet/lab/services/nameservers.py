"""The name servers that a host asks: ``nameservers`` and ``resolv_conf``."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from typing import Final, NamedTuple

from catenet.application.dns import need_dnspython
from catenet.application.dns.stub.resolv_conf import NAMESERVERS_MAX, ResolvConf, parse_resolv_conf
from catenet.errors import LabError
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

    host.name_service = Stub(conf)


class Nameservers:
    """The settings of all hosts."""

    def __init__(self) -> None:
        self.by_host: Final[dict[str, HostDns]] = {}
        self._in_use: Final[dict[str, ResolvConf]] = {}

    def update(self, registry: Registry) -> None:
        """Set what was declared, once addresses are assigned."""
        for name, settings in self.by_host.items():
            found: list[str] = []
            for server in settings.nameservers:
                found += _addresses(registry, server, name)
            conf = settings.conf._replace(nameservers=tuple(found[:NAMESERVERS_MAX]))
            if self._in_use.get(name) != conf:
                self._in_use[name] = conf
                use_nameservers(registry.host(name, "name server").host, conf)


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
