"""A replicated, sharded key-value store: asyncio programs for simulated hosts and real machines.

**Guarantees** to clients: put, get, delete, compare-and-set, scan, watch and leases; a command is done once, however
often it is sent; reads are linearizable by default; an answered command survives while a majority of each group keeps
its disks.  **Requires** of the rooms below: a replicated log (:mod:`catenet.application.replication`), a hash ring,
asyncio.

A key belongs to one of 256 slots, a slot to a group, a group to some nodes; group 0, the directory, keeps the map.

- Read first :mod:`.state`: what is replicated, as pure state machines;
- server: :mod:`.node` (a process), :mod:`.group` (a replica in it, of an :mod:`.owner`), :mod:`.admission` (a replica
  joins, or returns), :mod:`.readiness` (who may get a vote), :mod:`.migration` (slots move), :mod:`.leases`,
  :mod:`.watch`;
- between them: :mod:`.protocol` (MessagePack messages), :mod:`.connection`, :mod:`.retry` (finds the leader);
- client: :mod:`.client`, :mod:`.client_watch`, :mod:`.errors`.
"""
