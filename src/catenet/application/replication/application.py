"""What is replicated: something that does what it is told, the same on every replica."""

from __future__ import annotations


class Application:
    """Told the committed commands one after the other.  Deterministic: no clock, no dice, no input but these."""

    def apply(self, index: int, command: bytes) -> object:
        """Carry out the command at ``index``; what is returned goes to whoever proposed it, on that replica only."""
        raise AssertionError(f"{type(self).__name__} cannot be told anything")

    def snapshot(self) -> bytes:
        """All of its state."""
        raise AssertionError(f"{type(self).__name__} cannot be written down")

    def restore(self, data: bytes) -> None:
        """Become what a snapshot was made of."""
        raise AssertionError(f"{type(self).__name__} cannot be restored")
