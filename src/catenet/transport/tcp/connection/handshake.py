"""Opening a connection: both SYNs, what they negotiate, and their retransmission.

RFC 9293 sections 3.5 and 3.10.7.3; window scale and timestamps RFC 7323; SACK RFC 2018.  The SYN is retransmitted
after 1, 2, 4 ... seconds, as in Linux: six times, so that the attempt fails after 127 s.
"""

from __future__ import annotations

import errno
from typing import Final

from mypy_extensions import i64

from catenet.kernel.kernel import NEVER
from catenet.transport.tcp.connection.control_block import ControlBlock
from catenet.transport.tcp.connection.handshake_state import DEFAULT_MSS_IPV4, DEFAULT_MSS_IPV6
from catenet.transport.tcp.connection.state import (
    CLOSE,
    LISTEN,
    SYN_ACK_ARRIVES,
    SYN_ACKNOWLEDGED,
    SYN_ARRIVES,
    SYN_RECEIVED,
    SYN_SENT,
)
from catenet.transport.tcp.segment.options import SynOptions
from catenet.transport.tcp.segment.segment import ACK, RST, SYN, TcpSegment
from catenet.transport.tcp.segment.sequence import unwrap

FALL_BACK_RTO_NS: Final[i64] = 3_000_000_000
"""RFC 6298 (5.7)."""
MIN_PEER_MSS: Final[i64] = 48
"""Linux's tcp_min_snd_mss: options must leave room for data with any MSS of the peer."""


def start(connection: ControlBlock, now_ns: i64) -> None:
    """Send our SYN for the first time."""
    assert connection.sender.in_flight() == connection.sender.snd_nxt == 1, "our SYN alone is outstanding"
    handshake = connection.handshake
    handshake.sent_ns = now_ns
    send(connection, now_ns)
    handshake.deadline_ns = now_ns + connection.settings.initial_rto_ns


def send(connection: ControlBlock, now_ns: i64) -> None:
    """Send our SYN, or SYN-ACK.  A SYN offers all options; a SYN-ACK those that the peer's SYN offered too."""
    assert connection.state == SYN_SENT or connection.state == SYN_RECEIVED, "both SYNs are exchanged once"
    handshake = connection.handshake
    settings = connection.settings
    timestamps = settings.timestamps
    scaling = settings.window_scaling
    sack = settings.sack
    if handshake.answering:
        # RFC 7323 sections 2.2 and 3.2; RFC 2018 section 2: in a SYN-ACK only if the SYN had them
        timestamps = timestamps and handshake.peer_offers_timestamps
        scaling = scaling and handshake.peer_window_shift >= 0
        sack = sack and handshake.peer_offers_sack
    shift: i64 = connection.receiver.window.offered_shift if scaling else -1
    options = SynOptions(connection.advertised_mss, shift, sack)
    connection.output.send_syn(options, timestamps, now_ns, handshake.answering)


def send_again(connection: ControlBlock, now_ns: i64) -> None:
    """Answer a repeated SYN of the peer.  The timer keeps running."""
    connection.handshake.ambiguous = True
    send(connection, now_ns)


def expire(connection: ControlBlock, now_ns: i64) -> None:
    """The timer of our SYN has expired."""
    handshake = connection.handshake
    settings = connection.settings
    assert connection.state == SYN_SENT or connection.state == SYN_RECEIVED, "the handshake's timer outlived it"
    most = settings.syn_ack_retries if handshake.passive else settings.syn_retries
    if handshake.retries >= most:
        # RFC 9293 section 3.8.3: R2 of a SYN. An earlier ICMP error is more specific than a timeout; a passive open
        # falls back to the listener, without notification
        number = connection.output.soft_error
        connection.counters.aborts_on_timeout += 1
        connection.give_up(number or errno.ETIMEDOUT, not handshake.passive)
        return
    handshake.retries += 1
    handshake.resent += 1
    connection.counters.timeouts += 1
    connection.counters.retransmitted_segments += 1
    send(connection, now_ns)
    # RFC 6298 (5.5): back off
    handshake.deadline_ns = now_ns + (settings.initial_rto_ns << handshake.retries)


def syn_arrived(connection: ControlBlock, segment: TcpSegment, now_ns: i64) -> None:
    """The peer's SYN arrived before ours was acknowledged: answer it (3.10.7.2; 3.10.7.3 for both at once)."""
    assert connection.state == LISTEN or connection.state == SYN_SENT, "a SYN opens nothing in this state"
    connection.handshake.passive = connection.state != SYN_SENT
    _learn(connection, segment, now_ns)
    # RFC 7323 section 2.2: a SYN's own window is never scaled
    connection.sender.edge = 1 + segment.window
    connection.handshake.answering = True
    connection.enter(SYN_ARRIVES)
    start(connection, now_ns)


def segment_arrives(connection: ControlBlock, segment: TcpSegment, now_ns: i64) -> None:
    """A segment in SYN-SENT (section 3.10.7.3)."""
    assert connection.state == SYN_SENT
    flags = segment.flags
    acknowledged = False
    if flags & ACK:
        # first check: only our SYN can be acknowledged. Any other ACK is for an older incarnation, which a RST ends at
        # the peer; a RST is not answered by a RST
        if unwrap(segment.ack, connection.output.isn, 0) != 1:
            if not flags & RST:
                _refuse(connection, segment)
            return
        acknowledged = True
    if flags & RST:
        # second check: accepted only if it acknowledges our SYN (RFC 5961 section 3.2: otherwise an attacker could
        # refuse)
        if acknowledged:
            connection.give_up(errno.ECONNREFUSED, True)
        return
    if not flags & SYN:
        # fifth check: without SYN and RST the segment is dropped
        return
    if not acknowledged:
        # fourth check: the peer's SYN crossed ours (simultaneous open, section 3.5, figure 7)
        syn_arrived(connection, segment, now_ns)
        return
    _learn(connection, segment, now_ns)
    connection.enter(SYN_ACK_ARRIVES)
    connection.sender.window_shift = 0
    _establish(connection, segment, 0, now_ns)
    # the peer stays in SYN-RECEIVED until it gets our ACK: no delay (RFC 9293 section 3.10.7.3)
    connection.receiver.ack_now = True


