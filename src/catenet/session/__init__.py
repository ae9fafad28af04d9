"""Layer 5: sockets, names, and the asyncio event loop of one host.

**Guarantees** to the programs above: an asyncio event loop like any other, whose time is the kernel's and whose
sockets are the stack's; sockets answer as Linux's do, with the same errors.  What cannot be (threads, processes, real
descriptors) raises :class:`~catenet.session.escape.Escape` with the name of the call.  Virtual time stands still while
a callback runs.  **Requires** of the rooms below: TCP and UDP of :mod:`catenet.transport`, a source address for a
destination, the kernel.

- Read first :mod:`.loop`: callbacks, timers, transports and servers of asyncio;
- :mod:`.sockets`: what stands behind ``socket.socket``; :mod:`.names`: the hosts table and ``getaddrinfo``;
- :mod:`.stack`: the socket calls of one host, and how a blocking call waits;
- :mod:`.environment`: what a host does before and after each turn of its loop; :mod:`.escape`: the error for what
  would leave the simulation.
"""
