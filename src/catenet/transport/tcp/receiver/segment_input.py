"""SEGMENT ARRIVES: RFC 9293 section 3.10.7.4, in its order, with the checks of RFC 5961 and RFC 7323.

The typical segment of a bulk transfer (an ACK, in order, with a newer timestamp, inside the window) is recognised by
one comparison, and its acknowledgment and data are processed directly.  All others pass :func:`_may_pass` first.
"""

from __future__ import annotations

import errno
from typing import Final

from mypy_extensions import i64

from catenet.transport.tcp.connection import handshake, tracing
from catenet.transport.tcp.connection.control_block import ControlBlock
from catenet.transport.tcp.connection.state import (
    CLOSE_WAIT,
    CLOSED,
    CLOSING,
    ESTABLISHED,
    FIN_ACKNOWLEDGED,
    FIN_ARRIVES,
    FIN_WAIT_1,
    FIN_WAIT_2,
    LAST_ACK,
    LISTEN,
    SYN_RECEIVED,
    SYN_SENT,
    TIME_WAIT,
)
from catenet.transport.tcp.segment.segment import ACK, FIN, RST, SYN, TcpSegment
from catenet.transport.tcp.segment.sequence import difference, unwrap
from catenet.transport.tcp.sender.acknowledgment import acknowledged
from catenet.transport.tcp.settings import MS, SECOND

_UNUSUAL: Final[i64] = SYN | FIN | RST | ACK


def segment_arrives(connection: ControlBlock, segment: TcpSegment, now_ns: i64) -> None:
    """Process a segment in any state except LISTEN, CLOSED and TIME-WAIT.

    Afterwards the caller notifies the user, and sends due segments.
    """
    state = connection.state
    assert state not in (LISTEN, CLOSED, TIME_WAIT), "the host has forgotten this connection"
    connection.segments_in += 1
    if state == SYN_SENT:
        # section 3.10.7.3: there is no RCV.NXT yet for the checks
        handshake.segment_arrives(connection, segment, now_ns)
        return
    receiver = connection.receiver
    start = unwrap(segment.seq, receiver.irs, receiver.rcv_nxt)
    if not (
        segment.flags & _UNUSUAL == ACK
        and start == receiver.rcv_nxt
        and segment.has_timestamps == receiver.timestamps_on
        and start + len(segment.payload) <= receiver.window.edge
        and (not receiver.timestamps_on or difference(segment.ts_value, receiver.ts_recent) >= 0)
    ):
        if state == SYN_RECEIVED and segment.flags & SYN and start == 0:
            # the peer's SYN again, with its number below RCV.NXT: no challenge ACK, which RFC 5961 section 4.2 defines
            # for synchronized states
            if not segment.flags & ACK:
                # it was retransmitted, so our SYN-ACK was lost
                handshake.send_again(connection, now_ns)
                return
            # simultaneous open (section 3.5, figure 7): the SYN is known, only its ACK is processed
            start = 1
        elif not _may_pass(connection, segment, start, now_ns):
            return
    if receiver.timestamps_on:
        # RFC 7323 section 5.3, R3
        receiver.remember_timestamp(segment, start, now_ns)
    if _acknowledge(connection, segment, start, now_ns):
        _process_text(connection, segment, start, now_ns)


