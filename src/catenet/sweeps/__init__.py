"""Sweeps: one scenario over thousands of values and seeds, with estimates and their intervals.

**Guarantees** to the command line and experiments: no run is lost or counted twice, whatever process is killed; the
result depends on the scenario, the values and the seeds only, and equal results are equal files.
**Requires** :mod:`catenet.scenario`, and of a worker that it has the scenario's files.

- Read first :mod:`.sweep`: a sweep from its check to its tables;
- what is run: :mod:`.axes` (values), :mod:`.plan` (cells, seeds, early stop), :mod:`.point` (one run),
  :mod:`.figures` (its numbers), :mod:`.digest` (of the scenario);
- by whom: :mod:`.run` hands points to the workers of :mod:`.executors`;
- what is kept: :mod:`.journal` (each run at once), :mod:`.results` with :mod:`.statistics` (estimates),
  :mod:`.tables` (Parquet and SQL).
"""
