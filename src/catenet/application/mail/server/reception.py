"""Port 25: messages from other servers, for mailboxes of this server and for domains that it relays to."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Final

from aiosmtpd.smtp import Session

from catenet.application.counters import Counters
from catenet.application.mail.address import Address
from catenet.application.mail.queue.queue import Queue
from catenet.application.mail.server.hooks import Hooks
from catenet.application.mail.settings import Limits


class Reception(Hooks):
    """``has_mailbox(address)`` is None for domains that are not this server's."""

    def __init__(
        self,
        hostname: str,
        queue: Queue,
        limits: Limits,
        counters: Counters,
        has_mailbox: Callable[[Address], bool | None],
        relay_domains: Collection[str],
    ) -> None:
        super().__init__(hostname, queue, limits, counters)
        self._has_mailbox: Final = has_mailbox
        self._relay_domains: Final = frozenset(relay_domains)

    def extensions(self, replies: list[str]) -> list[str]:
        """Other servers do not log in."""
        return [line for line in replies if not line[4:].startswith("AUTH")]

    def refuse_recipient(self, session: Session, address: Address) -> str | None:
        known = self._has_mailbox(address)
        if known is False:
            return self.refused("unknown-recipient", "550 5.1.1 no such mailbox")
        if known is None and address.domain not in self._relay_domains:
            return self.refused("relay", "554 5.7.1 this server does not relay to that domain")
        return None
