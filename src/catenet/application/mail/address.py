"""Addresses of mailboxes: ``local-part@domain``, in the ASCII forms that need no quoting (RFC 5321 section 4.1.2)."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

LOCAL_OCTETS_MAX: Final = 64
DOMAIN_OCTETS_MAX: Final = 255
NULL_SENDER: Final = ""
"""The sender of bounces, ``<>`` on the wire."""
POSTMASTER: Final = "postmaster"
"""The local part that every domain has (RFC 5321 section 4.5.1)."""
_LOCAL: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*", re.ASCII)
_DOMAIN: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*")


class Address(NamedTuple):
    """An address; ``domain`` in small letters."""

    local: str
    domain: str

    def __str__(self) -> str:
        return f"{self.local}@{self.domain}"

    @property
    def key(self) -> str:
        """The name of a mailbox of this server: letters' case does not matter."""
        return f"{self.local.lower()}@{self.domain}"


def parse_domain(text: str) -> str:
    """A domain in small letters, without a final dot.  Raises ValueError."""
    domain = text.removesuffix(".").lower()
    labels_fit = all(len(label) <= 63 for label in domain.split("."))
    if len(domain) > DOMAIN_OCTETS_MAX or not labels_fit or not _DOMAIN.fullmatch(domain):
        raise ValueError(f"{text!r} is not a domain; write it like 'lab.example'")
    return domain


def parse_address(text: str) -> Address:
    """An address.  Raises ValueError; quoted local parts and address literals are not supported."""
    local, at, domain = text.rpartition("@")
    if not at or len(local) > LOCAL_OCTETS_MAX or not _LOCAL.fullmatch(local):
        raise ValueError(f"{text!r} is not the address of a mailbox; write it like 'alice@lab.example'")
    return Address(local, parse_domain(domain))
