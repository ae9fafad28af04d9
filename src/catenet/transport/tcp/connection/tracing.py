"""TCP's rows in the trace.  Their subject is the connection, named by its two ends."""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.kernel.kernel import Kernel
from catenet.kernel.trace import declare
from catenet.network.addresses import text as address_text

STATE: Final = declare(0x410, "tcp.state", "old", "new")
TIMEOUT: Final = declare(0x411, "tcp.timeout", "retries", "rto_ns")
WINDOW: Final = declare(0x412, "tcp.window", "cwnd_bytes", "ssthresh_bytes")


def subject(
    kernel: Kernel, version: i64, local_address: int, local_port: i64, remote_address: int, remote_port: i64
) -> int:
    """The number of the connection between two ends in the trace."""
    local = address_text(version, local_address)
    remote = address_text(version, remote_address)
    return kernel.trace.subject(f"tcp:{local}:{local_port}-{remote}:{remote_port}")


def state(kernel: Kernel, connection: i64, old: i64, new: i64) -> None:
    """A connection has changed its state."""
    kernel.trace.row(kernel.now_ns, STATE, connection, old, new)


def timeout(kernel: Kernel, connection: i64, retries: i64, rto_ns: i64) -> None:
    """The retransmission or persist timer has expired."""
    kernel.trace.row(kernel.now_ns, TIMEOUT, connection, retries, rto_ns)


def window(kernel: Kernel, connection: i64, cwnd_bytes: i64, ssthresh_bytes: i64) -> None:
    """Loss recovery has changed its state, and with it the congestion window."""
    kernel.trace.row(kernel.now_ns, WINDOW, connection, cwnd_bytes, ssthresh_bytes)
