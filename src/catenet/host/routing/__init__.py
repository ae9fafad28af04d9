"""The routing daemons of a router: they join the pure protocols to packets, links and the forwarding table.

**Guarantees** to the lab: a daemon for each router, with routes at its administrative distance.  **Requires** of those
below: the protocols of :mod:`catenet.network.routing.rip` and :mod:`catenet.network.routing.ospf`, the stack of the
host, and timers.  A daemon needs no event loop: a packet, a link change or a timer wakes it.

- Read first :mod:`.daemon`: what all daemons do alike;
- :mod:`.rip`: RIP on UDP port 520; :mod:`.ospf`: OSPF on IP protocol 89;
- :mod:`.redistribution`: passes routes of one protocol on to another.

Which of several protocols' routes wins is decided in :mod:`catenet.network.forwarding.route_selection`.
"""
