"""The rows that TCP leaves in the trace.  Their subject is the connection, named by its two ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mypy_extensions import i64

from catenet.kernel.trace import declare
from catenet.network.addresses import text as address_text

if TYPE_CHECKING:
    from catenet.transport.tcp.connection.connection import Connection

STATE: Final = declare(0x410, "tcp.state", "old", "new")
TIMEOUT: Final = declare(0x411, "tcp.timeout", "retries", "rto_ns")
WINDOW: Final = declare(0x412, "tcp.window", "cwnd_bytes", "ssthresh_bytes")


def subject(connection: Connection) -> int:
    """The number that stands for a connection in the trace."""
    if connection.subject < 0:
        version = connection.version
        local = address_text(version, connection.local_address)
        remote = address_text(version, connection.remote_address)
        name = f"tcp:{local}:{connection.local_port}-{remote}:{connection.remote_port}"
        connection.subject = connection.kernel.trace.subject(name)
    return connection.subject


def state(connection: Connection, old: i64) -> None:
    """The connection has changed its state."""
    kernel = connection.kernel
    kernel.trace.row(kernel.now_ns, STATE, subject(connection), old, connection.state)


def timeout(connection: Connection) -> None:
    """The retransmission or persist timer has expired."""
    kernel = connection.kernel
    sender = connection.sender
    kernel.trace.row(kernel.now_ns, TIMEOUT, subject(connection), sender.retries, connection.rtt.rto_ns())


def window(connection: Connection) -> None:
    """Loss recovery has changed its state, and with it the congestion window."""
    kernel = connection.kernel
    congestion = connection.sender.congestion
    kernel.trace.row(kernel.now_ns, WINDOW, subject(connection), congestion.cwnd_bytes, congestion.ssthresh_bytes)
