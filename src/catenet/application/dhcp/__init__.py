"""DHCP for IPv4 (RFC 2131, RFC 2132): messages, server, client and relay agent, without sockets and clocks.

**Guarantees** to :mod:`catenet.host.dhcp`: each takes messages and times, and gives back messages and what to do.
**Requires** of it: sockets, timers, ARP probes, and a disk for leases.

- Read first :mod:`.message`: a message and its octets; :mod:`.options`: the values of options;
- :mod:`.client`: the client's state machine; :mod:`.client_lease`: what it was given; :mod:`.lease_text`: as a line;
- :mod:`.server`: who gets which address; :mod:`.subnet`: the configuration of a subnet; :mod:`.leases`: the table of
  leases and its file; :mod:`.relay`: between a client's link and a server elsewhere.
"""
