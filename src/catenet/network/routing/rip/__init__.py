"""RIP version 2 (RFC 2453): each router tells its neighbours how far it is to everywhere, and they add one.

**Promises**: a machine, :class:`~catenet.network.routing.rip.process.Rip`, that is told what happens (a
datagram came, an interface went down, a deadline has come) together with the time, and says what to do through
one class, :class:`~catenet.network.routing.rip.output.RipOutput` (``output``): send these octets there, use this route,
use it no more.  It opens no socket, reads no clock and owns no random numbers; the same code can speak for a
simulated router and for a real one.

**Asks** of those below: a stream of random numbers for the jitter that the RFC wants, nothing else.  The program
that joins it to UDP port 520 and to the forwarding table is :mod:`catenet.host.routing.rip`.

Read :mod:`~catenet.network.routing.rip.message` first (the wire), then ``route`` (one line of the table), ``table``
(what an advertisement changes, section 3.9.2), ``advertising`` (what is told to whom: split horizon, requests)
and ``machine`` (timers, and the order of things).  ``authentication`` is RFC 2082 and RFC 4822, ``judging`` throws
out what cannot be right, ``settings`` holds what an administrator chooses, ``tracing`` what is left in the trace.
"""
