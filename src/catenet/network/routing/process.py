"""The base of routing protocols: each call gets the time, and the protocol returns its next deadline."""

from __future__ import annotations

from mypy_extensions import i64


class RoutingProcess:
    """A protocol that reads no clock."""

    def start(self, now_ns: i64) -> None:
        """Start; interfaces that are up were reported before."""
        raise AssertionError(f"{type(self).__name__} cannot start")

    def expired(self, now_ns: i64) -> None:
        """The deadline has expired."""
        raise AssertionError(f"{type(self).__name__} waits for nothing")

    def deadline_ns(self) -> i64:
        """The next time to call :meth:`expired`; it may change with every event."""
        raise AssertionError(f"{type(self).__name__} waits for nothing")
