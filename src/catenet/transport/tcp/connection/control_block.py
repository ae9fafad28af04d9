"""The control block of a connection (RFC 9293 section 3.3.1: TCB), and its operations for the connection's parts.

The send sequence variables are in :class:`~catenet.transport.tcp.sender.sender.Sender`, the receive sequence variables
in :class:`~catenet.transport.tcp.receiver.receiver.Receiver`; here is the rest: the two ends, the state, the
deadlines, and pending notifications.  Segment input, handshake and deadlines work on a control block, without the
user's calls above it.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.kernel.kernel import NEVER, Kernel
from catenet.kernel.timer import Timer
from catenet.transport.tcp import congestion as congestion_controls
from catenet.transport.tcp.connection import tracing
from catenet.transport.tcp.connection.handshake_state import HandshakeState
from catenet.transport.tcp.connection.keepalive import Keepalive
from catenet.transport.tcp.connection.state import (
    CLOSE_WAIT,
    CLOSED,
    ESTABLISHED,
    FIN_WAIT_2,
    GIVE_UP,
    SYN_RECEIVED,
    SYN_SENT,
    next_state,
)
from catenet.transport.tcp.connection.user import NOBODY, TcpUser
from catenet.transport.tcp.counters import TcpCounters
from catenet.transport.tcp.receiver.receiver import Receiver
from catenet.transport.tcp.segment.segment import TcpSegment
from catenet.transport.tcp.sender.rtt import RttEstimator
from catenet.transport.tcp.sender.segment_output import Carrier, SegmentOutput
from catenet.transport.tcp.sender.sender import Sender
from catenet.transport.tcp.settings import TcpOptions, TcpSettings

LARGEST_MSS: Final[i64] = 65_495
SMALLEST_MSS: Final[i64] = 88
"""Linux's minimum, to which forged ICMP can reduce a path MTU."""


class ConnectionTimer(Timer):
    """The one timer of a connection."""

    def __init__(self, kernel: Kernel, connection: ControlBlock) -> None:
        super().__init__(kernel)
        self.connection: Final = connection

    def expired(self) -> None:
        self.connection.timer_expired(self.kernel.now_ns)


