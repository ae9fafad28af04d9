"""IPCP: IPv4's control protocol in PPP (RFC 1332).

Its one option here is IP-Address (3): the sender's address, or 0.0.0.0 to ask for one.  Van Jacobson's compression (2)
and the old pair of addresses (1) are rejected.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.kernel.kernel import Kernel
from catenet.link.ppp.negotiation import ControlCarrier, ControlProtocol
from catenet.link.ppp.packet import Option

IPCP: Final[i64] = 0x8021
IP_ADDRESS: Final[i64] = 3


class Ipcp(ControlProtocol):
    """One end's IPCP.  ``for_peer`` is the address that a peer without one gets; 0 has none to give."""

    def __init__(self, kernel: Kernel, name: str, carrier: ControlCarrier, for_peer: int = 0) -> None:
        super().__init__(kernel, name, IPCP, carrier)
        self.for_peer: Final = for_peer
        self.address: int = 0
        """This end's address, as it was negotiated; 0 without one."""
        self.peer_address: int = 0
        self._asks = True

    def begin(self) -> None:
        self.address = self.carrier.own_address()
        self._asks = True

    def wishes(self) -> list[Option]:
        return [Option(IP_ADDRESS, self.address.to_bytes(4, "big"))] if self._asks else []

    def acceptable(self, option: Option) -> Option | None:
        if option.kind != IP_ADDRESS or len(option.value) != 4:
            return None
        if option.number() != 0:
            return option
        return Option(IP_ADDRESS, self.for_peer.to_bytes(4, "big")) if self.for_peer else None

    def peer_has(self, options: list[Option]) -> None:
        self.peer_address = 0
        for option in options:
            self.peer_address = option.number()

    def nakked(self, option: Option) -> None:
        """An address is taken only where there is none: one that was configured is asked for again."""
        if option.kind == IP_ADDRESS and len(option.value) == 4 and self.carrier.own_address() == 0:
            self.address = option.number()
            self.carrier.address_assigned(self.address)

    def rejected(self, option: Option) -> None:
        if option.kind == IP_ADDRESS:
            self._asks = False
