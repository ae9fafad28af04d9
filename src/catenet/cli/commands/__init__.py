"""The commands of ``catenet``, one file each.

**Guarantees** to :mod:`catenet.cli.main`: one function with options per command; results on stdout, everything else on
stderr.  Each command imports what it needs only when it runs.  Read first :mod:`.run`, the most used one.

- run: :mod:`.run` (a scenario, and its report), :mod:`.new`, :mod:`.check`, :mod:`.sweep` (over values and seeds),
  :mod:`.attach` (with Linux, in real time), :mod:`.emulate` (a link of given quality between two network namespaces);
- query: :mod:`.ping`, :mod:`.traceroute`, :mod:`.trace` (one request, all layers), :mod:`.routes` (why packets take
  their path), :mod:`.show` (forwarding tables, RIP, OSPF), :mod:`.query` (SQL over the tables of a sweep);
- the store: :mod:`.chaos` (a store with injected faults, seed after seed), :mod:`.check_history` (is a history
  linearizable or serializable), :mod:`.store` (a node's disk, and repair after data loss), :mod:`.place` (of a key);
- :mod:`.reproduce`: published results, expected and measured; :mod:`.bench`: benchmarks; :mod:`.signal`: a PHY or a
  converter as a signal, against theory.
"""
