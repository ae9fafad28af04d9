"""The key-value store with injected faults: one seed is one run, which ends with a verdict.

**Guarantees** to ``catenet chaos``: a seed always gives the same run, the same faults and the same verdict.
**Requires** of the rooms below: an internet and its faults (:mod:`catenet.lab.faults`), the store
(:mod:`catenet.application.kv`), and the check for linearizability (:mod:`catenet.check`).

- Read first :mod:`.run`: builds the run, executes it and checks it; :mod:`.profile`: its parameters: nodes, timeouts,
  faults;
- :mod:`.workload`: the clients' operations; :mod:`.administration`: membership changes and slot moves meanwhile;
- :mod:`.leader_faults`: faults of the current leader, and faults right after a given message;
- :mod:`.invariants`: checks every step of every replica, by :mod:`.raft_rules`, :mod:`.paxos_rules`,
  :mod:`.lease_rules`, :mod:`.read_rules`, :mod:`.state_rules`, with :mod:`.majorities`;
  :mod:`.coverage`: how often rare states occurred;
- :mod:`.report`: the result as text, JSON and files; :mod:`.parallel`: many seeds in parallel processes.
"""
