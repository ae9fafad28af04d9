"""The octets of headers, read field by field under the names of their standards.

**Guarantees** to the trace of a request: each field with its name, its value and its key in Wireshark.  **Requires** of
the rooms below: nothing; the octets are those of a capture.

- Read first :mod:`.header`: fields and headers, and how a header is read by a table of widths;
- :mod:`.link`: Ethernet, VLAN tags, PPP, HDLC, ARP; :mod:`.ip`: IPv4 and IPv6; :mod:`.transport`: TCP and UDP;
- :mod:`.tls`: records; :mod:`.dns`: the header of a message, and its question; :mod:`.http`: the head of a message;
- :mod:`.frame`: all headers of one frame.
"""
