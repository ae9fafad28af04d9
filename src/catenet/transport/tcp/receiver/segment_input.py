"""A segment arrives: RFC 9293 section 3.10.7.4, in its order, with the checks of RFC 5961 and RFC 7323.

What every segment of a bulk transfer looks like (an ACK, in order, with a newer timestamp, inside the
window) is found by one comparison and goes straight to the acknowledgment and the data.  All others pass
:func:`_may_pass` first.
"""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING, Final

from mypy_extensions import i64

from catenet.transport.tcp.connection import tracing
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
    SYN_RECEIVED,
    SYN_SENT,
    TIME_WAIT,
)
from catenet.transport.tcp.segment.segment import ACK, FIN, RST, SYN, TcpSegment
from catenet.transport.tcp.segment.sequence import difference, unwrap
from catenet.transport.tcp.settings import MS, SECOND

if TYPE_CHECKING:
    from catenet.transport.tcp.connection.connection import Connection

_UNUSUAL: Final[i64] = SYN | FIN | RST | ACK


def segment_arrives(connection: Connection, segment: TcpSegment, now_ns: i64) -> None:
    """Take a segment in any state but LISTEN, CLOSED and TIME-WAIT."""
    if connection.state == SYN_SENT:
        connection.handshake.segment_arrives(segment, now_ns)
        connection.finish(now_ns)
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
        if connection.state == SYN_RECEIVED and segment.flags & SYN and start == 0:
            if not segment.flags & ACK:
                connection.handshake.send_again(now_ns)
                connection.finish(now_ns)
                return
            start = 1
        elif not _may_pass(connection, segment, start, now_ns):
            connection.finish(now_ns)
            return
    if receiver.timestamps_on:
        receiver.remember_timestamp(segment, start, now_ns)
    if _acknowledge(connection, segment, start, now_ns):
        _take_text(connection, segment, start, now_ns)
    connection.finish(now_ns)


def _may_pass(connection: Connection, segment: TcpSegment, start: i64, now_ns: i64) -> bool:
    """The first to fourth check, and the ACK bit; whoever fails is answered as the RFCs say."""
    receiver = connection.receiver
    flags = segment.flags
    if receiver.timestamps_on and not flags & RST:
        if not segment.has_timestamps:
            return False
        if receiver.timestamp_is_old(segment, now_ns):
            # a bare ACK that was overtaken says nothing new; all else is answered
            if segment.sequence_length() > 0:
                connection.counters.paws_rejected += 1
                _note_duplicate(connection, segment, start)
                connection.answer_stray(segment, now_ns)
            return False
    if not receiver.acceptable(start, segment.sequence_length()):
        if not flags & RST:
            _note_duplicate(connection, segment, start)
            connection.answer_stray(segment, now_ns)
        return False
    if flags & RST:
        _reset(connection, start, now_ns)
        return False
    if flags & SYN:
        connection.counters.syn_challenges += 1
        connection.challenge(now_ns)
        return False
    return flags & ACK != 0


def _note_duplicate(connection: Connection, segment: TcpSegment, start: i64) -> None:
    receiver = connection.receiver
    end = start + len(segment.payload)
    if receiver.sack_on and end > start and start < receiver.rcv_nxt:
        receiver.sack.duplicate(start if start > 0 else 1, min(receiver.rcv_nxt, end))
        connection.counters.dsacks_sent += 1
    # what arrives twice may mean that our acknowledgment was lost
    if receiver.quick_acks < 2:
        receiver.quick_acks = 2


def _reset(connection: Connection, start: i64, now_ns: i64) -> None:
    """RFC 5961 section 3.2: only a RST at exactly RCV.NXT is believed."""
    if start != connection.receiver.rcv_nxt:
        connection.challenge(now_ns)
        return
    state = connection.state
    number = errno.ECONNRESET
    if state == SYN_RECEIVED:
        number = errno.ECONNREFUSED
    elif state == CLOSE_WAIT:
        number = errno.EPIPE
    connection.give_up(number, True)


