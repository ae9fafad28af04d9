"""A routing protocol as its daemon drives it: it is told the time, and says when it wants to be told again."""

from __future__ import annotations

from mypy_extensions import i64


class RoutingProcess:
    """A protocol that reads no clock."""

    def start(self, now_ns: i64) -> None:
        """Begin; the interfaces that are up have been told of."""
        raise AssertionError(f"{type(self).__name__} cannot start")

    def expired(self, now_ns: i64) -> None:
        """The deadline has come."""
        raise AssertionError(f"{type(self).__name__} waits for nothing")

    def deadline_ns(self) -> i64:
        """When :meth:`expired` is to be called; it may change with every event."""
        raise AssertionError(f"{type(self).__name__} waits for nothing")
