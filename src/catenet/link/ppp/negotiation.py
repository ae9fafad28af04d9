"""A control protocol of PPP: the automaton driven by packets and a timer, and the negotiation of options.

A subclass says which options it wishes, and what it thinks of the peer's (RFC 1661, sections 4.4 to 4.6 and 5).
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64, mypyc_attr

from catenet.kernel.kernel import Kernel
from catenet.kernel.quantity import NS_PER_S
from catenet.kernel.timer import Timer
from catenet.kernel.trace import declare
from catenet.link.ppp import automaton, packet
from catenet.link.ppp.packet import ControlPacket, Option, emit_options, parse_options

ROW_STATE: Final = declare(0x280, "ppp.state", "protocol", "state")

RESTART_NS: Final[i64] = 3 * NS_PER_S
"""The restart timer (section 4.6)."""
MAX_TERMINATE: Final[i64] = 2
MAX_CONFIGURE: Final[i64] = 10
MAX_FAILURE: Final[i64] = 5
"""Configure-Naks before what would be the next is a Configure-Reject."""

_TIMED: Final = (
    automaton.CLOSING,
    automaton.STOPPING,
    automaton.REQ_SENT,
    automaton.ACK_RCVD,
    automaton.ACK_SENT,
)
"""The states in which the restart timer runs."""


@mypyc_attr(allow_interpreted_subclasses=True)
class ControlCarrier:
    """What is below a control protocol, and is told of its layer's changes; and what the protocols ask for."""

    def carry(self, protocol: i64, control: ControlPacket) -> None:
        """Send a packet."""

    def layer_changed(self, protocol: i64, up: bool) -> None:
        """A layer has come up, or gone down: This-Layer-Up, This-Layer-Down."""

    def layer_finished(self, protocol: i64) -> None:
        """A layer no longer wants the one below: This-Layer-Finished."""

    def receive_unit(self) -> int:
        """The longest packet, in octets, that this end wants to receive."""
        return 1500

    def protocol_rejected(self, protocol: i64) -> None:
        """The peer does not speak a protocol."""

    def own_address(self) -> int:
        """The IPv4 address of this end; 0 if it has none."""
        return 0

    def address_assigned(self, address: int) -> None:
        """The peer gave this end an IPv4 address."""

    def own_identifier(self) -> int:
        """The IPv6 interface identifier of this end; 0 if it has none."""
        return 0


