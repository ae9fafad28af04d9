"""Scheduled actions and faults: links, partitions, crashes, pauses, clocks, disks; by hand or drawn from a seed.

**Guarantees** to a scenario, a test or an experiment: a fault is declared in one line at a virtual time
(``net.at("10s").crash("paris")``), appears in the timeline when it happens, and is undone by its counterpart.  A plan
of faults is data: it can be drawn from a seed, written as JSON or text, read back and repeated.  **Requires** of the
rooms below: hosts that lose power (:mod:`catenet.host.power`), clocks that can be set, disks that fail
(:mod:`catenet.host.disk`), a filter on input at the receiver (:mod:`catenet.network.partition_filter`), links that
change.

- Read first :mod:`.schedule`: the actions possible at a given time; :mod:`.host_faults`: the faults among them, one
  method each;
- :mod:`.partitions`: full, one-way, bridge and ring partitions;
- :mod:`.plan`: a schedule of faults as data; :mod:`.nemesis`: a plan drawn from a seed, which heals everything at its
  end;
- :mod:`catenet.lab.files.fault_tables`: faults in a scenario file.
"""
