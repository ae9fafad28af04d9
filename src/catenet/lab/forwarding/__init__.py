"""Compares the forwarding tables of all routers and finds loops and blackholes.

A routing protocol may be right at every router and still wrong between two messages.  At every change of a table this
room looks where packets would circle (a loop) or end although there is a path (a blackhole), from when until when.

**Promises** to the lab: ``Internet(check_forwarding=True)`` gives the episodes as data.  The check sends and changes
nothing: the run is the same without it.  **Asks** of those below: that each
:class:`~catenet.network.forwarding.fib.Fib` and each link reports its changes.

- Read first :mod:`.graph`: what a loop and a blackhole are, on plain numbers;
- :mod:`.prefixes`: one address for all that every router treats alike; :mod:`.next_hops`: where one router sends an
  address;
- :mod:`.episodes`: faults with a beginning and an end; :mod:`.check`: joins all, and looks only at what has changed.
"""
