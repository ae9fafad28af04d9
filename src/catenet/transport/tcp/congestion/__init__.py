"""Congestion control: how many octets may be in flight.

**Promises** to the sender: ``cwnd_bytes`` is always at least one segment, and moves only in the calls of
:class:`~.base.CongestionControl`.  **Asks** of it: each acknowledgment of new data while the window was
in use, and each loss event once.  Which octets are lost is not decided here but in
:mod:`catenet.transport.tcp.recovery.recovery`.

Read :mod:`.base` first, then :mod:`.newreno` (RFC 5681), :mod:`.hystart` (RFC 9406), :mod:`.cubic`
(RFC 9438).  A new algorithm is a subclass and one :func:`register` call (:mod:`.registry`).  A window that is not
used does not grow, and decays (:mod:`.validation`, RFC 7661).
"""

from __future__ import annotations

from catenet.transport.tcp.congestion.base import CongestionControl
from catenet.transport.tcp.congestion.registry import make, names, register

__all__ = ["CongestionControl", "make", "names", "register"]
