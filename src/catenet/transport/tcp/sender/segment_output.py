"""Segment output: the only place that fills in a header and passes a segment to the layer below."""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64, mypyc_attr

from catenet.transport.tcp.counters import TcpCounters
from catenet.transport.tcp.receiver.receiver import Receiver
from catenet.transport.tcp.segment.options import SynOptions
from catenet.transport.tcp.segment.segment import ACK, RST, SYN, TcpSegment
from catenet.transport.tcp.segment.sequence import MASK
from catenet.transport.tcp.settings import MS


@mypyc_attr(allow_interpreted_subclasses=True)
class Carrier:
    """The layer below a connection, which sends segments to the peer."""

    def carry(self, segment: TcpSegment) -> int:
        """Send a segment.  Returns 0, or an errno if it could not leave this host."""
        raise AssertionError(f"{type(self).__name__} carries nothing")

    def path_mtu(self) -> i64:
        """The known path MTU in octets."""
        return 1500

    def confirm(self) -> None:
        """The peer is reachable, since it acknowledged new data (RFC 4861 section 7.3.1)."""


class SegmentOutput:
    """Builds the segments of one connection."""

    def __init__(
        self, carrier: Carrier, receiver: Receiver, counters: TcpCounters, local_port: i64, remote_port: i64
    ) -> None:
        self.carrier: Final = carrier
        self.receiver: Final = receiver
        self.counters: Final = counters
        self.local_port: i64 = local_port
        self.remote_port: i64 = remote_port
        self.isn: i64 = 0
        self.ts_offset: i64 = 0
        """The timestamp offset of the connection (RFC 7323 section 5.4)."""
        self.mss: i64 = 536
        """Octets of payload that fit beside the timestamps option."""
        self.segments: i64 = 0
        self.soft_error: int = 0

    def ts_now(self, now_ns: i64) -> i64:
        """The timestamp clock: it ticks once a millisecond (RFC 7323 section 5.4)."""
        return (now_ns // MS + self.ts_offset) & MASK

    def send(self, number: i64, flags: i64, payload: bytes, now_ns: i64) -> int:
        """Send a segment of a synchronized connection, with the receiver's ACK, window and options."""
        receiver = self.receiver
        assert receiver.rcv_nxt > 0, "before the peer's SYN there is nothing to acknowledge"
        blocks: list[int] | None = None
        if receiver.sack_on and receiver.sack.pending():
            blocks = self._blocks(len(payload))
        field = receiver.window.field(receiver.rcv_nxt, receiver.ready.length, receiver.mss)
        ts_value: i64 = 0
        ts_echo: i64 = 0
        timestamps = receiver.timestamps_on
        if timestamps:
            ts_value = (now_ns // MS + self.ts_offset) & MASK
            ts_echo = receiver.ts_recent
        segment = TcpSegment(
            self.local_port,
            self.remote_port,
            (self.isn + number) & MASK,
            (receiver.irs + receiver.rcv_nxt) & MASK,
            flags | ACK,
            field,
            payload,
            timestamps,
            ts_value,
            ts_echo,
            blocks,
        )
        receiver.ack_sent()
        return self._carry(segment)

    def send_syn(self, options: SynOptions, timestamps: bool, now_ns: i64, acknowledge: bool) -> int:
        """Send our SYN, or SYN-ACK."""
        receiver = self.receiver
        field = receiver.window.field_for_syn(receiver.rcv_nxt)
        flags = SYN
        ack: i64 = 0
        if acknowledge:
            assert receiver.rcv_nxt == 1, "a SYN-ACK acknowledges the peer's SYN, and nothing after it"
            flags = SYN | ACK
            ack = (receiver.irs + receiver.rcv_nxt) & MASK
            receiver.ack_sent()
        segment = TcpSegment(
            self.local_port,
            self.remote_port,
            self.isn,
            ack,
            flags,
            field,
            b"",
            timestamps,
            self.ts_now(now_ns) if timestamps else 0,
            receiver.ts_recent if timestamps else 0,
            None,
            options,
        )
        return self._carry(segment)

    def send_reset(self, number: i64, now_ns: i64) -> None:
        """Send a RST of a synchronized connection."""
        receiver = self.receiver
        self.counters.out_resets += 1
        timestamps = receiver.timestamps_on
        segment = TcpSegment(
            self.local_port,
            self.remote_port,
            (self.isn + number) & MASK,
            (receiver.irs + receiver.rcv_nxt) & MASK,
            RST | ACK,
            0,
            b"",
            timestamps,
            self.ts_now(now_ns) if timestamps else 0,
            receiver.ts_recent if timestamps else 0,
        )
        self._carry(segment)

    def _carry(self, segment: TcpSegment) -> int:
        self.segments += 1
        self.counters.out_segments += 1
        error = self.carrier.carry(segment)
        if error:
            self.soft_error = error
        return error

    def _blocks(self, payload_length: i64) -> list[int] | None:
        receiver = self.receiver
        most: i64 = 3 if receiver.timestamps_on else 4
        if payload_length > 0:
            room = (self.mss - payload_length - 4) >> 3
            if room < most:
                most = room
        if most <= 0:
            return None
        blocks = receiver.sack.blocks(receiver.irs, most)
        return blocks if len(blocks) > 0 else None