def _may_pass(connection: ControlBlock, segment: TcpSegment, start: i64, now_ns: i64) -> bool:
    """The first to fourth check, and the ACK bit; a failed segment is answered as the RFCs require."""
    receiver = connection.receiver
    flags = segment.flags
    if receiver.timestamps_on and not flags & RST:
        # a RST is exempt from both (RFC 7323 section 5.2): its sender may have lost its state
        if not segment.has_timestamps:
            # RFC 7323 section 3.2: once negotiated, every segment must have them; drop it silently
            return False
        if receiver.timestamp_is_old(segment, now_ns):
            # RFC 7323 section 5.3, R1: PAWS. A reordered pure ACK contains nothing new; all others are answered
            if segment.sequence_length() > 0:
                connection.counters.paws_rejected += 1
                _record_duplicate(connection, segment, start)
                connection.answer_stray(segment, now_ns)
            return False
    if not receiver.acceptable(start, segment.sequence_length()):
        # first check, the sequence number: drop the segment, and send an ACK to resynchronize the peer. A RST gets
        # none, or two desynchronized ends would never stop
        if not flags & RST:
            _record_duplicate(connection, segment, start)
            connection.answer_stray(segment, now_ns)
        return False
    if flags & RST:
        # second check
        _reset(connection, start, now_ns)
        return False
    if flags & SYN:
        # fourth check (the third, security, is obsolete), by RFC 5961 section 4.2 in every synchronized state: a
        # restarted peer answers the challenge ACK with a RST at the number in it
        connection.counters.syn_challenges += 1
        connection.challenge(now_ns)
        return False
    # fifth check: without the ACK bit it is dropped
    return flags & ACK != 0


def _record_duplicate(connection: ControlBlock, segment: TcpSegment, start: i64) -> None:
    receiver = connection.receiver
    receiver.report_duplicate(start, min(receiver.rcv_nxt, start + len(segment.payload)))
    # duplicate data may mean that our acknowledgment was lost
    if receiver.quick_acks < 2:
        receiver.quick_acks = 2


def _reset(connection: ControlBlock, start: i64, now_ns: i64) -> None:
    """RFC 5961 section 3.2: only a RST at exactly RCV.NXT is accepted."""
    if start != connection.receiver.rcv_nxt:
        # in the window, but not exact: it may be a guess. The true peer answers the challenge with an exact one
        connection.challenge(now_ns)
        return
    state = connection.state
    number = errno.ECONNRESET
    if state == SYN_RECEIVED:
        # active open: connection refused; passive open: back to LISTEN without notification
        number = errno.ECONNREFUSED
    elif state == CLOSE_WAIT:
        # as in Linux: the peer's stream has ended in order, so only our sending fails
        number = errno.EPIPE
    connection.give_up(number, True)


def _acknowledge(connection: ControlBlock, segment: TcpSegment, start: i64, now_ns: i64) -> bool:
    """The fifth check, the ACK field.  True if the segment's text is to be processed."""
    sender = connection.sender
    ack = unwrap(segment.ack, connection.output.isn, sender.snd_una)
    if connection.state == SYN_RECEIVED:
        return handshake.acknowledged(connection, segment, start, ack, now_ns)
    if ack > sender.snd_nxt or ack < sender.snd_una - sender.largest_window_bytes:
        # RFC 5961 section 5.2: an ACK of unsent data, or older than any window: a blind injection
        connection.challenge(now_ns)
        return False
    connection.last_received_ns = now_ns
    connection.output.soft_error = 0
    if connection.keepalive.on:
        connection.keepalive.heard(now_ns)
    if ack < sender.snd_una:
        # the ACK was reordered and is old, but the text may be new
        return True
    advanced = ack > sender.snd_una
    recovery_state = sender.recovery.state
    acknowledged(sender, segment, start, ack, now_ns)
    if recovery_state != sender.recovery.state and connection.kernel.trace.listening:
        congestion = sender.congestion
        tracing.window(connection.kernel, connection.trace_subject(), congestion.cwnd_bytes, congestion.ssthresh_bytes)
    if advanced:
        if now_ns - connection.confirmed_ns >= SECOND:
            # RFC 4861 section 7.3.1: forward progress confirms that the neighbour is reachable
            connection.confirmed_ns = now_ns
            connection.carrier.confirm()
            connection.refresh_mss(now_ns)
        if sender.fin_sent and sender.done():
            _fin_acknowledged(connection, now_ns)
    return connection.state != CLOSED and connection.state != TIME_WAIT


