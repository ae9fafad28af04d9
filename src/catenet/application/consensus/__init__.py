"""Replicated logs: several machines agree on one sequence of commands while some of them fail.

**Guarantees** to those above: a committed entry is never taken back or reordered, however many replicas crash and
however messages are lost, delayed, duplicated or reordered; there is progress while a majority can communicate.
**Requires** of the program around it: a disk that keeps what it confirmed, a clock that does not run back, and each
effect done as :mod:`.effects` says.  Nothing here reads a clock, opens a socket or a file, or owns random numbers.

- Read first :mod:`.interface`, the base class ``Replica``, which takes :mod:`.events` and answers with :mod:`.effects`;
  both are made of :mod:`.entry`: entries, hard state, membership, snapshots;
- :mod:`.server`: what a server of either protocol is; :mod:`.heartbeat_rounds`: what their answers prove;
- :mod:`.raft`: Raft; :mod:`.paxos`: single-decree Paxos and Multi-Paxos;
- :mod:`.election_timeout`: an elector, which decides when to campaign; :mod:`.ballot_election`: Omni-Paxos's ballot
  leader election, another one; :mod:`.timing`: election timeouts: fixed, randomised, adaptive;
- :mod:`.sessions`: exactly-once commands for clients that retry;
- :mod:`.messages`: what both protocols say; :mod:`.snapshot_pieces`; :mod:`.fields` and :mod:`.varint`: as octets.
"""
