"""Times and limits of clients and servers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ClientOptions:
    """Of a client; times are in seconds.

    A connection attempt may take ``connect_timeout_s``.  A client that has received nothing for ``keep_alive_s`` sends
    a ping, and gives the connection up if nothing arrives for another ``keep_alive_s``.  The delay before an attempt to
    connect is random, up to ``backoff_min_s``, doubled with each failure, up to ``backoff_max_s``.  At most
    ``window`` calls, and no more than the server's window, are not acknowledged; others wait.
    """

    connect_timeout_s: float = 5.0
    keep_alive_s: float = 5.0
    backoff_min_s: float = 0.1
    backoff_max_s: float = 10.0
    window: int = 256
    message_bytes_max: int = 16 << 20


@dataclass(frozen=True)
class ServerOptions:
    """Of a server; times are in seconds.

    A session without a connection is kept for ``linger_s``.  A connection on which nothing has arrived for
    ``idle_timeout_s`` is closed.  A server keeps at most ``sessions_max`` sessions, and of each the responses of at
    most ``window`` calls that the client has not acknowledged, with ``response_bytes_max`` octets in all: of more,
    the oldest are forgotten, though not that these calls were executed.
    """

    linger_s: float = 600.0
    idle_timeout_s: float = 30.0
    sessions_max: int = 10_000
    window: int = 1024
    response_bytes_max: int = 16 << 20
    message_bytes_max: int = 16 << 20
