"""Where a mail server listens, what it accepts, and when it tries again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Ports(NamedTuple):
    """TCP ports by their names in IANA's registry; all but the first need TLS."""

    smtp: int = 25
    """Other servers."""
    submission: int = 587
    """Users send, after STARTTLS (RFC 6409)."""
    submissions: int = 465
    """Users send over TLS (RFC 8314)."""
    pop3: int = 110
    """Users read, after STLS (RFC 1939, 2595)."""
    pop3s: int = 995
    """Users read over TLS (RFC 8314)."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a server accepts; a number over a limit is refused, and counted by the name of the limit."""

    message_bytes: int = 10 << 20
    """Octets of a message."""
    recipients: int = 100
    """Recipients of a message (RFC 5321 section 4.5.3.1.8 asks for 100)."""
    hops: int = 100
    """Received fields of a message; more are a loop (RFC 5321 section 6.3)."""
    queue_messages: int = 10_000
    """Messages in the queue."""
    connections: int = 100
    """Connections at a time, for each port."""
    commands: int = 1_000
    """Commands of one name on a connection."""
    logins: int = 5
    """Failed logins on a connection."""
    idle_timeout_s: float = 300
    """Seconds between two commands of SMTP, and for a whole message (RFC 5321 section 4.5.3.2.7)."""
    reading_timeout_s: float = 600
    """Seconds between two commands of POP3 (RFC 1939 section 3: at least ten minutes)."""


@dataclass(frozen=True, slots=True)
class Retries:
    """When a delivery is tried again (RFC 5321 section 4.5.4.1); times in seconds."""

    first_s: float = 1_800
    """From the first failure to the second attempt; doubles with each failure."""
    max_s: float = 14_400
    """The longest time between two attempts."""
    spread: float = 0.1
    """The share of the delay that is drawn at random and added, so that a queue is not tried all at once."""
    expiry_s: float = 432_000
    """From arrival until the message returns to its sender: five days."""
    deliveries: int = 20
    """Messages that are being delivered at a time."""

    def delay_s(self, failures: int) -> float:
        """From a failure to the next attempt, without the random part; ``failures`` is at least 1."""
        return min(self.max_s, self.first_s * 2.0 ** min(failures - 1, 32))
