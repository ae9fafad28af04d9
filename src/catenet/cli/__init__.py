"""The command line: ``catenet run``, ``new``, ``ping``, ``traceroute``, ``routes``, ``show``, ``attach``, ``bench`` ...

**Promises** to who types: help that teaches by example; a mistake in what was typed or in a scenario file is
one clear message on stderr and exit status 2, never a traceback; progress goes to stderr and results to
stdout, so that ``--json`` can be piped.  **Asks** of those below: :mod:`catenet.lab` to build and run an
internet, :mod:`catenet.view` to draw what was recorded.  Nothing here knows a protocol.

Exit statuses are in :mod:`~catenet.cli.failure`.

Read first :mod:`~catenet.cli.main` (the commands, and the one place where errors become exit statuses), then
:mod:`~catenet.cli.run`.  One command, one file, as :mod:`~catenet.cli.bench`,
:mod:`~catenet.cli.reproduce` (published results, expected beside measured) and :mod:`~catenet.cli.check_history`
(whether what clients saw can be true), :mod:`~catenet.cli.place` (which node has a key), :mod:`~catenet.cli.chaos`
(a store among faults; :mod:`~catenet.cli.chaos_progress`: what it shows and keeps), :mod:`~catenet.cli.store` (what a
node has on its disk).  What they share:

- :mod:`~catenet.cli.failure`: which exceptions are the user's to mend, and how they are said;
- :mod:`~catenet.cli.invocation`: how the command was started; :mod:`~catenet.cli.version`;
- :mod:`~catenet.cli.values`: what no number and no text may be;
- :mod:`~catenet.cli.loading`: from a path to an internet that is ready to run;
- :mod:`~catenet.cli.writing`: where a command may write, looked at before anything is run;
- :mod:`~catenet.cli.output`: how wide a line may be, and what becomes of it where nobody takes it;
- :mod:`~catenet.cli.traces`: a program's failure, without our own frames;
- :mod:`~catenet.cli.pinning`: the same hash seed in every run;
- :mod:`~catenet.cli.progress`: what one sees while a run goes on.

Of ``attach`` and ``emulate`` (:mod:`~catenet.cli.attach`, :mod:`~catenet.cli.emulate`):

- :mod:`~catenet.cli.attached`: running in real time, signals, and the report;
- :mod:`~catenet.cli.console`: the commands typed meanwhile;
- :mod:`~catenet.cli.screen` and :mod:`~catenet.cli.link_rates`: what one sees meanwhile.

The modules that hold commands import nothing heavy at their top, so that ``catenet --help`` is quick.
"""
