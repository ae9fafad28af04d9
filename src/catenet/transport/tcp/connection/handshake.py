"""Opening a connection: both SYNs, what they negotiate, and their retransmission.

RFC 9293 sections 3.5 and 3.10.7.3; window scale and timestamps RFC 7323; SACK RFC 2018.  The SYN is sent
again after 1, 2, 4 ... seconds, as in Linux: six times, so that a silent peer is given up after 127 s.
"""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING, Final

from mypy_extensions import i64

from catenet.kernel.kernel import NEVER
from catenet.transport.tcp.connection.state import (
    CLOSE,
    SYN_ACK_ARRIVES,
    SYN_ACKNOWLEDGED,
    SYN_ARRIVES,
    SYN_RECEIVED,
    SYN_SENT,
)
from catenet.transport.tcp.segment.options import SynOptions
from catenet.transport.tcp.segment.segment import ACK, RST, SYN, TcpSegment
from catenet.transport.tcp.segment.sequence import unwrap

if TYPE_CHECKING:
    from catenet.transport.tcp.connection.connection import Connection

FALL_BACK_RTO_NS: Final[i64] = 3_000_000_000
"""RFC 6298 (5.7)."""
DEFAULT_MSS_IPV4: Final[i64] = 536
DEFAULT_MSS_IPV6: Final[i64] = 1220
LEAST_PEER_MSS: Final[i64] = 48
"""Linux's tcp_min_snd_mss: options must leave room for data, whatever the peer says."""


