"""TCP (RFC 9293): a reliable byte stream between two ports, over packets that may be lost, reordered or duplicated.

**Guarantees** to the rooms above: one end reads the other's octets in order and once, or both get an error; a slow
reader slows the sender; flows share a path fairly.  **Requires** of the network layer: delivery of a segment to an
address, ICMP errors and the path MTU.  Each call gets the time, and no code reads a clock; a connection has one timer.

- Read first :mod:`.segment` (the wire, and sequence numbers), then :mod:`.connection` (handshake, states, timers);
- :mod:`.sender` (transmission), :mod:`.receiver` (segment input), :mod:`.recovery` (loss recovery, RFC 6675),
  :mod:`.congestion` (NewReno, CUBIC);
- :mod:`.layer`: TCP of one host; :mod:`.demux`: finds the connection of a segment; :mod:`.listener`: accept queues;
- :mod:`.ports`: bound and ephemeral ports; :mod:`.isn` (RFC 6528); :mod:`.settings`; :mod:`.counters`;
- :mod:`.byte_queue`: the buffered octets of either half of a connection.

Not implemented: sending urgent data (received urgent data are read in line), F-RTO, ECN, Fast Open, RACK-TLP, PRR,
pacing.
"""
