"""Display and input of the command line during a run.

**Guarantees** to :mod:`catenet.cli.commands`: Ctrl-C ends a run cleanly and never appears as the failure of a
simulated program.  **Requires** of the terminal: nothing; without one, output is plain lines instead of bars and
tables.

- Read first :mod:`.progress`: the progress bar of a run in virtual time, and Ctrl-C;
- :mod:`.chaos_progress`: progress of ``catenet chaos``, and which runs it keeps; :mod:`.sweep_progress`: of sweeps;
- of an attached internet (``attach``, ``emulate``): :mod:`.run` (runs it, handles signals, reports), :mod:`.screen`
  (the table of links and the input line), :mod:`.console` (the commands typed there), :mod:`.link_rates` (traffic of
  each link).
"""
