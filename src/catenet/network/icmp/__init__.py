"""ICMP and ICMPv6: echo, and error messages sent and received.

**Guarantees** to the stack: a packet that cannot be delivered leads to one error at most, and never to an error about
an error; protocols above hear of errors about their packets.  **Requires** of the stack: to send a packet, and which
addresses are its own.

- Read first :mod:`.icmp`: ICMP of one host (RFC 792, RFC 1122 3.2.2, RFC 4443);
- :mod:`.icmpv4` and :mod:`.icmpv6`: the wire formats, Neighbour Discovery's (RFC 4861) among them; :mod:`.message`: the
  shape that both share;
- :mod:`.errors`: which errors may be sent, what they quote, and what they mean to a socket;
- :mod:`.ping`: echo requests and their answers; :mod:`.rate_limit`: a token bucket for errors (RFC 4443 2.4 f);
  :mod:`.counters` by the names of Linux and the MIBs.

Left out: redirects, router advertisements, the timestamp and mask queries of RFC 792 and RFC 950.
"""
