"""What all ports do with commands: limits, and the message's way into the queue.

The methods ``handle_…`` are called by aiosmtpd; each returns the reply.
"""

from __future__ import annotations

import asyncio
import errno
import logging
from typing import Final

from aiosmtpd.smtp import SMTP, Envelope, Session

from catenet.application.counters import Counters
from catenet.application.mail.address import NULL_SENDER, Address, parse_address
from catenet.application.mail.message import received, received_count
from catenet.application.mail.queue.queue import Queue, QueueFull, new_id
from catenet.application.mail.settings import Limits

LOG: Final = logging.getLogger("catenet.mail")


class Hooks:
    """The hooks of one port.  Subclasses say whom it accepts."""

    def __init__(self, hostname: str, queue: Queue, limits: Limits, counters: Counters) -> None:
        self.hostname: Final = hostname
        self.limits: Final = limits
        self.counters: Final = counters
        self._queue: Final = queue
        self._arrivals: Final[set[asyncio.Task[None]]] = set()

    # -- what subclasses decide

    def refuse_sender(self, session: Session, address: str) -> str | None:
        """The reply that refuses a sender (empty: the null sender), if there is one."""
        return None

    def refuse_recipient(self, session: Session, address: Address) -> str | None:
        """The reply that refuses a recipient, if there is one."""
        return None

    def prepare(self, content: bytes) -> bytes:
        """The message as it is to be queued."""
        return content

    def extensions(self, replies: list[str]) -> list[str]:
        """The lines of the reply to EHLO."""
        return replies

    # -- aiosmtpd's hooks

    async def handle_EHLO(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        return self.extensions(responses)

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        sender = NULL_SENDER
        if address != "<>":
            try:
                sender = str(parse_address(address))
            except ValueError:
                return self.refused("sender-syntax", "553 5.1.7 the sender is not an address like alice@lab.example")
        refusal = self.refuse_sender(session, sender)
        if refusal is not None:
            return refusal
        envelope.mail_from = sender or "<>"
        return "250 2.1.0 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if len(envelope.rcpt_tos) >= self.limits.recipients:
            return self.refused("recipients", f"452 4.5.3 more than {self.limits.recipients} recipients")
        try:
            recipient = parse_address(address)
        except ValueError:
            return self.refused("recipient-syntax", "553 5.1.3 the recipient is not an address like bob@lab.example")
        refusal = self.refuse_recipient(session, recipient)
        if refusal is not None:
            return refusal
        envelope.rcpt_tos.append(str(recipient))
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.original_content or b""
        if received_count(content) >= self.limits.hops:
            return self.refused("hops", f"554 5.4.6 more than {self.limits.hops} servers have passed this message on")
        queue_id = new_id()
        sender = NULL_SENDER if envelope.mail_from == "<>" else str(envelope.mail_from)
        trace = self._trace(session, queue_id, envelope.rcpt_tos)
        putting = self._queue.put(queue_id, sender, envelope.rcpt_tos, trace + self.prepare(content))
        # A connection that breaks now cancels this hook, and not the message, which may be durable already.
        arrival = asyncio.get_running_loop().create_task(putting)
        self._arrivals.add(arrival)
        arrival.add_done_callback(self._arrivals.discard)
        try:
            await asyncio.shield(arrival)
        except QueueFull:
            return self.refused("queue_messages", "452 4.3.1 the queue is full")
        except OSError as error:
            LOG.error("cannot queue a message: %s", error)
            full = error.errno == errno.ENOSPC
            return self.refused("disk", "452 4.3.1 the disk is full" if full else "451 4.3.0 the disk fails")
        self.counters.add("messages-accepted")
        return f"250 2.0.0 queued as {queue_id}"

    async def handle_exception(self, error: Exception) -> str:
        LOG.error("a command failed", exc_info=error)
        self.counters.add("exceptions")
        return "451 4.3.0 an error of this server"

    def refused(self, reason: str, reply: str) -> str:
        """Count and log a refusal by name."""
        self.counters.add(f"refused-{reason}")
        LOG.info("refused: %s", reply)
        return reply

    def _trace(self, session: Session, queue_id: str, recipients: list[str]) -> bytes:
        encrypted, login = session.ssl is not None, bool(session.authenticated)
        protocol = ("ESMTP" + "S" * encrypted + "A" * login) if session.extended_smtp else "SMTP"
        address = str((session.peer or ("unknown",))[0])
        return received(session.host_name or "", address, self.hostname, protocol, queue_id, recipients)
