"""Checkers of client histories: linearizability and serializability.

**Guarantees** to tests, to the lab and to ``catenet check-history``: the verdict on a history of operations, with the
smallest part that refutes it; the same history always gives the same verdict.  **Requires** no other room.  Objects
(register, key-value store, queue, lock, set) are checked for linearizability, transactions for serializability, strict
or not.

- Read first :mod:`.history` (operations, and how to record them), then :mod:`.models` (sequential specifications) and
  :mod:`.linearizability` (the search);
- :mod:`.verdict`: the result, key by key; :mod:`.counterexample`: the smallest part that refutes a history;
  :mod:`.witness`: the possible states during an operation; :mod:`.values`: equality of values;
- :mod:`.transactions`, :mod:`.dependencies` (the order of transactions), :mod:`.cycles` (serializability);
- :mod:`.formats`: recognises files: :mod:`.json_lines` (our format), :mod:`.jepsen` (Jepsen's), :mod:`.edn` (its
  notation).
"""