class ControlProtocol(Timer):
    """LCP or a network control protocol at one end.  ``protocol`` is its number in PPP."""

    def __init__(self, kernel: Kernel, name: str, protocol: i64, carrier: ControlCarrier) -> None:
        super().__init__(kernel)
        self.protocol: Final[i64] = protocol
        self.carrier: Final = carrier
        self.state: i64 = automaton.INITIAL
        self._subject: Final = kernel.trace.subject(name)
        self._tries: i64 = 0
        self._failures: i64 = 0
        self._identifier: i64 = 0
        self._request: i64 = 0
        """The identifier of the last Configure-Request."""
        self._answered = True
        """Whether the next Configure-Request needs an identifier of its own."""
        self._requested: list[Option] = []
        self._received: ControlPacket = ControlPacket(0, 0, b"")
        """The packet that caused the present event."""
        self._bad_code: i64 = packet.CONFIGURE_NAK
        self._bad_options: list[Option] = []

    # -- what a subclass says

    def begin(self) -> None:
        """A negotiation begins: forget what earlier ones found."""

    def wishes(self) -> list[Option]:
        """The options to request."""
        return []

    def acceptable(self, option: Option) -> Option | None:
        """The peer's option itself if it is accepted, another value that would be, or None if it is not negotiable."""
        return None

    def peer_has(self, options: list[Option]) -> None:
        """All these options of the peer were accepted; those that it left out have their defaults."""

    def nakked(self, option: Option) -> None:
        """The peer would accept this value of an option that was requested."""

    def rejected(self, option: Option) -> None:
        """The peer does not negotiate this option: do without it."""

    def other(self, control: ControlPacket) -> bool:
        """A packet with a code of this protocol alone; False if the code is not known."""
        return False

    # -- events from above and below

    def happen(self, event: i64) -> None:
        """An event: take the actions of the table, in the next state."""
        after = automaton.TRANSITIONS[(self.state, event)]
        if after.state != self.state:
            self.state = after.state
            self.kernel.trace.row(self.kernel.now_ns, ROW_STATE, self._subject, self.protocol, self.state)
        if self.state not in _TIMED:
            self.stop()
        for action in after.actions:
            self._act(action, event)

    def expired(self) -> None:
        self.happen(automaton.TIMEOUT if self._tries > 0 else automaton.EXHAUSTED)

    def receive(self, octets: bytes) -> None:
        """A packet has come.  What cannot be right is discarded silently (section 5)."""
        control = ControlPacket.parse(octets)
        if control is None or self.state == automaton.INITIAL or self.state == automaton.STARTING:
            return
        self._received = control
        code = control.code
        if code == packet.CONFIGURE_REQUEST:
            self._configure_request(control)
        elif code == packet.CONFIGURE_ACK:
            if control.identifier == self._request and control.data == emit_options(self._requested):
                self._answered = True
                self.happen(automaton.ACK)
        elif code == packet.CONFIGURE_NAK or code == packet.CONFIGURE_REJECT:
            self._refused(control)
        elif code == packet.TERMINATE_REQUEST:
            self.happen(automaton.TERMINATE)
        elif code == packet.TERMINATE_ACK:
            self.happen(automaton.TERMINATED)
        elif code == packet.CODE_REJECT:
            needed = bool(control.data) and 1 <= control.data[0] <= packet.CODE_REJECT
            self.happen(automaton.REJECT_BAD if needed else automaton.REJECT_GOOD)
        elif not self.other(control):
            self.happen(automaton.UNKNOWN)

    def _configure_request(self, control: ControlPacket) -> None:
        options = parse_options(control.data)
        if options is None:
            return
        unknown: list[Option] = []
        others: list[Option] = []
        for option in options:
            wanted = self.acceptable(option)
            if wanted is None:
                unknown.append(option)
            elif wanted is not option:
                others.append(wanted if self._failures < MAX_FAILURE else option)
        if not unknown and not others:
            self._failures = 0
            if self.state != automaton.CLOSING and self.state != automaton.STOPPING:
                self.peer_has(options)
            self.happen(automaton.REQUEST_GOOD)
            return
        if unknown or self._failures >= MAX_FAILURE:
            self._bad_code = packet.CONFIGURE_REJECT
            self._bad_options = unknown or others
        else:
            self._failures += 1
            self._bad_code = packet.CONFIGURE_NAK
            self._bad_options = others
        self.happen(automaton.REQUEST_BAD)

    def _refused(self, control: ControlPacket) -> None:
        options = parse_options(control.data)
        if control.identifier != self._request or not options:
            return
        self._answered = True
        kinds = [option.kind for option in self._requested]
        for option in options:
            if option.kind not in kinds:
                continue
            if control.code == packet.CONFIGURE_REJECT:
                self.rejected(option)
            else:
                self.nakked(option)
        self.happen(automaton.NAK)

    def fresh(self) -> i64:
        """An identifier that the last packets did not have."""
        self._identifier = self._identifier + 1 & 0xFF
        return self._identifier

    # -- actions

    def _act(self, action: i64, event: i64) -> None:
        if action == automaton.SCR:
            self._send_request(event)
        elif action == automaton.SCA:
            self._reply(packet.CONFIGURE_ACK, self._received.data)
        elif action == automaton.SCN:
            self._reply(self._bad_code, emit_options(self._bad_options))
        elif action == automaton.TLU:
            self.carrier.layer_changed(self.protocol, True)
        elif action == automaton.TLD:
            self.carrier.layer_changed(self.protocol, False)
        elif action == automaton.TLF:
            self.carrier.layer_finished(self.protocol)
        elif action == automaton.IRC:
            self._initialize(event)
        elif action == automaton.ZRC:
            self._tries = 0
            self.arm(self.kernel.now_ns + RESTART_NS)
        else:
            self._send_other(action)

    def _initialize(self, event: i64) -> None:
        """Initialize-Restart-Count; a negotiation that begins forgets the one before."""
        closing = self.state == automaton.CLOSING or self.state == automaton.STOPPING
        self._tries = MAX_TERMINATE if closing else MAX_CONFIGURE
        if event == automaton.UP or event == automaton.OPEN:
            self._failures = 0
            self._answered = True
            self.begin()

    def _send_request(self, event: i64) -> None:
        if event == automaton.REQUEST_GOOD or event == automaton.REQUEST_BAD:
            self._answered = True
        if self._answered:
            self._request = self.fresh()
            self._requested = self.wishes()
            self._answered = False
        if self._tries > 0:
            self._tries -= 1
        self.arm(self.kernel.now_ns + RESTART_NS)
        self.send(packet.CONFIGURE_REQUEST, self._request, emit_options(self._requested))

    def _send_other(self, action: i64) -> None:
        if action == automaton.STR:
            self._tries -= 1
            self.arm(self.kernel.now_ns + RESTART_NS)
            self.send(packet.TERMINATE_REQUEST, self.fresh(), b"")
        elif action == automaton.STA:
            asked = self._received.code == packet.TERMINATE_REQUEST
            self.send(packet.TERMINATE_ACK, self._received.identifier if asked else self.fresh(), b"")
        elif action == automaton.SCJ:
            self.send(packet.CODE_REJECT, self.fresh(), self._received.emit())
        elif action == automaton.SER:
            self.echo(self._received)

    def echo(self, control: ControlPacket) -> None:
        """Send-Echo-Reply, if it was a request; only LCP has these packets."""

    def _reply(self, code: i64, data: bytes) -> None:
        self.send(code, self._received.identifier, data)

    def send(self, code: i64, identifier: i64, data: bytes) -> None:
        """Send a packet to the peer."""
        self.carrier.carry(self.protocol, ControlPacket(code, identifier, data))
