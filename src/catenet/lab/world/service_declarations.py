"""Declarations of services by a program."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from catenet.errors import LabError, named
from catenet.kernel.quantity import duration_ns
from catenet.lab.model.registry import NodeReference
from catenet.lab.options.types import Duration
from catenet.lab.services.dns import DOMAIN, Dns
from catenet.lab.services.mail import Accounts, Encryption, Mail
from catenet.lab.world.builder import Builder
from catenet.lab.world.lan_declarations import LanDeclarations

if TYPE_CHECKING:
    from catenet.application.mail import Limits, Retries


class ServiceDeclarations(LanDeclarations):
    """Declares services in ``world``; each method raises :class:`~catenet.errors.LabError`."""

    def __init__(self, world: Builder) -> None:
        super().__init__(world)
        self._dns: Dns | None = None

    def dns(
        self,
        *,
        at: NodeReference | Sequence[NodeReference],
        resolver_at: NodeReference | None = None,
        domain: str = DOMAIN,
        zones: Mapping[str, str | Path] | None = None,
        ttl: Duration = "1h",
        negative_ttl: Duration = "5min",
        transfer_to: Sequence[str] = (),
    ) -> Dns:
        """A domain name system: root, top-level and zone servers, and a recursive resolver for all hosts.

        The hosts ``dns-root``, ``dns-top`` and ``dns-zones`` are at the routers or switches ``at`` (one, or one for
        each, in this order), ``resolver`` is at ``resolver_at`` (default: the last of them).  Every node has the name
        ``NODE.domain`` with its addresses, and reverse names.  ``zones`` are further zones by name: a path to a zone
        file, or its text.  Hosts without name servers of their own ask the resolver, and search ``domain``.  ``ttl``
        and ``negative_ttl`` are those of the internet's own zones, in whole seconds.  Hosts in the prefixes
        ``transfer_to`` may fetch whole zones.
        """
        places = list(at) if isinstance(at, Sequence) and not isinstance(at, str) else [at]
        if not 1 <= len(places) <= 3:
            raise LabError(
                f"dns: at names {len(places)} nodes; name one, or up to three: for root, top level and zones"
            )
        ttls = _seconds(ttl, "ttl"), _seconds(negative_ttl, "negative_ttl")
        resolver = places[-1] if resolver_at is None else resolver_at
        dns = Dns(self._world, places, resolver, domain, zones or {}, ttls, transfer_to)
        self._world.on_build.append(dns.update)
        self._dns = dns
        return dns

    def mail(
        self,
        domains: Accounts,
        *,
        at: NodeReference | Sequence[NodeReference],
        backups: Mapping[str, str] | None = None,
        encryption: Encryption = "offered",
        limits: Limits | None = None,
        retries: Retries | None = None,
    ) -> Mail:
        """A mail system: a server for each domain, with mailboxes and TLS, which the others find by MX records.

        ``domains`` gives for each domain its users with their passwords.  The hosts, ``mail.DOMAIN``, are at the
        routers or switches ``at`` (one, or one for each domain, in this order); in the domain of :meth:`dns`, which is
        to be called before, the host is ``mail``.  ``backups`` names for a domain another one whose server takes
        messages for it while its own does not answer.  ``encryption`` is that between servers: ``"offered"`` where
        both can, ``"required"`` or ``"never"``.  ``limits`` and ``retries`` are those of
        :mod:`catenet.application.mail`.
        """
        if self._dns is None:
            raise LabError("mail: servers find each other by names; call net.dns() before")
        places = list(at) if isinstance(at, Sequence) and not isinstance(at, str) else [at]
        return Mail(self._world, self._dns, domains, places, backups or {}, encryption, limits, retries)


def _seconds(value: Duration, key: str) -> int:
    nanoseconds = named(duration_ns, value, f"dns: {key}")
    if nanoseconds % 1_000_000_000:
        raise LabError(f"dns: {key}: a TTL is in whole seconds, not {value}")
    return nanoseconds // 1_000_000_000
