"""The configuration of one subnet that a server gives addresses in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from typing import Final

from catenet.application.dhcp import options as codes

LEASE_S: Final = 3600
MAX_LEASE_S: Final = 86_400
MIN_LEASE_S: Final = 10


@dataclass(frozen=True, slots=True)
class Subnet:
    """``pools`` are first and last addresses; ``reservations`` are addresses by MAC or client identifier.

    ``lease_s`` is the default, ``most_lease_s`` the longest that a client may ask for.  ``renew_s`` and ``rebind_s``
    (T1, T2) are half and seven eighths of a lease if they are 0.
    """

    network: IPv4Network
    pools: tuple[tuple[IPv4Address, IPv4Address], ...] = ()
    reservations: tuple[tuple[bytes, IPv4Address], ...] = ()
    routers: tuple[IPv4Address, ...] = ()
    name_servers: tuple[IPv4Address, ...] = ()
    domain: str = ""
    search: tuple[str, ...] = ()
    routes: tuple[tuple[IPv4Network, IPv4Address], ...] = ()
    mtu: int = 0
    lease_s: int = LEASE_S
    most_lease_s: int = MAX_LEASE_S
    renew_s: int = 0
    rebind_s: int = 0

    def reserved(self, client_id: bytes, mac: bytes) -> IPv4Address | None:
        """The address that is kept for a client."""
        return next((address for key, address in self.reservations if key in (client_id, mac)), None)

    def is_reserved(self, address: IPv4Address) -> bool:
        """Whether an address is kept for some client."""
        return any(address == kept for _, kept in self.reservations)

    def in_pool(self, address: IPv4Address) -> bool:
        """Whether any client may get an address."""
        return any(first <= address <= last for first, last in self.pools) and not self.is_reserved(address)

    def candidates(self) -> Iterator[IPv4Address]:
        """The addresses of the pools, in order."""
        for first, last in self.pools:
            for number in range(int(first), int(last) + 1):
                address = IPv4Address(number)
                if not self.is_reserved(address):
                    yield address

    def granted_s(self, wanted_s: int | None) -> int:
        """How long a lease is for a client that asks for ``wanted_s`` seconds."""
        if wanted_s is None:
            return self.lease_s
        return max(MIN_LEASE_S, min(wanted_s, max(self.most_lease_s, self.lease_s)))

    def options(self, wanted: bytes) -> dict[int, bytes]:
        """The options of the subnet, those that a client asks for in its order; all of them if it does not say."""
        given = {
            codes.SUBNET_MASK: self.network.netmask.packed,
            codes.CLASSLESS_ROUTES: codes.from_routes(list(self.routes)),
            codes.ROUTER: codes.from_addresses(list(self.routers)),
            codes.DNS_SERVERS: codes.from_addresses(list(self.name_servers)),
            codes.DOMAIN_NAME: self.domain.encode("ascii"),
            codes.DOMAIN_SEARCH: codes.from_domains(list(self.search)),
            codes.INTERFACE_MTU: self.mtu.to_bytes(2, "big") if self.mtu else b"",
        }
        present = {code: data for code, data in given.items() if data}
        if not wanted:
            return present
        # the mask stands before the routers (RFC 2132 3.3)
        order = sorted(dict.fromkeys(wanted), key=lambda code: code != codes.SUBNET_MASK)
        return {code: present[code] for code in order if code in present}
