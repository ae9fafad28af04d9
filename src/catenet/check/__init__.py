"""What clients saw, and whether it can be true.

**Promises** to the lab, to tests and to ``catenet check-history``: a history of operations goes in, and a verdict
comes out, with the smallest part that refutes it; the same for the same history, compiled or not.  **Asks** of
nobody: a history is a list, from wherever it comes.

Objects (a register, a key-value store, a queue, a lock, a set) are checked for linearizability, transactions for
serializability, strict or not.  Read first :mod:`~catenet.check.history` (what an operation is, and the
recorder), :mod:`~catenet.check.models` (what objects do) and :mod:`~catenet.check.linearizability` (the
search; compiled).  Then

- :mod:`~catenet.check.verdict`: key by key, to a verdict; :mod:`~catenet.check.counterexample`: the smallest part;
  :mod:`~catenet.check.witness`: what the object could have been; :mod:`~catenet.check.values`: what is equal;
- :mod:`~catenet.check.transactions`, :mod:`~catenet.check.dependencies` and
  :mod:`~catenet.check.cycles`: who must come before whom, and where that goes round in a circle;
- :mod:`~catenet.check.formats`: histories in files; :mod:`~catenet.check.json_lines`: our own format;
  :mod:`~catenet.check.jepsen`: Jepsen's; :mod:`~catenet.check.edn`: Clojure's notation.
"""
