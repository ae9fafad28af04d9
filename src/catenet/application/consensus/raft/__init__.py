"""Raft (Ongaro and Ousterhout, USENIX ATC 2014; section numbers are that paper's, "dissertation" is Ongaro's).

**Promises**: ``RaftReplica`` is a ``Replica`` of :mod:`~catenet.application.consensus.interface`: elections (§5.2)
with pre-vote, check-quorum and leader leases; replication (§5.3), pipelined within limits by count and octets;
membership changes (§6), single or joint, with learners and witnesses; snapshots (§7); linearizable reads (§8);
transfer of leadership.  **Asks**: that its effects are done in the order that
:mod:`~catenet.application.consensus.effects` says.

Read in this order:

- :mod:`.quorum`: what a majority is; :mod:`.progress`: what a leader knows of a follower;
- :mod:`.log`: the log in memory, and its marks; :mod:`.messages`: what replicas say to each other;
- :mod:`.core`: the state of one replica; all that follows are functions over it:
- :mod:`.election`: who may lead; :mod:`.replication`: appends, heartbeats, answers; :mod:`.snapshot`: for whoever is
  too far behind;
- :mod:`.proposals`: into the log; :mod:`.reads`: without the log; :mod:`.transfer`: to another leader;
- :mod:`.config`: membership changes as pure functions, :mod:`.change_codec` their octets, :mod:`.membership` when
  they take effect;
- :mod:`.receive`: a message's term and kind; :mod:`.replica`: events in, effects out, time.

Beside them: :mod:`.options`, what may be chosen; :mod:`.wire`, messages as octets; :mod:`.invariants`, what must hold
at every step of every run.

Changes of membership count when they are *applied*, not when they are appended as in the paper: one may be proposed
only when the one before is applied, and nobody campaigns with a committed one still to apply, so that again any two
majorities that decide something overlap.
"""
