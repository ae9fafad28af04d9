"""Settings of a whole host (Linux's ``net.ipv4.tcp_*``), and options of one socket."""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

MS: Final[i64] = 1_000_000
SECOND: Final[i64] = 1_000_000_000

AUTOMATIC: Final[i64] = 0
"""A buffer size that means auto-tuning, as in Linux."""


class TcpSettings:
    """One host's defaults, with the values of Linux.  Times in nanoseconds, sizes in octets."""

    def __init__(self) -> None:
        self.timestamps = True
        self.sack = True
        self.window_scaling = True
        self.congestion = "cubic"
        self.initial_window_segments: i64 = 10
        """RFC 6928."""
        self.min_rto_ns: i64 = 200 * MS
        """Linux's 200 ms; RFC 6298 (2.4) recommends 1 s."""
        self.max_rto_ns: i64 = 120 * SECOND
        self.initial_rto_ns: i64 = SECOND
        self.delayed_ack_ns: i64 = 40 * MS
        """The delayed-acknowledgment timeout; RFC 1122 (4.2.3.2) allows up to 500 ms."""
        self.syn_retries: i64 = 6
        self.syn_ack_retries: i64 = 5
        self.retries: i64 = 15
        """Retransmissions of one segment before the connection times out (``tcp_retries2``)."""
        self.orphan_retries: i64 = 8
        """The same for a connection closed by its user."""
        self.fin_wait_2_ns: i64 = 60 * SECOND
        """The time for which a connection closed by its user waits for the peer's FIN."""
        self.time_wait_ns: i64 = 60 * SECOND
        self.slow_start_after_idle = True
        self.receive_buffer_octets: i64 = 65_536
        self.receive_buffer_max_octets: i64 = 6 << 20
        self.send_buffer_octets: i64 = 87_040
        self.send_buffer_max_octets: i64 = 4 << 20
        self.reordering: i64 = 3
        self.reordering_max: i64 = 300
        self.challenge_acks_per_s: i64 = 1000
        """RFC 5961 section 7."""
        self.out_of_window_ack_ns: i64 = 500 * MS
        """The minimum interval between acknowledgments of segments outside the window."""
        self.ephemeral_first: i64 = 32_768
        self.ephemeral_last: i64 = 60_999


class TcpOptions:
    """The options of one socket; accepted connections inherit the listener's."""

    def __init__(
        self,
        congestion: str = "",
        no_delay: bool = False,
        keepalive: bool = False,
        keepalive_idle_ns: i64 = 7200 * SECOND,
        keepalive_interval_ns: i64 = 75 * SECOND,
        keepalive_count: i64 = 9,
        user_timeout_ns: i64 = 0,
        linger_s: int = -1,
        send_buffer_octets: i64 = AUTOMATIC,
        receive_buffer_octets: i64 = AUTOMATIC,
        mss: i64 = 0,
        traffic_class: i64 = 0,
        hop_limit: i64 = 0,
    ) -> None:
        self.congestion = congestion
        """Name of the congestion control; empty for the host's default."""
        self.no_delay = no_delay
        self.keepalive = keepalive
        self.keepalive_idle_ns = keepalive_idle_ns
        self.keepalive_interval_ns = keepalive_interval_ns
        self.keepalive_count = keepalive_count
        self.user_timeout_ns = user_timeout_ns
        """RFC 5482; 0 for none."""
        self.linger_s = linger_s
        """SO_LINGER: -1 off, 0 resets on close."""
        self.send_buffer_octets = send_buffer_octets
        self.receive_buffer_octets = receive_buffer_octets
        self.mss = mss
        """TCP_MAXSEG: an upper bound of the segment size in both directions; 0 for none."""
        self.traffic_class = traffic_class
        """IP_TOS, IPV6_TCLASS."""
        self.hop_limit = hop_limit
        """IP_TTL, IPV6_UNICAST_HOPS; 0 for the host's default."""

    def copy(self) -> TcpOptions:
        """A copy."""
        return TcpOptions(
            self.congestion,
            self.no_delay,
            self.keepalive,
            self.keepalive_idle_ns,
            self.keepalive_interval_ns,
            self.keepalive_count,
            self.user_timeout_ns,
            self.linger_s,
            self.send_buffer_octets,
            self.receive_buffer_octets,
            self.mss,
            self.traffic_class,
            self.hop_limit,
        )
