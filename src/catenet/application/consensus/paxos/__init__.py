"""Paxos (Lamport 1998, 2001): agreement on one value, and on a log of values.

**Guarantees**: at most one value is chosen for each slot, whatever is lost, delayed, duplicated or restarted; flexible
quorums are possible.  **Requires**: that an acceptor's answer is on its disk before it is sent.

- :mod:`.single`: Paxos for a single value; read this first;
- :mod:`.ballot`: ballot numbers and their order (Lamport 2001, section 2.2);
- :mod:`.quorums`: how many acceptors are enough (Howard, Malkhi and Spiegelman 2016, "Flexible Paxos");
- :mod:`.multi`: Multi-Paxos, a replicated log with a stable leader.
"""
