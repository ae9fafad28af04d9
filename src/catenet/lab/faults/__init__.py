"""What goes wrong: partitions, crashes, pauses, clocks, disks and links, by hand or drawn from a seed.

**Promises** to a scenario, a test or an experiment: a fault is declared in one line at a virtual time
(``net.at("10s").crash("paris")``), is told in the timeline when it happens, and is undone by its counterpart.  A whole
plan of them is data: drawn from the run's seed, written as JSON or as text, read back and repeated.  **Asks** of those
below: hosts that lose power and start again (:mod:`catenet.host.power`), clocks that can be set, disks that fail
(:mod:`catenet.host.disk.disk`), a barrier at a host's door (:mod:`catenet.network.partition_filter`), links that change.

- :mod:`~catenet.lab.faults.host_faults`: the faults of :class:`~catenet.lab.faults.schedule.Moment`, one method each;
- :mod:`~catenet.lab.faults.partitions`: who hears nothing from whom: full, one-way, bridge, ring;
- :mod:`~catenet.lab.faults.plan`: a schedule of faults, as data;
- :mod:`~catenet.lab.faults.nemesis`: a plan drawn from a seed, with everything healed at its end;
- :mod:`~catenet.lab.files.fault_tables`: how a scenario file writes them.
"""
