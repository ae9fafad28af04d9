"""Do the forwarding tables of all routers, taken together, lead packets to where they are going?

A routing protocol may be right at every router and wrong between two messages: for a moment one still sends where
another has already turned away.  This room looks at all the tables at once, at every change of one of them, and says
where packets would circle (a **loop**) or end although there is a way (a **blackhole**), from when until when.

**Promises**: :class:`~catenet.lab.forwarding.check.ForwardingCheck`, switched on by
``Internet(check_forwarding=True)``, with its episodes as data.  It sends nothing and changes nothing; the same run
without it is the same run.  **Asks** of those below: that a :class:`~catenet.network.forwarding.fib.Fib` tells of its changes,
and that links tell of theirs.  Nothing of it is on the path of a packet.

Read first :mod:`~catenet.lab.forwarding.graph` (what a loop and a blackhole are, on plain numbers).  Then

- :mod:`~catenet.lab.forwarding.prefixes`: the addresses that all routers treat alike, so that one of each is looked up;
- :mod:`~catenet.lab.forwarding.next_hops`: where one router sends an address, and what a dead way is;
- :mod:`~catenet.lab.forwarding.episodes`: faults with a beginning and an end, and how they are told;
- :mod:`~catenet.lab.forwarding.check`: puts it together, and looks only at what has changed.
"""
