"""The link-layer address of a neighbour: ARP for IPv4, Neighbour Discovery for IPv6.

**Guarantees** to the stack: a packet for a neighbour is sent at once, or queued while its MAC address is resolved, or
fails with "address unreachable".  **Requires** of the interface: sending of frames, and its own addresses.

- Read first :mod:`.neighbour`: one table of neighbours for both, with Neighbour Unreachability Detection as a state
  table (RFC 4861 7.3.2 and appendix C, RFC 7048);
- :mod:`.arp`: ARP's requests and replies (RFC 826, RFC 5227); :mod:`.arp_packet`: the octets of both;
- :mod:`.point_to_point`: the neighbour on a point-to-point link, which needs neither;
- :mod:`.neighbour_discovery`: its solicitations and advertisements (RFC 4861 7.2, RFC 4429); :mod:`.nd_listener`:
  the observer of router discovery and redirects;
- :mod:`.duplicate_detection`: duplicate address detection (RFC 4862 5.4, RFC 5227).
"""
