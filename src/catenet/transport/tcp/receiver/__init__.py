"""The receiving half of a TCP connection: acceptance, order and acknowledgment of segments.

**Guarantees** to the connection: data in order and once; acknowledgments on time (RFC 5681 4.2, RFC 1122 4.2.3.2).
**Requires** of the connection: each segment with the time.

- Read first :mod:`.segment_input`: a segment arrives (RFC 9293 3.10.7.4), checked by RFC 5961 and RFC 7323;
- :mod:`.receiver`: order and acknowledgments; :mod:`.reassembly`: out-of-order data, and SACK blocks (RFC 2018);
- :mod:`.window`: the advertised window, and the size of the receive buffer (RFC 9293 3.8.6).
"""
