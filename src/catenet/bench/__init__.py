"""Benchmarks: what one operation costs on this machine, in time and memory.

**Guarantees** to ``catenet bench``: one function for each benchmark, with figures as data.  **Requires** of the rooms
below: the stack as users have it.  Wall times on a busy machine mean little alone, so most are compared to a reference
that ran just before.

- Read first :mod:`.baseline`, the reference work, then :mod:`.dumbbell`: what a packet costs, with bulk TCP flows;
- :mod:`.loop`: callbacks and timers, beside stock asyncio; :mod:`.idle_hosts`: a mostly idle hour of virtual time;
- :mod:`.fib`: look-ups in a large forwarding table; :mod:`.spf`: shortest paths, full and incremental; :mod:`.ospf`:
  one large area; :mod:`.scale`: a large internet; :mod:`.connections`: many hosts with open TCP connections;
- :mod:`.ring`: placement of keys; :mod:`.raft`: entries committed in a second;
- :mod:`.tap`: TCP to and from Linux, with :mod:`.tap_peer` as the Linux end; :mod:`.phy`: links with a PHY;
  :mod:`.soak`: a long run under load;
- shared: :mod:`.traffic` (sources and sinks directly on TCP), :mod:`.hot_loops` (compiled inner loops).
"""
