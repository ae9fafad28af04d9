"""The deadlines of a connection.

Each part of a connection has its own deadline; one kernel timer is set to the earliest.  A future part (pacing, a loss
probe) adds one line to both functions here.
"""

from __future__ import annotations

import errno

from mypy_extensions import i64

from catenet.kernel.kernel import NEVER
from catenet.transport.tcp.connection import handshake, tracing
from catenet.transport.tcp.connection.control_block import ControlBlock
from catenet.transport.tcp.connection.state import CLOSED


def earliest_ns(connection: ControlBlock) -> i64:
    """The next time to call :func:`expire`; NEVER for none."""
    deadline_ns = _sender_deadline_ns(connection)
    if connection.receiver.ack_deadline_ns < deadline_ns:
        deadline_ns = connection.receiver.ack_deadline_ns
    if connection.handshake.deadline_ns < deadline_ns:
        deadline_ns = connection.handshake.deadline_ns
    if connection.keepalive.deadline_ns < deadline_ns:
        deadline_ns = connection.keepalive.deadline_ns
    return min(connection.orphan_deadline_ns, deadline_ns)


def expire(connection: ControlBlock, now_ns: i64) -> None:
    """Handle the expired deadlines."""
    if connection.receiver.ack_deadline_ns <= now_ns:
        # RFC 9293 section 3.8.6.3: no data segment has carried the acknowledgment
        connection.counters.delayed_acks += 1
        connection.send_ack(now_ns)
    if connection.handshake.deadline_ns <= now_ns:
        handshake.expire(connection, now_ns)
    if connection.orphan_deadline_ns <= now_ns:
        # FIN-WAIT-2 has no timer in RFC 9293; without one a closed connection could stay for ever (Linux:
        # tcp_fin_timeout)
        connection.counters.aborts_on_timeout += 1
        connection.give_up(errno.ETIMEDOUT, True)
    if connection.state != CLOSED and _sender_deadline_ns(connection) <= now_ns:
        _sender_is_due(connection, now_ns)
    if connection.state != CLOSED and connection.keepalive.deadline_ns <= now_ns:
        _keepalive_is_due(connection, now_ns)


def _sender_deadline_ns(connection: ControlBlock) -> i64:
    """The sender's own deadline, or that of the user timeout if it is earlier."""
    sender = connection.sender
    deadline_ns = sender.deadline_ns()
    since_ns = _waiting_since_ns(connection)
    return deadline_ns if since_ns == NEVER else min(deadline_ns, since_ns + connection.user_timeout_ns)


def _waiting_since_ns(connection: ControlBlock) -> i64:
    """The start of the user timeout, by silence or by a closed window; NEVER if it does not run (RFC 5482)."""
    sender = connection.sender
    if connection.user_timeout_ns == 0:
        return NEVER
    if sender.outstanding():
        return sender.rto.unanswered_since_ns if sender.rto.retries > 0 else NEVER
    return sender.persist.since_ns if sender.persist.deadline_ns != NEVER else NEVER


def _sender_is_due(connection: ControlBlock, now_ns: i64) -> None:
    assert connection.handshake.deadline_ns == NEVER, "until the handshake is done, the SYN's timer runs alone"
    if _is_hopeless(connection, now_ns):
        connection.counters.aborts_on_timeout += 1
        number = connection.output.soft_error
        connection.give_up(number or errno.ETIMEDOUT, True)
        return
    connection.sender.expire(now_ns)
    if connection.kernel.trace.listening:
        tracing.timeout(
            connection.kernel, connection.trace_subject(), connection.sender.rto.retries, connection.rtt.rto_ns()
        )


def _is_hopeless(connection: ControlBlock, now_ns: i64) -> bool:
    """Whether retransmissions or probes have been unanswered for too long (RFC 9293 section 3.8.3, RFC 5482)."""
    sender = connection.sender
    most = connection.settings.orphan_retries if connection.orphan else connection.settings.retries
    if sender.rto.retries >= most or sender.persist.unanswered >= most:
        # R2 (MUST-20), counted in retransmissions as Linux does
        return True
    if connection.orphan and sender.persist.deadline_ns != NEVER and sender.persist.is_slowest(sender.rtt):
        # the user has closed it, and the peer does not read: Linux drops it, too
        return True
    since_ns = _waiting_since_ns(connection)
    return since_ns != NEVER and now_ns - since_ns >= connection.user_timeout_ns


def _keepalive_is_due(connection: ControlBlock, now_ns: i64) -> None:
    sender = connection.sender
    if sender.outstanding() or sender.unsent.length > 0:
        # MUST-26: only if nothing is outstanding, since retransmissions probe otherwise
        connection.keepalive.postpone(now_ns)
    elif connection.keepalive.expired(now_ns):
        # an already acknowledged number, which a live peer must answer (RFC 9293 section 3.8.4)
        connection.counters.keepalives += 1
        connection.output.send(sender.snd_una - 1, 0, b"", now_ns)
    else:
        # never by a single probe (MUST-29): so many in a row
        connection.output.send_reset(sender.snd_nxt, now_ns)
        connection.counters.aborts_on_timeout += 1
        connection.give_up(errno.ETIMEDOUT, True)
