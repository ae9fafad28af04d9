"""Header fields that servers read and add.  Messages are octets whose lines end with CRLF."""

from __future__ import annotations

import re
import secrets
import time
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Final

_LINE_END: Final = re.compile(rb"\r\n|\r|\n")
_END_OF_HEADER: Final = b"\r\n\r\n"


def date_time(seconds: float) -> str:
    """A time of the wall clock as header fields have it (RFC 5322 section 3.3)."""
    return format_datetime(datetime.fromtimestamp(int(seconds), UTC))


def crlf(content: bytes) -> bytes:
    """The message with CRLF at the end of each line, the last included."""
    lines = _LINE_END.sub(b"\r\n", content)
    return lines if lines.endswith(b"\r\n") else lines + b"\r\n"


def parsed(content: bytes) -> EmailMessage:
    """The message as Python's library has it."""
    found = message_from_bytes(content, policy=SMTP)
    assert isinstance(found, EmailMessage)
    return found


def header(content: bytes) -> bytes:
    """The header section, with its last CRLF."""
    end = content.find(_END_OF_HEADER)
    return content if end < 0 else content[: end + 2]


def is_8bit(content: bytes) -> bool:
    """Whether a message needs 8BITMIME (RFC 6152)."""
    return not content.isascii()


def received_count(content: bytes) -> int:
    """The servers that have passed the message on."""
    return _count(content, b"Received")


def received(client: str, address: str, server: str, protocol: str, queue_id: str, recipients: list[str]) -> bytes:
    """A Received field (RFC 5321 section 4.4); it names the recipient only if there is one, for the others' privacy."""
    literal = f"IPv6:{address}" if ":" in address else address
    lines = [f"Received: from {_visible(client)} ([{literal}])", f"by {server} with {protocol} id {queue_id}"]
    if len(recipients) == 1:
        lines.append(f"for <{recipients[0]}>")
    return ("\r\n\t".join(lines) + f"; {date_time(time.time())}\r\n").encode()


def return_path(sender: str) -> bytes:
    """The field that final delivery adds (RFC 5321 section 4.4)."""
    return f"Return-Path: <{sender}>\r\n".encode()


def completed(content: bytes, hostname: str) -> bytes:
    """The message with the fields that submission adds if they are missing (RFC 6409 sections 8.2 and 8.3)."""
    added = b""
    if not _count(content, b"Date"):
        added += f"Date: {date_time(time.time())}\r\n".encode()
    if not _count(content, b"Message-ID"):
        added += f"Message-ID: <{secrets.token_hex(12)}@{hostname}>\r\n".encode()
    return added + content


def _visible(text: str) -> str:
    """What a client calls itself, without what could end the field or begin a comment."""
    return re.sub(r"[^A-Za-z0-9.:_\[\]-]", "?", text)[:255]


def _count(content: bytes, name: bytes) -> int:
    """The fields of that name in the header."""
    return len(re.findall(rb"(?mi)^%b[ \t]*:" % re.escape(name), header(content)))