def _fin_acknowledged(connection: ControlBlock, now_ns: i64) -> None:
    """The fifth check in the closing states: our FIN is acknowledged."""
    assert not connection.sender.outstanding(), "a FIN is the last thing that is sent"
    state = connection.state
    if state == FIN_WAIT_1:
        connection.enter(FIN_ACKNOWLEDGED)
        if connection.orphan:
            connection.wait_for_fin(now_ns)
    elif state == CLOSING:
        # both FINs crossed: this end, too, must stay to answer a retransmitted FIN
        connection.enter(FIN_ACKNOWLEDGED)
        _into_time_wait(connection)
    elif state == LAST_ACK:
        # the peer closed first, so TIME-WAIT is at the peer: nothing is left to be answered here
        connection.enter(FIN_ACKNOWLEDGED)
        connection.dismantle()
        connection.notify_closed = True
        connection.left()


def _process_text(connection: ControlBlock, segment: TcpSegment, start: i64, now_ns: i64) -> None:
    """The seventh and eighth check: the segment's text and its FIN.  (The sixth: urgent data is read in line.)"""
    length: i64 = len(segment.payload)
    if length == 0 and not segment.flags & FIN:
        return
    receiver = connection.receiver
    if receiver.finished:
        # no data can follow a FIN (seventh check, CLOSE-WAIT and later): this is a retransmission, and the peer lacks
        # our acknowledgment
        receiver.ack_now = True
        return
    assert connection.state in (ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2), "until the peer's FIN, text comes in these states"
    was_empty = receiver.ready.length == 0
    if length > 0:
        if connection.orphan and start + length > receiver.rcv_nxt:
            # section 3.6.1, SHLD-3 (RFC 1122 section 4.2.2.13): the data will not be read, so reset the peer
            connection.counters.aborts_on_data += 1
            connection.output.send_reset(connection.sender.snd_nxt, now_ns)
            connection.give_up(errno.ECONNRESET, True)
            return
        connection.counters.in_octets += length
        if receiver.window.automatic:
            _measure(connection, segment, length, now_ns)
        receiver.data(start, segment.payload, now_ns)
        if was_empty and receiver.ready.length > 0:
            connection.notify_readable = True
    if segment.flags & FIN and start + length < receiver.window.edge + 1:
        # if the text was trimmed to the window, the FIN was trimmed with it
        receiver.fin(start + length)
        receiver.ack_now = True
    if receiver.finished:
        # the FIN may also be due by text that filled the gap before it
        connection.notify_readable = True
        _fin_arrived(connection, now_ns)


def _measure(connection: ControlBlock, segment: TcpSegment, length: i64, now_ns: i64) -> None:
    """The receiver's round-trip sample, for the size of its buffer."""
    receiver = connection.receiver
    if not receiver.timestamps_on:
        receiver.window.measure_by_window(receiver.rcv_nxt, now_ns)
    elif length >= receiver.mss and segment.ts_echo != 0:
        # full segments only: a small one may have waited for its user
        passed = difference(connection.output.ts_now(now_ns), segment.ts_echo)
        if passed >= 0:
            receiver.window.measure_by_echo((passed if passed > 0 else 1) * MS)


def _fin_arrived(connection: ControlBlock, now_ns: i64) -> None:
    """The eighth check: the peer's FIN is processed."""
    assert connection.receiver.rcv_nxt == connection.receiver.fin_at + 1, "RCV.NXT stands just above the peer's FIN"
    state = connection.state
    if state == FIN_WAIT_2:
        # acknowledge it before the connection is deleted
        connection.enter(FIN_ARRIVES)
        connection.send_ack(now_ns)
        _into_time_wait(connection)
    elif state in (ESTABLISHED, FIN_WAIT_1, SYN_RECEIVED):
        # from FIN-WAIT-1 to CLOSING: if this segment acknowledged our FIN, the state would be FIN-WAIT-2
        connection.enter(FIN_ARRIVES)


def _into_time_wait(connection: ControlBlock) -> None:
    """Section 3.6.1, MUST-13: stay, so that a retransmitted FIN of the peer is answered."""
    assert connection.receiver.finished, "the peer's FIN has had its turn"
    assert connection.sender.done(), "our FIN is acknowledged"
    connection.dismantle()
    connection.notify_closed = True
    connection.waits()
