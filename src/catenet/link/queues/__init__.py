"""Queue disciplines: which frames a port sends first, and which it drops or marks before its queue is full.

**Promises** to a port: each frame that is offered is sent, waits, or is dropped, and is counted by the reason.
**Asks** of the channel below: when it is free.  Parameters are Linux's, and octets: header included, no check sequence.

- Read first :mod:`.discipline`, how frames are kept and handed to the channel; :mod:`.fifo`, :mod:`.account`;
- one queue: :mod:`.red` on :mod:`.red_average`, :mod:`.red_adaptation`; :mod:`.codel` on :mod:`.codel_control`;
  :mod:`.pie` on :mod:`.pie_control`; :mod:`.token_bucket`;
- several: :mod:`.fq_codel`, :mod:`.drr`, :mod:`.prio`, :mod:`.wfq` on :mod:`.gps_clock`; :mod:`.classes` of frames;
- what is read of a packet: :mod:`.ip_fields`, found by :mod:`.dissector`; :mod:`.ecn`, Congestion Experienced.
"""
