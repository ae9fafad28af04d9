"""L5, the session layer: sockets, and the asyncio event loop of one host.

**Promises** to the programs above: :class:`~catenet.session.loop.Loop` is an asyncio event loop like any
other, whose time is the kernel's and whose sockets are the stack's; a
:class:`~catenet.session.socket.SimSocket` answers as Linux's sockets do, with the same errors.  What cannot
be (threads, processes, signals, real descriptors) raises :class:`~catenet.session.escape.Escape` with the
name of the call.  Virtual time stands still while a callback runs.  **Asks** of the layers below: TCP and
UDP as in :mod:`catenet.transport`, a source address for a destination, and a kernel to be turned by.

Read first :mod:`~catenet.session.ready` (callbacks and timers; the hottest file, with
:mod:`~catenet.session.handle`), then

- time: :mod:`~catenet.session.time_loop` (the loop without sockets), :mod:`~catenet.session.surroundings`
  (what a host puts around each turn), :mod:`~catenet.session.waiting` (who waits for what, in a deadlock);
- names: :mod:`~catenet.session.names` (the hosts table), :mod:`~catenet.session.resolver`
  (``getaddrinfo``), :mod:`~catenet.session.selection` (which address first, RFC 6724);
- sockets: :mod:`~catenet.session.socket` (what a program holds), over an
  :mod:`~catenet.session.endpoint`: :mod:`~catenet.session.stream_end` (TCP, with
  :mod:`~catenet.session.stream_options` and :mod:`~catenet.session.tcp_info`),
  :mod:`~catenet.session.datagram_end` (UDP, with :mod:`~catenet.session.groups`), both on
  :mod:`~catenet.session.inet`, and :mod:`~catenet.session.pair`; :mod:`~catenet.session.option_names` for errors;
  :mod:`~catenet.session.stack` makes them and
  lets a blocking call wait;
- the loop: :mod:`~catenet.session.loop`, with :mod:`~catenet.session.sock_calls` (``sock_*``, readers and
  writers), :mod:`~catenet.session.connecting`, :mod:`~catenet.session.watch`,
  :mod:`~catenet.session.refusals` (by :mod:`~catenet.session.escape`); its :mod:`~catenet.session.stream_transport`,
  :mod:`~catenet.session.datagram_transport` (common part: :mod:`~catenet.session.transport`) and
  :mod:`~catenet.session.server`.
"""
