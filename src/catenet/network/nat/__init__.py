"""Network address translation: many IPv4 hosts behind one address (RFC 4787 UDP, RFC 5382 TCP, RFC 5508 ICMP).

**Guarantees** to the stack: an inside host keeps its outside port while its mapping lives, whomever it talks to;
checksums that were wrong before stay wrong.  **Requires** of the stack: to be called where a packet enters and leaves.

- Read first :mod:`.nat`: what happens to a packet out, in, and between two inside hosts (hairpinning);
- :mod:`.table`: mappings and sessions, and how long they live; :mod:`.rewrite`: packets with other addresses and ports;
- :mod:`.translator`: the base class, all that the stack knows of NAT.

Left out: translation of IPv6, of protocols other than TCP, UDP and ICMP queries, and of addresses in payloads (ALG).
"""
