"""The error for calls that would leave the simulation."""

from __future__ import annotations


class Escape(NotImplementedError):
    """A call that a simulated host rejects: a thread, a process, a signal, a real descriptor.

    It is a RuntimeError, and a NotImplementedError, which asyncio's loops raise for unsupported calls, so that
    programs with a fallback continue.
    """

    def __init__(self, call: str, why: str) -> None:
        self.call = call
        super().__init__(f"{call} cannot work on a simulated host: {why}")
