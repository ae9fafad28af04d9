"""The figures of a connection (Linux: ``getsockopt(TCP_INFO)``)."""

from __future__ import annotations

from typing import NamedTuple


class TcpInfo(NamedTuple):
    """The state of one connection at one instant.  Times in nanoseconds, sizes in octets unless named segments."""

    state: int
    """See :data:`.state.STATE_NAMES`."""
    congestion: str
    """Name of the congestion control."""
    recovery_state: str
    """open, disorder, recovery or loss (Linux's ``tcpi_ca_state``)."""
    rto_ns: int
    srtt_ns: int
    rttvar_ns: int
    min_rtt_ns: int
    """The minimum round-trip time; 0 if none was measured."""
    receiver_rtt_ns: int
    """The receiver's estimate of the round-trip time; 0 if there is none."""
    cwnd_segments: int
    cwnd_bytes: int
    ssthresh_bytes: int
    send_window_bytes: int
    receive_window_bytes: int
    mss: int
    """Payload octets of a full sent segment."""
    receive_mss: int
    """Estimated payload octets of a full received segment."""
    advertised_mss: int
    path_mtu: int
    timestamps: bool
    sack: bool
    send_window_shift: int
    receive_window_shift: int
    backoff: int
    """The number of doublings of the retransmission timeout."""
    retransmits: int
    """Consecutive timeouts without an acknowledgment."""
    total_retransmits: int
    """Segments retransmitted in total."""
    unacked_segments: int
    sacked_segments: int
    lost_segments: int
    retransmitted_segments: int
    """Outstanding retransmitted segments that are not known to be lost again."""
    reordering_segments: int
    bytes_sent: int
    bytes_retransmitted: int
    bytes_acked: int
    bytes_received: int
    segments_out: int
    segments_in: int
    data_segments_out: int
    data_segments_in: int
    delivered_segments: int
    dsack_duplicates: int
    reordering_seen: int
    out_of_order_segments: int
    delivery_rate_bytes_s: int
    """The latest sample of the delivery rate; 0 if there is none."""
    not_sent_bytes: int
    send_buffer_octets: int
    receive_buffer_octets: int
    last_data_sent_ns: int
    last_data_received_ns: int
    last_ack_received_ns: int
