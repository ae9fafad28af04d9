"""The command line: ``catenet run``, ``ping``, ``show``, ``attach``, ``bench`` and others.

**Promises** to users: a mistake in a command or a scenario file gives one message on stderr and exit status 2, never a
traceback; progress goes to stderr and results to stdout, so that ``--json`` can be piped.  **Asks** of those below:
:mod:`catenet.scenario` to build and run, :mod:`catenet.view` to display.  Nothing here knows a protocol, and nothing
heavy is imported before a command runs.

- Read first :mod:`.main` (where an exception becomes an exit status), then :mod:`.commands`, one file for each command;
- :mod:`.live`: what is displayed and typed during a run; :mod:`.templates`: what ``catenet new`` copies;
- :mod:`.errors`: exit statuses, and the exceptions that users can correct; :mod:`.tracebacks`: failures of programs;
- :mod:`.loading`: from a path to an internet; :mod:`.values`: checks of arguments;
- :mod:`.standard_streams`: line width, closed pipes; :mod:`.writing`: checks early where a command may write;
- :mod:`.invocation` and :mod:`.hash_seed`: how the process was started; :mod:`.version`.
"""
