"""A mail server: reception, submission, queue, relay, mailboxes and POP3 of one host."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final, Literal

from catenet.application.counters import Counters
from catenet.application.dns.stub.resolv_conf import ResolvConf
from catenet.application.mail.address import POSTMASTER, Address, parse_address, parse_domain
from catenet.application.mail.mailboxes import Mailboxes
from catenet.application.mail.message import return_path
from catenet.application.mail.outcome import Action, Outcome
from catenet.application.mail.queue.deliverer import Deliverer
from catenet.application.mail.queue.queue import Queue
from catenet.application.mail.reading.connection import Accounts
from catenet.application.mail.reading.service import PopService
from catenet.application.mail.relay.mx import MxStub
from catenet.application.mail.relay.relay import Relay
from catenet.application.mail.server.reception import Reception
from catenet.application.mail.server.service import Service
from catenet.application.mail.server.submission import Submission
from catenet.application.mail.settings import Limits, Ports, Retries
from catenet.application.storage.disk import Disk, machine_disk


class LocalOrRelay(Deliverer):
    """Delivers to a mailbox if the domain is this server's, and relays otherwise."""

    def __init__(self, domains: Iterable[str], known: Collection[str], boxes: Mailboxes, relay: Relay) -> None:
        self._domains: Final = frozenset(domains)
        self._known: Final = frozenset(known)
        self._boxes: Final = boxes
        self._relay: Final = relay

    def has_mailbox(self, address: Address) -> bool | None:
        """Whether there is a mailbox; None if the domain is not this server's."""
        return address.key in self._known if address.domain in self._domains else None

    async def deliver(
        self, queue_id: str, sender: str, domain: str, recipients: Sequence[str], content: bytes
    ) -> Mapping[str, Outcome]:
        if domain not in self._domains:
            return await self._relay.deliver(queue_id, sender, domain, recipients, content)
        outcomes = {}
        for recipient in recipients:
            if not self.has_mailbox(parse_address(recipient)):
                outcomes[recipient] = Outcome(Action.FAILED, "5.1.1", "550 5.1.1 no such mailbox")
                continue
            await self._boxes.deliver(recipient, queue_id, return_path(sender) + content)
            outcomes[recipient] = Outcome(Action.DELIVERED, "2.0.0", "stored in the mailbox")
        return outcomes


class MailServer:
    """The mail server of a host.

    ``domains`` gives for each domain its users with their passwords; each domain has a mailbox ``postmaster`` besides.
    ``relay_domains`` are accepted from other servers and passed on.  ``routes`` name a server for a domain instead of
    its MX records (``"*"``: for all others).  ``resolv_conf`` are the name servers for MX records; without it, a
    domain's server is the host of its name.  ``tls`` is a server's context, without which there is neither STARTTLS
    nor submission nor POP3.  ``encryption`` says when mail to other servers is encrypted: never, if they offer
    STARTTLS, or always (``"required"``: a server that cannot gets nothing).  ``client_tls`` is the client's context for
    it, by default one that trusts what the host trusts.  ``disk`` is by default that of the machine.

    :attr:`counters` counts by name; :attr:`mailboxes` has the delivered messages.
    """

    def __init__(
        self,
        hostname: str,
        domains: Mapping[str, Mapping[str, str]],
        *,
        resolv_conf: ResolvConf | None = None,
        routes: Mapping[str, str] | None = None,
        relay_domains: Collection[str] = (),
        tls: ssl.SSLContext | None = None,
        client_tls: ssl.SSLContext | None = None,
        encryption: Literal["never", "offered", "required"] = "offered",
        limits: Limits | None = None,
        retries: Retries | None = None,
        disk: Disk | None = None,
        folder: str = "mail",
    ) -> None:
        self.hostname: Final = parse_domain(hostname)
        self.counters: Final = Counters()
        disk = machine_disk() if disk is None else disk
        self.mailboxes: Final = Mailboxes(disk, folder)
        users = {
            f"{user.lower()}@{parse_domain(domain)}": password
            for domain, own in domains.items()
            for user, password in own.items()
        }
        passwords = {parse_address(user).key: password for user, password in users.items()}
        boxes = {*passwords, *(f"{POSTMASTER}@{parse_domain(domain)}" for domain in domains)}
        names = None if resolv_conf is None else MxStub(resolv_conf)
        context = None if encryption == "never" else client_tls or ssl.create_default_context()
        must = encryption == "required"
        relay = Relay(self.hostname, names, routes or {}, context, must, self.counters, [self.hostname])
        deliverer = LocalOrRelay(map(parse_domain, domains), boxes, self.mailboxes, relay)
        limits, retries = limits or Limits(), retries or Retries()
        self.queue: Final = Queue(disk, folder, self.hostname, deliverer, retries, limits.queue_messages, self.counters)
        common = self.hostname, self.queue, limits, self.counters, deliverer.has_mailbox
        reception = Reception(*common, [parse_domain(domain) for domain in relay_domains])
        services: dict[str, Service | PopService] = {"smtp": Service(reception, tls)}
        if tls is not None:
            submission = Submission(*common, passwords)
            accounts = Accounts(passwords, self.mailboxes, limits, self.counters)
            services |= {
                "submission": Service(submission, tls, submission.authenticate),
                "submissions": Service(submission, tls, submission.authenticate, is_implicit=True),
                "pop3": PopService(self.hostname, accounts, tls, is_implicit=False),
                "pop3s": PopService(self.hostname, accounts, tls, is_implicit=True),
            }
        self._services: Final = services

    async def start(self, host: str | None = None, *, ports: Ports | None = None) -> Ports:
        """Recover the queue, and listen; returns the ports, those without a service as 0.  Raises OSError."""
        await self.queue.start()
        found = dict.fromkeys(Ports._fields, 0)
        for name, service in self._services.items():
            found[name] = await service.start(host, getattr(ports or Ports(), name))
        return Ports(**found)

    async def serve_forever(self) -> None:
        """Serve until cancelled, and close."""
        try:
            await asyncio.get_running_loop().create_future()
        except asyncio.CancelledError:  # not when a program is dropped unfinished: it cannot wait then
            await self.close()
            raise

    async def close(self) -> None:
        """Stop; messages stay on the disk."""
        for service in self._services.values():
            service.close()
        await self.queue.close()
