"""A PPP session at one end of a line: LCP, then IPCP and IPV6CP, and what happens when one of them gives up.

The phases of RFC 1661, section 3, without authentication: the line comes up, LCP opens it, then the network control
protocols open theirs; when the line is lost, all begins again.  A protocol that has given up (Stopped) is tried again
after :data:`HOLDOFF_NS`, so two peers find each other however much was lost.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.kernel.kernel import Kernel
from catenet.kernel.quantity import NS_PER_S
from catenet.kernel.streams import Stream
from catenet.kernel.timer import Timer
from catenet.link.framing.line import Line
from catenet.link.ppp import automaton
from catenet.link.ppp.ipcp import IPCP, Ipcp
from catenet.link.ppp.ipv6cp import IPV6CP, Ipv6cp
from catenet.link.ppp.lcp import LCP, Lcp, LcpSettings
from catenet.link.ppp.negotiation import ControlCarrier, ControlProtocol
from catenet.link.ppp.packet import ControlPacket

PROTOCOL_NAMES: Final[dict[int, str]] = {LCP: "LCP", IPCP: "IPCP", IPV6CP: "IPV6CP"}
HOLDOFF_NS: Final[i64] = 30 * NS_PER_S
"""Before a protocol that gave up is tried again; what ``pppd`` waits by default."""
MAX_MISSED_ECHOES: Final[i64] = 3
"""Echo-Requests without a reply, after which the link counts as dead."""


class PppSettings:
    """What one end wants.  ``echo_ns`` is the time between Echo-Requests, 0 for none.

    ``for_peer`` is the IPv4 address that a peer without one gets.
    """

    def __init__(self, lcp: LcpSettings | None = None, echo_ns: i64 = 0, for_peer: int = 0) -> None:
        self.lcp: Final = LcpSettings() if lcp is None else lcp
        self.echo_ns: Final[i64] = echo_ns
        self.for_peer: Final = for_peer


class PppOutput(Line):
    """The line below a session."""

    def send_protocol(self, protocol: i64, information: bytes) -> None:
        """Send a frame with a PPP protocol number."""
        raise AssertionError(f"{type(self).__name__} cannot send")

    def session_changed(self) -> None:
        """What the session says may have changed: see its ``usable`` and its protocols."""
        raise AssertionError(f"{type(self).__name__} does not follow its session")


class _Alarm(Timer):
    """A timer of a session, which is told when it expires."""

    def __init__(self, session: PppSession, is_echo: bool) -> None:
        super().__init__(session.kernel)
        self._session: Final = session
        self._is_echo: Final = is_echo

    def expired(self) -> None:
        if self._is_echo:
            self._session.echo_due()
        else:
            self._session.retry()


class PppSession(ControlCarrier):
    """LCP and the network control protocols of one end."""

    def __init__(self, kernel: Kernel, name: str, line: PppOutput, settings: PppSettings, stream: Stream) -> None:
        self.kernel: Final = kernel
        self.settings: Final = settings
        self.lcp: Final = Lcp(kernel, name, self, settings.lcp, stream)
        self.ipcp: Final = Ipcp(kernel, name, self, settings.for_peer)
        self.ipv6cp: Final = Ipv6cp(kernel, name, self, stream)
        self.network: Final[list[ControlProtocol]] = [self.ipcp, self.ipv6cp]
        self.refused: Final[set[int]] = set()
        """Protocols that the peer rejected since LCP opened."""
        self._line: Final = line
        self._retry: Final = _Alarm(self, False)
        self._echo: Final = _Alarm(self, True)
        self.lcp.happen(automaton.OPEN)
        for protocol in self.network:
            protocol.happen(automaton.OPEN)

    @property
    def usable(self) -> bool:
        """True while a network protocol is Opened, and no other is still being negotiated."""
        opened = False
        for protocol in self.network:
            if protocol.state == automaton.OPENED:
                opened = True
            elif protocol.state != automaton.STOPPED:
                return False
        return opened

    # -- from the line

    def lower_up(self) -> None:
        """The line has come up."""
        if self.lcp.state in (automaton.INITIAL, automaton.STARTING):
            self.lcp.happen(automaton.UP)

    def lower_down(self) -> None:
        """The line is lost."""
        if self.lcp.state not in (automaton.INITIAL, automaton.STARTING):
            self.lcp.happen(automaton.DOWN)
        self._retry.forget()

    def receive(self, protocol: i64, information: bytes) -> None:
        """A packet of a protocol that is not IP.  Before LCP is Opened only LCP's count (RFC 1661, section 3.4)."""
        if protocol == LCP:
            self.lcp.receive(information)
        elif self.lcp.state == automaton.OPENED:
            for network in self.network:
                if network.protocol == protocol:
                    network.receive(information)
                    return
            self.lcp.reject_protocol(protocol, information)

    # -- from the protocols

    def carry(self, protocol: i64, control: ControlPacket) -> None:
        self._line.send_protocol(protocol, control.emit())

    def layer_changed(self, protocol: i64, up: bool) -> None:
        if protocol == LCP:
            self._lcp_changed(up)
        self._line.session_changed()

    def _lcp_changed(self, up: bool) -> None:
        if up:
            self.refused.clear()
            self._line.session_changed()
        for network in self.network:
            network.happen(automaton.UP if up else automaton.DOWN)
        if self.settings.echo_ns > 0:
            if up:
                self.lcp.echoes_missed = 0
                self._echo.arm(self.kernel.now_ns + self.settings.echo_ns)
            else:
                self._echo.forget()

    def layer_finished(self, protocol: i64) -> None:
        if protocol == LCP or self.lcp.state == automaton.OPENED:
            self._retry.arm(self.kernel.now_ns + HOLDOFF_NS)
        self._line.session_changed()

    def protocol_rejected(self, protocol: i64) -> None:
        for network in self.network:
            if network.protocol == protocol:
                self.refused.add(int(protocol))
                network.happen(automaton.REJECT_BAD)

    def receive_unit(self) -> int:
        return self._line.port.mtu

    def own_address(self) -> int:
        return self._line.user.line_address()

    def address_assigned(self, address: int) -> None:
        self._line.user.line_assigned(address)

    def own_identifier(self) -> int:
        return self._line.user.line_identifier()

    # -- timers

    def retry(self) -> None:
        """Try again what has given up."""
        if self.lcp.state == automaton.STOPPED:
            self.lcp.happen(automaton.DOWN)
            self.lcp.happen(automaton.UP)
            return
        for network in self.network:
            if network.state == automaton.STOPPED and int(network.protocol) not in self.refused:
                network.happen(automaton.DOWN)
                network.happen(automaton.UP)

    def echo_due(self) -> None:
        """Ask whether the peer is still there; begin again if it has not replied for too long."""
        if self.lcp.echoes_missed >= MAX_MISSED_ECHOES:
            self.lcp.happen(automaton.DOWN)
            self.lcp.happen(automaton.UP)
            return
        self.lcp.ask_for_echo()
        self._echo.arm(self.kernel.now_ns + self.settings.echo_ns)
