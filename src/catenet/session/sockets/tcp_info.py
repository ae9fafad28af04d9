"""``struct tcp_info`` of Linux's ``getsockopt(TCP_INFO)`` (linux/tcp.h)."""

from __future__ import annotations

import struct

from catenet.transport.tcp.connection.info import TcpInfo
from catenet.transport.tcp.connection.state import CLOSED

FORMAT = "<8B24I4Q6I4Q2I2Q4I"
RECOVERY_STATES = {"open": 0, "disorder": 1, "cwr": 2, "recovery": 3, "loss": 4}
TIMESTAMPS_FLAG, SACK_FLAG, WINDOW_SCALE_FLAG = 1, 2, 4
US, MS = 1_000, 1_000_000
INFINITE_SSTHRESH = 0x7FFFFFFF


def pack_info(info: TcpInfo | None, now_ns: int) -> bytes:
    """The structure in bytes; without a connection all fields except the state are zero."""
    if info is None:
        return bytes([CLOSED]).ljust(struct.calcsize(FORMAT), b"\0")
    flags = TIMESTAMPS_FLAG * info.timestamps | SACK_FLAG * info.sack
    if info.send_window_shift or info.receive_window_shift:
        flags |= WINDOW_SCALE_FLAG
    mss = info.mss or 1
    head = (
        info.state,
        RECOVERY_STATES.get(info.recovery_state, 0),
        min(info.retransmits, 255),
        0,
        min(info.backoff, 255),
        flags,
        (info.send_window_shift & 15) | (info.receive_window_shift & 15) << 4,
        0,
    )
    words = (
        info.rto_ns // US,
        0,
        info.mss,
        info.receive_mss,
        info.unacked_segments,
        info.sacked_segments,
        info.lost_segments,
        info.retransmitted_segments,
        0,
        (now_ns - info.last_data_sent_ns) // MS,
        0,
        (now_ns - info.last_data_received_ns) // MS,
        (now_ns - info.last_ack_received_ns) // MS,
        info.path_mtu,
        info.receive_window_bytes,
        info.srtt_ns // US,
        info.rttvar_ns // US,
        min(info.ssthresh_bytes // mss, INFINITE_SSTHRESH),
        info.cwnd_segments,
        info.advertised_mss,
        info.reordering_segments,
        info.receiver_rtt_ns // US,
        info.receive_buffer_octets,
        info.total_retransmits,
    )
    totals = (0, 0, info.bytes_acked, info.bytes_received)
    counts = (
        info.segments_out,
        info.segments_in,
        info.not_sent_bytes,
        info.min_rtt_ns // US,
        info.data_segments_in,
        info.data_segments_out,
    )
    rates = (info.delivery_rate_bytes_s, 0, 0, 0)
    tail = (info.delivered_segments, 0, info.bytes_sent, info.bytes_retransmitted)
    last = (info.dsack_duplicates, info.reordering_seen, info.out_of_order_segments, info.send_window_bytes)
    fields = [min(field, 0xFFFFFFFF) for field in (*words, *counts, *tail[:2], *last)]
    return struct.pack(
        FORMAT, *head, *fields[:24], *totals, *fields[24:30], *rates, *fields[30:32], *tail[2:], *fields[32:]
    )
