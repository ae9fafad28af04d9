"""The sending half of a TCP connection: transmission, and processing of acknowledgments.

**Guarantees** to the connection: segments within the windows of peer and network; retransmission until each is
acknowledged.  **Requires** of :mod:`catenet.transport.tcp.recovery`: what is lost; of
:mod:`catenet.transport.tcp.congestion`: the window.

- Read first :mod:`.sender`: transmission within the windows; :mod:`.acknowledgment`: processing of acknowledgments;
- :mod:`.send_sequence`: the send sequence variables (RFC 9293 3.3.1); :mod:`.send_buffer`: unsent data of the user;
- :mod:`.retransmission_timer` and :mod:`.rtt`: RFC 6298; :mod:`.persist_timer`: probes of a zero window (3.8.6.1);
- :mod:`.records`: the retransmission queue; :mod:`.delivery_rate`: estimation of the delivery rate;
- :mod:`.segment_output`: fills in the header and hands a segment to the layer below.
"""