def acknowledged(connection: ControlBlock, segment: TcpSegment, start: i64, ack: i64, now_ns: i64) -> bool:
    """An ACK in SYN-RECEIVED (section 3.10.7.4).  False if it does not acknowledge our SYN, or must wait."""
    assert connection.state == SYN_RECEIVED
    if ack != 1:
        # fifth check, SYN-RECEIVED: not within SND.UNA and SND.NXT, so form a reset
        _refuse(connection, segment)
        return False
    if connection.handshake.passive and not connection.has_room():
        # as if it had been lost: the peer's data, or our SYN-ACK, brings another
        return False
    connection.enter(SYN_ACKNOWLEDGED)
    if not segment.flags & SYN:
        # RFC 7323 section 2.3: from here on the window field is scaled, save in a SYN-ACK
        connection.sender.window_shift = max(connection.handshake.peer_window_shift, 0) if _scaling(connection) else 0
    _establish(connection, segment, start, now_ns)
    return True


def _learn(connection: ControlBlock, segment: TcpSegment, now_ns: i64) -> None:
    """Record the values and options of the peer's SYN."""
    handshake = connection.handshake
    receiver = connection.receiver
    settings = connection.settings
    options = segment.syn_options
    # RFC 9293 section 3.7.1 (MUST-15): a SYN without the option means the default
    handshake.peer_mss = DEFAULT_MSS_IPV4 if connection.version == 4 else DEFAULT_MSS_IPV6
    if options is not None:
        if options.mss > 0:
            handshake.peer_mss = max(MIN_PEER_MSS, options.mss)
        handshake.peer_window_shift = options.window_shift
        handshake.peer_offers_sack = options.sack_permitted
    handshake.peer_offers_timestamps = segment.has_timestamps
    receiver.begin(segment.seq)
    if settings.timestamps and segment.has_timestamps:
        receiver.timestamps_on = True
        receiver.ts_recent = segment.ts_value
        receiver.ts_recent_ns = now_ns
    receiver.sack_on = settings.sack and handshake.peer_offers_sack
    connection.sender.recovery.sack_on = receiver.sack_on


def _scaling(connection: ControlBlock) -> bool:
    """RFC 7323 section 2.2: the windows are scaled if both SYNs offered it."""
    return connection.settings.window_scaling and connection.handshake.peer_window_shift >= 0


def _establish(connection: ControlBlock, segment: TcpSegment, start: i64, now_ns: i64) -> None:
    handshake = connection.handshake
    sender = connection.sender
    assert sender.snd_nxt == 1, "data wait until the connection is established (section 3.10.2)"
    handshake.deadline_ns = NEVER
    sender.snd_una = 1
    sender.update_window(segment, start, 1)
    if _scaling(connection):
        sender.window_shift = handshake.peer_window_shift
        connection.receiver.window.shift = connection.receiver.window.offered_shift
    _set_segment_size(connection)
    if handshake.resent > 0:
        # RFC 6298 (5.7): it is unknown which of the SYNs was answered, so the timeout is conservative
        connection.rtt.fall_back(FALL_BACK_RTO_NS)
    elif not handshake.ambiguous:
        connection.rtt.sample(now_ns - handshake.sent_ns)
    _set_initial_window(connection)
    sender.last_sent_ns = now_ns
    connection.last_received_ns = now_ns
    connection.receiver.window.begin(connection.receiver.rcv_nxt, connection.advertised_mss, now_ns)
    connection.keepalive.heard(now_ns)
    connection.notify_established = True
    if sender.fin_queued:
        # the user has closed meanwhile (RFC 9293 section 3.10.4, SYN-RECEIVED: queue it until ESTABLISHED)
        connection.enter(CLOSE)


def _set_segment_size(connection: ControlBlock) -> None:
    """Effective send MSS (RFC 9293 section 3.7.1, MUST-16; RFC 6691: the length of the options is subtracted here)."""
    mss = connection.advertised_mss
    if connection.handshake.peer_mss < mss:
        mss = connection.handshake.peer_mss
    if connection.receiver.timestamps_on:
        mss -= 12
    assert mss > 0, "the options leave room for data (MIN_PEER_MSS)"
    connection.sender.mss = mss
    connection.output.mss = mss
    connection.sender.congestion.mss = mss


def _set_initial_window(connection: ControlBlock) -> None:
    """RFC 6928; a single segment if our SYN was lost more than once, as Linux does (RFC 5681 section 3.1)."""
    segments = connection.settings.initial_window_segments if connection.handshake.resent <= 1 else 1
    congestion = connection.sender.congestion
    congestion.cwnd_bytes = segments * congestion.mss


def _refuse(connection: ControlBlock, segment: TcpSegment) -> None:
    """Answer an ACK of unsent data with a RST at its number (section 3.10.7)."""
    answer = TcpSegment(connection.local_port, connection.remote_port, segment.ack, 0, RST, 0, b"")
    connection.counters.out_resets += 1
    connection.counters.out_segments += 1
    connection.carrier.carry(answer)
