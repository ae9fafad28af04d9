"""The observer of one interface's Neighbour Discovery: router discovery and redirects."""

from __future__ import annotations

from mypy_extensions import i64, mypyc_attr

from catenet.network.icmp.message import IcmpMessage
from catenet.network.packet import IpPacket


@mypyc_attr(allow_interpreted_subclasses=True)
class NdListener:
    """Told of messages of routers, and of changes of the interface; each method does nothing unless overridden."""

    def receive_nd(self, packet: IpPacket, message: IcmpMessage) -> None:
        """A solicitation, an advertisement or a redirect of this link was received, with hop limit 255."""

    def link_changed(self, usable: bool) -> None:
        """The carrier or the administrative state has changed."""

    def address_preferred(self, version: i64, address: int) -> None:
        """Duplicate address detection is over, and nobody else has the address."""

    def address_duplicate(self, version: i64, address: int) -> None:
        """Another host has the address; this one no longer has."""

    def neighbour_failed(self, version: i64, address: int) -> None:
        """A neighbour does not answer."""

    def neighbour_is_host(self, address: int) -> None:
        """An IPv6 neighbour that may have been a router says that it is none (RFC 4861 7.3.3)."""
