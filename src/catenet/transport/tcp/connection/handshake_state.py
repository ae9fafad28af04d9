"""How far the opening of a connection has come, and what the peer's SYN offered."""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.kernel.kernel import NEVER

DEFAULT_MSS_IPV4: Final[i64] = 536
"""What a peer takes that says nothing (RFC 9293 section 3.7.1)."""
DEFAULT_MSS_IPV6: Final[i64] = 1220


class HandshakeState:
    """The variables of :mod:`.handshake`."""

    def __init__(self) -> None:
        self.deadline_ns: i64 = NEVER
        self.retries: i64 = 0
        self.resent: i64 = 0
        """How often our SYN was sent again."""
        self.sent_ns: i64 = 0
        self.ambiguous = False
        """Our SYN-ACK went out again because the peer's SYN did: an answer is no measure of the round trip."""
        self.passive = False
        self.answering = False
        """Our SYN carries an ACK: the peer's has arrived."""
        self.peer_mss: i64 = DEFAULT_MSS_IPV4
        self.peer_offers_timestamps = False
        self.peer_window_shift: i64 = -1
        self.peer_offers_sack = False
