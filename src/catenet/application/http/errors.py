"""The errors of HTTP's server and client."""

from __future__ import annotations


class HttpError(Exception):
    """A request that is answered with an error status.

    A handler may raise it.  ``reason`` is a short name that is counted and logged, such as ``"header_bytes"``.
    """

    def __init__(self, status: int, reason: str, detail: str = "") -> None:
        self.status = status
        self.reason = reason
        self.detail = detail
        super().__init__(f"{status} {reason}" + (f": {detail}" if detail else ""))


class ClientError(ConnectionError):
    """A request that got no answer, or none that follows the protocol."""


class TooManyRedirects(ClientError):
    """A request was redirected more often than the client allows."""
