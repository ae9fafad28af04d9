"""SMTP's replies: a code, perhaps an enhanced status code (RFC 3463), and text; and the errors of clients."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

_ENHANCED: Final = re.compile(r"([245]\.\d{1,3}\.\d{1,3})(?: |$)", re.ASCII)


class Reply(NamedTuple):
    """A reply; the lines of ``text`` are separated by line feeds."""

    code: int
    text: str

    def __str__(self) -> str:
        return f"{self.code} {' '.join(self.text.splitlines())}"

    @property
    def status(self) -> str:
        """The enhanced status code; if the reply has none, that of its class without details."""
        found = _ENHANCED.match(self.text)
        return found[1] if found and found[1][0] == str(self.code)[0] else f"{self.code // 100}.0.0"


class SmtpError(Exception):
    """A server has refused what was asked of it."""

    def __init__(self, what: str, reply: Reply) -> None:
        super().__init__(f"{what}: {reply}")
        self.reply: Reply = reply


class PopError(Exception):
    """A server of POP3 has refused what was asked of it."""

    def __init__(self, what: str, text: str) -> None:
        super().__init__(f"{what}: {text}")
        self.text: str = text


class ProtocolError(OSError):
    """A server does not speak SMTP, or POP3."""
