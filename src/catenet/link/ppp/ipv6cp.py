"""IPV6CP: IPv6's control protocol in PPP (RFC 5072, section 4).

Its one option is Interface-Identifier (1), 64 bits that must not be 0 and must differ at the two ends.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.kernel.kernel import Kernel
from catenet.kernel.streams import Stream
from catenet.link.ppp.negotiation import ControlCarrier, ControlProtocol
from catenet.link.ppp.packet import Option

IPV6CP: Final[i64] = 0x8057
INTERFACE_IDENTIFIER: Final[i64] = 1


class Ipv6cp(ControlProtocol):
    """One end's IPV6CP."""

    def __init__(self, kernel: Kernel, name: str, carrier: ControlCarrier, stream: Stream) -> None:
        super().__init__(kernel, name, IPV6CP, carrier)
        self._stream: Final = stream
        self.identifier: int = 0
        self.peer_identifier: int = 0
        self._asks = True

    def begin(self) -> None:
        own = self.carrier.own_identifier()
        self.identifier = own if own != 0 else self._draw()
        self._asks = True

    def wishes(self) -> list[Option]:
        return [Option(INTERFACE_IDENTIFIER, self.identifier.to_bytes(8, "big"))] if self._asks else []

    def acceptable(self, option: Option) -> Option | None:
        if option.kind != INTERFACE_IDENTIFIER or len(option.value) != 8:
            return None
        if option.number() in (0, self.identifier):
            return Option(INTERFACE_IDENTIFIER, self._draw().to_bytes(8, "big"))
        return option

    def peer_has(self, options: list[Option]) -> None:
        self.peer_identifier = 0
        for option in options:
            self.peer_identifier = option.number()

    def nakked(self, option: Option) -> None:
        if option.kind == INTERFACE_IDENTIFIER and len(option.value) == 8:
            self.identifier = option.number()

    def rejected(self, option: Option) -> None:
        if option.kind == INTERFACE_IDENTIFIER:
            self._asks = False

    def _draw(self) -> int:
        """A random identifier, local by its u bit."""
        return (self._stream.bits(64) | 1) & ~(1 << 57)
