"""LCP, the Link Control Protocol (RFC 1661, sections 5 and 6; RFC 1662, section 7.1).

======= ====================================== =========================================================
option  name                                   value
======= ====================================== =========================================================
1       Maximum-Receive-Unit                   2 octets; 1500 if it is left out
2       Async-Control-Character-Map            4 octets, what the peer must escape; all 32 if it is left out
5       Magic-Number                           4 octets, random: one's own coming back shows a loop
7       Protocol-Field-Compression             none
8       Address-and-Control-Field-Compression  none
======= ====================================== =========================================================

Authentication (3) and quality reports (4) are rejected.  The quality of the link is told by echoes.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.kernel.kernel import Kernel
from catenet.kernel.streams import Stream
from catenet.link.framing.octet_stuffing import DEFAULT_ACCM
from catenet.link.ppp import automaton, packet
from catenet.link.ppp.negotiation import ControlCarrier, ControlProtocol
from catenet.link.ppp.packet import ControlPacket, Option

LCP: Final[i64] = 0xC021

MRU: Final[i64] = 1
ACCM: Final[i64] = 2
MAGIC: Final[i64] = 5
PFC: Final[i64] = 7
ACFC: Final[i64] = 8

DEFAULT_MRU: Final[i64] = 1500
MIN_MRU: Final[i64] = 68
"""The least that IPv4 asks of a link (RFC 791, section 3.2)."""
VALUE_OCTETS: Final = {1: 2, 2: 4, 5: 4, 7: 0, 8: 0}
"""The length of each option's value."""


class LcpSettings:
    """What one end asks for.  ``accm`` names the control characters that it wants escaped."""

    def __init__(self, accm: int = 0, pfc: bool = True, acfc: bool = True, magic: bool = True) -> None:
        self.accm: Final = accm
        self.pfc: Final = pfc
        self.acfc: Final = acfc
        self.magic: Final = magic


class Lcp(ControlProtocol):
    """One end's LCP.  ``peer_``: what may be sent, once it is Opened."""

    def __init__(
        self, kernel: Kernel, name: str, carrier: ControlCarrier, settings: LcpSettings, stream: Stream
    ) -> None:
        super().__init__(kernel, name, LCP, carrier)
        self.settings: Final = settings
        self._stream: Final = stream
        self._wished: dict[int, Option] = {}
        self.magic: int = 0
        self.peer_mru: i64 = DEFAULT_MRU
        self.peer_accm: i64 = DEFAULT_ACCM
        self.peer_pfc: bool = False
        self.peer_acfc: bool = False
        self.peer_magic: int = 0
        self.echoes_missed: i64 = 0
        """Echo-Requests since the last reply."""

    # -- options

    def begin(self) -> None:
        settings = self.settings
        self.magic = self._draw_magic() if settings.magic else 0
        mru: int = self.carrier.receive_unit()
        wished: list[Option] = []
        if mru != DEFAULT_MRU:
            wished.append(Option(MRU, mru.to_bytes(2, "big")))
        if settings.accm != DEFAULT_ACCM:
            wished.append(Option(ACCM, settings.accm.to_bytes(4, "big")))
        if settings.magic:
            wished.append(Option(MAGIC, self.magic.to_bytes(4, "big")))
        if settings.pfc:
            wished.append(Option(PFC))
        if settings.acfc:
            wished.append(Option(ACFC))
        self._wished = {int(option.kind): option for option in wished}

    def wishes(self) -> list[Option]:
        return list(self._wished.values())

    def acceptable(self, option: Option) -> Option | None:
        if VALUE_OCTETS.get(option.kind) != len(option.value):
            return None
        if option.kind == MRU and option.number() < MIN_MRU:
            return Option(MRU, int(DEFAULT_MRU).to_bytes(2, "big"))
        if option.kind == MAGIC and option.number() in (0, self.magic):
            return Option(MAGIC, self._draw_magic().to_bytes(4, "big"))
        return option

    def peer_has(self, options: list[Option]) -> None:
        self.peer_mru = DEFAULT_MRU
        self.peer_accm = DEFAULT_ACCM
        self.peer_pfc = False
        self.peer_acfc = False
        self.peer_magic = 0
        for option in options:
            kind = option.kind
            if kind == MRU:
                self.peer_mru = option.number()
            elif kind == ACCM:
                self.peer_accm = option.number()
            elif kind == MAGIC:
                self.peer_magic = option.number()
            elif kind == PFC:
                self.peer_pfc = True
            elif kind == ACFC:
                self.peer_acfc = True

    def nakked(self, option: Option) -> None:
        """Take the peer's value; of a control character map, what either wants escaped; a new magic number."""
        if VALUE_OCTETS.get(option.kind) != len(option.value):
            return
        if option.kind == ACCM:
            both = option.number() | self.settings.accm
            option = Option(ACCM, both.to_bytes(4, "big"))
        elif option.kind == MAGIC:
            self.magic = self._draw_magic()
            option = Option(MAGIC, self.magic.to_bytes(4, "big"))
        self._wished[int(option.kind)] = option

    def rejected(self, option: Option) -> None:
        self._wished.pop(int(option.kind), None)
        if option.kind == MAGIC:
            self.magic = 0

    # -- packets

    def other(self, control: ControlPacket) -> bool:
        code = control.code
        if code == packet.PROTOCOL_REJECT:
            self._protocol_reject(control)
        elif code == packet.ECHO_REQUEST or code == packet.DISCARD_REQUEST:
            self.happen(automaton.ECHO)
        elif code == packet.ECHO_REPLY:
            self.happen(automaton.ECHO)
            if self.state == automaton.OPENED and _magic_of(control) in (0, self.peer_magic):
                self.echoes_missed = 0
        else:
            return False
        return True

    def _protocol_reject(self, control: ControlPacket) -> None:
        """It is discarded in any state but Opened (section 5.7)."""
        if self.state != automaton.OPENED or len(control.data) < 2:
            return
        protocol: i64 = int.from_bytes(control.data[:2], "big")
        self.happen(automaton.REJECT_BAD if protocol == LCP else automaton.REJECT_GOOD)
        if protocol != LCP:
            self.carrier.protocol_rejected(protocol)

    def echo(self, control: ControlPacket) -> None:
        if control.code == packet.ECHO_REQUEST and len(control.data) >= 4:
            self.send(packet.ECHO_REPLY, control.identifier, self.magic.to_bytes(4, "big") + control.data[4:])

    def ask_for_echo(self) -> None:
        """Send an Echo-Request, if it is Opened."""
        if self.state == automaton.OPENED:
            self.echoes_missed += 1
            self.send(packet.ECHO_REQUEST, self.fresh(), self.magic.to_bytes(4, "big"))

    def reject_protocol(self, protocol: i64, information: bytes) -> None:
        """Send a Protocol-Reject, if it is Opened; as much of the packet as the peer takes (section 5.7)."""
        if self.state == automaton.OPENED:
            room = self.peer_mru - packet.HEADER_OCTETS - 2
            self.send(packet.PROTOCOL_REJECT, self.fresh(), int(protocol).to_bytes(2, "big") + information[:room])

    def _draw_magic(self) -> int:
        return 1 + self._stream.below(0xFFFF_FFFF)


def _magic_of(control: ControlPacket) -> int:
    return int.from_bytes(control.data[:4], "big")
