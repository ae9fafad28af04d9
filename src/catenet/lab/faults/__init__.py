"""Scheduled actions and faults: links, partitions, crashes, pauses, clocks and disks, by hand or drawn from a seed.

**Promises** to a scenario, a test or an experiment: a fault is declared in one line at a virtual time
(``net.at("10s").crash("paris")``), appears in the timeline when it happens, and is undone by its counterpart.  A plan
of faults is data: it is drawn from a seed, written as JSON or text, read back and repeated.  **Asks** of those below:
hosts that lose power (:mod:`catenet.host.power`), clocks that can be set, disks that fail (:mod:`catenet.host.disk`), a
filter on input at the receiver (:mod:`catenet.network.partition_filter`), links that change.

- Read first :mod:`.schedule`: what can be done at a given time; :mod:`.host_faults`: the faults among these, a method
  each;
- :mod:`.partitions`: who receives nothing from whom: full, one-way, bridge, ring;
- :mod:`.plan`: a schedule of faults as data; :mod:`.nemesis`: a plan drawn from a seed, with everything healed at its
  end;
- :mod:`catenet.lab.files.fault_tables`: faults in a scenario file.
"""
