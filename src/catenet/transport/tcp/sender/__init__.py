"""The sending half of a TCP connection: what is sent when, and what an acknowledgment frees.

**Promises** to the connection: segments within the windows of peer and network; retransmission until each is
acknowledged.  **Asks** of :mod:`catenet.transport.tcp.recovery`: what is lost; of
:mod:`catenet.transport.tcp.congestion`: the window.

- Read first :mod:`.sender`: windows, segments, the retransmission timer (RFC 6298 section 5);
- :mod:`.records`: the retransmission queue; :mod:`.rtt`: round-trip time and retransmission time-out (RFC 6298);
- :mod:`.output`: fills in the header and hands a segment to the layer below.
"""
