"""An event loop with an internet of its own, for any suite or program with a loop factory.

    asyncio.Runner(loop_factory=catenet.new_event_loop)

The internet is one host with its loopback.  Time is virtual, and while the loop runs, its host replaces the machine:
times and random numbers are the same in every run.
"""

from __future__ import annotations

from catenet.host.host import Host
from catenet.host.ordered_tasks import OrderedTaskLoop
from catenet.host.sandbox.environment import installed
from catenet.kernel import Kernel
from catenet.session.loop.loop import Loop


class StandaloneLoop(OrderedTaskLoop):
    """A loop that runs its own internet."""

    def run_forever(self) -> None:
        """Run the kernel until :meth:`stop`, with the host's environment installed."""
        with installed():
            super().run_forever()


def new_event_loop() -> Loop:
    """A new loop on a host of a new internet, at virtual time 0.  Its seed is always 0."""
    return Host(Kernel(), "localhost", loop_class=StandaloneLoop).loop
