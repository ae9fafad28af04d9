"""Benchmarks: what one operation costs on this machine, in time and memory.

**Guarantees** to ``catenet bench``: one function for each benchmark, with figures as data.  **Requires** of the rooms
below: the stack as users have it.  Wall times on a busy machine mean little alone, so most benchmarks compare them
with a reference measured just before.

- Read first :mod:`.baseline`, the reference, then :mod:`.dumbbell`: the cost of a packet, with bulk TCP flows;
- :mod:`.loop`: callbacks and timers, compared with asyncio's loop; :mod:`.idle_hosts`: a mostly idle hour;
- :mod:`.fib`: look-ups in a large forwarding table; :mod:`.spf`: shortest paths, full and incremental; :mod:`.ospf`:
  one large area; :mod:`.scale`: a large internet; :mod:`.connections`: many hosts with open TCP connections;
- :mod:`.ring`: placement of keys; :mod:`.raft`: entries committed; :mod:`.http`, :mod:`.dns`: beside other libraries;
- :mod:`.tap`: TCP to and from Linux, with :mod:`.tap_peer` as the Linux end; :mod:`.phy`: links with a PHY;
  :mod:`.soak`: a long run under load;
- shared: :mod:`.traffic` (sources and sinks directly on TCP), :mod:`.hot_loops` (compiled inner loops).
"""
