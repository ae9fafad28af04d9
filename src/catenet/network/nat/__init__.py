"""Network address translation: many IPv4 hosts behind one address (RFC 4787 UDP, RFC 5382 TCP, RFC 5508 ICMP).

**Guarantees** to the stack: an inside host keeps its outside port while its mapping lives, for all remote endpoints;
wrong checksums stay wrong.  **Requires** of the stack: calls where a packet enters and leaves.

- Read first :mod:`.nat`: translation of packets outward, inward, and between two inside hosts (hairpinning);
- :mod:`.table`: mappings and sessions, and how long they live; :mod:`.rewrite`: packets with other addresses and
  ports;
- :mod:`.translator_base`: the base class, the interface to the stack.

Not implemented: translation of IPv6, of protocols other than TCP, UDP and ICMP queries, and of addresses in payloads
(ALG).
"""
