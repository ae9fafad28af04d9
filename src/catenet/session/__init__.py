"""Layer 5: sockets, names, and the asyncio event loop of one host.

**Guarantees** to the programs above: an asyncio event loop like any other, with the kernel's time and the stack's
sockets; sockets behave like Linux's, with the same errors.  Unsupported calls (threads, processes, real descriptors)
raise :class:`~catenet.session.escape.Escape` with the name of the call.  Virtual time does not advance while a
callback runs.  **Requires** of the rooms below: TCP and UDP of :mod:`catenet.transport`, a source address for a
destination, the kernel.

- Read first :mod:`.loop`: callbacks, timers, transports and servers of asyncio;
- :mod:`.sockets`: the implementation of ``socket.socket``; :mod:`.names`: the hosts table and ``getaddrinfo``;
- :mod:`.stack`: the socket calls of one host, and how a blocking call waits; :mod:`.calls`: requests and responses
  over sessions that outlive their connections;
- :mod:`.environment`: hooks before and after each iteration of the loop; :mod:`.escape`: the error for calls that
  would leave the simulation.
"""
