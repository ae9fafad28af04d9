"""ICMP errors for a connection (RFC 9293 section 3.9.2.2, RFC 5927)."""

from __future__ import annotations

from mypy_extensions import i64

from catenet.transport.tcp.connection.control_block import ControlBlock
from catenet.transport.tcp.connection.state import SYN_RECEIVED, SYN_SENT
from catenet.transport.tcp.segment.sequence import unwrap


def icmp_error_arrives(connection: ControlBlock, number: int, mtu: i64, sequence: i64, now_ns: i64) -> bool:
    """An ICMP error about the segment with that sequence number; ``number`` is its errno.  False if it was ignored."""
    sender = connection.sender
    at = unwrap(sequence, connection.output.isn, sender.snd_una)
    if at < sender.snd_una or at >= sender.snd_nxt:
        # RFC 5927 section 4.1: a forger does not know the outstanding sequence numbers
        return False
    if mtu > 0:
        # RFC 1191, RFC 8201: the path MTU is smaller than assumed
        connection.refresh_mss(now_ns)
    elif connection.state == SYN_SENT or connection.state == SYN_RECEIVED:
        # as Linux does, against RFC 1122 4.2.3.9 for the soft ones: see RFC 5461
        connection.give_up(number, not connection.handshake.passive)
    else:
        # MUST-56, and RFC 5927 section 5.2 for the hard ones: continue, and report it if the connection times out
        connection.output.soft_error = number
    return True
