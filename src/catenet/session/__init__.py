"""L5, the session layer: sockets, and the asyncio event loop of one host.

**Promises** to the programs above: :class:`~catenet.session.loop.loop.Loop` is an asyncio event loop like any
other, whose time is the kernel's and whose sockets are the stack's; a
:class:`~catenet.session.sockets.socket.SimSocket` answers as Linux's sockets do, with the same errors.  What cannot
be (threads, processes, signals, real descriptors) raises :class:`~catenet.session.escape.Escape` with the
name of the call.  Virtual time stands still while a callback runs.  **Asks** of the layers below: TCP and
UDP as in :mod:`catenet.transport`, a source address for a destination, and a kernel to be turned by.

Read first :mod:`~catenet.session.loop.ready_queue` (callbacks and timers; the one hot file, with
:mod:`~catenet.session.loop.handle`), then

- time: :mod:`~catenet.session.loop.virtual_loop` (the loop without sockets), :mod:`~catenet.session.surroundings`
  (what a host puts around each turn), :mod:`~catenet.session.loop.waiting` (who waits for what, in a deadlock);
- names: :mod:`~catenet.session.names.hosts_table` (the hosts table), :mod:`~catenet.session.names.resolver`
  (``getaddrinfo``), :mod:`~catenet.session.names.selection` (which address first, RFC 6724);
- sockets: :mod:`~catenet.session.sockets.socket` (what a program holds), over an
  :mod:`~catenet.session.sockets.socket_base`: :mod:`~catenet.session.sockets.tcp_socket` (TCP, with
  :mod:`~catenet.session.sockets.stream_options` and :mod:`~catenet.session.sockets.tcp_info`),
  :mod:`~catenet.session.sockets.udp_socket` (UDP, with :mod:`~catenet.session.sockets.multicast`), both on
  :mod:`~catenet.session.sockets.inet`, and :mod:`~catenet.session.sockets.socketpair`; :mod:`~catenet.session.sockets.option_names` for errors;
  :mod:`~catenet.session.stack` makes them and
  lets a blocking call wait;
- the loop: :mod:`~catenet.session.loop.loop`, with :mod:`~catenet.session.loop.sock_calls` (``sock_*``, readers and
  writers), :mod:`~catenet.session.loop.connect`, :mod:`~catenet.session.sockets.watch`,
  :mod:`~catenet.session.loop.unsupported` (by :mod:`~catenet.session.escape`); its :mod:`~catenet.session.loop.stream_transport`,
  :mod:`~catenet.session.loop.datagram_transport` (common part: :mod:`~catenet.session.loop.transport`) and
  :mod:`~catenet.session.loop.server`.
"""