class ControlBlock:
    """The variables of one end of a connection.  Addresses are whole numbers of the given IP ``version``."""

    def __init__(
        self,
        kernel: Kernel,
        settings: TcpSettings,
        counters: TcpCounters,
        options: TcpOptions,
        carrier: Carrier,
        version: i64,
        local_address: int,
        local_port: i64,
        remote_address: int,
        remote_port: i64,
    ) -> None:
        self.kernel: Final = kernel
        self.settings: Final = settings
        self.counters: Final = counters
        self.carrier: Final = carrier
        self.version: Final[i64] = version
        self.local_address: Final = local_address
        self.local_port: Final[i64] = local_port
        self.remote_address: Final = remote_address
        self.remote_port: Final[i64] = remote_port
        self.header_octets: Final[i64] = 40 if version == 4 else 60
        self.user: TcpUser = NOBODY
        self.state: i64 = CLOSED
        self.error: i64 = 0
        """The error that ended the connection (SO_ERROR); 0 for none."""
        self.receiver: Final = Receiver(settings, counters, options.receive_buffer_octets)
        self.output: Final = SegmentOutput(carrier, self.receiver, counters, local_port, remote_port)
        self.rtt: Final = RttEstimator(settings)
        self.max_mss: Final[i64] = options.mss
        self.advertised_mss: i64 = self._mss_of_path()
        name = options.congestion or settings.congestion
        control = congestion_controls.make(name, self.advertised_mss)
        self.sender: Final = Sender(settings, counters, self.output, self.rtt, control, options.send_buffer_octets)
        self.sender.no_delay = options.no_delay
        self.handshake: Final = HandshakeState()
        self.keepalive: Final = Keepalive(
            options.keepalive, options.keepalive_idle_ns, options.keepalive_interval_ns, options.keepalive_count
        )
        self.user_timeout_ns: i64 = options.user_timeout_ns
        """The user timeout for unacknowledged data (RFC 5482); 0 for none."""
        self.timer: Final = ConnectionTimer(kernel, self)
        self.orphan: bool = False
        """The user has closed it, and is only notified of its end."""
        self.orphan_deadline_ns: i64 = NEVER
        self.notify_readable = False
        self.notify_established = False
        self.notify_closed: bool = False
        self.segments_in: i64 = 0
        self.last_received_ns: i64 = 0
        self.last_challenge_ns: i64 = -settings.out_of_window_ack_ns
        self.confirmed_ns: i64 = -1_000_000_000
        self._trace_subject: i64 = -1

    # -- hooks, implemented above: see Connection

    def timer_expired(self, now_ns: i64) -> None:
        """The earliest deadline has expired."""
        raise AssertionError("a control block has no deadlines of its own")

    def has_room(self) -> bool:
        """True if a passively opened connection may be established now."""
        return True

    def may_challenge(self, now_ns: i64) -> bool:
        """True if this host may send another challenge ACK now (RFC 5961 section 7)."""
        return True

    def left(self) -> None:
        """The connection is CLOSED: the host deletes it."""

    def waits(self) -> None:
        """The connection is in TIME-WAIT: the host keeps an entry for it, and deletes it."""

    # -- operations of the parts of a connection

    def enter(self, event: i64) -> None:
        """Change the state as the table says."""
        old = self.state
        self.state = next_state(old, event)
        if old in (ESTABLISHED, CLOSE_WAIT):
            if self.state not in (ESTABLISHED, CLOSE_WAIT):
                self.counters.current_established -= 1
                if self.state == CLOSED:  # RFC 4022: a direct transition, by either side
                    self.counters.established_resets += 1
        elif self.state in (ESTABLISHED, CLOSE_WAIT):
            self.counters.current_established += 1
        if self.kernel.trace.listening:
            tracing.state(self.kernel, self.trace_subject(), old, self.state)

    def send_ack(self, now_ns: i64) -> None:
        """Send a pure acknowledgment."""
        self.output.send(self.sender.snd_nxt, 0, b"", now_ns)

    def challenge(self, now_ns: i64) -> None:
        """Answer a suspicious segment with a rate-limited ACK (RFC 5961 section 3.2, 7)."""
        if self.may_challenge(now_ns):
            self.counters.challenge_acks += 1
            self.send_ack(now_ns)

    def answer_stray(self, segment: TcpSegment, now_ns: i64) -> None:
        """Answer a segment outside the window; without data at most once per half second, against ACK storms."""
        if len(segment.payload) == 0:
            if now_ns - self.last_challenge_ns < self.settings.out_of_window_ack_ns:
                return
            self.last_challenge_ns = now_ns
        self.send_ack(now_ns)

    def give_up(self, number: i64, tell: bool) -> None:
        """End the connection now.  ``number`` is the errno for the user, who is notified if ``tell``."""
        if self.state == CLOSED:
            return
        if self.state in (SYN_SENT, SYN_RECEIVED):
            self.counters.attempt_fails += 1
        if number != 0:
            self.error = number
        self.enter(GIVE_UP)
        assert self.state == CLOSED, "the table leads from every state to CLOSED"
        self.dismantle()
        self.notify_closed = tell
        self.left()

    def dismantle(self) -> None:
        """Drop unsent data and all deadlines."""
        self.sender.abandon()
        self.receiver.ahead.clear()
        self.receiver.ack_now = False
        self.receiver.ack_deadline_ns = NEVER
        self.handshake.deadline_ns = NEVER
        self.keepalive.stop()
        self.orphan_deadline_ns = NEVER
        self.timer.forget()

    def disown(self) -> None:
        """The user has released it, and is only notified of its end."""
        self.orphan = True

    def forget_user(self) -> None:
        """Remove the user, so that nothing is notified."""
        self.user = NOBODY

    def wait_for_fin(self, now_ns: i64) -> None:
        """The user has closed, and our FIN is acknowledged: the peer's must come in time (Linux: 60 s)."""
        assert self.state == FIN_WAIT_2, "our FIN is acknowledged, and the peer's has not come"
        self.orphan_deadline_ns = now_ns + self.settings.fin_wait_2_ns

    def refresh_mss(self, now_ns: i64) -> None:
        """Adapt the segment size to the present path MTU (RFC 1191, RFC 8201)."""
        largest = self._mss_of_path()
        peer = self.handshake.peer_mss
        mss = min(peer, largest)
        if self.receiver.timestamps_on:
            mss -= 12
        assert mss > 0, "the options leave room for data"
        if mss != self.sender.mss:
            self.sender.change_mss(mss, now_ns)

    def trace_subject(self) -> i64:
        """The number of this connection in the trace."""
        if self._trace_subject < 0:
            self._trace_subject = tracing.subject(
                self.kernel, self.version, self.local_address, self.local_port, self.remote_address, self.remote_port
            )
        return self._trace_subject

    def _mss_of_path(self) -> i64:
        mss = self.carrier.path_mtu() - self.header_octets
        most = self.max_mss
        if most > 0 and most < mss:
            mss = most
        if mss < SMALLEST_MSS:
            mss = SMALLEST_MSS
        return min(LARGEST_MSS, mss)
