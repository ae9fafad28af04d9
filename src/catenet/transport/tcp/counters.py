"""TCP's counters as in ``netstat -s``, one set per host (RFC 4022, and Linux's TcpExt)."""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

_MIB: Final = (
    ("ActiveOpens", "active_opens"),
    ("PassiveOpens", "passive_opens"),
    ("AttemptFails", "attempt_fails"),
    ("EstabResets", "established_resets"),
    ("CurrEstab", "current_established"),
    ("InSegs", "in_segments"),
    ("OutSegs", "out_segments"),
    ("RetransSegs", "retransmitted_segments"),
    ("InErrs", "in_errors"),
    ("OutRsts", "out_resets"),
    ("InCsumErrors", "in_checksum_errors"),
)
_EXTENDED: Final = (
    ("TW", "time_waited"),
    ("TWRecycled", "time_wait_recycled"),
    ("DelayedACKs", "delayed_acks"),
    ("ListenOverflows", "listen_overflows"),
    ("ListenDrops", "listen_drops"),
    ("TCPTimeouts", "timeouts"),
    ("TCPFastRetrans", "fast_retransmits"),
    ("TCPSlowStartRetrans", "slow_start_retransmits"),
    ("TCPSackRecovery", "sack_recoveries"),
    ("TCPRenoRecovery", "reno_recoveries"),
    ("TCPSACKReneging", "sack_reneging"),
    ("TCPSACKReorder", "sack_reorderings"),
    ("TCPLostRetransmit", "lost_retransmits"),
    ("TCPDSACKUndo", "dsack_undos"),
    ("TCPFullUndo", "full_undos"),
    ("TCPDSACKOldSent", "dsacks_sent"),
    ("TCPDSACKRecv", "dsacks_received"),
    ("TCPOFOQueue", "out_of_order_queued"),
    ("TCPWinProbe", "window_probes"),
    ("TCPKeepAlive", "keepalives"),
    ("TCPChallengeACK", "challenge_acks"),
    ("TCPSYNChallenge", "syn_challenges"),
    ("PAWSEstab", "paws_rejected"),
    ("TCPAbortOnData", "aborts_on_data"),
    ("TCPAbortOnClose", "aborts_on_close"),
    ("TCPAbortOnTimeout", "aborts_on_timeout"),
    ("TCPFromZeroWindowAdv", "from_zero_window"),
    ("TCPToZeroWindowAdv", "to_zero_window"),
    ("TCPOrigDataSent", "original_data_sent"),
)


class TcpCounters:
    """The counters of one host.  Octets and segments since the start of the run."""

    def __init__(self) -> None:
        self.active_opens: i64 = 0
        self.passive_opens: i64 = 0
        self.attempt_fails: i64 = 0
        self.established_resets: i64 = 0
        self.current_established: i64 = 0
        self.in_segments: i64 = 0
        self.out_segments: i64 = 0
        self.retransmitted_segments: i64 = 0
        self.in_errors: i64 = 0
        self.out_resets: i64 = 0
        self.in_checksum_errors: i64 = 0
        self.time_waited: i64 = 0
        self.time_wait_recycled: i64 = 0
        self.delayed_acks: i64 = 0
        self.listen_overflows: i64 = 0
        self.listen_drops: i64 = 0
        self.timeouts: i64 = 0
        self.fast_retransmits: i64 = 0
        self.slow_start_retransmits: i64 = 0
        self.sack_recoveries: i64 = 0
        self.reno_recoveries: i64 = 0
        self.sack_reneging: i64 = 0
        self.sack_reorderings: i64 = 0
        self.lost_retransmits: i64 = 0
        self.dsack_undos: i64 = 0
        self.full_undos: i64 = 0
        self.dsacks_sent: i64 = 0
        self.dsacks_received: i64 = 0
        self.out_of_order_queued: i64 = 0
        self.window_probes: i64 = 0
        self.keepalives: i64 = 0
        self.challenge_acks: i64 = 0
        self.syn_challenges: i64 = 0
        self.paws_rejected: i64 = 0
        self.aborts_on_data: i64 = 0
        self.aborts_on_close: i64 = 0
        self.aborts_on_timeout: i64 = 0
        self.from_zero_window: i64 = 0
        self.to_zero_window: i64 = 0
        self.original_data_sent: i64 = 0
        self.in_octets: i64 = 0
        self.out_octets: i64 = 0

    def mib(self) -> dict[str, int]:
        """The group ``Tcp`` of TCP-MIB, by its names."""
        return {name: int(getattr(self, attribute)) for name, attribute in _MIB}

    def extended(self) -> dict[str, int]:
        """Linux's group ``TcpExt``, by its names."""
        return {name: int(getattr(self, attribute)) for name, attribute in _EXTENDED}
