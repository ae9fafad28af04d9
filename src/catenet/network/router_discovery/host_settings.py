"""How a host configures itself from router advertisements, as in Linux's ``net.ipv6.conf``."""

from __future__ import annotations

from typing import Final


class HostSettings:
    """``addresses`` lets it form addresses (``autoconf``), ``stable`` by RFC 7217, not the MAC (``addr_gen_mode``).

    ``default_route`` lets it use default routers (``accept_ra_defrtr``).
    """

    def __init__(self, addresses: bool = True, stable: bool = True, default_route: bool = True) -> None:
        self.addresses: Final = addresses
        self.stable: Final = stable
        self.default_route: Final = default_route
