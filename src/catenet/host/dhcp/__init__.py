"""DHCP on a host: :mod:`catenet.application.dhcp` joined to UDP, ARP, addresses, routes and the disk.

**Guarantees** to the lab: a client that configures an interface, a server, and a relay agent.  **Requires** of the
host: its stack; of a client's host, a disk; of the server's, a disk and an event loop.

- :mod:`.client`: the client of one interface, with :mod:`.lease_file`: its lease on the disk;
- :mod:`.server`: the server, a program of its host; :mod:`.relay`: the relay agent of a router;
- :mod:`.port`: a UDP port of DHCP on one interface.
"""