class Handshake:
    """The opening of one connection."""

    def __init__(self, connection: Connection) -> None:
        self.connection: Final = connection
        self.deadline_ns: i64 = NEVER
        self.retries: i64 = 0
        self.resent: i64 = 0
        """How often our SYN was sent again."""
        self.sent_ns: i64 = 0
        self.ambiguous: bool = False
        """Our SYN-ACK went out again because the peer's SYN did: an answer is no measure of the round trip."""
        self.passive: bool = False
        self.answering: bool = False
        """Our SYN carries an ACK: the peer's has arrived."""
        self.peer_mss: i64 = DEFAULT_MSS_IPV4
        self.peer_offers_timestamps: bool = False
        self.peer_window_shift: i64 = -1
        self.peer_offers_sack: bool = False

    def start(self, now_ns: i64) -> None:
        """Send our SYN for the first time."""
        self.sent_ns = now_ns
        self.send(now_ns)
        self.deadline_ns = now_ns + self.connection.settings.initial_rto_ns

    def send(self, now_ns: i64) -> None:
        """Send our SYN, or SYN-ACK.  A SYN offers all; a SYN-ACK what the peer's SYN offered too."""
        connection = self.connection
        settings = connection.settings
        timestamps = settings.timestamps
        scaling = settings.window_scaling
        sack = settings.sack
        if self.answering:
            timestamps = timestamps and self.peer_offers_timestamps
            scaling = scaling and self.peer_window_shift >= 0
            sack = sack and self.peer_offers_sack
        shift: i64 = connection.receiver.window.offered_shift if scaling else -1
        options = SynOptions(connection.advertised_mss, shift, sack)
        connection.output.send_syn(options, timestamps, now_ns, self.answering)

    def send_again(self, now_ns: i64) -> None:
        """Answer the peer's SYN that came again.  The timer runs on."""
        self.ambiguous = True
        self.send(now_ns)

    def expire(self, now_ns: i64) -> None:
        """Our SYN was not answered in time."""
        connection = self.connection
        settings = connection.settings
        most = settings.syn_ack_retries if self.passive else settings.syn_retries
        if self.retries >= most:
            number = connection.output.soft_error
            connection.counters.aborts_on_timeout += 1
            connection.give_up(number or errno.ETIMEDOUT, not self.passive)
            return
        self.retries += 1
        self.resent += 1
        connection.counters.timeouts += 1
        connection.counters.retransmitted_segments += 1
        self.send(now_ns)
        self.deadline_ns = now_ns + (settings.initial_rto_ns << self.retries)

    def syn_arrived(self, segment: TcpSegment, now_ns: i64) -> None:
        """The peer's SYN arrived before ours was acknowledged: answer it (3.10.7.2; 3.10.7.3 for both at once)."""
        connection = self.connection
        self.passive = connection.state != SYN_SENT
        self._learn(segment, now_ns)
        connection.sender.edge = 1 + segment.window
        self.answering = True
        connection.enter(SYN_ARRIVES)
        self.start(now_ns)

    def segment_arrives(self, segment: TcpSegment, now_ns: i64) -> None:
        """A segment in SYN-SENT (section 3.10.7.3)."""
        connection = self.connection
        flags = segment.flags
        acknowledged = False
        if flags & ACK:
            if unwrap(segment.ack, connection.output.isn, 0) != 1:
                if not flags & RST:
                    self._refuse(segment)
                return
            acknowledged = True
        if flags & RST:
            if acknowledged:
                connection.give_up(errno.ECONNREFUSED, True)
            return
        if not flags & SYN:
            return
        if not acknowledged:
            self.syn_arrived(segment, now_ns)
            return
        self._learn(segment, now_ns)
        connection.enter(SYN_ACK_ARRIVES)
        connection.sender.window_shift = 0
        self._establish(segment, 0, now_ns)
        connection.receiver.ack_now = True

    def acknowledged(self, segment: TcpSegment, start: i64, ack: i64, now_ns: i64) -> bool:
        """An ACK in SYN-RECEIVED (section 3.10.7.4).  False if it does not acknowledge our SYN, or must wait."""
        connection = self.connection
        if ack != 1:
            self._refuse(segment)
            return False
        if self.passive and not connection.owner.has_room(connection):
            # as if it had been lost: the peer's data, or our SYN-ACK, brings another
            return False
        connection.enter(SYN_ACKNOWLEDGED)
        if not segment.flags & SYN:
            connection.sender.window_shift = max(self.peer_window_shift, 0) if self._scaling() else 0
        self._establish(segment, start, now_ns)
        return True

    def icmp_error(self, number: int, mtu: i64, sequence: i64, now_ns: i64) -> None:
        """An ICMP error about one of our segments; believed only if that is outstanding (RFC 5927 section 4.1)."""
        connection = self.connection
        sender = connection.sender
        at = unwrap(sequence, connection.output.isn, sender.snd_una)
        if at < sender.snd_una or at >= sender.snd_nxt:
            return
        if mtu > 0:
            connection.refresh_mss(now_ns)
        elif connection.state == SYN_SENT or connection.state == SYN_RECEIVED:
            # as Linux does, against RFC 1122 4.2.3.9 for the soft ones: see RFC 5461
            connection.give_up(number, not self.passive)
        else:
            connection.output.soft_error = number
        connection.finish(now_ns)

    def _learn(self, segment: TcpSegment, now_ns: i64) -> None:
        """What the peer's SYN says and offers."""
        connection = self.connection
        receiver = connection.receiver
        settings = connection.settings
        options = segment.syn_options
        default = DEFAULT_MSS_IPV4 if connection.version == 4 else DEFAULT_MSS_IPV6
        self.peer_mss = default
        if options is not None:
            if options.mss > 0:
                self.peer_mss = max(LEAST_PEER_MSS, options.mss)
            self.peer_window_shift = options.window_shift
            self.peer_offers_sack = options.sack_permitted
        self.peer_offers_timestamps = segment.has_timestamps
        receiver.begin(segment.seq)
        if settings.timestamps and segment.has_timestamps:
            receiver.timestamps_on = True
            receiver.ts_recent = segment.ts_value
            receiver.ts_recent_ns = now_ns
        receiver.sack_on = settings.sack and self.peer_offers_sack
        connection.sender.recovery.sack_on = receiver.sack_on

    def _scaling(self) -> bool:
        return self.connection.settings.window_scaling and self.peer_window_shift >= 0

    def _establish(self, segment: TcpSegment, start: i64, now_ns: i64) -> None:
        connection = self.connection
        sender = connection.sender
        self.deadline_ns = NEVER
        sender.snd_una = 1
        sender.update_window(segment, start, 1)
        if self._scaling():
            sender.window_shift = self.peer_window_shift
            connection.receiver.window.shift = connection.receiver.window.offered_shift
        self._set_segment_size()
        if self.resent > 0:
            connection.rtt.fall_back(FALL_BACK_RTO_NS)
        elif not self.ambiguous:
            connection.rtt.sample(now_ns - self.sent_ns)
        self._set_initial_window()
        sender.last_sent_ns = now_ns
        connection.last_received_ns = now_ns
        connection.receiver.window.begin(connection.receiver.rcv_nxt, connection.advertised_mss, now_ns)
        connection.keepalive.heard(now_ns)
        connection.tell_established = True
        if sender.fin_queued:
            connection.enter(CLOSE)

    def _set_segment_size(self) -> None:
        connection = self.connection
        mss = connection.advertised_mss
        if self.peer_mss < mss:
            mss = self.peer_mss
        if connection.receiver.timestamps_on:
            mss -= 12
        connection.sender.mss = mss
        connection.output.mss = mss
        connection.sender.congestion.mss = mss

    def _set_initial_window(self) -> None:
        """RFC 6928; a single segment if our SYN was lost more than once, as Linux does (RFC 5681 section 3.1)."""
        connection = self.connection
        segments = connection.settings.initial_window_segments if self.resent <= 1 else 1
        congestion = connection.sender.congestion
        congestion.cwnd_bytes = segments * congestion.mss

    def _refuse(self, segment: TcpSegment) -> None:
        """Answer an ACK of something never sent with a RST at its number (section 3.10.7)."""
        connection = self.connection
        answer = TcpSegment(connection.local_port, connection.remote_port, segment.ack, 0, RST, 0, b"")
        connection.counters.out_resets += 1
        connection.counters.out_segments += 1
        connection.carrier.carry(answer)
