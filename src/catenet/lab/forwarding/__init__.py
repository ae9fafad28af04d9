"""Compares the forwarding tables of all routers and finds loops and blackholes.

A routing protocol may be correct at every router and still be inconsistent between two messages.  At every change of a
table this room finds where packets would circle (a loop) or be lost although a path exists (a blackhole), and for how
long.

**Guarantees** to the lab: ``Internet(check_forwarding=True)`` returns the episodes as data.  The check sends and
changes nothing: the run is the same without it.  **Requires** of the rooms below: that each
:class:`~catenet.network.forwarding.fib.Fib` and each link reports its changes.

- Read first :mod:`.graph`: finds loops and blackholes in a graph of numbered routers;
- :mod:`.prefixes`: one address for each set that every router treats alike; :mod:`.next_hops`: the next hops of one
  router for an address;
- :mod:`.episodes`: faults with a beginning and an end; :mod:`.check`: the whole check, incremental.
"""
