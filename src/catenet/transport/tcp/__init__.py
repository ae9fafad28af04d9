"""TCP (RFC 9293): a reliable byte stream between two ports, over packets that may be lost, reordered or duplicated.

**Guarantees** to the rooms above: one end reads what the other sends, in order and once, or both hear of an error; a
slow reader slows the sender; a path is shared fairly.  **Requires** of the network layer: to carry a segment to an
address, and to report ICMP errors and the path MTU.  Nothing here reads a clock: each call gets the time; one timer
serves a connection.

- Read first :mod:`.segment` (the wire, and sequence numbers), then :mod:`.connection` (handshake, states, timers);
- :mod:`.sender` (what is sent when), :mod:`.receiver` (segments arrive), :mod:`.recovery` (what is lost, RFC 6675),
  :mod:`.congestion` (NewReno, CUBIC);
- :mod:`.layer`: TCP of one host; :mod:`.demux`: which connection a segment belongs to; :mod:`.listener`: accept queues;
- :mod:`.ports`: bound and ephemeral ports; :mod:`.isn` (RFC 6528); :mod:`.settings`; :mod:`.counters`;
- :mod:`.byte_queue`: the octets that wait in either half of a connection.

Left out: sending urgent data (received, it is read in line), F-RTO, ECN, Fast Open, RACK-TLP, PRR, pacing.
"""
