"""Router Solicitation, Router Advertisement and Redirect on the wire (RFC 4861 4.1, 4.2 and 4.5)."""

from __future__ import annotations

import struct
from typing import Final

from catenet.network import addresses
from catenet.network.icmp import icmpv6
from catenet.network.icmp.message import IcmpMessage
from catenet.network.router_discovery.nd_options import (
    MEDIUM,
    RESERVED,
    NdOptions,
    parse_options,
    preference_bits,
    preference_of,
)

_MANAGED: Final = 0x80
_OTHER: Final = 0x40
_TIMES: Final = struct.Struct("!II")


class RouterAdvertisement:
    """What a router advertises.  Zero in ``hop_limit``, ``reachable_ms`` or ``retransmit_ms`` means unspecified.

    ``lifetime_s`` (16 bits) is that of the default router: 0 if it is none.  ``managed`` and ``other`` announce DHCPv6.
    """

    def __init__(
        self,
        options: NdOptions,
        lifetime_s: int,
        hop_limit: int = 0,
        managed: bool = False,
        other: bool = False,
        preference: int = MEDIUM,
        reachable_ms: int = 0,
        retransmit_ms: int = 0,
    ) -> None:
        self.options: Final = options
        self.lifetime_s: Final = lifetime_s
        self.hop_limit: Final = hop_limit
        self.managed: Final = managed
        self.other: Final = other
        self.preference: Final = preference
        self.reachable_ms: Final = reachable_ms
        self.retransmit_ms: Final = retransmit_ms

    def message(self) -> IcmpMessage:
        """The ICMPv6 message that carries it."""
        flags = (_MANAGED if self.managed else 0) | (_OTHER if self.other else 0)
        flags |= preference_bits(self.preference) << 3
        rest = self.hop_limit << 24 | flags << 16 | self.lifetime_s
        body = _TIMES.pack(self.reachable_ms, self.retransmit_ms) + self.options.emit()
        return IcmpMessage(6, icmpv6.ROUTER_ADVERTISEMENT, 0, rest, body)


def parse_advertisement(message: IcmpMessage) -> RouterAdvertisement | None:
    """A Router Advertisement from its message; None if it is malformed (RFC 4861 6.1.2)."""
    if message.code != 0 or len(message.body) < 8:
        return None
    options = parse_options(message.body[8:])
    if options is None:
        return None
    rest = int(message.rest)
    flags = rest >> 16 & 0xFF
    preference = preference_of(flags >> 3 & 3)
    reachable_ms, retransmit_ms = _TIMES.unpack_from(message.body)
    return RouterAdvertisement(
        options,
        rest & 0xFFFF,
        rest >> 24,
        flags & _MANAGED != 0,
        flags & _OTHER != 0,
        MEDIUM if preference == RESERVED else preference,
        reachable_ms,
        retransmit_ms,
    )


def solicitation(options: NdOptions) -> IcmpMessage:
    """A Router Solicitation."""
    return IcmpMessage(6, icmpv6.ROUTER_SOLICITATION, 0, 0, options.emit())


def parse_solicitation(message: IcmpMessage) -> NdOptions | None:
    """The options of a Router Solicitation; None if it is malformed (RFC 4861 6.1.1)."""
    return None if message.code != 0 else parse_options(message.body)


class Redirect:
    """``target`` is the better first hop for ``destination``; they are equal if the destination is on the link."""

    def __init__(self, target: int, destination: int, options: NdOptions) -> None:
        self.target: Final = target
        self.destination: Final = destination
        self.options: Final = options

    def message(self) -> IcmpMessage:
        """The ICMPv6 message that carries it."""
        body = self.target.to_bytes(16, "big") + self.destination.to_bytes(16, "big") + self.options.emit()
        return IcmpMessage(6, icmpv6.REDIRECT, 0, 0, body)


def parse_redirect(message: IcmpMessage) -> Redirect | None:
    """A Redirect from its message; None if RFC 4861 8.1 calls it invalid, as far as the message itself shows."""
    body = message.body
    if message.code != 0 or len(body) < 32:
        return None
    target, destination = int.from_bytes(body[:16], "big"), int.from_bytes(body[16:32], "big")
    if addresses.is_multicast(6, destination):
        return None
    if target != destination and not addresses.is_link_local(6, target):
        return None
    options = parse_options(body[32:])
    return None if options is None else Redirect(target, destination, options)
