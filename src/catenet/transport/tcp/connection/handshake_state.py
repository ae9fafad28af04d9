"""The state of the handshake, and the options of the peer's SYN."""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.kernel.kernel import NEVER

DEFAULT_MSS_IPV4: Final[i64] = 536
"""The default MSS of a peer without the option (RFC 9293 section 3.7.1)."""
DEFAULT_MSS_IPV6: Final[i64] = 1220


class HandshakeState:
    """The variables of :mod:`.handshake`."""

    def __init__(self) -> None:
        self.deadline_ns: i64 = NEVER
        self.retries: i64 = 0
        self.resent: i64 = 0
        """The number of retransmissions of our SYN."""
        self.sent_ns: i64 = 0
        self.ambiguous = False
        """Our SYN-ACK was repeated because the peer's SYN was: its ACK gives no round-trip sample."""
        self.passive = False
        self.answering = False
        """Our SYN carries an ACK: the peer's has arrived."""
        self.peer_mss: i64 = DEFAULT_MSS_IPV4
        self.peer_offers_timestamps = False
        self.peer_window_shift: i64 = -1
        self.peer_offers_sack = False
