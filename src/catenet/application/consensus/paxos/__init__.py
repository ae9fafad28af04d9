"""Paxos (Lamport 1998 and 2001).

**Promises**: one value for a place, whatever is lost, late, doubled or restarted; with flexible quorums if wanted.
**Asks**: that what an acceptor answers is on its disk first.

- :mod:`.single`: Paxos for a single value: the piece to read first;
- :mod:`.ballot`: who speaks, and which of two has the last word; :mod:`.quorums`: how many are enough;
- ``multi/``: Multi-Paxos, a replicated log with a stable leader.
"""
