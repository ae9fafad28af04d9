"""Virtual time: the clock and the event heap that every other room uses.

**Guarantees** to all above: time is an integer count of nanoseconds that never decreases; events fire in the
deterministic order of ``(time_ns, seq)``; every consumer has a random stream of its own; a trace row costs almost
nothing while tracing is off.  **Requires** nothing from the rooms below.  There is no wall clock here.

- Read first :mod:`.event` (an event, and the heap), then :mod:`.kernel` (the clock and the run);
- :mod:`.timer`: a timer that is cheap to postpone; :mod:`.streams`: seeded random streams by consumer;
- :mod:`.trace`: the trace of events, as rows of integers; :mod:`.pdu`: protocol data units, a layer's view of its
  payload;
- :mod:`.quantity`: ``"14ms"`` and ``"1Gbit/s"`` as whole numbers; :mod:`.quoting`: user input in error messages;
  :mod:`.checksum`: the Internet checksum.
"""

from catenet.kernel.event import Event
from catenet.kernel.kernel import NEVER, Deadlock, Kernel, Waiter
from catenet.kernel.pdu import Octets, Pdu
from catenet.kernel.streams import Stream
from catenet.kernel.timer import Timer
from catenet.kernel.trace import Trace

__all__ = ["NEVER", "Deadlock", "Event", "Kernel", "Octets", "Pdu", "Stream", "Timer", "Trace", "Waiter"]
