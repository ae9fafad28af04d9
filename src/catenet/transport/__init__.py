"""The transport layer: from packets that may be lost to what a program can use, between two ports.

**Promises** to the layer above: TCP gives a stream of octets that arrives whole and in order, as fast as
the path and the reader allow, or an errno that says why it ended; UDP gives datagrams that arrive whole or
not at all.  **Asks** of the layer below: :meth:`IpStack.send` for one packet, and to be told of packets and
of ICMP errors (:class:`~catenet.network.protocol.Protocol`).

Read first :mod:`~catenet.transport.udp`, the smaller of the two: ports, sockets, who gets a datagram;
:mod:`~catenet.transport.datagram` is its wire format.  Then :mod:`catenet.transport.tcp`, whose essay maps
its many small files.
"""
