"""Loss recovery: detection of lost segments, and window reductions.

**Guarantees** to the sender: what to retransmit, and how much is in flight.  **Requires** of it: each acknowledgment
with its SACK blocks, and each timeout.

- Read first :mod:`.recovery`: the states of loss recovery, and how spurious retransmissions are found and undone;
- :mod:`.scoreboard`: which segments were SACKed, and which are lost (RFC 6675).

Not implemented: F-RTO (timestamps and D-SACK find spurious time-outs), RACK-TLP, PRR.
"""
