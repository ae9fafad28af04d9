"""One TCP connection: its control block, its states, its timers.

**Promises** to the user of a connection (:mod:`.user`): calls only when the connection is in order.  **Asks** of
:mod:`~catenet.transport.tcp.sender` and :mod:`~catenet.transport.tcp.receiver`: the two halves of the stream.

- Read first :mod:`.state`: the state machine as a table (RFC 9293 3.3.2, figure 5), then :mod:`.connection`;
- :mod:`.handshake`: the SYNs and what they negotiate (3.5, 3.10.7.3); :mod:`.time_wait`: TIME-WAIT (3.6.1, RFC 6191);
- :mod:`.deadlines`: the earliest deadline, and what is due; :mod:`.persist_timer`: probes of a zero window (3.8.6.1);
  :mod:`.keepalive` (3.8.4);
- :mod:`.user` and :mod:`.owner`: whom a connection tells, above and in its host; :mod:`.info` and :mod:`.report`:
  ``TCP_INFO``; :mod:`.tracing`: its trace rows.
"""
