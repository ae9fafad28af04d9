"""Three domains on an internet with names: mail of ``a.test`` goes to ``c.test`` through ``b.test``, its MX."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from email.message import EmailMessage
from typing import Any

import catenet
from catenet.application.mail import Limits, MailServer, Retries, submit
from catenet.application.mail.mailboxes import Stored

HOSTS = ("mail-a", "mail-b", "mail-c")
USERS = {
    "a.test": {"alice": "correct horse"},
    "b.test": {"bob": "battery"},
    "c.test": {"carol": "staple", "chris": "another"},
}
ZONES = {
    "a.test": "@ MX 10 mail-a.lab.example.\n",
    "b.test": "@ MX 10 mail-b.lab.example.\n",
    "c.test": "@ MX 10 mail-b.lab.example.\n",
    "null.test": "@ MX 0 .\n",
    "order.test": "@ MX 20 mail-c.lab.example.\n@ MX 10 nowhere.lab.example.\n@ MX 5 closed.lab.example.\n",
}
HEAD = "$TTL 600\n@ SOA ns.lab.example. hostmaster.lab.example. 1 3600 600 86400 30\n@ NS dns-zones.lab.example.\n"


class ThreeDomains:
    """The internet, before its run.  ``servers`` are those that run now, ``all_servers`` also those before a crash."""

    def __init__(self, seed: int = 7, **options: dict[str, Any]) -> None:
        self.net = net = catenet.Internet(seed=seed)
        routers = net.routers("paris", "oslo", "rome")
        for one, other, delay in (("paris", "oslo", "14ms"), ("oslo", "rome", "21ms"), ("rome", "paris", "11ms")):
            net.link(one, other, delay=delay)
        self.dns = net.dns(at=routers, zones={name: HEAD + text for name, text in ZONES.items()})
        self.hosts = {name: net.host(name, at=router) for name, router in zip(HOSTS, routers, strict=True)}
        self.hosts["closed"] = net.host("closed", at="oslo")
        self.client = net.host("client", at="paris")
        self.servers: dict[str, MailServer] = {}
        self.all_servers: list[tuple[str, MailServer]] = []
        self.options = options
        for name, domain in zip(HOSTS, USERS, strict=True):
            self.hosts[name].run(self._serve, name, domain, name="mail", service=True)

    async def _serve(self, name: str, domain: str) -> None:
        service: Any = self.hosts[name].name_service
        options: dict[str, Any] = {"tls": self.net.tls().server_context(name, f"{name}.lab.example")}
        if name == "mail-b":
            options |= {"relay_domains": ["c.test"], "routes": {"c.test": "mail-c.lab.example"}}
        options |= self.options.get(name, {})
        server = MailServer(f"{name}.lab.example", {domain: USERS[domain]}, resolv_conf=service.conf, **options)
        self.servers[name] = server
        self.all_servers.append((name, server))
        await server.start()
        await server.serve_forever()

    def counted(self, host: str, name: str) -> int:
        """A counter of a server, summed over its restarts."""
        return sum(server.counters[name] for where, server in self.all_servers if where == host)

    def queued(self) -> int:
        """Messages in the queues, on the disks: closing an internet ends the tasks, and leaves these."""
        names = [name for host in self.hosts.values() for name in host.disk.medium.names]
        return sum(name.startswith("mail/queue/") and name.endswith(".state") for name in names)

    def run(self, program: Callable[..., Any], until: str | None = None) -> Any:
        """Run a program on the client, and return its result."""
        process = self.client.run(program)
        with self.net:
            self.net.run(until=until)
            return process.result if until is None else None

    def mailbox(self, host: str, address: str, found: list[Stored], at: str) -> None:
        """Read a mailbox at a time of the run."""

        async def read() -> None:
            found.extend(await self.servers[host].mailboxes.messages(address))

        self.hosts[host].run(read, start=at)


def letter(*recipients: str, subject: str = "a letter") -> EmailMessage:
    """A message from Alice."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "alice@a.test", ", ".join(recipients), subject
    message.set_content("Good morning.\n.a line that begins with a dot\nGrüße\n")
    return message


async def post(*recipients: str, subject: str = "a letter", password: str = "correct horse") -> dict[str, int]:
    """Submit a letter as Alice; the codes by recipient."""
    message = letter(*recipients, subject=subject)
    replies = await submit(message, server="mail-a", user="alice@a.test", password=password)
    return {recipient: reply.code for recipient, reply in replies.items()}


__all__ = ["HOSTS", "USERS", "Limits", "Retries", "ThreeDomains", "asyncio", "letter", "post"]
