"""IPv4 and IPv6: the packets on the wire, fragments, and path MTU discovery.

**Guarantees** to the stack: a packet emitted and parsed is the same packet; malformed packets are rejected; reassembly
is bounded in memory and time.  **Requires** of :mod:`catenet.network.packet`: the base class of both packets.

- Read first :mod:`.ipv4` (RFC 791), then :mod:`.ipv6` with its extension headers (RFC 8200);
- :mod:`.options`: processing of options and extension headers by a receiver (RFC 1122 3.2.1.8, RFC 8200 section 4);
- :mod:`.fragment` and :mod:`.reassembly` (RFC 791 3.2, RFC 8200 4.5, RFC 5722);
- :mod:`.pmtu`: the path MTUs that a host has learned (RFC 1191, RFC 8201);
- :mod:`.random_ids`: the random numbers of a host's network layer.
"""
