"""The interface of a replicated application."""

from __future__ import annotations


class Application:
    """A deterministic state machine: it applies committed commands in order, and has no clock and no other input."""

    def apply(self, index: int, command: bytes) -> object:
        """Execute the command at ``index``; the result goes to its proposer, on that replica only."""
        raise AssertionError(f"{type(self).__name__} does not apply commands")

    def snapshot(self) -> bytes:
        """The complete state, encoded."""
        raise AssertionError(f"{type(self).__name__} has no snapshots")

    def restore(self, data: bytes) -> None:
        """Replace the state by that of a snapshot."""
        raise AssertionError(f"{type(self).__name__} cannot be restored")
