"""One machine: its stack, its clocks, its random numbers, its programs.

**Guarantees** to the rooms above: :class:`~catenet.host.host.Host` runs unmodified asyncio programs.  While a
program's code runs, time, random numbers, names, sockets, signals and process ids are the host's; a call that would
leave the simulation (a thread, a subprocess, a real descriptor, a blocking sleep) raises an error with its name.
Python's own files stay the real ones.  **Requires** of the rooms below: the network stack, TCP and UDP, the event
loop, the kernel's clock and random streams.

- Read first :mod:`.host` (on :mod:`.host_base`, its layers) and :mod:`.process`; :mod:`.power`: crash, restart, pause;
- :mod:`.sandbox`: replaces the real machine for programs; :mod:`.disk`: the simulated disk; :mod:`.routing`: the RIP
  and OSPF daemons of a router; :mod:`.dhcp`: DHCP client, server and relay agent;
- :mod:`.clock`: offset, drift and steps; :mod:`.random_streams`: the host's seeded random streams;
- :mod:`.loop`: ends programs with their internet; :mod:`.ordered_tasks`: a deterministic order of task sets;
  :mod:`.standalone_loop`: an event loop with a one-host internet of its own (``catenet.new_event_loop``).
"""
