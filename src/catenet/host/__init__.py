"""One machine: its layers wired together, its clocks, its randomness, its programs.

**Promises** to those above: :class:`~catenet.host.host.Host` is a machine that runs unmodified asyncio
programs.  While a program's code runs, everything through which it would see the real machine answers for the
host instead: the time and the date, random numbers, names and sockets, signals and process ids, and OpenSSL's
own random numbers and clock, so that TLS repeats byte for byte.  What would leave the simulation (a thread, a
subprocess, a real descriptor, a sleep that blocks) is refused by name.  Python's own files are the real ones; a host
has a simulated disk as well, for programs that want to know what a power cut does to them.

**Asks** of those below: the stack, transports and event loop of one host, and of the kernel its clock and its
seeded streams.

Read first :mod:`~catenet.host.host` and :mod:`~catenet.host.process`.  :mod:`~catenet.host.power` is what a crash
and a pause do.  :mod:`~catenet.host.routing.rip` and :mod:`~catenet.host.routing.ospf` are a router's routing daemons;
:mod:`~catenet.host.routing.admin_distance` says whose routes win, and :mod:`~catenet.host.routing.redistribution` tells one of them what
another knows.  Read then how the surroundings work:

- :mod:`~catenet.host.sandbox.environment`: what is installed for a run, and what one host's programs see;
- :mod:`~catenet.host.sandbox.current`: whose code is running now;
- :mod:`~catenet.host.sandbox.patches`: putting functions in the place of others, everywhere, and back;

and what they are made of:

- :mod:`~catenet.host.clock` and :mod:`~catenet.host.sandbox.time`: offset, drift and steps; ``time``, ``datetime``;
- :mod:`~catenet.host.random_streams` and :mod:`~catenet.host.sandbox.random`: ``random``, ``os.urandom``, ``uuid``;
- :mod:`~catenet.host.disk.disk`: the disk, its calls (:mod:`~catenet.host.disk.files`), and what a power cut leaves of it
  (:mod:`~catenet.host.disk.medium`);
- :mod:`~catenet.host.sandbox.platform`: the host's name, process id and proxies;
- :mod:`~catenet.host.sandbox.sockets`: ``socket.socket`` and the look-up of names;
- :mod:`~catenet.host.sandbox.select`: ``select`` and ``poll`` on them, without waiting;
- :mod:`~catenet.host.sandbox.signals`: a table of handlers for each host;
- :mod:`~catenet.host.sandbox.escapes`: what is refused;
- :mod:`~catenet.host.sandbox.openssl`: TLS that repeats;
- :mod:`~catenet.host.sandbox.libraries`: what ``anyio`` and ``aiohttp`` need beyond that;
- :mod:`~catenet.host.ordered_tasks`: tasks that stand in sets in the same order everywhere;
- :mod:`~catenet.host.loop`: how programs end with their internet;
- :mod:`~catenet.host.standalone_loop`: a loop that brings an internet of its own along.
"""
