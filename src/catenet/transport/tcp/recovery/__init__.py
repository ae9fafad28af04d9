"""Loss recovery: which segments are lost, and when the sender slows down.

**Guarantees** to the sender: what to retransmit, and how much is in flight.  **Requires** of it: each acknowledgment
with its SACK blocks, and each time-out.

- Read first :mod:`.recovery`: the states of loss recovery, and how spurious retransmissions are found and undone;
- :mod:`.scoreboard`: which segments were SACKed, and which are lost (RFC 6675).

Left out: F-RTO (timestamps and D-SACK find spurious time-outs), RACK-TLP, PRR.
"""
