"""Packet sockets (AF_PACKET, packet(7)): a program receives and sends whole frames of its host's interfaces.

**Guarantees** to programs: the results and errnos of Linux 6.18, for SOCK_RAW and SOCK_DGRAM without a ring.
**Requires** of the network layer: :mod:`catenet.network.packet_taps`.

- Read first :mod:`.endpoint`: the socket; :mod:`.arrival`: what it receives of a frame; :mod:`.address`: its addresses;
- :mod:`.memberships`: promiscuous mode and groups.
"""
