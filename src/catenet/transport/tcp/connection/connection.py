"""One connection: the control block, and the narrow face that its user and the demultiplexer see.

A connection owns a :class:`~.receiver.Receiver` and a :class:`~.sender.Sender`, moves through the states of
:mod:`.state`, and runs one kernel timer for all its deadlines.  What arrives goes through
:mod:`.arrival`, the first exchange through :mod:`.handshake`.  Every event ends in :meth:`Connection.finish`:
tell the user, send what may be sent, set the timer.
"""

from __future__ import annotations

import errno
from typing import Final

from mypy_extensions import i64

from catenet.kernel.kernel import NEVER, Kernel
from catenet.kernel.timer import Timer
from catenet.transport.tcp import congestion as congestion_controls
from catenet.transport.tcp.connection import deadlines, tracing
from catenet.transport.tcp.connection.handshake import Handshake
from catenet.transport.tcp.connection.info import TcpInfo
from catenet.transport.tcp.connection.keepalive import Keepalive
from catenet.transport.tcp.connection.owner import ConnectionOwner
from catenet.transport.tcp.connection.report import describe
from catenet.transport.tcp.connection.state import (
    ACTIVE_OPEN,
    CLOSE,
    CLOSE_WAIT,
    CLOSED,
    ESTABLISHED,
    FIN_WAIT_2,
    GIVE_UP,
    LISTEN,
    PASSIVE_OPEN,
    STATE_NAMES,
    SYN_RECEIVED,
    SYN_SENT,
    TIME_WAIT,
    next_state,
)
from catenet.transport.tcp.connection.user import TcpUser
from catenet.transport.tcp.counters import TcpCounters
from catenet.transport.tcp.receiver.receiver import Receiver
from catenet.transport.tcp.receiver.segment_input import segment_arrives
from catenet.transport.tcp.segment.segment import TcpSegment
from catenet.transport.tcp.sender.output import Carrier, Output
from catenet.transport.tcp.sender.rtt import RttEstimator
from catenet.transport.tcp.sender.sender import Sender
from catenet.transport.tcp.settings import TcpOptions, TcpSettings

LARGEST_MSS: Final[i64] = 65_495
SMALLEST_MSS: Final[i64] = 88
"""Linux's least: what a path can be talked down to by forged ICMP."""


class ConnectionTimer(Timer):
    """The one timer of a connection."""

    def __init__(self, kernel: Kernel, connection: Connection) -> None:
        super().__init__(kernel)
        self.connection: Final = connection

    def expired(self) -> None:
        self.connection.timer_expired(self.kernel.now_ns)


