"""An attempt at the next server: look it up, connect, encrypt, send."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from catenet.application.counters import Counters
from catenet.application.mail.client.connection import Connection
from catenet.application.mail.client.transaction import InDoubt, send
from catenet.application.mail.outcome import Action, Outcome, outcome_of
from catenet.application.mail.queue.deliverer import Deliverer
from catenet.application.mail.relay.mx import MxStub, NoMailServer
from catenet.application.mail.replies import ProtocolError, SmtpError

SMTP_PORT: Final = 25
ADDRESSES_MAX: Final = 10
"""Addresses that one attempt tries, over all servers."""
_NOT_NOW: Final = (socket.EAI_AGAIN,)


class Relay(Deliverer):
    """Sends to the servers of other domains.

    ``routes`` name the server of a domain instead of its MX records, ``"*"`` that of all others.  Without ``names`` a
    domain's server is the host of its name.  ``tls`` is a client's context: it encrypts if the server offers STARTTLS;
    with ``must_encrypt`` nothing is sent otherwise.
    """

    def __init__(
        self,
        hostname: str,
        names: MxStub | None,
        routes: Mapping[str, str],
        tls: ssl.SSLContext | None,
        must_encrypt: bool,
        counters: Counters,
        own: Iterable[str] = (),
        port: int = SMTP_PORT,
    ) -> None:
        self._hostname: Final = hostname
        self._names: Final = names
        self._routes: Final = dict(routes)
        self._tls: Final = tls
        self._must_encrypt: Final = must_encrypt
        self._counters: Final = counters
        self._own: Final = tuple(own)
        self._port: Final = port

    async def deliver(
        self, queue_id: str, sender: str, domain: str, recipients: Sequence[str], content: bytes
    ) -> Mapping[str, Outcome]:
        self._counters.add("relay-attempts")
        try:
            last: Outcome | None = None
            tried = 0
            for server in await self._servers(domain):
                addresses, problem = await self._addresses(server)
                last = _better(last, problem)
                for address in addresses[: ADDRESSES_MAX - tried]:
                    tried += 1
                    found = await self._attempt(server.removesuffix("."), address, sender, recipients, content)
                    if not isinstance(found, Outcome):
                        return found
                    last = _better(last, found)
        except NoMailServer as error:
            self._counters.add("no-mail-server")
            action = Action.FAILED if error.status[0] == "5" else Action.DEFERRED
            last = Outcome(action, error.status, str(error))
        except InDoubt as error:
            self._counters.add("in-doubt")
            last = Outcome(Action.DEFERRED, "4.4.2", str(error))
        return dict.fromkeys(recipients, last or Outcome(Action.DEFERRED, "4.4.4", f"{domain} has no server to try"))

    async def _servers(self, domain: str) -> list[str]:
        route = self._routes.get(domain, self._routes.get("*"))
        if route is not None:
            return [route]
        return [domain] if self._names is None else await self._names.mail_servers(domain, self._own)

    async def _addresses(self, server: str) -> tuple[list[str], Outcome | None]:
        """IPv6 and IPv4 addresses, in the order of RFC 6724; or why there are none."""
        try:
            found = await asyncio.get_running_loop().getaddrinfo(server, self._port, type=socket.SOCK_STREAM)
        except socket.gaierror as error:
            self._counters.add("address-look-ups-failed")
            text = f"the address of {server}: {error.strerror}"
            if error.errno in _NOT_NOW:
                return [], Outcome(Action.DEFERRED, "4.4.3", text)
            return [], Outcome(Action.FAILED, "5.4.4", text)
        except UnicodeError:
            return [], Outcome(Action.FAILED, "5.4.4", f"{server!r} is not the name of a server")
        return [str(info[4][0]) for info in found], None

    async def _attempt(
        self, server: str, address: str, sender: str, recipients: Sequence[str], content: bytes
    ) -> dict[str, Outcome] | Outcome:
        """The outcome of each recipient; or one outcome if another address may do better."""
        try:
            connection = await self._connect(server, address)
            try:
                replies = await send(connection, sender, recipients, content)
            except BaseException:
                connection.abort()
                raise
            await connection.quit()
        except SmtpError as error:
            self._counters.add("sessions-refused")
            return outcome_of(error.reply, server)
        except InDoubt:
            raise
        except OSError as error:
            self._counters.add("connections-failed")
            return Outcome(Action.DEFERRED, "4.4.1", f"{server} [{address}]: {error or type(error).__name__}")
        return {recipient: outcome_of(reply, server) for recipient, reply in replies.items()}

    async def _connect(self, server: str, address: str) -> Connection:
        """A connection after EHLO, encrypted if it can be."""
        connection = await Connection.open(address, self._port, self._hostname)
        if self._tls is None or "STARTTLS" not in connection.extensions:
            if self._must_encrypt:
                connection.abort()
                raise ProtocolError("TLS is required here, and the server does not offer STARTTLS")
            return connection
        try:
            await connection.starttls(self._tls, server)
        except (OSError, SmtpError):
            connection.abort()
            self._counters.add("starttls-failed")
            if self._must_encrypt:
                raise
            return await Connection.open(address, self._port, self._hostname)
        self._counters.add("starttls-sent")
        return connection


def _better(last: Outcome | None, found: Outcome | None) -> Outcome | None:
    """The outcome of several addresses: while one of them may do better later, the message waits."""
    if last is None or found is None:
        return found or last
    return last if last.action is Action.DEFERRED and found.action is Action.FAILED else found
