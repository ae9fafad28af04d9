"""The mail system of an internet: a server for each domain, and the records by which others find it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final, Literal

from catenet.errors import LabError, did_you_mean
from catenet.kernel.quantity import counted
from catenet.kernel.quoting import quoted
from catenet.lab.model.host import Host
from catenet.lab.model.registry import NodeReference
from catenet.lab.services.dns import Dns
from catenet.lab.services.dns_zones import MailExchange
from catenet.lab.world.builder import Builder

if TYPE_CHECKING:
    from catenet.application.mail import Limits, MailServer, Retries

PREFERENCE, BACKUP_PREFERENCE = 10, 20
"""Of MX records."""
_PROGRAM: Final = "mail"

Accounts = Mapping[str, Mapping[str, str]]
"""For each domain its users with their passwords."""
Encryption = Literal["never", "offered", "required"]


class Mail:
    """The servers that ``net.mail()`` has declared, by domain.

    ``hosts`` are their hosts; ``servers`` are those that run now, none before the run: their ``counters`` tell what
    they did, and their ``mailboxes`` have the delivered messages.
    """

    def __init__(
        self,
        world: Builder,
        dns: Dns,
        domains: Accounts,
        places: Sequence[NodeReference],
        backups: Mapping[str, str],
        encryption: Encryption,
        limits: Limits | None,
        retries: Retries | None,
    ) -> None:
        self._accounts: Final = _accounts(domains)
        self._backups: Final = _backups(backups, self._accounts)
        if encryption not in ("never", "offered", "required"):
            raise LabError(f"mail: encryption {encryption!r} is not one of never, offered, required")
        if len(places) not in (1, len(self._accounts)):
            given = counted(len(self._accounts), "domain")
            raise LabError(f"mail: at names {len(places)} nodes for {given}; name one, or one for each domain")
        self._world: Final = world
        self._encryption: Final[Encryption] = encryption
        self._limits: Final = limits
        self._retries: Final = retries
        self.hosts: Final[dict[str, Host]] = {}
        self.servers: Final[dict[str, MailServer]] = {}
        names = {domain: _PROGRAM if domain == dns.domain else f"{_PROGRAM}.{domain}" for domain in self._accounts}
        for node in places:
            world.registry.node(node)
        for name in names.values():
            world.registry.check_free(name, "mail host")
        exchanges = {domain: self._exchanges(domain, names) for domain in names}
        dns.serve_mail(exchanges)
        for number, domain in enumerate(self._accounts):
            host = self.hosts[domain] = world.host(names[domain], at=places[number % len(places)])
            host.run(self._serve, domain, name=_PROGRAM, service=True)

    def _exchanges(self, domain: str, names: Mapping[str, str]) -> list[MailExchange]:
        """The servers of a domain: its own, and the backup."""
        found = [MailExchange(PREFERENCE, names[domain], _hostname(domain))]
        if domain in self._backups:
            backup = self._backups[domain]
            found.append(MailExchange(BACKUP_PREFERENCE, names[backup], _hostname(backup)))
        return found

    async def _serve(self, domain: str) -> None:
        from catenet.application.dns.stub.stub import Stub
        from catenet.application.mail import MailServer

        host, hostname = self.hosts[domain], _hostname(domain)
        assert isinstance(host.name_service, Stub)
        server = MailServer(
            hostname,
            {domain: self._accounts[domain]},
            resolv_conf=host.name_service.conf,
            relay_domains=[other for other, backup in self._backups.items() if backup == domain],
            tls=self._world.tls.authority().server_context(hostname, host.name),
            encryption=self._encryption,
            limits=self._limits,
            retries=self._retries,
        )
        await server.start()
        self.servers[domain] = server
        await server.serve_forever()


def _hostname(domain: str) -> str:
    """The domain name of a domain's server."""
    return f"{_PROGRAM}.{domain}"


def _accounts(domains: Accounts) -> dict[str, dict[str, str]]:
    from catenet.application.mail.address import parse_address

    found: dict[str, dict[str, str]] = {}
    for domain, users in domains.items():
        name = _domain(domain)
        if name in found:
            raise LabError(f"mail: domains: {name} is there twice")
        found[name] = {}
        for user, password in users.items():
            try:
                parse_address(f"{user}@{name}")
            except ValueError as error:
                raise LabError(f"mail: domains: {domain}: {error}") from None
            if not isinstance(password, str) or not password:
                raise LabError(f"mail: domains: {domain}: the password of {user} is {password!r}; write a text")
            found[name][user] = password
    if not found:
        raise LabError('mail: no domain; write domains={"lab.test": {"alice": "a password"}}')
    return found


def _backups(backups: Mapping[str, str], accounts: Accounts) -> dict[str, str]:
    found: dict[str, str] = {}
    for domain, backup in backups.items():
        pair = _domain(domain), _domain(backup)
        for name in pair:
            if name not in accounts:
                raise LabError(f"mail: backups: {quoted(name)} is not one of domains{did_you_mean(name, accounts)}")
        if pair[0] == pair[1]:
            raise LabError(f"mail: backups: {domain} is its own backup; name another domain")
        found[pair[0]] = pair[1]
    return found


def _domain(text: str) -> str:
    from catenet.application.mail.address import parse_domain

    try:
        name = parse_domain(text)
    except ValueError as error:
        raise LabError(f"mail: {error}") from None
    if "." not in name:
        raise LabError(f"mail: domain {quoted(text)} is a top-level one; write one below it, like 'lab.test'")
    return name
