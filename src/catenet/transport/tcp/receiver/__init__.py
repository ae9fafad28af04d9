"""The receiving half of a TCP connection: which segments are accepted, in which order, and when they are acknowledged.

**Guarantees** to the connection: data in order and once; acknowledgments when they are due (RFC 5681 4.2, RFC 1122
4.2.3.2).  **Requires** of the connection: each segment with the time.

- Read first :mod:`.segment_input`: a segment arrives (RFC 9293 3.10.7.4), checked by RFC 5961 and RFC 7323;
- :mod:`.receiver`: order and acknowledgments; :mod:`.reassembly`: data ahead of its turn, and SACK blocks (RFC 2018);
- :mod:`.window`: the window that is offered, and the size of its buffer (RFC 9293 3.8.6).
"""
