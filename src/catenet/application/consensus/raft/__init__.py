"""Raft (Ongaro and Ousterhout 2014; sections are that paper's, "dissertation" is Ongaro's).

**Guarantees**: ``RaftReplica`` is a ``Replica`` of :mod:`~catenet.application.consensus.interface`.  **Requires**: that
its effects are done in the order that :mod:`~catenet.application.consensus.effects` says.  One thing differs from the
paper: a membership change takes effect when it is applied, not when it is appended; only one may be pending at a time.

- Read first :mod:`.state`, the state of one replica as Figure 2 divides it, and :mod:`.server`, which holds it; most
  other files are functions over that;
- :mod:`.receive`: a message's term and kind; :mod:`.votes` (§5.2, §5.4.1); :mod:`.replication` (§5.3);
  :mod:`.snapshot` (§7); :mod:`.proposals`; :mod:`.reads` (§8); :mod:`.transfer` (dissertation §3.10);
- :mod:`.membership` (§6), a room of its own;
- :mod:`.log`: the log in memory; :mod:`.progress`: what a leader knows of a follower; :mod:`.quorum`: majorities;
- :mod:`.messages` and :mod:`.wire`, their octets; :mod:`.options`; :mod:`.replica`: events in, effects out;
  :mod:`.invariants`: the safety properties of Figure 3, checked over a whole group.
"""
