"""The error for what would leave the simulation."""

from __future__ import annotations


class Escape(NotImplementedError):
    """A call that a simulated host refuses: a thread, a process, a signal, a real descriptor.

    A RuntimeError, and NotImplementedError as asyncio's loops raise for what they cannot do, so that
    programs which can do without go on.
    """

    def __init__(self, call: str, why: str) -> None:
        self.call = call
        super().__init__(f"{call} cannot work on a simulated host: {why}")
