"""A replicated, sharded key-value store: ordinary asyncio programs, on simulated hosts or real machines.

**Promises** to its clients: put, get, delete, compare-and-set, scan, watch, and leases.  A command is carried out once,
however often it is sent; a read is linearizable unless a cheaper one is asked for; nothing that was answered is lost
while a majority of each group keeps its disks.  **Asks** of those below: a group's log
(:mod:`catenet.application.replication`, on Raft or Multi-Paxos), a placement, asyncio.

A key belongs to one of 256 **slots**, a slot to a **group**, by a hash ring; a group is a replicated log on some nodes.
Group 0 is the **directory**: its log is which groups there are.  When a group joins or leaves, slots move, and with
them the sessions that keep commands from being carried out twice.  Read, in this order:

- what is replicated, pure: :mod:`.commands` and :mod:`.results`, :mod:`.slots` (what moves as a whole), :mod:`.store`
  (what an entry does), :mod:`.layout` and :mod:`.directory` (who has what), :mod:`.machines` (how the log sees them);
- a server: :mod:`.node` (a process), :mod:`.group` (one replica in it), :mod:`.admission` (how a replica comes into its
  group, and back after a loss), :mod:`.readiness` (who may be given a vote), :mod:`.migration` (slots that move),
  :mod:`.leases`, :mod:`.watching`;
- between them: :mod:`.protocol` (what is said), :mod:`.connection`, :mod:`.asking` (who leads);
- a client: :mod:`.client`, :mod:`.client_watch`, :mod:`.errors`.
"""
