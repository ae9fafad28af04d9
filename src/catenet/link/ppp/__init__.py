"""PPP: the Point-to-Point Protocol (RFC 1661) in HDLC-like framing (RFC 1662).

**Guarantees** to an interface: its carrier is up while packets can pass; addresses and options were negotiated.
**Requires** of the port below: frames of :class:`~catenet.link.framing.encoding.PppEncoding`, whole or not at all.

- Read first :mod:`.automaton`: the states and the whole state table; :mod:`.negotiation` drives it by packets;
- :mod:`.packet`: packets and options; :mod:`.lcp`, :mod:`.ipcp`, :mod:`.ipv6cp`: which options each protocol has;
- :mod:`.session`: the protocols together, echoes, trying again; :mod:`.line`: the session between port and interface.
"""
