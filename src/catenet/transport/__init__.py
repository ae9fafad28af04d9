"""Layer 4: from packets that may be lost to streams and datagrams between two ports.

**Guarantees** to the layer above: TCP delivers a stream of octets, complete and in order, or the errno that ended it;
UDP delivers whole datagrams or none.  **Requires** of the layer below: ``IpStack.send`` for one packet, and
notifications of packets and ICMP errors (:class:`~catenet.network.protocol.Protocol`).

- Read first :mod:`.udp`: sockets, ports, and demultiplexing (RFC 768, RFC 1122 4.1); :mod:`.datagram`: its wire
  format;
- :mod:`.tcp`: TCP (RFC 9293).
"""
