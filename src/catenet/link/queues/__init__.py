"""Queue disciplines: which frames a port sends first, and which it drops or marks before its queue is full.

**Guarantees** to a port: each frame that is offered is sent, waits, or is dropped, and is counted by the reason.
**Requires** of the channel below: when it is free.  Parameters are Linux's; octets count headers, not the FCS.

- Read first :mod:`.discipline`, how frames are kept and handed to the channel; :mod:`.fifo`, :mod:`.statistics`;
- :mod:`.registry`: all by name, with their defaults; a new one is added there;
- one queue: :mod:`.red`, :mod:`.codel`, :mod:`.pie`; :mod:`.token_bucket`; several: :mod:`.fq_codel`, :mod:`.drr`,
  :mod:`.prio`, :mod:`.wfq`; :mod:`.classes` of frames; :mod:`.control`: their algorithms;
- what is read of a packet: :mod:`.ip_fields`, found by :mod:`.dissector`; :mod:`.ecn`, Congestion Experienced.
"""
