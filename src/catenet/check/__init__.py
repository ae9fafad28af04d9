"""Checkers of histories: what clients saw, and whether it can be correct.

**Guarantees** to tests, to the lab and to ``catenet check-history``: a history of operations goes in, and a verdict
comes out with the smallest part that refutes it; the same history always gives the same verdict.  **Requires** of
nobody; this room imports no other.  Objects (register, key-value store, queue, lock, set) are checked for
linearizability, transactions for serializability, strict or not.

- Read first :mod:`.history` (operations, and how to record them), then :mod:`.models` (sequential specifications) and
  :mod:`.linearizability` (the search);
- :mod:`.verdict`: the result, key by key; :mod:`.counterexample`: the smallest part that refutes a history;
  :mod:`.witness`: which states were possible during an operation; :mod:`.values`: when two values are equal;
- :mod:`.transactions`, :mod:`.dependencies` (which must precede which), :mod:`.cycles` (serializability);
- :mod:`.formats`: recognises files: :mod:`.json_lines` (our format), :mod:`.jepsen` (Jepsen's), :mod:`.edn` (its
  notation).
"""
