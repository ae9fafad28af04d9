"""What the queue knows of a message besides its content, and its form on disk: JSON with a CRC32C."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec
from google_crc32c import value

from catenet.application.mail.outcome import Action, Outcome

VERSION: Final = 1
REPORTED: Final = "reported"
PENDING: Final = "pending"


class DamagedEntry(Exception):
    """A file of the queue is not what was written."""


class Recipient(msgspec.Struct):
    """A recipient; ``state`` is ``pending``, ``delivered``, ``failed``, or ``reported`` to the sender."""

    address: str
    state: str = PENDING
    status: str = ""
    text: str = ""
    remote: str = ""

    @property
    def domain(self) -> str:
        """The domain of the address."""
        return self.address.rpartition("@")[2]

    def apply(self, outcome: Outcome) -> None:
        """Note what became of an attempt."""
        if outcome.action is not Action.DEFERRED:
            self.state = outcome.action.value
        self.status, self.text, self.remote = outcome.status, outcome.text, outcome.remote


class Entry(msgspec.Struct):
    """A message in the queue; ``arrived_s`` is a time of the wall clock, ``attempts`` those that have ended."""

    id: str
    sender: str
    recipients: list[Recipient]
    arrived_s: float
    attempts: int = 0
    reports: int = 0
    version: int = VERSION

    def pending(self) -> dict[str, list[Recipient]]:
        """The recipients to deliver to, by domain."""
        groups: dict[str, list[Recipient]] = {}
        for recipient in self.in_state(PENDING):
            groups.setdefault(recipient.domain, []).append(recipient)
        return groups

    def in_state(self, state: str) -> Iterable[Recipient]:
        """The recipients in a state."""
        return [recipient for recipient in self.recipients if recipient.state == state]

    @property
    def is_done(self) -> bool:
        """Whether each recipient was delivered to or reported."""
        return not any(recipient.state in (PENDING, Action.FAILED.value) for recipient in self.recipients)


def encode(entry: Entry) -> bytes:
    """The entry as octets."""
    return sealed(msgspec.json.encode(entry))


def decode(octets: bytes) -> Entry:
    """The entry in octets.  Raises :class:`DamagedEntry`."""
    try:
        entry = msgspec.json.decode(unsealed(octets), type=Entry)
    except msgspec.MsgspecError as error:
        raise DamagedEntry(str(error)) from None
    if entry.version != VERSION:
        raise DamagedEntry(f"version {entry.version} is unknown; this program writes {VERSION}")
    return entry


def sealed(octets: bytes) -> bytes:
    """The octets after their CRC32C and a line feed."""
    return b"%08x\n%b" % (value(octets), octets)


def unsealed(octets: bytes) -> bytes:
    """The octets.  Raises :class:`DamagedEntry` if the CRC32C is wrong."""
    checksum, _, content = octets.partition(b"\n")
    if checksum != b"%08x" % value(content):
        raise DamagedEntry("the checksum is wrong")
    return content
