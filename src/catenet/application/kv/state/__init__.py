"""What the store's groups replicate: pure state machines, which read no clock and no disk.

**Guarantees** to a group's log: the same entries give the same state and the same results on every replica; a command
is done once, however often it is sent.  **Requires** of the rooms below: consensus's entries, a hash ring.

- Read first :mod:`.store`: what each entry does; :mod:`.commands` and :mod:`.results`: what it is told and answers;
- :mod:`.slots`: records, sessions and leases of one slot, which move as a whole;
- :mod:`.directory`: which groups there are, a replicated log of its own; :mod:`.slot_map`: which group has which slot;
- :mod:`.machines`: both, as the log sees them.
"""
