"""Refuses what two servers may read in two ways, before a command or a message is parsed.

A line feed without a carriage return, or a carriage return without a line feed, may end a message for one server and
not for the next: SMTP smuggling (CVE-2023-51764; RFC 5321 section 2.3.8).  Octets that arrive before the reply to the
last command were sent blindly, as by a web browser or a spammer: this server does not offer PIPELINING (RFC 2920), so
no client may send them.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import Final

BARE_LINE_END: Final = "bare-line-end"
PIPELINING: Final = "pipelining"
_BARE: Final = re.compile(rb"(?<!\r)\n|\r(?!\n)")
_END: Final = b"\r\n.\r\n"


class Expects(Enum):
    """What the client may send: nothing, a command, or a message."""

    NOTHING = "nothing"
    LINE = "line"
    MESSAGE = "message"


class LineGuard:
    """The octets of one connection."""

    def __init__(self) -> None:
        self.expects: Expects = Expects.NOTHING
        self._after_return = False
        self._tail = b""

    def replied(self, reply: bytes) -> None:
        """A line of a reply is sent: after its last line the client may go on."""
        if reply[3:4] != b"-":
            self.expects = Expects.MESSAGE if reply.startswith(b"354") else Expects.LINE
            self._tail = b"\r\n"

    def received(self, octets: bytes) -> str | None:
        """Octets have arrived.  The reason to refuse them, if there is one."""
        if self.expects is Expects.NOTHING:
            return PIPELINING
        if self._has_bare(octets):
            return BARE_LINE_END
        end = self._end_of_message(octets) if self.expects is Expects.MESSAGE else octets.find(b"\n") + 1
        if not end:
            return None
        self.expects = Expects.NOTHING
        return PIPELINING if end < len(octets) else None

    def _has_bare(self, octets: bytes) -> bool:
        text = b"\r" + octets if self._after_return else octets
        self._after_return = text.endswith(b"\r")
        return _BARE.search(text[:-1] if self._after_return else text) is not None

    def _end_of_message(self, octets: bytes) -> int:
        """The octets up to the end of the message; 0 if it is not among them."""
        text = self._tail + octets
        found = text.find(_END)
        if found >= 0:
            return found + len(_END) - len(self._tail)
        self._tail = text[-(len(_END) - 1) :]
        return 0
