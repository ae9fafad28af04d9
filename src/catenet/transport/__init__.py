"""Layer 4: from packets that may be lost to streams and datagrams between two ports.

**Guarantees** to the layer above: TCP gives a stream of octets, whole and in order, or an errno that says why it
ended; UDP gives datagrams that arrive whole or not at all.  **Requires** of the layer below: ``IpStack.send`` for one
packet, and to be told of packets and of ICMP errors (:class:`~catenet.network.protocol.Protocol`).

- Read first :mod:`.udp`: sockets, ports, and who gets a datagram (RFC 768, RFC 1122 4.1); :mod:`.datagram`: its wire
  format;
- :mod:`.tcp`: TCP (RFC 9293).
"""
