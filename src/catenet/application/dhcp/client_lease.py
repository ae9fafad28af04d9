"""What a server gave a client: an address, for how long, and the options that go with it."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from typing import Final

from catenet.application.dhcp import options as codes
from catenet.application.dhcp.message import DhcpMessage

S: Final = 1_000_000_000
WANTED: Final = bytes(
    [
        codes.SUBNET_MASK,
        codes.CLASSLESS_ROUTES,
        codes.ROUTER,
        codes.DNS_SERVERS,
        codes.DOMAIN_NAME,
        codes.DOMAIN_SEARCH,
        codes.INTERFACE_MTU,
        codes.LEASE_TIME,
        codes.RENEWAL_TIME,
        codes.REBINDING_TIME,
    ]
)
"""The parameter request list."""


@dataclass(frozen=True, slots=True)
class ClientLease:
    """One lease.  Times are of the kernel in nanoseconds; ``until_ns`` None is for ever."""

    address: IPv4Address
    prefix_len: int
    server: IPv4Address
    renew_ns: int
    rebind_ns: int
    until_ns: int | None
    routers: tuple[IPv4Address, ...] = ()
    routes: tuple[tuple[IPv4Network, IPv4Address], ...] = ()
    name_servers: tuple[IPv4Address, ...] = ()
    domains: tuple[str, ...] = ()
    mtu: int = 0

    def holds(self, now_ns: int) -> bool:
        """Whether it has not ended."""
        return self.until_ns is None or self.until_ns > now_ns


def lease_of(ack: DhcpMessage, sent_ns: int) -> ClientLease | None:
    """The lease that an ACK grants to a request that was sent at ``sent_ns``; None if it lacks address or time.

    T1 and T2 are what the server says if that is in order, else half and seven eighths of the lease (RFC 2131 4.4.5).
    """
    server, lease_s = ack.address(codes.SERVER_ID), ack.number(codes.LEASE_TIME)
    if server is None or not lease_s or not int(ack.yiaddr):
        return None
    options = ack.options
    mask = ack.address(codes.SUBNET_MASK)
    routes = codes.to_routes(options.get(codes.CLASSLESS_ROUTES, b""))
    domains = codes.to_domains(options.get(codes.DOMAIN_SEARCH, b"")) or _domain(options.get(codes.DOMAIN_NAME, b""))
    renew_s, rebind_s = _times(ack, lease_s)
    return ClientLease(
        address=ack.yiaddr,
        prefix_len=_prefix_len(mask, ack.yiaddr),
        server=server,
        renew_ns=sent_ns + renew_s * S,
        rebind_ns=sent_ns + rebind_s * S,
        until_ns=None if lease_s == codes.INFINITE_S else sent_ns + lease_s * S,
        # routers are ignored if there are classless routes (RFC 3442)
        routers=() if routes else tuple(codes.to_addresses(options.get(codes.ROUTER, b""))),
        routes=tuple(routes),
        name_servers=tuple(codes.to_addresses(options.get(codes.DNS_SERVERS, b""))),
        domains=tuple(domains),
        mtu=codes.to_number(options.get(codes.INTERFACE_MTU, b""), 2) or 0,
    )


def _times(ack: DhcpMessage, lease_s: int) -> tuple[int, int]:
    renew_s, rebind_s = ack.number(codes.RENEWAL_TIME), ack.number(codes.REBINDING_TIME)
    if renew_s is None or rebind_s is None or not 0 < renew_s < rebind_s < lease_s:
        return max(1, lease_s // 2), max(1, lease_s * 7 // 8)
    return renew_s, rebind_s


def _prefix_len(mask: IPv4Address | None, address: IPv4Address) -> int:
    """The length of the mask; without a valid one, that of the address's class (RFC 1122 3.2.2.9)."""
    if mask is not None:
        bits = int(mask)
        length = bits.bit_count()
        if bits == (1 << 32) - (1 << 32 - length):
            return length
    first = int(address) >> 24
    return 8 if first < 128 else 16 if first < 192 else 24


def _domain(data: bytes) -> list[str]:
    text = data.rstrip(b"\0")
    return [text.decode("ascii")] if text and text.isascii() else []
