"""What a server accepts from a client, by name."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """A request over a limit is refused with the status at its right, and counted under the limit's name.

    HTTP/2 has the last six by connection: so many frames within ``flood_interval_s``, and one more ends the connection
    with ENHANCE_YOUR_CALM (RFC 9113 section 10.5).
    """

    target_bytes: int = 8192  # 414
    header_bytes: int = 65536  # 431: the request line and all fields
    header_count: int = 100  # 431
    body_bytes: int = 16 << 20  # 413
    connections: int = 1024  # 503
    idle_timeout_s: float = 60.0  # between requests; the connection is closed without an answer
    head_timeout_s: float = 10.0  # 408: from the first octet of a request to its last field
    read_timeout_s: float = 20.0  # 408: between two pieces of a body
    body_timeout_s: float = 300.0  # 408: for a whole body
    write_timeout_s: float = 60.0  # the client takes nothing of a response; the connection is aborted
    streams: int = 100  # requests at one time on a connection of HTTP/2
    resets: int = 200
    pings: int = 100
    settings: int = 50
    empty_frames: int = 100  # of DATA
    continuations: int = 16  # one after another
    flood_interval_s: float = 10.0
