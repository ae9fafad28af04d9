"""A store among faults: one seed is one universe, and after it there is a verdict.

**Promises**: a seed gives the same universe, the same faults and the same verdict, always.  **Asks** of the lab: an
internet and its faults; of :mod:`catenet.application.kv`: the store as it is; of :mod:`catenet.lab.check`: whether what
clients saw can have been.

- :mod:`~catenet.lab.chaos.universe`: builds and runs one, and judges it; read this first;
- :mod:`~catenet.lab.chaos.climate`: what kind of universe it is: who takes part, and what trouble there is;
- :mod:`~catenet.lab.chaos.workload`: what the clients do; :mod:`~catenet.lab.chaos.administration`: who changes the
  groups meanwhile;
- :mod:`~catenet.lab.chaos.storm`: faults that follow whoever leads, or strike right after a message;
- :mod:`~catenet.lab.chaos.witness`: sees every step of every replica, and checks what must always hold, by
  :mod:`~catenet.lab.chaos.raft_rules` and :mod:`~catenet.lab.chaos.paxos_rules`, with
  :mod:`~catenet.lab.chaos.majorities`, and for both protocols :mod:`~catenet.lab.chaos.lease_rules` and
  :mod:`~catenet.lab.chaos.read_rules`;
- :mod:`~catenet.lab.chaos.census`: how often the states were met in which bugs show;
- :mod:`~catenet.lab.chaos.report`: what was seen; :mod:`~catenet.lab.chaos.many`: many seeds, side by side.
"""
