"""The asyncio event loop of one host, in virtual time.

**Guarantees** to programs: asyncio's own interface, TLS included; the order of callbacks is the same in every run.
**Requires** of :mod:`catenet.session.sockets`: endpoints with watches; of the kernel: events.

- Read first :mod:`.ready_queue`: callbacks, and :mod:`.timers`, the compiled hot part; :mod:`.handle`: the handles
  for programs;
- :mod:`.virtual_loop`: the loop without sockets; :mod:`.sock_calls`: ``sock_*``, ``add_reader`` and ``add_writer``;
  :mod:`.thread_look_up`: look-ups for a thread; :mod:`.outcome` of a step; :mod:`.loop`: the whole loop;
- :mod:`.connect`: connection attempts, in turn or as Happy Eyeballs (RFC 8305), and binding; :mod:`.server`: a server;
- :mod:`.stream_transport` (TCP) and :mod:`.datagram_transport` (UDP), on a common :mod:`.transport`, over the
  interface :mod:`.socket_loop`;
- :mod:`.tls_protocol`: TLS, with the alerts of failed handshakes;
- :mod:`.waiting`: what each task waits for, for deadlock reports; :mod:`.unsupported`: calls that are rejected.
"""
