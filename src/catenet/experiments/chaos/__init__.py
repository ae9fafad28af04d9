"""A store among faults: one seed is one universe, and after it there is a verdict.

**Promises**: a seed gives the same universe, the same faults and the same verdict, always.  **Asks** of the lab: an
internet and its faults; of :mod:`catenet.application.kv`: the store as it is; of :mod:`catenet.check`: whether what
clients saw can have been.

- :mod:`~catenet.experiments.chaos.run`: builds and runs one, and judges it; read this first;
- :mod:`~catenet.experiments.chaos.climate`: what kind of universe it is: who takes part, and what trouble there is;
- :mod:`~catenet.experiments.chaos.workload`: what the clients do; :mod:`~catenet.experiments.chaos.administration`: who changes the
  groups meanwhile;
- :mod:`~catenet.experiments.chaos.leader_faults`: faults that follow whoever leads, or strike right after a message;
- :mod:`~catenet.experiments.chaos.invariants`: sees every step of every replica, and checks what must always hold, by
  :mod:`~catenet.experiments.chaos.raft_rules` and :mod:`~catenet.experiments.chaos.paxos_rules`, with
  :mod:`~catenet.experiments.chaos.majorities`;
- :mod:`~catenet.experiments.chaos.census`: how often the states were met in which bugs show;
- :mod:`~catenet.experiments.chaos.report`: what was seen; :mod:`~catenet.experiments.chaos.parallel`: many seeds, side by side.
"""
