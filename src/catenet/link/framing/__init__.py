"""Framing on a link between two: octets, or bits, become frames and frames packets, without addresses.

**Guarantees** to a port: an :class:`~catenet.link.framing.encoding.Encoding` makes octets of packets, and finds the
packets in the octets again; a damaged frame is none, where the framing has a check sequence.  **Requires** nothing.

- Read first :mod:`.encoding`: one class for each framing, and the frame that all of them carry;
- :mod:`.octet_stuffing` and :mod:`.bit_stuffing`: HDLC (RFC 1662, sections 4 and 5); :mod:`.fcs`: check sequences;
- :mod:`.cobs`: Consistent Overhead Byte Stuffing; SLIP is :mod:`catenet.physical.phys.slip`, the serial PHY's too;
- :mod:`.line`: one end of such a link.
"""
