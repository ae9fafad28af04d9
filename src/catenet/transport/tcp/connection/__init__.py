"""One TCP connection: its control block, its states, its timers.

**Guarantees** to the user of a connection (:mod:`.user`): calls only when the connection is in a consistent state.
**Requires** of :mod:`~catenet.transport.tcp.sender` and :mod:`~catenet.transport.tcp.receiver`: the two halves of the
stream.

- Read first :mod:`.state`: the state machine as a table (RFC 9293 3.3.2, figure 5), then :mod:`.control_block` (3.3.1)
  and on it :mod:`.event_processing` (3.10), :mod:`.options`, :mod:`.connection` (the user's calls, 3.9.1);
- :mod:`.handshake` and :mod:`.handshake_state`: the SYNs and what they negotiate (3.5, 3.10.7.3); :mod:`.icmp_error`;
- :mod:`.deadlines`: the earliest deadline, and expired deadlines; :mod:`.keepalive` (3.8.4); :mod:`.time_wait`
  (3.6.1);
- :mod:`.user`: the notifications of a connection; :mod:`.info` and :mod:`.report`: ``TCP_INFO``; :mod:`.tracing`: its
  trace rows.
"""
