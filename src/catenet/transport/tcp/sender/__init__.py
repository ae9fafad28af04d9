"""The sending half of a TCP connection: what is sent when, and what an acknowledgment frees.

**Guarantees** to the connection: segments within the windows of peer and network; retransmission until each is
acknowledged.  **Requires** of :mod:`catenet.transport.tcp.recovery`: what is lost; of
:mod:`catenet.transport.tcp.congestion`: the window.

- Read first :mod:`.sender`: what may be sent; :mod:`.acknowledgment`: what an acknowledgment frees and measures;
- :mod:`.send_sequence`: the send sequence variables (RFC 9293 3.3.1); :mod:`.send_buffer`: what the user has given;
- :mod:`.retransmission_timer` and :mod:`.rtt`: RFC 6298; :mod:`.persist_timer`: probes of a zero window (3.8.6.1);
- :mod:`.records`: the retransmission queue; :mod:`.delivery_rate`: how fast octets arrive at the peer;
- :mod:`.segment_output`: fills in the header and hands a segment to the layer below.
"""
