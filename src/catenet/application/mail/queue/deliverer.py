"""Who makes an attempt to deliver: to the next server, or to a mailbox."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from catenet.application.mail.outcome import Outcome


class Deliverer:
    """Delivers a message to the recipients of one domain."""

    async def deliver(
        self, queue_id: str, sender: str, domain: str, recipients: Sequence[str], content: bytes
    ) -> Mapping[str, Outcome]:
        """What became of each recipient.  Raises OSError only if the disk fails."""
        raise AssertionError(f"{type(self).__name__} does not say how it delivers")
