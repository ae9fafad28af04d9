"""Congestion control: how many octets may be in flight.

**Guarantees** to the sender: ``cwnd_bytes`` is always at least one segment, and changes only in the calls of
:class:`~catenet.transport.tcp.congestion.base.CongestionControl`.  **Requires** of it: each acknowledgment of new data
while the window was in use, and each loss event once.  :mod:`catenet.transport.tcp.recovery` decides which octets are
lost.

- Read first :mod:`.base`: the interface; :mod:`.newreno` (RFC 5681, RFC 6582);
- :mod:`.cubic` (RFC 9438), the default, with :mod:`.hystart` (HyStart++, RFC 9406);
- :mod:`.window_validation`: congestion window validation (RFC 2861): an unused window is no information about the
  path;
- :mod:`.registry`: algorithms by name; a new one is a subclass and one :func:`register` call.
"""

from __future__ import annotations

from catenet.transport.tcp.congestion.base import CongestionControl
from catenet.transport.tcp.congestion.registry import make, names, register

__all__ = ["CongestionControl", "make", "names", "register"]
