"""The command line: ``catenet run``, ``ping``, ``show``, ``attach``, ``bench`` and others.

**Guarantees** to users: a mistake in a command or a scenario file gives one message on stderr and exit status 2, never
a traceback; progress goes to stderr and results to stdout, so that ``--json`` can be piped.  **Requires** of the rooms
below: :mod:`catenet.scenario` to build and run, :mod:`catenet.view` to display.  No protocol is implemented here, and
no large module is imported before a command runs.

- Read first :mod:`.main` (where an exception becomes an exit status), then :mod:`.commands`, one file for each
  command;
- :mod:`.live`: display and input during a run; :mod:`.templates`: the files that ``catenet new`` copies;
- :mod:`.errors`: exit statuses, and the exceptions that users can correct; :mod:`.tracebacks`: failures of programs;
- :mod:`.loading`: loads and builds a scenario; :mod:`.values`: validates arguments;
- :mod:`.standard_streams`: line width, closed pipes; :mod:`.writing`: checks output paths early;
- :mod:`.invocation` and :mod:`.hash_seed`: how the process was started; :mod:`.version`.
"""
