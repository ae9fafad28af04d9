"""The command line: ``catenet run``, ``new``, ``ping``, ``traceroute``, ``routes``, ``show``, ``attach``, ``bench`` ...

**Promises** to who types: help that teaches by example; a mistake in what was typed or in a scenario file is
one clear message on stderr and exit status 2, never a traceback; progress goes to stderr and results to
stdout, so that ``--json`` can be piped.  **Asks** of those below: :mod:`catenet.lab` to build and run an
internet, :mod:`catenet.view` to draw what was recorded.  Nothing here knows a protocol.

Exit statuses are in :mod:`~catenet.cli.errors`.

Read first :mod:`~catenet.cli.main` (the commands, and the one place where errors become exit statuses), then
:mod:`~catenet.cli.commands.run`.  One command, one file, as :mod:`~catenet.cli.commands.bench`,
:mod:`~catenet.cli.commands.reproduce` (published results, expected beside measured) and :mod:`~catenet.cli.commands.check_history`
(whether what clients saw can be true), :mod:`~catenet.cli.commands.place` (which node has a key), :mod:`~catenet.cli.commands.chaos`
(a store among faults; :mod:`~catenet.cli.live.chaos_progress`: what it shows and keeps), :mod:`~catenet.cli.commands.store` (what a
node has on its disk).  What they share:

- :mod:`~catenet.cli.errors`: which exceptions are the user's to mend, and how they are said;
- :mod:`~catenet.cli.invocation`: how the command was started; :mod:`~catenet.cli.version`;
- :mod:`~catenet.cli.values`: what no number and no text may be;
- :mod:`~catenet.cli.loading`: from a path to an internet that is ready to run;
- :mod:`~catenet.cli.writing`: where a command may write, looked at before anything is run;
- :mod:`~catenet.cli.output`: how wide a line may be, and what becomes of it where nobody takes it;
- :mod:`~catenet.cli.tracebacks`: a program's failure, without our own frames;
- :mod:`~catenet.cli.hash_seed`: the same hash seed in every run;
- :mod:`~catenet.cli.live.progress`: what one sees while a run goes on.

Of ``attach`` and ``emulate`` (:mod:`~catenet.cli.commands.attach`, :mod:`~catenet.cli.commands.emulate`):

- :mod:`~catenet.cli.live.run`: running in real time, signals, and the report;
- :mod:`~catenet.cli.live.console`: the commands typed meanwhile;
- :mod:`~catenet.cli.live.screen` and :mod:`~catenet.cli.live.link_rates`: what one sees meanwhile.

The modules that hold commands import nothing heavy at their top, so that ``catenet --help`` is quick.
"""
