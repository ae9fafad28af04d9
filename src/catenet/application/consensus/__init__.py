"""Replicated logs: several machines agree on one sequence of commands, and keep it while some of them fail.

**Promises** to those above: what was once told as committed is never taken back or reordered, by any number of
crashes, lost, late, doubled or reordered messages; and there is progress while a majority can talk.  **Asks** of the
program around it: a disk that keeps what it said it kept, a clock that does not run back, and to do what the
effects say.  Nothing in here knows a clock, a socket or a file, or draws a random number of its own.

Read :mod:`.interface` first: one base class, ``Replica``, whichever protocol stands behind it.  It is told
:mod:`.events` and answers with :mod:`.effects`; both speak of :mod:`.entry`: entries, hard state, membership,
snapshots.  Then:

- ``paxos/``: single-decree Paxos, the piece to understand first; Multi-Paxos; ballot leader election;
- ``raft/``: Raft, all of it;
- :mod:`.elector`: who decides that it is time for a new leader, a part that either may exchange;
  :mod:`.ballot_election` is another such part;
- :mod:`.timing`: how long to wait before that: fixed, randomised, adaptive;
- :mod:`.sessions`: exactly once, for clients that try again; messages as octets are made in
  :mod:`.fields` of :mod:`.varint`.
"""
