"""The sockets of one host with Linux's behaviour: the implementation of ``socket.socket``.

**Guarantees** to programs and to the loop: non-blocking calls with Linux's results and errnos; watches that cost
nothing while nothing happens.  **Requires** of the rooms below: :mod:`catenet.transport.tcp`,
:mod:`catenet.transport.udp`, the stack's addresses.

- Read first :mod:`.socket`: the socket object of a program; :mod:`.socket_base`: the endpoint behind it;
- :mod:`.tcp_socket` (TCP) with :mod:`.stream_options` and :mod:`.tcp_info`; :mod:`.udp_socket` (UDP) with
  :mod:`.multicast`, :mod:`.memberships` (RFC 3678) and :mod:`.control_messages` (RFC 3542); :mod:`.inet`: the common
  part; :mod:`.socketpair`: in memory; :mod:`.tls_socket`: what ``SSLContext.wrap_socket`` returns;
- :mod:`.packet`: AF_PACKET, whole frames;
- :mod:`.context`: the layers below them; :mod:`.watch`: callbacks when ready; :mod:`.option_names`: names for errors.
"""
