"""The zones of an internet, as master files: root, top-level domains, the domain of its nodes, reverse ones.

Every record is written as text and parsed like a zone file, so that what is served can be read.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from catenet.session.names.hosts_table import wire_form

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
REVERSE: Final = ("in-addr.arpa", "ip6.arpa")
REFRESH, RETRY, EXPIRE = 3_600, 600, 604_800


class Server(NamedTuple):
    """A name server: its absolute name, and its addresses."""

    name: str
    addresses: tuple[IpAddress, ...]


class MailExchange(NamedTuple):
    """A server of a mail domain: its preference, its node, and its domain name without the final dot."""

    preference: int
    node: str
    host: str


class Plan(NamedTuple):
    """What the zones are made of; times in seconds."""

    domain: str
    ttl: int
    negative_ttl: int
    serial: int
    root: Server
    top: Server
    zones: Server


def top_level(domain: str) -> str:
    """``example`` of ``lab.example``."""
    return domain.rstrip(".").rpartition(".")[2]


def root_zone(plan: Plan, domains: Iterable[str]) -> str:
    """The root zone, which delegates the top-level domains, and the reverse ones."""
    lines = _head(plan, plan.root)
    for name in dict.fromkeys(top_level(domain) for domain in domains):
        lines += _delegation(f"{name}.", plan.top)
    for name in REVERSE:
        lines += _delegation(f"{name}.", plan.zones)
    return _text([*lines, *_glue(plan.root), *_glue(plan.top), *_glue(plan.zones)])


def top_zone(plan: Plan, name: str, domains: Iterable[str]) -> str:
    """A top-level domain, which delegates the domains below it."""
    lines = _head(plan, plan.top)
    for domain in domains:
        if top_level(domain) == name:
            lines += _delegation(f"{domain}.", plan.zones)
    for server in (plan.top, plan.zones):
        if server.name.endswith(f".{name}."):
            lines += _glue(server)
    return _text(lines)


def domain_zone(plan: Plan, nodes: Mapping[str, Sequence[IpAddress]], exchanges: Iterable[MailExchange] = ()) -> str:
    """The domain of the internet, with the addresses of its nodes, and the servers of its mail."""
    lines = _head(plan, plan.zones)
    for name, own in nodes.items():
        lines += _glue(Server(absolute(name, plan.domain), tuple(own)))
    return _text([*lines, *(f"@ MX {one.preference} {one.host}." for one in exchanges)])


def mail_zone(
    plan: Plan, domain: str, exchanges: Iterable[MailExchange], nodes: Mapping[str, Sequence[IpAddress]]
) -> str:
    """A mail domain: its servers, and the addresses of those within it."""
    lines = _head(plan, plan.zones)
    for one in exchanges:
        lines.append(f"@ MX {one.preference} {one.host}.")
        if one.host.endswith(f".{domain}"):
            lines += _glue(Server(f"{one.host}.", tuple(nodes.get(one.node, ()))))
    return _text(lines)


def reverse_zone(plan: Plan, zone: str, nodes: Mapping[str, Sequence[IpAddress]]) -> str:
    """A reverse zone: names by address."""
    lines = _head(plan, plan.zones)
    version = 4 if zone == REVERSE[0] else 6
    for name, own in nodes.items():
        for address in own:
            if address.version == version:
                lines.append(f"{address.reverse_pointer}. PTR {absolute(name, plan.domain)}")
    return _text(lines)


def absolute(name: str, domain: str) -> str:
    """The domain name of a node."""
    return f"{wire_form(name)}.{domain}."


def _head(plan: Plan, server: Server) -> list[str]:
    soa = f"{server.name} hostmaster.{plan.domain}. {plan.serial} {REFRESH} {RETRY} {EXPIRE} {plan.negative_ttl}"
    return [f"$TTL {plan.ttl}", f"@ SOA {soa}", f"@ NS {server.name}"]


def _delegation(zone: str, server: Server) -> list[str]:
    return [f"{zone} NS {server.name}"]


def _glue(server: Server) -> list[str]:
    return [f"{server.name} {'A' if address.version == 4 else 'AAAA'} {address}" for address in server.addresses]


def _text(lines: list[str]) -> str:
    return "\n".join(dict.fromkeys(lines)) + "\n"
