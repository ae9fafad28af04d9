"""One machine: its layers wired together, its clocks, its random numbers, its programs.

**Promises** to those above: :class:`~catenet.host.host.Host` runs unmodified asyncio programs.  While a program's code
runs, time, random numbers, names, sockets, signals and process ids are the host's; what would leave the simulation (a
thread, a subprocess, a real descriptor, a blocking sleep) raises an error with the name of the call.  Python's own
files stay the real ones.  **Asks** of those below: the network stack, TCP and UDP, the event loop, the kernel's clock
and random streams.

- Read first :mod:`.host` (on :mod:`.host_base`, its layers) and :mod:`.process`; :mod:`.power`: crash, restart, pause;
- :mod:`.sandbox`: what a program sees instead of the real machine; :mod:`.disk`: the simulated disk; :mod:`.routing`:
  the RIP and OSPF daemons of a router;
- :mod:`.clock`: offset, drift and steps; :mod:`.random_streams`: the host's seeded random streams;
- :mod:`.loop`: ends programs with their internet; :mod:`.ordered_tasks`: sets of tasks in the same order in every
  process; :mod:`.standalone_loop`: an event loop with a one-host internet of its own (``catenet.new_event_loop``).
"""