class Connection:
    """One end of a TCP connection.

    Addresses are whole numbers of the given IP ``version``.  Made by :meth:`.layer.TcpLayer.connect` or
    given by :meth:`.listener.Listener.accept`.  ``user`` may be set at any time; what happened before is not
    told again, so look at :attr:`available` and :attr:`at_eof` when taking a connection over.
    """

    def __init__(
        self,
        kernel: Kernel,
        owner: ConnectionOwner,
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
        self.owner: Final = owner
        self.settings: Final = settings
        self.counters: Final = counters
        self.carrier: Final = carrier
        self.version: Final[i64] = version
        self.local_address: Final = local_address
        self.local_port: Final[i64] = local_port
        self.remote_address: Final = remote_address
        self.remote_port: Final[i64] = remote_port
        self.header_octets: Final[i64] = 40 if version == 4 else 60
        self.user: TcpUser = TcpUser()
        self.state: i64 = CLOSED
        self.error: i64 = 0
        """What ended the connection (SO_ERROR); 0 if nothing did."""
        self.receiver: Final = Receiver(settings, counters, options.receive_buffer_octets)
        self.output: Final = Output(carrier, self.receiver, counters, local_port, remote_port)
        self.rtt: Final = RttEstimator(settings)
        self.advertised_mss: i64 = self._mss_of_path(options.mss)
        name = options.congestion or settings.congestion
        control = congestion_controls.make(name, self.advertised_mss)
        self.sender: Final = Sender(settings, counters, self.output, self.rtt, control, options.send_buffer_octets)
        self.sender.no_delay = options.no_delay
        self.handshake: Final = Handshake(self)
        self.keepalive: Final = Keepalive(
            options.keepalive, options.keepalive_idle_ns, options.keepalive_interval_ns, options.keepalive_count
        )
        self.user_timeout_ns: i64 = options.user_timeout_ns
        """Give up when something sent has waited so long for its acknowledgment (RFC 5482); 0 for never."""
        self.linger_s: int = options.linger_s
        self.most_mss: Final[i64] = options.mss
        self.timer: Final = ConnectionTimer(kernel, self)
        self.orphan: bool = False
        """The user has closed it, and hears nothing more than its end."""
        self.orphan_deadline_ns: i64 = NEVER
        self.tell_readable: bool = False
        self.tell_established: bool = False
        self.tell_closed: bool = False
        self.segments_in: i64 = 0
        self.last_received_ns: i64 = 0
        self.last_challenge_ns: i64 = -settings.out_of_window_ack_ns
        self.confirmed_ns: i64 = -1_000_000_000
        self.subject: i64 = -1
        self.next_in_chain: Connection | None = None

    # -- what the user may ask and say

    @property
    def available(self) -> int:
        """Octets that can be read at once."""
        return self.receiver.ready.length

    @property
    def at_eof(self) -> bool:
        """True when the peer will send no more and all it sent has been read."""
        return self.receiver.ready.length == 0 and (self.receiver.finished or self.state == CLOSED)

    @property
    def unsent(self) -> int:
        """Octets that ``send`` took and that were not sent yet."""
        return self.sender.unsent.length

    @property
    def unacked(self) -> int:
        """Octets of sequence space that were sent and not acknowledged yet."""
        return self.sender.snd_nxt - self.sender.snd_una

    @property
    def state_name(self) -> str:
        """The state as RFC 9293 spells it."""
        return STATE_NAMES[self.state].replace("_", "-")

    @property
    def no_delay(self) -> bool:
        """True if small segments do not wait for acknowledgments (TCP_NODELAY)."""
        return self.sender.no_delay

    @no_delay.setter
    def no_delay(self, on: bool) -> None:
        self.sender.no_delay = on
        if on and self._may_send_data():
            self.finish(self.kernel.now_ns)

    @property
    def send_buffer_octets(self) -> int:
        """Size of the send buffer (SO_SNDBUF); setting it ends its growing by itself."""
        return self.sender.buffer_octets

    @send_buffer_octets.setter
    def send_buffer_octets(self, octets: int) -> None:
        self.sender.buffer_automatic = False
        self.sender.buffer_octets = octets

    @property
    def receive_buffer_octets(self) -> int:
        """Size of the receive buffer (SO_RCVBUF); setting it ends its growing by itself."""
        return self.receiver.window.limit

    @receive_buffer_octets.setter
    def receive_buffer_octets(self, octets: int) -> None:
        self.receiver.window.resize(octets)

    @property
    def congestion(self) -> str:
        """Name of the congestion control (TCP_CONGESTION)."""
        return self.sender.congestion.name

    def set_congestion(self, name: str) -> None:
        """Change the congestion control; the window stays.  Raises KeyError for an unknown name."""
        old = self.sender.congestion
        new = congestion_controls.make(name, old.mss)
        new.cwnd_bytes = old.cwnd_bytes
        new.ssthresh_bytes = old.ssthresh_bytes
        self.sender.congestion = new
        self.sender.recovery.congestion = new

    def set_keepalive(self, on: bool) -> None:
        """Turn keepalive on or off (SO_KEEPALIVE); its times are those of :attr:`keepalive`."""
        self.keepalive.on = on
        if on and self.state not in (CLOSED, LISTEN, SYN_SENT, SYN_RECEIVED, TIME_WAIT):
            self.keepalive.heard(self.kernel.now_ns)
            self.set_timer()
        elif not on:
            self.keepalive.stop()

    def send_space(self) -> int:
        """Octets that ``send`` would take now; 0 also makes ``writable`` be called later."""
        space = self.sender.space()
        if space == 0:
            self.sender.want_writable = True
        return space

    def send(self, data: bytes) -> int:
        """Take octets to be sent; returns how many.  Fewer than offered: wait for ``writable``.

        Before the connection is established they wait for it.  Raises BrokenPipeError after
        ``shut_down_sending`` or ``close``, and the connection's error if it is over.
        """
        if not self._may_queue_data():
            raise BrokenPipeError(errno.EPIPE, "the sending side is shut down")
        space = self.sender.space()
        size = len(data)
        if size > space:
            self.sender.want_writable = True
            data = data[:space]
            size = len(data)
        if size > 0:
            self.sender.unsent.append(data)
            if self._may_send_data():
                self._send_at_once(self.kernel.now_ns)
        return size

    def recv(self, most: int) -> bytes:
        """Take up to ``most`` octets that have arrived; empty if there are none."""
        receiver = self.receiver
        data = receiver.ready.take(most)
        if len(data) > 0 and not receiver.finished and self.state != CLOSED:
            now_ns = self.kernel.now_ns
            window = receiver.window
            window.read(len(data), receiver.mss, now_ns)
            if window.update_is_due(receiver.rcv_nxt, receiver.ready.length, receiver.mss):
                self.send_ack(now_ns)
        return data

    def shut_down_sending(self) -> None:
        """Send a FIN after all data (half-close).  Nothing happens if it was done before."""
        if self.sender.fin_queued or self.state == CLOSED:
            return
        self.sender.fin_queued = True
        if self.state == ESTABLISHED or self.state == CLOSE_WAIT:
            self.enter(CLOSE)
            self.finish(self.kernel.now_ns)

    def close(self) -> None:
        """The user wants no more of it.  What was sent is still delivered, then a FIN.

        Unread data, or SO_LINGER of zero, makes it a reset instead (RFC 2525 section 2.17).
        """
        if self.orphan or self.state in (CLOSED, TIME_WAIT):
            self.orphan = True
            return
        if self.state == SYN_SENT or self.state == LISTEN:
            self.orphan = True
            self.give_up(0, False)
            return
        if self.receiver.ready.length > 0 or self.linger_s == 0:
            self.counters.aborts_on_close += 1
            self.abort()
            return
        self.orphan = True
        self.receiver.ahead.clear()
        if self.state == FIN_WAIT_2:
            self.wait_for_fin(self.kernel.now_ns)
        if not self.sender.fin_queued:
            self.shut_down_sending()
        else:
            self.set_timer()

    def abort(self) -> None:
        """End it at once, with a RST to the peer if it knows of the connection.  The user hears nothing more."""
        if self.state in (CLOSED, TIME_WAIT):
            return
        self.orphan = True
        if self.state not in (SYN_SENT, LISTEN):
            self.output.send_reset(self.sender.snd_nxt, self.kernel.now_ns)
        self.give_up(0, False)

    def lose_power(self) -> None:
        """The host has lost power: neither the user nor the peer hears of it."""
        self.orphan = True
        self.user = TcpUser()
        self.give_up(0, False)

    def info(self) -> TcpInfo:
        """What Linux's ``TCP_INFO`` tells."""
        return describe(self)

    # -- what the layer does with it

    def open_actively(self, isn: i64, ts_offset: i64) -> None:
        """Send a SYN (RFC 9293 section 3.10.1)."""
        self.output.isn = isn
        self.output.ts_offset = ts_offset
        self.counters.active_opens += 1
        self.enter(ACTIVE_OPEN)
        self.handshake.start(self.kernel.now_ns)
        self.set_timer()

    def open_passively(self, isn: i64, ts_offset: i64, syn: TcpSegment) -> None:
        """Answer a SYN (RFC 9293 section 3.10.7.2)."""
        self.output.isn = isn
        self.output.ts_offset = ts_offset
        self.counters.passive_opens += 1
        self.enter(PASSIVE_OPEN)
        self.handshake.syn_arrived(syn, self.kernel.now_ns)
        self.set_timer()

    def segment_arrives(self, segment: TcpSegment, now_ns: i64) -> None:
        """Take a segment that belongs to this connection."""
        self.segments_in += 1
        segment_arrives(self, segment, now_ns)

    def icmp_error(self, number: int, mtu: i64, sequence: i64) -> None:
        """Hear of an ICMP error about the segment with that sequence number (RFC 5927 section 4)."""
        self.handshake.icmp_error(number, mtu, sequence, self.kernel.now_ns)

    def timer_expired(self, now_ns: i64) -> None:
        """Do whatever is due."""
        if self.state != CLOSED:
            deadlines.expire(self, now_ns)
            self.finish(now_ns)

    # -- what the parts of a connection do with it

    def enter(self, event: i64) -> None:
        """Change the state as the table says."""
        old = self.state
        self.state = next_state(old, event)
        if old in (ESTABLISHED, CLOSE_WAIT):
            if self.state not in (ESTABLISHED, CLOSE_WAIT):
                self.counters.current_established -= 1
                if self.state == CLOSED:  # RFC 4022: a direct transition, whoever gave up
                    self.counters.established_resets += 1
        elif self.state in (ESTABLISHED, CLOSE_WAIT):
            self.counters.current_established += 1
        if self.kernel.trace.listening:
            tracing.state(self, old)

    def finish(self, now_ns: i64) -> None:
        """The end of every event: tell the user, send what may be sent, set the timer."""
        if self.tell_readable or self.sender.became_writable or self.tell_established or self.tell_closed:
            self._tell()
        if self.state == CLOSED or self.state == TIME_WAIT:
            return
        self._send_at_once(now_ns)

    def send_ack(self, now_ns: i64) -> None:
        """Send a segment that does nothing but acknowledge."""
        self.output.send(self.sender.snd_nxt, 0, b"", now_ns)

    def challenge(self, now_ns: i64) -> None:
        """Answer a suspicious segment with an ACK, not too often (RFC 5961 section 3.2, 7)."""
        if self.owner.may_challenge(now_ns):
            self.counters.challenge_acks += 1
            self.send_ack(now_ns)

    def answer_stray(self, segment: TcpSegment, now_ns: i64) -> None:
        """Answer a segment from outside the window; one without data only every half second, against ACK storms."""
        if len(segment.payload) == 0:
            if now_ns - self.last_challenge_ns < self.settings.out_of_window_ack_ns:
                return
            self.last_challenge_ns = now_ns
        self.send_ack(now_ns)

    def give_up(self, number: i64, tell: bool) -> None:
        """The connection is over now.  ``number`` is the errno for the user, who is told if ``tell``."""
        if self.state == CLOSED:
            return
        if self.state in (SYN_SENT, SYN_RECEIVED):
            self.counters.attempt_fails += 1
        if number != 0:
            self.error = number
        self.enter(GIVE_UP)
        self.dismantle()
        self.tell_closed = tell
        self.owner.left(self)

    def dismantle(self) -> None:
        """Forget what was to be sent and all deadlines."""
        self.sender.abandon()
        self.receiver.ahead.clear()
        self.receiver.ack_now = False
        self.receiver.ack_deadline_ns = NEVER
        self.handshake.deadline_ns = NEVER
        self.keepalive.stop()
        self.orphan_deadline_ns = NEVER
        self.timer.forget()

    def wait_for_fin(self, now_ns: i64) -> None:
        """The user has closed, and our FIN is acknowledged: the peer's must come in time (Linux: 60 s)."""
        self.orphan_deadline_ns = now_ns + self.settings.fin_wait_2_ns

    def set_timer(self) -> None:
        """Arm the timer for the next deadline."""
        deadline_ns = deadlines.earliest_ns(self)
        if deadline_ns == NEVER:
            self.timer.stop()
        else:
            self.timer.arm(deadline_ns)

    def refresh_mss(self, now_ns: i64) -> None:
        """Fit the segment size to what the path takes now (RFC 1191, RFC 8201)."""
        largest = self._mss_of_path(self.most_mss)
        peer = self.handshake.peer_mss
        mss = min(peer, largest)
        if self.receiver.timestamps_on:
            mss -= 12
        if mss != self.sender.mss:
            self.sender.change_mss(mss, now_ns)

    def _mss_of_path(self, most: i64) -> i64:
        mss = self.carrier.path_mtu() - self.header_octets
        if most > 0 and most < mss:
            mss = most
        if mss < SMALLEST_MSS:
            mss = SMALLEST_MSS
        return min(LARGEST_MSS, mss)

    def _send_at_once(self, now_ns: i64) -> None:
        self.sender.push(now_ns)
        if self.receiver.ack_now:
            self.send_ack(now_ns)
        if self.output.soft_error == errno.EMSGSIZE:
            self.output.soft_error = 0
            self.refresh_mss(now_ns)
            self.sender.push(now_ns)
        self.set_timer()

    def _may_queue_data(self) -> bool:
        if self.sender.fin_queued or self.orphan:
            return False
        return self.state in (ESTABLISHED, CLOSE_WAIT, SYN_SENT, SYN_RECEIVED)

    def _may_send_data(self) -> bool:
        return self.state == ESTABLISHED or self.state == CLOSE_WAIT

    def _tell(self) -> None:
        established = self.tell_established
        readable = self.tell_readable
        writable = self.sender.became_writable
        self.tell_established = False
        self.tell_readable = False
        self.sender.became_writable = False
        if established:
            self.owner.synchronized(self)
            if not self.handshake.passive and not self.orphan:
                self.user.established()
        if readable and not self.orphan:
            self.user.readable()
        if writable and not self.orphan and self.state != CLOSED:
            self.user.writable()
        if self.tell_closed:
            self.tell_closed = False
            self.user.closed(int(self.error))