def _acknowledge(connection: Connection, segment: TcpSegment, start: i64, now_ns: i64) -> bool:
    """The fifth check, the ACK field.  True if the segment's text is to be looked at."""
    sender = connection.sender
    ack = unwrap(segment.ack, connection.output.isn, sender.snd_una)
    if connection.state == SYN_RECEIVED:
        return connection.handshake.acknowledged(segment, start, ack, now_ns)
    if ack > sender.snd_nxt or ack < sender.snd_una - sender.largest_window_bytes:
        # RFC 5961 section 5.2
        connection.challenge(now_ns)
        return False
    connection.last_received_ns = now_ns
    connection.output.soft_error = 0
    if connection.keepalive.on:
        connection.keepalive.heard(now_ns)
    if ack < sender.snd_una:
        return True
    advanced = ack > sender.snd_una
    state = sender.recovery.state
    sender.acknowledged(segment, start, ack, now_ns)
    if state != sender.recovery.state and connection.kernel.trace.listening:
        tracing.window(connection)
    if advanced:
        if now_ns - connection.confirmed_ns >= SECOND:
            connection.confirmed_ns = now_ns
            connection.carrier.confirm()
            connection.refresh_mss(now_ns)
        if sender.fin_sent and sender.done():
            _fin_acknowledged(connection, now_ns)
    return connection.state != CLOSED and connection.state != TIME_WAIT


def _fin_acknowledged(connection: Connection, now_ns: i64) -> None:
    state = connection.state
    if state == FIN_WAIT_1:
        connection.enter(FIN_ACKNOWLEDGED)
        if connection.orphan:
            connection.wait_for_fin(now_ns)
    elif state == CLOSING:
        connection.enter(FIN_ACKNOWLEDGED)
        _into_time_wait(connection)
    elif state == LAST_ACK:
        connection.enter(FIN_ACKNOWLEDGED)
        connection.dismantle()
        connection.tell_closed = True
        connection.owner.left(connection)


def _take_text(connection: Connection, segment: TcpSegment, start: i64, now_ns: i64) -> None:
    """The seventh and eighth check: the segment's text and its FIN."""
    length: i64 = len(segment.payload)
    if length == 0 and not segment.flags & FIN:
        return
    receiver = connection.receiver
    if receiver.finished:
        # nothing new can follow a FIN: this is an old segment again
        receiver.ack_now = True
        return
    was_empty = receiver.ready.length == 0
    if length > 0:
        if connection.orphan and start + length > receiver.rcv_nxt:
            # RFC 1122 section 4.2.2.13: nobody will read it
            connection.counters.aborts_on_data += 1
            connection.output.send_reset(connection.sender.snd_nxt, now_ns)
            connection.give_up(errno.ECONNRESET, True)
            return
        connection.counters.in_octets += length
        if receiver.window.automatic:
            _measure(connection, segment, length, now_ns)
        receiver.data(start, segment.payload, now_ns)
        if was_empty and receiver.ready.length > 0:
            connection.tell_readable = True
    if segment.flags & FIN and start + length < receiver.window.edge + 1:
        receiver.fin(start + length)
        receiver.ack_now = True
    if receiver.finished:
        connection.tell_readable = True
        _fin_arrived(connection, now_ns)


def _measure(connection: Connection, segment: TcpSegment, length: i64, now_ns: i64) -> None:
    receiver = connection.receiver
    if not receiver.timestamps_on:
        receiver.window.measure_by_window(receiver.rcv_nxt, now_ns)
    elif length >= receiver.mss and segment.ts_echo != 0:
        passed = difference(connection.output.ts_now(now_ns), segment.ts_echo)
        if passed >= 0:
            receiver.window.measure_by_echo((passed if passed > 0 else 1) * MS)


def _fin_arrived(connection: Connection, now_ns: i64) -> None:
    state = connection.state
    if state == FIN_WAIT_2:
        connection.enter(FIN_ARRIVES)
        connection.send_ack(now_ns)
        _into_time_wait(connection)
    elif state in (ESTABLISHED, FIN_WAIT_1, SYN_RECEIVED):
        connection.enter(FIN_ARRIVES)


def _into_time_wait(connection: Connection) -> None:
    connection.dismantle()
    connection.tell_closed = True
    connection.owner.waits(connection)
