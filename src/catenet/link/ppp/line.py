"""One end of a PPP link: a port below, an interface above, and the session that opens the way between them."""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.kernel.kernel import Kernel
from catenet.kernel.pdu import Octets, Pdu
from catenet.kernel.streams import Stream
from catenet.kernel.timer import Timer
from catenet.link.drop_reasons import NO_CARRIER
from catenet.link.ethernet import IPV4, IPV6, Frame
from catenet.link.framing.encoding import (
    ADDRESS_AND_CONTROL,
    NOT_IP,
    PPP_IPV4,
    PPP_IPV6,
    LineFrame,
    PppEncoding,
)
from catenet.link.framing.line import LineUser
from catenet.link.port import Port
from catenet.link.ppp import automaton
from catenet.link.ppp.lcp import LCP
from catenet.link.ppp.session import PppOutput, PppSession, PppSettings


class _Start(Timer):
    """Brings a session up in an event of its own, when all that happens at this instant was said."""

    def __init__(self, kernel: Kernel, line: PppLine) -> None:
        super().__init__(kernel)
        self._line: Final = line

    def expired(self) -> None:
        self._line.session.lower_up()


class PppLine(PppOutput):
    """The interface has a carrier while the session is usable.  ``stream`` is for magic numbers."""

    def __init__(self, port: Port, user: LineUser, settings: PppSettings, stream: Stream) -> None:
        encoding = PppEncoding()
        super().__init__(port, user, encoding)
        self._default: Final = encoding
        self._usable = False
        self.session: Final = PppSession(port.kernel, port.name, self, settings, stream)
        self._start: Final = _Start(port.kernel, self)

    # -- out

    def send(self, ethertype: i64, packet: Pdu) -> None:
        """Send a packet; it is dropped unless its protocol is Opened."""
        session = self.session
        protocol: i64 = 0
        if ethertype == IPV4 and session.ipcp.state == automaton.OPENED:
            protocol = PPP_IPV4
        elif ethertype == IPV6 and session.ipv6cp.state == automaton.OPENED:
            protocol = PPP_IPV6
        frame = LineFrame(self.encoding, self._header(protocol), ethertype, protocol, packet)
        if protocol == 0:
            self.port.drop(frame, NO_CARRIER)
        else:
            self.port.send(frame)

    def send_protocol(self, protocol: i64, information: bytes) -> None:
        """LCP's frames are sent as if nothing had been negotiated (RFC 1661, section 6; RFC 1662, section 7)."""
        if protocol == LCP:
            header = ADDRESS_AND_CONTROL + int(protocol).to_bytes(2, "big")
            self.port.send(LineFrame(self._default, header, NOT_IP, protocol, Octets(information)))
        else:
            self.port.send(LineFrame(self.encoding, self._header(protocol), NOT_IP, protocol, Octets(information)))

    def _header(self, protocol: i64) -> bytes:
        lcp = self.session.lcp
        octets = 1 if lcp.peer_pfc and protocol < 256 and protocol > 0 else 2
        number = int(protocol).to_bytes(octets, "big")
        return number if lcp.peer_acfc else ADDRESS_AND_CONTROL + number

    # -- in

    def receive_frame(self, port: Port, frame: Frame) -> None:
        if frame.ethertype == NOT_IP:
            protocol = frame.protocol if isinstance(frame, LineFrame) else 0
            self.session.receive(protocol, frame.payload.emit())
            return
        network = self.session.ipcp if frame.ethertype == IPV4 else self.session.ipv6cp
        if network.state == automaton.OPENED:
            self.user.receive_frame(port, frame)

    # -- changes

    def carrier_changed(self, port: Port, up: bool) -> None:
        if up:
            self._start.arm(port.kernel.now_ns)
        else:
            self._start.forget()
            self.session.lower_down()

    def session_changed(self) -> None:
        session = self.session
        if session.lcp.state == automaton.OPENED:
            self.encoding = PppEncoding(session.lcp.peer_accm)
            self.port.mtu = min(self.port.mtu, session.lcp.peer_mru)
        usable = session.usable
        if usable != self._usable:
            self._usable = usable
            self.user.carrier_changed(self.port, usable)
