"""ICMP and ICMPv6: echo, and error messages sent and received.

**Guarantees** to the stack: an undeliverable packet causes at most one error, and never an error about an error;
protocols above are notified of errors about their packets.  **Requires** of the stack: sending of packets, and its own
addresses.

- Read first :mod:`.icmp`: ICMP of one host (RFC 792, RFC 1122 3.2.2, RFC 4443);
- :mod:`.icmpv4` and :mod:`.icmpv6`: the wire formats, Neighbour Discovery's (RFC 4861) among them; :mod:`.message`:
  their common message class;
- :mod:`.errors`: which errors may be sent, their quoted data, and their errnos;
- :mod:`.ping`: echo requests and replies; :mod:`.rate_limit`: a token bucket for errors (RFC 4443 2.4 f);
  :mod:`.counters` by the names of Linux and the MIBs.

Not implemented: redirects, router advertisements, the timestamp and mask queries of RFC 792 and RFC 950.
"""
