"""Events from outside the user: segments, ICMP errors, timeouts (RFC 9293 section 3.10).

Every event ends in :meth:`ConnectionEvents.finish`: tell the user, send what may be sent, set the timer.
"""

from __future__ import annotations

import errno

from mypy_extensions import i64

from catenet.kernel.kernel import NEVER
from catenet.transport.tcp.connection import deadlines, handshake
from catenet.transport.tcp.connection.control_block import ControlBlock
from catenet.transport.tcp.connection.icmp_error import icmp_error_arrives
from catenet.transport.tcp.connection.state import (
    ACTIVE_OPEN,
    CLOSE_WAIT,
    CLOSED,
    ESTABLISHED,
    PASSIVE_OPEN,
    SYN_RECEIVED,
    SYN_SENT,
    TIME_WAIT,
)
from catenet.transport.tcp.receiver.segment_input import segment_arrives
from catenet.transport.tcp.segment.segment import TcpSegment


class ConnectionEvents(ControlBlock):
    """A control block with event processing, called by the layer and its timer."""

    def open_actively(self, isn: i64, ts_offset: i64) -> None:
        """Send a SYN (RFC 9293 section 3.10.1)."""
        self.output.isn = isn
        self.output.ts_offset = ts_offset
        self.counters.active_opens += 1
        self.enter(ACTIVE_OPEN)
        handshake.start(self, self.kernel.now_ns)
        self.set_timer()

    def open_passively(self, isn: i64, ts_offset: i64, syn: TcpSegment) -> None:
        """Answer a SYN (RFC 9293 section 3.10.7.2)."""
        self.output.isn = isn
        self.output.ts_offset = ts_offset
        self.counters.passive_opens += 1
        self.enter(PASSIVE_OPEN)
        handshake.syn_arrived(self, syn, self.kernel.now_ns)
        self.set_timer()

    def segment_arrives(self, segment: TcpSegment, now_ns: i64) -> None:
        """Process a segment of this connection (RFC 9293 section 3.10.7)."""
        segment_arrives(self, segment, now_ns)
        self.finish(now_ns)

    def icmp_error(self, number: int, mtu: i64, sequence: i64) -> None:
        """Process an ICMP error about the segment with that sequence number (RFC 5927 section 4)."""
        now_ns = self.kernel.now_ns
        if icmp_error_arrives(self, number, mtu, sequence, now_ns):
            self.finish(now_ns)

    def timer_expired(self, now_ns: i64) -> None:
        """Handle the expired deadlines (RFC 9293 section 3.10.8)."""
        if self.state != CLOSED:
            deadlines.expire(self, now_ns)
            self.finish(now_ns)

    def notify(self) -> None:
        """Send pending notifications to user and owner."""

    def finish(self, now_ns: i64) -> None:
        """End every event: notify the user, send permitted segments, set the timer."""
        if self.notify_readable or self.sender.unsent.became_writable or self.notify_established or self.notify_closed:
            self.notify()
        if self.state == CLOSED or self.state == TIME_WAIT:
            return
        self.send_what_may_go(now_ns)

    def send_what_may_go(self, now_ns: i64) -> None:
        """Send data as the windows allow, else a due acknowledgment; then set the timer."""
        # section 3.10.2: in SYN-SENT and SYN-RECEIVED, data wait until the connection is established
        is_open = self.state != SYN_SENT and self.state != SYN_RECEIVED
        if is_open:
            self.sender.push(now_ns)
        if self.receiver.ack_now:
            self.send_ack(now_ns)
        if self.output.soft_error == errno.EMSGSIZE:
            self.output.soft_error = 0
            self.refresh_mss(now_ns)
            if is_open:
                self.sender.push(now_ns)
        self.set_timer()

    def may_send_data(self) -> bool:
        """True in the states in which our data may be sent."""
        return self.state == ESTABLISHED or self.state == CLOSE_WAIT

    def set_timer(self) -> None:
        """Arm the timer for the next deadline."""
        deadline_ns = deadlines.earliest_ns(self)
        if deadline_ns == NEVER:
            self.timer.stop()
        else:
            self.timer.arm(deadline_ns)
