"""The TCP segment: its header, its options, its numbers.

**Guarantees** to TCP: a segment is one object from sender to receiver; emitted and parsed, it is the same
segment.  **Requires** of the rooms below: the checksum of :mod:`catenet.kernel.checksum`.

- Read first :mod:`.sequence`: sequence numbers, absolute numbers and stream offsets (RFC 9293 3.4);
- :mod:`.segment`: the header, ``emit`` and ``parse`` (RFC 9293 3.1); :mod:`.options`: options (RFC 9293 3.2, RFC 7323,
  RFC 2018).
"""
