"""Layer 3: from one host to any other, hop by hop, in IPv4 and in IPv6.

**Guarantees** to the layer above: a packet reaches the host with the destination address or is dropped, and the sender
gets an error if the cause is known; packets may be lost, reordered and duplicated.  **Requires** of the layer below: a
port that carries frames and reports carrier changes.

- Read first :mod:`.stack`: the path of a packet in and out; :mod:`.ip_forward`: through a router; both on
  :mod:`.ip_core`; :mod:`.interface` and its implementation :mod:`.ip_interface`; :mod:`.protocol` (layer above);
- :mod:`.ip`: wire formats, fragments; :mod:`.icmp`; :mod:`.multicast`: IGMP, MLD; :mod:`.neighbour`: ARP, ND;
  :mod:`.router_discovery`: advertisements, autoconfiguration, redirects;
  :mod:`.nat`; :mod:`.forwarding`: next hops; :mod:`.routing`: shortest paths, RIP, OSPF;
- :mod:`.configuration` sets a host up; :mod:`.family`: its IPv4 or IPv6 part; :mod:`.packet`, :mod:`.addresses`,
  :mod:`.counters`, :mod:`.tracing`, :mod:`.loopback`, :mod:`.partition_filter`; :mod:`.packet_taps`: copies of frames.

Not implemented: multicast routing, IPsec.
"""
