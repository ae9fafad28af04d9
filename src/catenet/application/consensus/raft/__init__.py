"""Raft (Ongaro and Ousterhout, USENIX ATC 2014; section numbers are that paper's, "dissertation" is Ongaro's).

**Promises**: :class:`~.replica.RaftReplica` is a ``Replica`` of :mod:`~catenet.application.consensus.interface`:
elections (§5.2) with pre-vote, check-quorum and leader leases; replication (§5.3) pipelined within limits by count
and octets; membership changes (§6), single or joint, with learners and witnesses; snapshots (§7); linearizable
reads (§8).  **Asks**: that its effects are done in the order that :mod:`~catenet.application.consensus.effects` says.

Read in this order:

- :mod:`.messages`: what replicas say to each other.
"""
