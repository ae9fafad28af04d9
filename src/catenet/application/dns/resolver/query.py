"""The queries of a resolver: QNAME minimisation (RFC 9156), and a name whose letters' case is a secret (0x20)."""

from __future__ import annotations

import secrets
from typing import Final

import dns.flags
import dns.message
from dns.name import Name
from dns.rdatatype import RdataType

from catenet.application.dns.protocol.response import UDP_PAYLOAD

MINIMISE_COUNT_MAX: Final = 10
MINIMISE_ONE_LABEL: Final = 4
"""RFC 9156 section 2.3: the first queries add one label each, and no more than so many are minimised."""


def minimised(name: Name, known: int, count: int) -> Name:
    """The name to ask for, if the first ``known`` labels exist and ``count`` queries were minimised before."""
    rest = len(name) - known
    if rest <= 1 or count >= MINIMISE_COUNT_MAX:
        return name
    step = 1 if count < MINIMISE_ONE_LABEL else max(1, rest // (MINIMISE_COUNT_MAX - count))
    return Name(name.labels[-(known + step) :])


def mixed_case(name: Name) -> Name:
    """The same name, each letter in a random case: a forger must guess it (draft-vixie-dnsext-dns0x20)."""
    bits = secrets.randbits(8 * sum(map(len, name.labels)) + 1)
    labels = []
    for label in name.labels:
        mixed = bytearray(label)
        for number, octet in enumerate(mixed):
            bits >>= 1
            if bits & 1 and (0x41 <= octet <= 0x5A or 0x61 <= octet <= 0x7A):
                mixed[number] = octet ^ 0x20
        labels.append(bytes(mixed))
    return Name(labels)


def make_query(name: Name, rdtype: RdataType, *, edns: bool) -> dns.message.Message:
    """A query without recursion, with a random id."""
    message = dns.message.make_query(mixed_case(name), rdtype, id=secrets.randbits(16))
    message.flags = dns.flags.Flag(0)
    if edns:
        message.use_edns(0, 0, UDP_PAYLOAD)
    return message
