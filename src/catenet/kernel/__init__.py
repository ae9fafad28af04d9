"""Time itself: the ground on which every other room stands.

**Promises** to all above: time is an integer count of nanoseconds that only grows; events fire in the
order of ``(time_ns, seq)``, always the same; every consumer has random numbers of its own; a row of trace
costs next to nothing when nobody listens.  **Asks** of those below: nothing.  There is no wall clock here.

Read first :mod:`~catenet.kernel.event` (what an event is, and the heap), then
:mod:`~catenet.kernel.kernel` (the clock and the run), then

- :mod:`~catenet.kernel.timer`: a timer that is cheap to push back;
- :mod:`~catenet.kernel.streams`: seeded random numbers, by consumer's name;
- :mod:`~catenet.kernel.trace`: what happened, as rows of integers;
- :mod:`~catenet.kernel.pdu`: what one layer knows of the next one's data;
- :mod:`~catenet.kernel.quantity`: ``"14ms"`` and ``"1Gbit/s"`` as whole numbers;
- :mod:`~catenet.kernel.quoting`: what was typed, as an error message quotes it.
"""

from catenet.kernel.event import Event
from catenet.kernel.kernel import NEVER, Deadlock, Kernel, Waiter
from catenet.kernel.pdu import Octets, Pdu
from catenet.kernel.streams import Stream
from catenet.kernel.timer import Timer
from catenet.kernel.trace import Trace

__all__ = ["NEVER", "Deadlock", "Event", "Kernel", "Octets", "Pdu", "Stream", "Timer", "Trace", "Waiter"]
