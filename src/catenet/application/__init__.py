"""Layer 7: the programs that use the network: a replicated key-value store in parts, DNS, DHCP, HTTP, mail.

**Guarantees** to the rooms above: programs that run unchanged on a simulated host and on a real machine.  **Requires**
of the rooms below: asyncio and nothing else.  :mod:`.consensus` and :mod:`.placement` are pure and do not need even
that.

- :mod:`.consensus`: Raft and Multi-Paxos as state machines, without a clock, a file or a socket;
- :mod:`.replication`: the program around one replica, with its clock, its disk and its connections;
- :mod:`.storage`: durable storage for a replica: a write-ahead log, and SQLite beside it;
- :mod:`.placement`: consistent hashing: which group or node has a key;
- :mod:`.kv`: the replicated, sharded key-value store, made of all these;
- :mod:`.dns`: name servers and resolvers; :mod:`.dhcp`: DHCP, with relays; :mod:`.http`: server, client and proxies;
  :mod:`.mail`: SMTP, queue and mailboxes; :mod:`.counters`: counts of events by name, for any of them.

Read first the docstring of :mod:`.kv`, which shows how the others are used, then that of :mod:`.consensus`.
"""
